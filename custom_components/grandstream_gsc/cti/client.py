"""A client for one speaker."""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from time import monotonic

import aiohttp
from yarl import URL

from .errors import (
    CtiCertificateError,
    CtiConnectionError,
    CtiConnectTimeoutError,
    CtiDroppedError,
    CtiError,
    CtiIncompleteError,
    CtiResponseError,
    CtiTimeoutError,
    CtiValueError,
)
from .journal import Journal
from .models import LineStatus, PhoneStatus, Track
from .protocol import (
    MAX_BODY_BYTES,
    Function,
    decode_command,
    decode_line_statuses,
    decode_phone_status,
    decode_tracks,
    is_phone_number,
    request_target,
)

HTTP_PORT = 80
HTTPS_PORT = 443

# Above the threshold aiohttp would wait up to a second longer.
_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3, ceil_threshold=11)

type _Decoder[_T] = Callable[[int, bytes], _T]


async def _send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a request a second time.

    When a kept connection ends without an answer, aiohttp repeats a GET by itself: a
    speaker that had carried out the first one would dial twice. It does not repeat
    what ends in an error that is not its own.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientError, OSError) as error:
        cause = _error_for(error)
    raise cause


class CtiClient:
    """Talks to one speaker, one request at a time.

    Every method raises a CtiError when the speaker does not do as asked; its
    ``in_doubt`` tells whether a command may have been carried out nevertheless. A
    request is sent once, never again.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        host: str,
        passcode: str,
        *,
        port: int | None = None,
        ssl: bool = False,
    ) -> None:
        """Prepare to talk to the speaker at a host name or IP address.

        The session decides whether certificates are verified. Without a port, 80 is
        used, or 443 with ssl. The passcode is the admin's (guide, "Request format").
        The client's ``origin`` is the URL of the speaker's web page.
        """
        self.journal = Journal()
        self._session = session
        self._passcode = passcode
        self.origin = str(
            URL.build(
                scheme="https" if ssl else "http",
                host=host,
                port=port or (HTTPS_PORT if ssl else HTTP_PORT),
            )
        )
        # The same few requests are sent over and over.
        self._url = lru_cache(maxsize=32)(self._build_url)
        self._lock = asyncio.Lock()

    async def phone_status(self) -> PhoneStatus:
        """Ask what the phone is doing (guide, "Phone Status Function")."""
        return await self._ask(Function.PHONE_STATUS, decode_phone_status)

    async def line_statuses(self) -> tuple[LineStatus, ...]:
        """Ask what each line is doing (guide, "Response format").

        Not every firmware serves it: expect CtiNotServedError or CtiRefusedError.
        """
        return await self._ask(Function.LINE_STATUS, decode_line_statuses)

    async def tracks(self) -> tuple[Track, ...]:
        """Ask for the music stored on the speaker (guide, "Get Local Music List")."""
        return await self._ask(Function.MUSIC_LIST, decode_tracks)

    async def make_call(self, phone_number: str) -> None:
        """Call a number, a SIP user or a SIP URI (guide, "Make Call").

        Raises CtiValueError, and sends nothing, for anything else.
        """
        if not is_phone_number(phone_number):
            raise CtiValueError("not a phone number")
        await self._command(Function.MAKE_CALL, phonenumber=phone_number)

    async def end_call(self) -> None:
        """End the established call (guide, "Phone Operations Functions")."""
        await self._command(Function.PHONE_OPERATION, cmd="endcall")

    async def accept_call(self) -> None:
        """Accept the incoming call (guide, "Phone Operations Functions")."""
        await self._command(Function.PHONE_OPERATION, cmd="acceptcall")

    async def reject_call(self) -> None:
        """Reject the incoming call (guide, "Phone Operations Functions")."""
        await self._command(Function.PHONE_OPERATION, cmd="rejectcall")

    async def toggle_mute(self) -> None:
        """Mute the call, or unmute it (guide, "Phone Operations Functions").

        No function tells which of the two it was.
        """
        await self._command(Function.PHONE_OPERATION, cmd="mute")

    async def reboot(self) -> None:
        """Reboot the speaker (guide, "System Operations Functions")."""
        await self._restart("REBOOT")

    async def factory_reset(self) -> None:
        """Reset the speaker to its defaults (guide, "System Operations Functions")."""
        await self._restart("RESET")

    async def play(self, path: str, *, loop: bool) -> None:
        """Play a track once, or over and over (guide, "Music play control").

        Raises CtiValueError, and sends nothing, for a path that has no UTF-8 form.
        """
        await self._control_music(path, state="1", loop="1" if loop else "0")

    async def stop(self, path: str) -> None:
        """Stop the music (guide, "Music play control").

        The guide's example names a track here too.
        """
        await self._control_music(path, state="0", loop="0")

    async def _control_music(self, path: str, *, state: str, loop: str) -> None:
        """Send a music play control with its parameters in the guide's order."""
        await self._command(
            Function.MUSIC_PLAY, state=state, type="1", url=path, loop=loop
        )

    async def _restart(self, request: str) -> None:
        """Send a command that takes the speaker away, perhaps before it answers."""
        try:
            await self._command(Function.SYSTEM_OPERATION, request=request)
        except (CtiDroppedError, CtiTimeoutError, CtiIncompleteError) as error:
            if not error.in_doubt:
                raise

    async def _command(self, function: Function, **parameters: str) -> None:
        """Send a command and see that it was accepted."""
        await self._ask(function, decode_command, **parameters)

    async def _ask[T](
        self, function: Function, decode: _Decoder[T], **parameters: str
    ) -> T:
        """Send a request, decode its answer, and keep the journal."""
        url = self._url(function, **parameters)
        async with self._lock:
            self.journal.requests[function] += 1
            started = monotonic()
            try:
                http_status, body = await self._exchange(url)
                self.journal.record_answer(
                    function, http_status, body, monotonic() - started
                )
                return decode(http_status, body)
            except CtiError as error:
                self.journal.record_failure(error)
                raise

    def _build_url(self, function: Function, **parameters: str) -> URL:
        """Build the URL of a request."""
        target = request_target(function, self._passcode, **parameters)
        return URL(f"{self.origin}{target}", encoded=True)

    async def _exchange(self, url: URL) -> tuple[int, bytes]:
        """Send a request and return HTTP status and body of its answer."""
        try:
            async with self._session.get(
                url,
                allow_redirects=False,
                middlewares=(_send_once,),
                timeout=_TIMEOUT,
            ) as response:
                return response.status, await _read_body(response)
        except (aiohttp.ClientError, OSError) as error:
            cause = _error_for(error)
        raise cause


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """Read a body, unless it is larger than any answer of a speaker."""
    length = response.headers.get(aiohttp.hdrs.CONTENT_LENGTH, "0")
    content = response.content
    body = bytearray()
    if int(length) <= MAX_BODY_BYTES:
        while len(body) <= MAX_BODY_BYTES:
            if not (chunk := await content.readany()):
                return bytes(body)
            body += chunk
    response.close()
    raise CtiResponseError("the answer is too large")


def _error_for(error: aiohttp.ClientError | OSError) -> CtiError:
    """Return what an exception of aiohttp means, without its text.

    The text can hold the URL, and with it the passcode. For the same reason callers
    raise the result outside of their handlers: the exception must not become its
    context.
    """
    match error:
        case aiohttp.ConnectionTimeoutError():
            return CtiConnectTimeoutError("no connection in time")
        case TimeoutError():
            return CtiTimeoutError("no answer in time")
        case aiohttp.ClientConnectorCertificateError():
            return CtiCertificateError("the certificate was not accepted")
        case aiohttp.ClientConnectorError():
            return CtiConnectionError("no connection")
        case aiohttp.ClientPayloadError() | aiohttp.ClientConnectionError() | OSError():
            return CtiDroppedError("the connection ended before the answer")
    return CtiResponseError("the answer is not HTTP")
