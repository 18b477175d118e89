"""``script/bench``: measures ours and the peer's in turn, prints the ratios, writes them as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import calls, machine
from bench.measure import Row, in_turn, program, table, timed
from bench.pool import OTHERS, Pool, define_peer, furnish, session, values
from cenote.lab.host import Host
from cenote.model.classes.vm import VM
from cenote.setup import tinylinux

HERE = Path(__file__).parent
XE = HERE.parent / ".venv/bin/xe"


def starts(pool: Pool, peer: str, runs: int) -> list[Row]:
    """A VM's start until it is seen to run, by the API and by ``xe``, over ``virsh start`` of the same domain."""
    uuid = pool.session.get(VM.uuid, pool.vm)
    virsh = pool.host.inside(["virsh", "-q", "start", peer])
    destroy = program(pool.host.inside(["virsh", "-q", "destroy", peer]))
    xe = [*pool.host.inside([XE]), "vm-start", f"uuid={uuid}"]

    def one(start: Callable[[], object], end: Callable[[], object]) -> Callable[[], float]:
        def run() -> float:
            taken = timed(start)
            end()
            return taken

        return run

    def stop() -> None:
        pool.session.call(VM.hard_shutdown, pool.vm)

    theirs = one(program(virsh), destroy)
    by_api, by_virsh = in_turn(one(lambda: pool.session.call(VM.start, pool.vm, False, False), stop), theirs, runs)
    by_xe, by_virsh_again = in_turn(one(program(xe), stop), theirs, runs)
    aim = "aim at most 1.15"
    return [
        Row("VM.start until Running, by the API", by_api * 1e3, "ms", "virsh start", by_virsh * 1e3, aim),
        Row("xe vm-start until Running", by_xe * 1e3, "ms", "virsh start", by_virsh_again * 1e3, aim),
    ]


def lists(pool: Pool, runs: int) -> list[Row]:
    """``xe vm-list`` with a hundred VMs, and how quickly ``xe`` starts."""
    environment = ["env", f"CENOTE_SOCKET={pool.host.socket}"]
    xe = program([*environment, str(XE), "vm-list"])
    virsh = program(pool.host.inside(["virsh", "list", "--all"]))
    ours, theirs = in_turn(lambda: timed(xe), lambda: timed(virsh), runs)
    minimal = program([*environment, str(XE), "vm-list", "--minimal"])
    python = program(["/usr/bin/python3", "-c", "pass"])
    small, bare = in_turn(lambda: timed(minimal), lambda: timed(python), runs)
    return [
        Row(f"xe vm-list, {OTHERS} VMs", ours * 1e3, "ms", "virsh list --all", theirs * 1e3),
        Row("xe vm-list --minimal", small * 1e3, "ms", "/usr/bin/python3 -c pass", bare * 1e3, "aim at most 3"),
    ]


def daemon(pool: Pool) -> list[Row]:
    """Memory with a hundred VMs, small calls a second, and the time from the start to the first answer."""
    status = Path(f"/proc/{pool.host.daemon_pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    calls.per_second(pool.host.socket, pool.session.token, pool.vm, 1.0)
    rate = calls.per_second(pool.host.socket, pool.session.token, pool.vm, 3.0)
    pool.host.stop()
    start = timed(pool.host.start)
    return [
        Row(f"memory of the daemon, {OTHERS} VMs", resident / 1024, "MiB"),
        Row("small calls a second, 4 clients", rate, "/s", aim="aim 10,000; a real xapi answers 11,000"),
        Row("start of the daemon until it answers", start * 1e3, "ms"),
    ]


def measure(runs: int, image: Path) -> list[Row]:
    """Everything, on a host of its own."""
    with tempfile.TemporaryDirectory(prefix="cenote-bench-") as home, Host(Path(home)) as lab:
        lab.start()
        with session(lab) as opened:
            print("furnishing ...", file=sys.stderr, flush=True)
            pool = Pool(lab, opened, furnish(opened, lab, image))
            os.environ["CENOTE_SOCKET"] = str(lab.socket)
            peer = define_peer(pool)
            for n in range(OTHERS):
                opened.create(VM, *values(f"vm-{n:03}"))
            print("measuring ...", file=sys.stderr, flush=True)
            rows = [*starts(pool, peer, runs), *lists(pool, runs)]
            rows += daemon(pool)
        return rows


def main() -> int:
    """Exit status 0 when everything could be measured."""
    parser = argparse.ArgumentParser("script/bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each pair (default: %(default)s)")
    parser.add_argument("--json", type=Path, default=HERE / "results", help="folder for the figures")
    options = parser.parse_args()
    cache = Path(os.environ.get("CENOTE_TEST_CACHE", HERE.parent / ".cache"))
    image = tinylinux.build(cache / "tinylinux", lambda what, done: None)
    rows = measure(options.runs, image.image)
    facts = machine.describe()
    print("\n".join(f"{name}: {value}" for name, value in facts.items()), end="\n\n")
    print(table(rows))
    options.json.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    file = options.json / f"{now:%Y-%m-%d}.json"
    found = {"date": f"{now:%Y-%m-%dT%H:%M:%SZ}", "machine": facts, "rows": [row.facts() for row in rows]}
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten to {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
