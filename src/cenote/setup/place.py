"""Where everything of this installation lies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cenote.daemon.config import Config, ConfigError, default_path, load
from cenote.setup.failure import Failure

CHECKOUT = Path(__file__).resolve().parents[3]
"""The folder that holds ``script/`` and ``src/``."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folders and files that the steps read and write."""

    checkout: Path
    config: Config
    config_path: Path
    cache: Path
    """What can be made again: the tiny Linux and the packages it is made of."""

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """The Python of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def tools(self) -> Path:
        """What sets up the virtual environment, apart from it."""
        return self.checkout / ".cache" / "tools"

    @property
    def setup_log(self) -> Path:
        """What the programs printed that the set-up ran."""
        return self.config.state_dir / "log" / "setup.log"

    @property
    def daemon_log(self) -> Path:
        """What the daemon says."""
        return self.config.state_dir / "log" / "cenoted.log"

    @property
    def started(self) -> Path:
        """The list of what we started, so that we stop nothing else."""
        return self.config.run_dir / "started.json"


def find(environment: Mapping[str, str] = os.environ, checkout: Path = CHECKOUT) -> Place:
    """The folders as the configuration and the environment set them; raises :class:`Failure`.

    ``CENOTE_CONFIG``, ``CENOTE_STATE_DIR``, ``CENOTE_RUN_DIR`` and ``CENOTE_CACHE_DIR`` move them.
    """
    path = default_path(environment)
    try:
        config = load(path, environment=environment)
    except ConfigError as error:
        raise Failure("The configuration can't be used", str(error), f"correct or remove {path}") from error
    return Place(checkout, config, path, _cache(environment))


def _cache(environment: Mapping[str, str]) -> Path:
    if environment.get("CENOTE_CACHE_DIR"):
        return Path(environment["CENOTE_CACHE_DIR"])
    if os.geteuid() == 0:
        return Path("/var/cache/cenote")
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "cenote"
