"""The simulated devices as the measuring process sees them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
import sys
from typing import Any, NamedTuple

from .lines import MAX_LINE_BYTES, JsonLines


class Arrival(NamedTuple):
    """A request as it arrived at a device; the time is monotonic, in nanoseconds."""

    time: int
    device: int
    name: str


class Fleet:
    """Devices of one kind, each on a port of its own."""

    def __init__(self, lines: JsonLines, ports: list[int]) -> None:
        """Steer devices that listen on these ports."""
        self._lines = lines
        self.ports = ports

    async def take(self) -> list[Arrival]:
        """Return what has arrived since the last time."""
        return [Arrival(*arrival) for arrival in await self._ask("take", "requests")]

    async def hang(self, devices: Iterable[int]) -> int:
        """Let devices hang; return when they began to."""
        since: int = await self._ask("hang", [*devices])
        return since

    async def wake(self, devices: Iterable[int]) -> int:
        """Let devices answer again; return since when."""
        since: int = await self._ask("wake", [*devices])
        return since

    async def _ask(self, order: str, what: object) -> Any:
        """Send an order and wait until it is carried out."""
        self._lines.send({order: what})
        return await self._lines.receive()


@asynccontextmanager
async def running_fleet(kind: str, count: int) -> AsyncIterator[Fleet]:
    """Run devices in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.devices", kind, str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_LINE_BYTES,
    )
    assert process.stdin  # noqa: S101 - for mypy
    assert process.stdout  # noqa: S101 - for mypy
    lines = JsonLines(process.stdout, process.stdin.transport)
    try:
        yield Fleet(lines, await lines.receive())
    finally:
        process.stdin.close()
        await process.wait()
