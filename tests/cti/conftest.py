"""Fixtures: sessions, clients, and speakers with certificates."""

from collections.abc import AsyncIterator
from pathlib import Path
import ssl

import aiohttp
import pytest

from custom_components.grandstream_gsc.cti import CtiClient
from tests.conftest import PASSCODE
from tests.simulator import SpeakerServer
from tests.simulator.certificates import Authority


@pytest.fixture
def use_custom_components() -> None:
    """Do without Home Assistant."""


@pytest.fixture
def ask_at_once() -> None:
    """Do without the coordinator."""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that verifies certificates."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def lax_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that verifies no certificates."""
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Make a private authority."""
    return Authority(tmp_path)


@pytest.fixture
async def trusting_session(
    authority: Authority,
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that trusts the private authority, and no other."""
    context = ssl.create_default_context(cafile=authority.file)
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def client(session: aiohttp.ClientSession, speaker: SpeakerServer) -> CtiClient:
    """Make a client for the simulated speaker."""
    return CtiClient(session, speaker.host, PASSCODE, port=speaker.port)
