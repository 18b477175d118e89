"""What the administrator may set: a TOML file, every key with a default that works."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


class ConfigError(Exception):
    """The configuration can't be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Config:
    """The daemon's configuration."""

    state_dir: Path
    """What must survive: records, certificate, the generated password, firmware variables."""
    run_dir: Path
    """What ends with the machine: the socket, process identifiers."""
    https: tuple[str, ...]
    """Addresses as ``host:port`` for HTTPS; empty: the default (443 where it is free and allowed, else 8443)."""
    http: tuple[str, ...]
    """The same for HTTP, on loopback: 80, else 8080."""
    socket: Path
    pam: bool
    """Whether the host's root may log in with its password."""
    password_file: Path
    compute_uri: str
    """A libvirt URI, or ``auto``."""
    network_backend: str
    """``openvswitch``, ``bridge``, ``user`` or ``auto``."""
    verbose: bool = False


KNOWN: Mapping[str, Mapping[str, type]] = {
    "": {"state_dir": str, "run_dir": str},
    "listen": {"https": list, "http": list, "socket": str},
    "login": {"pam": bool, "password_file": str},
    "compute": {"uri": str},
    "network": {"backend": str},
}
"""Every key and its type, by table."""
NAMES: Mapping[type, str] = {str: "string", list: "list of strings", bool: "boolean"}
"""What TOML calls the types."""


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the configuration is looked for: ``CENOTE_CONFIG``, else ``/etc/cenote`` or the user's own directory."""
    if environment.get("CENOTE_CONFIG"):
        return Path(environment["CENOTE_CONFIG"])
    if os.geteuid() == 0:
        return Path("/etc/cenote/cenote.toml")
    return _xdg(environment, "XDG_CONFIG_HOME", ".config") / "cenote" / "cenote.toml"


def load(path: Path, *, verbose: bool = False, environment: Mapping[str, str] = os.environ) -> Config:
    """Read ``path``, which need not be there; raises :class:`ConfigError`."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        given = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    _check(given, path)
    root = os.geteuid() == 0
    state = Path(given.get("state_dir") or environment.get("CENOTE_STATE_DIR") or _state_dir(root, environment))
    run = Path(given.get("run_dir") or environment.get("CENOTE_RUN_DIR") or _run_dir(root, environment))
    listen, login = given.get("listen", {}), given.get("login", {})
    return Config(
        state_dir=state,
        run_dir=run,
        https=tuple(listen.get("https", ())),
        http=tuple(listen.get("http", ())),
        socket=Path(listen.get("socket", run / "cenote.sock")),
        pam=bool(login.get("pam", root)),
        password_file=Path(login.get("password_file", state / "password")),
        compute_uri=str(given.get("compute", {}).get("uri", "auto")),
        network_backend=str(given.get("network", {}).get("backend", "auto")),
        verbose=verbose,
    )


def _check(given: Mapping[str, Any], path: Path) -> None:
    for key, value in given.items():
        if isinstance(value, dict):
            table = KNOWN.get(key)
            if table is None:
                raise ConfigError(f"{path}: no table [{key}]; there are: {', '.join(filter(None, KNOWN))}")
            for name, each in cast("dict[str, Any]", value).items():
                _check_key(path, f"{key}.{name}", table.get(name), each, table)
        elif key in KNOWN:
            raise ConfigError(f"{path}: {key} must be a table, not {value!r}")
        else:
            _check_key(path, key, KNOWN[""].get(key), value, KNOWN[""])


def _check_key(path: Path, name: str, kind: type | None, value: Any, table: Mapping[str, type]) -> None:
    if kind is None:
        raise ConfigError(f"{path}: no key {name}; there are: {', '.join(table)}")
    if not isinstance(value, kind):
        raise ConfigError(f"{path}: {name} must be a {NAMES[kind]}, not {value!r}")
    if isinstance(value, list) and not all(isinstance(each, str) for each in cast("list[object]", value)):
        raise ConfigError(f"{path}: {name} must be a {NAMES[list]}, not {value!r}")


def _xdg(environment: Mapping[str, str], name: str, fallback: str) -> Path:
    return Path(environment[name]) if environment.get(name) else Path.home() / fallback


def _state_dir(root: bool, environment: Mapping[str, str]) -> Path:
    return Path("/var/lib/cenote") if root else _xdg(environment, "XDG_DATA_HOME", ".local/share") / "cenote"


def _run_dir(root: bool, environment: Mapping[str, str]) -> Path:
    if root:
        return Path("/run/cenote")
    runtime = environment.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "cenote" if runtime else Path(f"/tmp/cenote-{os.geteuid()}")  # noqa: S108 - made 0700
