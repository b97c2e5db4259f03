"""The limit: a bare GET of the same status with its JSON decoded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from yarl import URL


class Bare:
    """GETs on one kept session."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Use a session."""
        self._session = session

    async def get(self, url: URL) -> Any:
        """GET a status."""
        async with self._session.get(url) as response:
            return orjson.loads(await response.read())


@asynccontextmanager
async def bare_session() -> AsyncIterator[Bare]:
    """Keep a session that allows any number of connections."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Bare(session)
