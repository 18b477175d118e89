"""host.enable, host.disable, and what can be asked of a host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cenote.model.classes.host import host as Host
from cenote.model.classes.PIF import PIF
from cenote.model.core import NULL, Ref
from cenote.model.errors.general import XenapiMissingPlugin
from cenote.operations.context import Context
from cenote.operations.host import links
from cenote.operations.registry import implements
from cenote.rules import placement


@implements(Host.enable)
def enable(context: Context, host: Ref[Host]) -> None:
    """Let VMs be started on the host."""
    context.write(lambda draft: draft.update(host, Host.enabled.to(True)))


@implements(Host.disable)
def disable(context: Context, host: Ref[Host], auto_enable: bool = True) -> None:
    """Let no more VMs be started on the host; those that run go on."""
    context.write(lambda draft: draft.update(host, Host.enabled.to(False)))


@implements(Host.get_servertime, quick=True)
def get_servertime(context: Context, host: Ref[Host]) -> datetime:
    """The host's clock, in UTC."""
    return context.rooms.clock.now()


@implements(Host.get_server_localtime, quick=True)
def get_server_localtime(context: Context, host: Ref[Host]) -> datetime:
    """The host's clock, in its time zone."""
    return context.rooms.clock.now().astimezone()


@implements(Host.compute_free_memory, quick=True)
def compute_free_memory(context: Context, host: Ref[Host]) -> int:
    """Bytes that VMs may still take on the host."""
    return max(placement.free_memory(context.view, _get(context, host)), 0)


@implements(Host.compute_memory_overhead, quick=True)
def compute_memory_overhead(context: Context, host: Ref[Host]) -> int:
    """Bytes that stay free for the host itself."""
    _get(context, host)
    return placement.RESERVE


def _get(context: Context, ref: Ref[Host]) -> Host:
    return context.view.get(Host, ref)


@implements(Host.get_management_interface, quick=True)
def get_management_interface(context: Context, host: Ref[Host]) -> Ref[PIF]:
    """The interface by which the host is managed; none where it is reached by loopback only."""
    pifs = [found for ref in _get(context, host).PIFs if (found := context.view.find(PIF, ref))]
    return next((pif.ref for pif in pifs if pif.management), NULL)


@implements(Host.call_plugin, quick=True)
def call_plugin(context: Context, host: Ref[Host], plugin: str, fn: str, args: Mapping[str, str]) -> str:
    """Call a plugin of the host; there are none yet."""
    raise XenapiMissingPlugin(plugin)


@implements(Host.has_extension, quick=True)
def has_extension(context: Context, host: Ref[Host], name: str) -> bool:
    """Whether the host has an extension of that name; there are none yet."""
    return False


@implements(PIF.scan)
def scan(context: Context, host: Ref[Host]) -> None:
    """Look for physical interfaces that are new or gone."""
    links.scan(context.rooms)
