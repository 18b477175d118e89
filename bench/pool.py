"""The pool that is measured: a host in namespaces, a repository, a VM of the tiny Linux, and a hundred that are off."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from cenote.client.session import Session
from cenote.lab.host import Host
from cenote.lab.pool import furnish, session, values
from cenote.model.classes.vm import VM
from cenote.model.core import Ref

__all__ = ["OTHERS", "Pool", "define_peer", "furnish", "session", "values"]

OTHERS = 100


@dataclass(frozen=True, slots=True)
class Pool:
    """What is measured."""

    host: Host
    session: Session
    vm: Ref[VM]


def define_peer(pool: Pool) -> str:
    """Define a domain that differs from the VM's only in its name, and a hundred more; answers the name."""
    pool.session.call(VM.start, pool.vm, False, False)
    uuid_of_vm = pool.session.get(VM.uuid, pool.vm)
    xml = pool.host.run(["virsh", "dumpxml", uuid_of_vm]).stdout
    pool.session.call(VM.hard_shutdown, pool.vm)
    xml = re.sub(r"<metadata>.*?</metadata>|<domain type='(\w+)' id='\d+'", _without_id, xml, flags=re.DOTALL)
    names = ["peer", *(f"peer-{n:03}" for n in range(OTHERS))]
    for name in names:
        one = re.sub(r"<name>.*?</name>", f"<name>{name}</name>", xml, count=1)
        one = re.sub(r"<uuid>.*?</uuid>", f"<uuid>{uuid.uuid4()}</uuid>", one, count=1)
        file = pool.host.home / "peer.xml"
        file.write_text(one)
        pool.host.run(["virsh", "define", file])
    return names[0]


def _without_id(match: re.Match[str]) -> str:
    return f"<domain type='{match.group(1)}'" if match.group(1) else ""
