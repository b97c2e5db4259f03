"""A simulated speaker on a real socket."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
import socket
import ssl
from typing import Self

from .behaviour import Behaviour, Exchange, well
from .messages import Received, ReceivedLog, read_request
from .speaker import Playback, Speaker, ignore


@dataclass
class _Rule:
    """A behaviour for some of the requests to come."""

    behaviour: Behaviour
    function: str | None
    times: int | None

    def applies_to(self, request: Received) -> bool:
        """Tell whether the rule is meant for a request."""
        return self.times != 0 and self.function in (None, request.function)

    def use(self) -> Behaviour:
        """Return the behaviour and count its use."""
        if self.times is not None:
            self.times -= 1
        return self.behaviour


class _Timer:
    """A timer that can be set again and cancelled."""

    def __init__(self) -> None:
        """Start without a time."""
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float | None, action: Callable[[], None]) -> None:
        """Replace the time; None is never."""
        self.cancel()
        if seconds is not None:
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(seconds, action)

    def cancel(self) -> None:
        """Cancel what is set."""
        if self._handle:
            self._handle.cancel()
            self._handle = None


class SpeakerServer:
    """A simulated speaker with its listening socket and its connections."""

    def __init__(
        self,
        speaker: Speaker,
        host: str = "127.0.0.1",
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Prepare to listen; port 0 becomes a free port at the start, and stays it."""
        self.speaker = speaker
        self.host = host
        self.port = port
        self.received = ReceivedLog()
        self._ssl_context = ssl_context
        self._rules: list[_Rule] = []
        self._numbers = count(1)
        self._connections: set[asyncio.Task[None]] = set()
        # Set while connections are accepted.
        self.listening = asyncio.Event()
        self._listener: asyncio.Server | None = None
        self._plugging = asyncio.Lock()
        self._is_plugged = False
        self._was_rebooting = False
        self._waking: asyncio.Task[None] | None = None
        self._clogs: list[socket.socket] = []
        self._reboot_timer = _Timer()
        self._clock = _Timer()
        self._track_timer = _Timer()
        self._timed: Playback | None = None

    @property
    def url(self) -> str:
        """Return the address to send requests to."""
        scheme = "https" if self._ssl_context else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Start to listen."""
        self.speaker.on_change = self._follow_speaker
        await self.plug_in()

    async def stop(self) -> None:
        """Close every socket, task and timer."""
        self.speaker.on_change = ignore
        self._reboot_timer.cancel()
        self._clock.cancel()
        self._track_timer.cancel()
        await self.unplug()
        if self._waking:
            await self._waking

    async def plug_in(self) -> None:
        """Listen again, on the same port, unless the speaker reboots."""
        self._is_plugged = True
        await self._listen()

    async def unplug(self) -> None:
        """Close the listening socket and every connection, as a pulled cable does."""
        self._is_plugged = False
        async with self._plugging:
            self._unclog()
            self._close_listener()
            self._drop_connections()
            if self._listener:
                await self._listener.wait_closed()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def clog(self) -> None:
        """Let no connection come about any more: attempts get no answer at all."""
        await self.unplug()
        listener = socket.socket()
        self._clogs.append(listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.host, self.port))
        listener.listen(0)
        # Nobody accepts these, and there is room for no more.
        for _ in range(2):
            filler = socket.socket()
            self._clogs.append(filler)
            filler.setblocking(False)  # noqa: FBT003 - takes no keyword
            filler.connect_ex((self.host, self.port))

    async def show(self, ssl_context: ssl.SSLContext | None) -> None:
        """Show another certificate from now on, or speak without TLS."""
        await self.unplug()
        self._ssl_context = ssl_context
        await self.plug_in()

    def reboot_every(self, seconds: float | None) -> None:
        """Reboot on a clock; None stops it."""

        def reboot() -> None:
            self.speaker.reboot()
            self.reboot_every(seconds)

        self._clock.set(seconds, reboot)

    async def come_back(self) -> None:
        """End the reboot and listen again."""
        self.speaker.come_back()
        await self._listen()

    def behave(
        self,
        behaviour: Behaviour,
        function: str | None = None,
        times: int | None = None,
    ) -> None:
        """Treat the next requests, of one function or of all, in a certain way.

        What was installed last comes first.
        """
        self._rules.insert(0, _Rule(behaviour, function, times))

    def behave_well(self) -> None:
        """Forget all installed behaviours."""
        self._rules.clear()

    async def _listen(self) -> None:
        """Open the listening socket, unless nobody may reach the speaker."""
        async with self._plugging:
            if self.listening.is_set() or not self._is_wanted():
                return
            self._unclog()
            self._listener = await asyncio.start_server(
                self._accept, self.host, self.port
            )
            self.port = self._listener.sockets[0].getsockname()[1]
            self.listening.set()
            if not self._is_wanted():
                self._close_listener()

    def _is_wanted(self) -> bool:
        """Tell whether the speaker is to be reached."""
        return self._is_plugged and not self.speaker.rebooting

    def _unclog(self) -> None:
        """End what keeps connections from coming about."""
        for clog in self._clogs:
            clog.close()
        self._clogs.clear()

    def _close_listener(self) -> None:
        """Stop to accept connections, at once."""
        self.listening.clear()
        if self._listener:
            self._listener.close()

    def _drop_connections(self) -> None:
        """End all connections, those that are not yet accepted too."""
        if self._listener:
            self._listener.abort_clients()
        for connection in self._connections:
            connection.cancel()

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve a new connection in a task of its own."""
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve the requests of one connection until either side ends it."""
        number = next(self._numbers)
        is_first = True
        ends = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        try:
            with suppress(*ends):
                # Not before: the loop complains of handshakes that fail.
                if self._ssl_context:
                    await writer.start_tls(self._ssl_context)
                while not writer.is_closing():
                    request = await read_request(reader, number)
                    await self._treat(
                        Exchange(request, self.speaker, writer, is_first=is_first)
                    )
                    is_first = False
                    if not request.keep_alive:
                        break
        finally:
            writer.close()

    async def _treat(self, exchange: Exchange) -> None:
        """Record a request and treat it as the first rule for it says."""
        request = exchange.request
        self.received.add(request)
        rule = next((rule for rule in self._rules if rule.applies_to(request)), None)
        behaviour = rule.use() if rule else well
        await behaviour(exchange)

    def _follow_speaker(self) -> None:
        """Bring timers and sockets into line with the speaker."""
        self._follow_playback()
        self._follow_reboot()

    def _follow_playback(self) -> None:
        """Time a single play."""
        playback = self.speaker.playback
        if playback is self._timed:
            return
        self._timed = playback
        ends = playback is not None and not playback.loop
        seconds = self.speaker.play_seconds if ends else None
        self._track_timer.set(seconds, self.speaker.finish_track)

    def _follow_reboot(self) -> None:
        """Be out of reach while the speaker reboots."""
        if self.speaker.rebooting == self._was_rebooting:
            return
        self._was_rebooting = self.speaker.rebooting
        if self.speaker.rebooting:
            self._close_listener()
            # Not at once: the one who asked for it gets half of an answer.
            asyncio.get_running_loop().call_soon(self._drop_connections)
            seconds = self.speaker.reboot_seconds
            self._reboot_timer.set(seconds, self.speaker.come_back)
        else:
            self._reboot_timer.cancel()
            self._waking = asyncio.create_task(self._listen())
