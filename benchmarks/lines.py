"""Lines of JSON between processes."""

import asyncio
import json
import sys
from typing import Any, Self

# A log of requests may be long.
MAX_LINE_BYTES = 64 * 1024 * 1024


class JsonLines:
    """Sends and receives lines of JSON."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.WriteTransport
    ) -> None:
        """Talk through a reader and a writer."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def of_standard_streams(cls) -> Self:
        """Talk through the standard input and output of this process."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        writer, _ = await loop.connect_write_pipe(asyncio.Protocol, sys.stdout)
        return cls(reader, writer)

    def send(self, content: Any) -> None:
        """Send a line."""
        self._writer.write(json.dumps(content).encode() + b"\n")

    async def receive(self) -> Any:
        """Receive a line; None is the end."""
        line = await self._reader.readline()
        return json.loads(line) if line else None
