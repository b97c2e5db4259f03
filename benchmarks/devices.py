"""Simulated devices in a process of their own, as cheap as a socket can be.

``python -m benchmarks.devices KIND COUNT`` prints its ports as a line of JSON and
then answers each line of JSON on its standard input with one on its output.
"""

import asyncio
import sys
import time
from typing import Any, override

from .answers import ANSWERS, Answers
from .lines import JsonLines

_END_OF_HEAD = b"\r\n\r\n"
_CONTENT_LENGTH = b"content-length:"


class Device:
    """What the connections of one device share."""

    def __init__(self, number: int, answers: Answers, log: list[Any]) -> None:
        """Start well."""
        self.number = number
        self.answers = answers
        self.is_hanging = False
        self._log = log

    def answer(self, target: bytes, body: bytes, arrival: int) -> bytes | None:
        """Note a request and answer it, unless the device hangs."""
        name, answer = self.answers(target, body)
        self._log.append((arrival, self.number, name))
        return None if self.is_hanging else answer


class Connection(asyncio.Protocol):
    """One connection to a device."""

    _transport: asyncio.Transport

    def __init__(self, device: Device) -> None:
        """Wait for requests to a device."""
        self._device = device
        self._buffer = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        arrival = time.monotonic_ns()
        self._buffer += data
        while request := self._next_request():
            answer = self._device.answer(*request, arrival)
            if answer is not None:
                self._transport.write(answer)

    def _next_request(self) -> tuple[bytes, bytes] | None:
        """Take target and body of a complete request from the buffer."""
        head, end, rest = self._buffer.partition(_END_OF_HEAD)
        if not end:
            return None
        length = _body_length(head)
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        return head.split(b" ", 2)[1], rest[:length]


def _body_length(head: bytes) -> int:
    """Return the length of a request's body."""
    if head.startswith(b"GET "):
        return 0
    lower = head.lower()
    start = lower.find(_CONTENT_LENGTH)
    if start < 0:
        return 0
    return int(lower[start + len(_CONTENT_LENGTH) :].split(b"\r\n", 1)[0])


class Devices:
    """All devices of one kind, and what they received."""

    def __init__(self, kind: str, count: int) -> None:
        """Prepare as many devices as asked for."""
        self._log: list[tuple[int, int, str]] = []
        self._devices = [
            Device(number, ANSWERS[kind](number), self._log) for number in range(count)
        ]

    async def start(self) -> list[int]:
        """Listen on a port for each device."""
        return [await self._listen(device) for device in self._devices]

    async def _listen(self, device: Device) -> int:
        """Listen for one device."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(device), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def obey(self, order: dict[str, Any]) -> Any:
        """Do what the measuring process asks for."""
        match order:
            case {"take": "requests"}:
                taken = self._log.copy()
                self._log.clear()
                return taken
            case {"hang": list(numbers)}:
                return self._set_hanging(numbers, is_hanging=True)
            case {"wake": list(numbers)}:
                return self._set_hanging(numbers, is_hanging=False)
        raise ValueError(order)

    def _set_hanging(self, numbers: list[int], *, is_hanging: bool) -> int:
        """Let devices hang or wake up, and return when that was."""
        for number in numbers:
            self._devices[number].is_hanging = is_hanging
        return time.monotonic_ns()


async def main(kind: str, count: int) -> None:
    """Serve until the standard input ends."""
    devices = Devices(kind, count)
    lines = await JsonLines.of_standard_streams()
    lines.send(await devices.start())
    while (order := await lines.receive()) is not None:
        lines.send(devices.obey(order))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
