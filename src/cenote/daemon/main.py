"""``cenoted``: reads the configuration, builds the rooms, opens the door, closes it."""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cenote import __version__
from cenote.base import log as logs
from cenote.base.undo import Undo
from cenote.compute.errors import HypervisorError
from cenote.compute.open import connect
from cenote.compute.probe import choose as choose_hypervisor
from cenote.daemon import addresses, doors
from cenote.daemon.config import Config, ConfigError, default_path, load
from cenote.daemon.notify import notify
from cenote.daemon.rooms import Drivers, certificate_names, furnish, management_address
from cenote.daemon.signals import stops
from cenote.dispatch.dispatcher import Dispatcher
from cenote.dispatch.login import Authority, FileAuthority, Logins, PamAuthority, Throttle
from cenote.dispatch.sessions import Sessions
from cenote.network import choose as network
from cenote.network.errors import NetworkError
from cenote.operations.host import links
from cenote.operations.network import defaults
from cenote.operations.observe.observer import Observer
from cenote.operations.registry import procedures
from cenote.operations.sr import plug
from cenote.operations.vm.sweep import sweep
from cenote.store.contract import StoreError
from cenote.wire.edge import Doors, Edge, Settings
from cenote.wire.listen import ListenError

log = logging.getLogger(__name__)


class Daemon:
    """The rooms of one host with their door. Opened once, closed once."""

    def __init__(self, config: Config, drivers: Drivers) -> None:
        """Furnish everything and listen; raises what can't be had, with all undone."""
        self._closing = Undo()
        with Undo() as undo:
            undo.add("let go of the hypervisor", drivers.hypervisor.close)
            self._build(config, drivers, undo)
            self._closing = undo.moved()

    def _build(self, config: Config, drivers: Drivers, undo: Undo) -> None:
        address = management_address(drivers.wiring)
        https, http = addresses.https(config.https), addresses.http(config.http)
        bound = procedures()
        rooms = furnish(config, bound, drivers, lambda: _url(address, https), undo)
        sessions = Sessions(rooms.store, rooms.clock, rooms.host)
        logins = Logins(_authorities(config), Throttle(), frozenset({0, os.geteuid()}))
        dispatcher = Dispatcher(rooms, bound, sessions, logins)
        dispatcher.tasks.bury()
        links.scan(rooms)
        defaults.ensure_networks(rooms)
        plug.attach_all(rooms)
        observer = Observer(rooms)
        undo.add("stop observing", observer.close)
        undo.add("end the pools", dispatcher.close)  # before that: verbs wait for what is observed
        observer.start()
        sweep(rooms)
        self.rooms = rooms
        self.dispatcher = dispatcher
        self.edge = Edge(
            dispatcher,
            rooms.store,
            Doors(doors.Consoles(dispatcher, rooms).open, doors.commands(dispatcher, logins), doors.health(rooms)),
            Settings(
                https=https,
                http=http,
                unix=config.socket,
                certificate=config.state_dir / "certificate.pem",
                names=certificate_names(address),
            ),
        )
        undo.add("close the door", self.edge.stop)
        self.edge.start()

    def close(self) -> None:
        """Close the door and let go of everything; guests run on."""
        self._closing.unwind()


def _url(address: str, https: Sequence[addresses.Address]) -> str:
    port = https[0][1] if https else addresses.HTTPS
    return f"https://{address}" + ("" if port == addresses.HTTPS else f":{port}")


def _authorities(config: Config) -> list[Authority]:
    from_file = FileAuthority(config.password_file, ("root", _user()))
    found: list[Authority] = [from_file]
    if config.pam:
        found.append(PamAuthority())
    from_file.ensure()
    return found


def _user() -> str:
    return os.environ.get("USER", "") or "root"


def drivers(config: Config) -> Drivers:
    """The drivers that this host allows, by probing, unless the configuration names them."""
    setting = None if config.network_backend == "auto" else config.network_backend
    joined = network.decide(network.probe(), setting)
    log.info("network: %s", joined.why)
    chosen = choose_hypervisor(config.compute_uri)
    log.info("hypervisor: %s", chosen.sentence)
    wiring = network.wiring(joined, run=config.run_dir / "network", state=config.state_dir / "network")
    return Drivers(connect(chosen), wiring, joined.why)


def main(argv: Sequence[str] | None = None) -> int:
    """Run until told to stop (SIGTERM, SIGINT). Exit status 0 then, 1 when it could not start, 2 for bad usage."""
    options = _options(argv)
    logs.set_up(verbose=options.verbose)
    _raise_limits()
    with stops() as wait:
        return _run(options, wait)


def _run(options: argparse.Namespace, wait: Callable[[], None]) -> int:
    try:
        config = load(options.config, verbose=options.verbose)
        _directories(config)
        daemon = Daemon(config, drivers(config))
    except (ConfigError, StoreError, ListenError, HypervisorError, NetworkError, OSError) as error:
        log.critical("cenoted can't start: %s", error)
        return 1
    log.info("Cenote %s answers at %s", __version__, daemon.rooms.settings.url)
    notify("READY=1")
    wait()
    notify("STOPPING=1")
    log.info("stopping; guests run on")
    daemon.close()
    return 0


def _raise_limits() -> None:
    """As many open files as the host allows: each client, console and guest takes some."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _directories(config: Config) -> None:
    """State for its owner and the hypervisor's account to pass through, the run directory for every local user."""
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    config.run_dir.mkdir(parents=True, exist_ok=True, mode=0o755 if os.geteuid() == 0 else 0o700)
    for path in (config.state_dir, config.run_dir):
        if path.stat().st_uid != os.geteuid():
            raise ConfigError(f"{path} belongs to another user, who could take the daemon's place there")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("cenoted", description="The daemon of Cenote: one on each host.")
    parser.add_argument("--config", type=Path, default=default_path(), help="configuration file (default: %(default)s)")
    parser.add_argument("--verbose", action="store_true", help="explain in the log what is done and why")
    parser.add_argument("--version", action="version", version=f"Cenote {__version__}")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
