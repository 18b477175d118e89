"""A daemon for each module to share, and what every guest needs."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.daemon.house import Client, House, opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """One daemon for a module whose tests leave each other alone."""
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    """A daemon of the test's own, to break."""
    with opened(tmp_path) as house:
        yield house


@pytest.fixture
def client(house: House) -> Client:
    """The official client, logged in to the test's own daemon."""
    return Client(house)


@pytest.fixture
def sr(client: Client) -> str:
    """A repository in memory, the default of the test's own daemon."""
    return client.repository()


@pytest.fixture
def network(client: Client) -> str:
    """A network of the test's own daemon."""
    return client.network()
