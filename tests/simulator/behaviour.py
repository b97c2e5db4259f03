"""The ways in which a simulated speaker treats a request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import socket
import struct

from .messages import Answer, Received
from .speaker import Speaker


class Exchange:
    """One request and the means to answer it, or not."""

    def __init__(
        self,
        request: Received,
        speaker: Speaker,
        writer: asyncio.StreamWriter,
        *,
        is_first: bool = True,
    ) -> None:
        """Remember who asks whom."""
        self.request = request
        # The first one on its connection.
        self.is_first = is_first
        self._speaker = speaker
        self._writer = writer

    def answer(self) -> Answer:
        """Let the speaker do what is asked; call it once at most."""
        return self._speaker.answer(self.request)

    async def send(self, answer: Answer | bytes) -> None:
        """Send an answer, or bytes as they are."""
        if isinstance(answer, Answer):
            # A reboot takes the connection away in the middle of the answer (S).
            is_going = self._speaker.rebooting
            answer = answer.encode_half() if is_going else answer.encode()
        self._writer.write(answer)
        await self._writer.drain()

    def close(self) -> None:
        """Close the connection in an orderly way."""
        self._writer.close()

    def abort(self) -> None:
        """Reset the connection."""
        connection = self._writer.get_extra_info("socket")
        # Lingering for no time at all makes the kernel send RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()

    async def hang(self) -> None:
        """Wait until the server stops or drops the connection."""
        await asyncio.Event().wait()


type Behaviour = Callable[[Exchange], Awaitable[None]]


async def well(exchange: Exchange) -> None:
    """Do what is asked and answer it."""
    await exchange.send(exchange.answer())


def reply(
    status: int,
    body: bytes = b"",
    content_type: str = "text/html",
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Make a behaviour that does nothing and always answers the same."""
    answer = Answer(status, body, content_type, headers or {})

    async def behaviour(exchange: Exchange) -> None:
        await exchange.send(answer.encode())

    return behaviour


async def hang(exchange: Exchange) -> None:
    """Do nothing and never answer."""
    await exchange.hang()


async def drop(exchange: Exchange) -> None:
    """Do nothing and reset the connection."""
    exchange.abort()


async def drop_after(exchange: Exchange) -> None:
    """Do what is asked, then reset the connection without an answer."""
    exchange.answer()
    exchange.abort()


async def truncate(exchange: Exchange) -> None:
    """Do what is asked, then close halfway through an answer that says its length."""
    await exchange.send(exchange.answer().encode_half())
    exchange.close()


async def cut(exchange: Exchange) -> None:
    """Do what is asked, then close halfway through an answer without a length."""
    await exchange.send(exchange.answer().encode_half(with_length=False))
    exchange.close()
