"""Test the client over real sockets, against a simulated speaker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count
import logging
from socket import AF_INET
import ssl
import traceback
from typing import Any, override
from unittest.mock import patch
from urllib.parse import quote, quote_plus
import zlib

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

from custom_components.grandstream_gsc.cti import (
    Answer,
    CtiAuthenticationError,
    CtiCertificateError,
    CtiClient,
    CtiConnectionError,
    CtiConnectTimeoutError,
    CtiDroppedError,
    CtiError,
    CtiIncompleteError,
    CtiNotServedError,
    CtiRedirectError,
    CtiRefusedError,
    CtiResponseError,
    CtiServerError,
    CtiTimeoutError,
    CtiValueError,
    Function,
    LineStatus,
    PhoneStatus,
    Track,
    client as client_module,
)
from custom_components.grandstream_gsc.cti.protocol import (
    MAX_BODY_BYTES,
    request_target,
)
from tests.conftest import PASSCODE
from tests.simulator import (
    Answer as HttpAnswer,
    Behaviour,
    Exchange,
    Speaker,
    SpeakerServer,
    cut,
    drop_after,
    hang,
    reply,
    truncate,
    well,
)
from tests.simulator.certificates import Authority

type Send = Callable[[CtiClient], Awaitable[object]]

COMPLETE = b'{"response": "success", "body": "complete"}'
FAILED = b'{"response": "error", "body": "failed"}'
AVAILABLE = b'{"response":"success","body":"available","misc":"0"}'
BELL = "/var/user/music/Schulglocke groß.ogg"

PASSCODE_FORMS = {
    PASSCODE,
    repr(PASSCODE)[1:-1],
    quote(PASSCODE),
    quote(PASSCODE, safe=""),
    quote_plus(PASSCODE),
}
SECRETS = PASSCODE_FORMS | {"/cgi-bin/api-", "127.0.0.1"}


class Call:
    """A way to call the client, and what has to arrive then."""

    def __init__(
        self, name: str, send: Send, function: Function, **parameters: str
    ) -> None:
        """Remember it all."""
        self.name = name
        self.send = send
        self.function = function
        self.parameters = parameters


QUESTIONS = [
    Call("phone_status", CtiClient.phone_status, Function.PHONE_STATUS),
    Call("line_statuses", CtiClient.line_statuses, Function.LINE_STATUS),
    Call("tracks", CtiClient.tracks, Function.MUSIC_LIST),
]
COMMANDS = [
    Call(
        "make_call",
        lambda client: client.make_call("+49#*"),
        Function.MAKE_CALL,
        phonenumber="+49#*",
    ),
    Call("end_call", CtiClient.end_call, Function.PHONE_OPERATION, cmd="endcall"),
    Call(
        "accept_call", CtiClient.accept_call, Function.PHONE_OPERATION, cmd="acceptcall"
    ),
    Call(
        "reject_call", CtiClient.reject_call, Function.PHONE_OPERATION, cmd="rejectcall"
    ),
    Call("toggle_mute", CtiClient.toggle_mute, Function.PHONE_OPERATION, cmd="mute"),
    Call(
        "play once",
        lambda client: client.play(BELL, loop=False),
        Function.MUSIC_PLAY,
        state="1",
        type="1",
        url=BELL,
        loop="0",
    ),
    Call(
        "play in a loop",
        lambda client: client.play(BELL, loop=True),
        Function.MUSIC_PLAY,
        state="1",
        type="1",
        url=BELL,
        loop="1",
    ),
    Call(
        "stop",
        lambda client: client.stop(BELL),
        Function.MUSIC_PLAY,
        state="0",
        type="1",
        url=BELL,
        loop="0",
    ),
]
RESTARTS = [
    Call("reboot", CtiClient.reboot, Function.SYSTEM_OPERATION, request="REBOOT"),
    Call(
        "factory_reset",
        CtiClient.factory_reset,
        Function.SYSTEM_OPERATION,
        request="RESET",
    ),
]


def each(calls: list[Call]) -> pytest.MarkDecorator:
    """Run a test with each of some calls."""
    return pytest.mark.parametrize("call", calls, ids=[call.name for call in calls])


def chain(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error and all that it drags along."""
    yield error
    for other in filter(None, (error.__cause__, error.__context__)):
        yield from chain(other)


def assert_discreet(error: BaseException) -> None:
    """See that an error gives neither the passcode nor a URL away."""
    text = "".join(traceback.format_exception(error))
    for link in chain(error):
        text += f"{link!s}\n{link!r}\n{link.args!r}\n{vars(link)!r}\n"
    assert not {secret for secret in SECRETS if secret in text}


async def failure(request: Awaitable[object]) -> CtiError:
    """Return the error that a request ends in, having seen that it is discreet."""
    with pytest.raises(CtiError) as caught:
        await request
    assert_discreet(caught.value)
    assert list(chain(caught.value)) == [caught.value]
    return caught.value


def raw(answer: bytes) -> Behaviour:
    """Make a behaviour that says something, be it HTTP or not, and hangs up."""

    async def behaviour(exchange: Exchange) -> None:
        await exchange.send(answer)
        exchange.close()

    return behaviour


def raw_then_hang(answer: bytes) -> Behaviour:
    """Make a behaviour that says something and falls silent."""

    async def behaviour(exchange: Exchange) -> None:
        await exchange.send(answer)
        await exchange.hang()

    return behaviour


def echo(http_status: int = 200, text: str = "<html>{}</html>") -> Behaviour:
    """Make a behaviour that repeats what was asked, with the passcode in it."""

    async def behaviour(exchange: Exchange) -> None:
        target = exchange.request.target
        body = text.replace("{}", f"{target} {PASSCODE}").encode()
        headers = {"Location": f"{target}&again"}
        await exchange.send(HttpAnswer(http_status, body, headers=headers))

    return behaviour


async def reset(exchange: Exchange) -> None:
    """Reset the connection without an answer."""
    exchange.abort()


async def close(exchange: Exchange) -> None:
    """Close the connection without an answer."""
    exchange.close()


async def close_after(exchange: Exchange) -> None:
    """Do what is asked, then close the connection without an answer."""
    exchange.answer()
    exchange.close()


each_end = pytest.mark.parametrize("end", [reset, close])
each_end_after = pytest.mark.parametrize("end", [drop_after, close_after])


def timeout(**seconds: float) -> AbstractContextManager[object]:
    """Have the client wait for a short time only."""
    return patch.object(client_module, "_TIMEOUT", aiohttp.ClientTimeout(**seconds))


@each(QUESTIONS + COMMANDS + RESTARTS)
async def test_what_arrives(
    client: CtiClient, speaker: SpeakerServer, call: Call
) -> None:
    """Send each request as the guide has it, parameters in their order."""
    speaker.behave(reply(200, FAILED))
    assert type(await failure(call.send(client))) is CtiRefusedError
    (request,) = speaker.received
    assert request.method == "GET"
    assert request.target == request_target(call.function, PASSCODE, **call.parameters)
    assert request.function == call.function
    assert list(request.params.items()) == [
        ("passcode", PASSCODE),
        *call.parameters.items(),
    ]


@each(COMMANDS + RESTARTS)
async def test_accepted(client: CtiClient, speaker: SpeakerServer, call: Call) -> None:
    """See that a command was accepted."""
    speaker.behave(reply(200, COMPLETE))
    await call.send(client)
    assert speaker.received.count(call.function) == 1
    assert not client.journal.failures


async def test_questions(client: CtiClient, speaker: SpeakerServer) -> None:
    """Ask for status, lines and tracks."""
    speaker.speaker.ring("100", "Büro")
    assert await client.phone_status() == PhoneStatus("ringing")
    assert (await client.line_statuses())[:2] == (
        LineStatus(1, "ringing", "Büro", "100"),
        LineStatus(2, "idle", "", ""),
    )
    assert Track(BELL, "Schulglocke groß.ogg") in await client.tracks()


async def test_music(client: CtiClient, speaker: SpeakerServer) -> None:
    """Play each track that the speaker lists, and stop it."""
    for track in await client.tracks():
        await client.play(track.path, loop=True)
        assert speaker.speaker.describe()["playing"] == {
            "path": track.path,
            "loop": True,
        }
        await client.stop(track.path)
        assert speaker.speaker.playback is None


async def test_calls(client: CtiClient, speaker: SpeakerServer) -> None:
    """Make a call and end it, take one and mute it, reject one."""
    await client.make_call("bob@pbx.example")
    assert speaker.speaker.describe()["call"]["number"] == "bob@pbx.example"
    await client.end_call()
    speaker.speaker.ring("100")
    await client.accept_call()
    assert speaker.speaker.activity == "connected"
    await client.toggle_mute()
    assert speaker.speaker.muted
    await client.end_call()
    speaker.speaker.ring("100")
    await client.reject_call()
    assert speaker.speaker.call is None


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(chr, range(128))),
        "a b+c%20d%2Be",
        "&passcode=x&state=0#fragment?query=/../;",
        "äöüß€ \U0001f514 \u202e \ufeff",
        "/",
        "",
    ],
)
async def test_any_text_arrives(
    session: aiohttp.ClientSession, speaker: SpeakerServer, text: str
) -> None:
    """Send passcodes and paths so that they arrive as they are."""
    speaker.speaker.passcode = text
    client = CtiClient(session, speaker.host, text, port=speaker.port)
    speaker.speaker.tracks = [f"/{text}"]
    await client.play(f"/{text}", loop=False)
    assert speaker.received[0].params["passcode"] == text
    assert speaker.received[0].params["url"] == f"/{text}"


@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.make_call("12 34"),
        lambda client: client.make_call(""),
        lambda client: client.play("/\ud800", loop=True),
        lambda client: client.stop("/\ud800"),
    ],
)
async def test_unsendable(
    client: CtiClient, speaker: SpeakerServer, send: Send
) -> None:
    """Send nothing that cannot be sent, and count nothing."""
    error = await failure(send(client))
    assert type(error) is CtiValueError
    assert not speaker.received
    assert not client.journal.requests
    assert not client.journal.failures


async def test_unsendable_passcode(
    session: aiohttp.ClientSession, speaker: SpeakerServer
) -> None:
    """Send nothing with a passcode that has no UTF-8 form."""
    client = CtiClient(session, speaker.host, f"{PASSCODE}\ud800", port=speaker.port)
    assert type(await failure(client.phone_status())) is CtiValueError
    assert not speaker.received


async def test_kept_connection(client: CtiClient, speaker: SpeakerServer) -> None:
    """Use one connection for poll after poll, also after a refusal."""
    for _ in range(3):
        await client.phone_status()
    assert type(await failure(client.end_call())) is CtiRefusedError
    speaker.behave(reply(404, b"<html></html>"), times=1)
    assert type(await failure(client.line_statuses())) is CtiNotServedError
    await client.phone_status()
    assert {request.connection for request in speaker.received} == {1}


async def test_one_at_a_time(
    client: CtiClient, session: aiohttp.ClientSession, speaker: SpeakerServer
) -> None:
    """Send a request only when the one before it is done."""
    release = asyncio.Event()

    async def hold(exchange: Exchange) -> None:
        await release.wait()
        await well(exchange)

    speaker.speaker.ring("100")
    speaker.behave(hold, function=Function.PHONE_OPERATION)
    both = asyncio.gather(client.accept_call(), client.toggle_mute())
    await speaker.received.wait_for(Function.PHONE_OPERATION)
    # Another client does not wait, and what it asks would arrive later.
    other = CtiClient(session, speaker.host, PASSCODE, port=speaker.port)
    await other.phone_status()
    assert speaker.received.count(Function.PHONE_OPERATION) == 1
    release.set()
    await both
    arrived = [request.params["cmd"] for request in speaker.received.commands()]
    assert arrived == ["acceptcall", "mute"]


async def test_cancelled_request(client: CtiClient, speaker: SpeakerServer) -> None:
    """Be of use after a request was cancelled."""
    speaker.behave(hang, times=1)
    request = asyncio.create_task(client.phone_status())
    await speaker.received.wait_for(Function.PHONE_STATUS)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert await client.phone_status() == PhoneStatus("available")
    assert client.journal.requests == {Function.PHONE_STATUS: 2}


def padded(size: int) -> bytes:
    """Make an answer of so many bytes."""
    return AVAILABLE.ljust(size)


async def test_largest_answer(client: CtiClient, speaker: SpeakerServer) -> None:
    """Read an answer up to the limit."""
    speaker.behave(reply(200, padded(MAX_BODY_BYTES)))
    assert await client.phone_status() == PhoneStatus("available")


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(
            raw_then_hang(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1)
            ),
            id="said in advance",
        ),
        pytest.param(reply(404, padded(MAX_BODY_BYTES + 1)), id="page"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\n\r\n" + padded(MAX_BODY_BYTES + 1)),
            id="without a length",
        ),
        pytest.param(
            reply(
                200,
                zlib.compress(b" " * 10_000_000),
                headers={"Content-Encoding": "deflate"},
            ),
            id="compressed",
        ),
    ],
)
async def test_too_large_answer(
    client: CtiClient, speaker: SpeakerServer, behaviour: Behaviour
) -> None:
    """Refuse an answer over the limit, unread where it says its length."""
    speaker.behave(behaviour, times=1)
    error = await failure(client.phone_status())
    assert error.args == ("the answer is too large",)
    await client.phone_status()
    assert [request.connection for request in speaker.received] == [1, 2]


async def test_endless_answer(client: CtiClient, speaker: SpeakerServer) -> None:
    """Cut an endless answer off."""
    sent = count()

    async def talk(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while next(sent) < 10_000:
            await exchange.send(b"1000\r\n" + b" " * 0x1000 + b"\r\n")

    speaker.behave(talk, times=1)
    error = await failure(client.phone_status())
    assert error.args == ("the answer is too large",)
    assert await client.phone_status() == PhoneStatus("available")
    assert next(sent) < 10_000


@pytest.mark.parametrize("http_status", [301, 302, 303, 307, 308])
async def test_redirect(
    client: CtiClient, speaker: SpeakerServer, http_status: int
) -> None:
    """Follow no redirect."""
    speaker.behave(reply(http_status, headers={"Location": f"{speaker.url}/else"}))
    assert type(await failure(client.reboot())) is CtiRedirectError
    assert len(speaker.received) == 1


def test_timeouts() -> None:
    """Wait 3 seconds for a connection and 10 in all."""
    timeout = client_module._TIMEOUT
    assert (timeout.total, timeout.connect) == (10, 3)
    # Else aiohttp rounds up.
    assert timeout.ceil_threshold > 10


@pytest.mark.parametrize("seconds", [{"total": 0.05}, {"sock_read": 0.01}])
@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(hang, id="nothing"),
        pytest.param(raw_then_hang(b"HTTP/1.1 200"), id="half a head"),
        pytest.param(
            raw_then_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            id="half a body",
        ),
    ],
)
async def test_no_answer_in_time(
    client: CtiClient,
    speaker: SpeakerServer,
    behaviour: Behaviour,
    seconds: dict[str, float],
) -> None:
    """Give up waiting for an answer, and be of use after that."""
    await client.phone_status()
    speaker.behave(behaviour, times=1)
    with timeout(**seconds):
        error = await failure(client.end_call())
    assert type(error) is CtiTimeoutError
    assert error.in_doubt
    assert await client.phone_status() == PhoneStatus("available")
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()


class SilentResolver(AbstractResolver):
    """A name server that does not answer."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: int = AF_INET
    ) -> list[ResolveResult]:
        """Wait for ever."""
        return await asyncio.Future[list[ResolveResult]]()

    @override
    async def close(self) -> None:
        """Have nothing to close."""


class IgnorantResolver(SilentResolver):
    """A name server that knows no names."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: int = AF_INET
    ) -> list[ResolveResult]:
        """Know nothing."""
        raise OSError(None, "Domain name not found")


async def test_no_connection_in_time() -> None:
    """Give up waiting for a connection: nothing was sent."""
    connector = aiohttp.TCPConnector(resolver=SilentResolver())
    async with aiohttp.ClientSession(connector=connector) as session:
        client = CtiClient(session, "speaker.example", PASSCODE)
        with timeout(connect=0.01):
            error = await failure(client.reboot())
    assert type(error) is CtiConnectTimeoutError
    assert not error.in_doubt


async def test_no_handshake_in_time(
    lax_session: aiohttp.ClientSession, speaker: SpeakerServer
) -> None:
    """Give up waiting for TLS where nobody speaks it: nothing was sent."""
    client = tls_client(lax_session, speaker)
    with timeout(connect=0.01):
        error = await failure(client.reboot())
    assert type(error) is CtiConnectTimeoutError
    assert not speaker.received


async def test_unknown_name() -> None:
    """Fail for a name that does not exist: nothing was sent."""
    connector = aiohttp.TCPConnector(resolver=IgnorantResolver())
    async with aiohttp.ClientSession(connector=connector) as session:
        client = CtiClient(session, "speaker.example", PASSCODE)
        assert type(await failure(client.reboot())) is CtiConnectionError


@each(QUESTIONS + COMMANDS + RESTARTS)
async def test_refused_connection(
    client: CtiClient, speaker: SpeakerServer, call: Call
) -> None:
    """Fail where nobody listens: nothing was sent."""
    await speaker.unplug()
    error = await failure(call.send(client))
    assert type(error) is CtiConnectionError
    assert not error.in_doubt
    await speaker.plug_in()
    assert await client.phone_status() == PhoneStatus("available")


@each_end
@each(QUESTIONS + COMMANDS + RESTARTS)
async def test_at_most_once(
    client: CtiClient, speaker: SpeakerServer, call: Call, end: Behaviour
) -> None:
    """Send a request once where a kept connection ends without an answer."""
    await client.phone_status()
    speaker.received.clear()
    speaker.behave(end)
    await asyncio.gather(call.send(client), return_exceptions=True)
    (request,) = speaker.received
    assert (request.function, request.connection) == (call.function, 1)


@each_end
@each(QUESTIONS + COMMANDS)
async def test_dropped(
    client: CtiClient, speaker: SpeakerServer, call: Call, end: Behaviour
) -> None:
    """Tell that a connection ended before the answer, a new one or a kept one."""
    speaker.behave(end)
    assert type(await failure(call.send(client))) is CtiDroppedError
    speaker.behave_well()
    await client.phone_status()
    speaker.behave(end)
    error = await failure(call.send(client))
    assert type(error) is CtiDroppedError
    assert error.in_doubt


@each_end_after
async def test_mute_toggles_once(
    client: CtiClient, speaker: SpeakerServer, end: Behaviour
) -> None:
    """Mute once where the speaker did it and then dropped the connection."""
    speaker.speaker.ring("100")
    await client.phone_status()
    speaker.behave(end)
    assert type(await failure(client.toggle_mute())) is CtiDroppedError
    assert speaker.received.count(Function.PHONE_OPERATION) == 1
    assert speaker.speaker.muted


@each_end_after
async def test_aiohttp_alone_toggles_twice(
    session: aiohttp.ClientSession, speaker: SpeakerServer, end: Behaviour
) -> None:
    """Show that aiohttp by itself sends the same request twice."""
    parameters = {"passcode": PASSCODE, "cmd": "mute"}
    speaker.speaker.ring("100")
    async with session.get(speaker.url) as response:
        await response.read()
    speaker.behave(end)
    with pytest.raises(aiohttp.ClientError):
        await session.get(
            f"{speaker.url}/cgi-bin/{Function.PHONE_OPERATION}", params=parameters
        )
    assert speaker.received.count(Function.PHONE_OPERATION) == 2
    assert not speaker.speaker.muted


@pytest.mark.parametrize(
    "behaviour",
    [
        well,
        drop_after,
        close_after,
        truncate,
        cut,
        raw(b"HTTP/1.1 200 OK\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"),
    ],
    ids=[
        "well",
        "reset",
        "close",
        "half an answer with its length",
        "half an answer",
        "half a head",
        "no body",
        "half a chunk",
    ],
)
@each(RESTARTS)
async def test_restart_before_the_answer(
    client: CtiClient, speaker: SpeakerServer, call: Call, behaviour: Behaviour
) -> None:
    """Take it for accepted where the speaker goes before it has answered."""
    speaker.behave(behaviour)
    await call.send(client)
    assert speaker.received.count(call.function) == 1


@each(RESTARTS)
async def test_restart_without_answer(
    client: CtiClient, speaker: SpeakerServer, call: Call
) -> None:
    """Take it for accepted where no answer comes, and count the failure."""
    speaker.behave(hang)
    with timeout(sock_read=0.01):
        await call.send(client)
    assert speaker.received.count(call.function) == 1
    assert client.journal.failures == {"timeout": 1}


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (reply(200, FAILED), CtiRefusedError),
        (reply(401), CtiAuthenticationError),
        (reply(404), CtiNotServedError),
        (reply(500), CtiServerError),
        (reply(200, b"<html></html>"), CtiResponseError),
        (raw(b"?\r\n\r\n"), CtiResponseError),
    ],
)
@each(RESTARTS)
async def test_refused_restart(
    client: CtiClient,
    speaker: SpeakerServer,
    call: Call,
    behaviour: Behaviour,
    expected: type[CtiError],
) -> None:
    """Take an answer that does not accept a restart for what it is."""
    speaker.behave(behaviour)
    assert type(await failure(call.send(client))) is expected


@pytest.fixture
async def tls_speaker(
    socket_enabled: None, authority: Authority
) -> AsyncIterator[SpeakerServer]:
    """Run a simulated speaker with HTTPS and a certificate of a private authority."""
    speaker = Speaker(passcode=PASSCODE)
    async with SpeakerServer(speaker, ssl_context=authority.server()) as server:
        yield server


def tls_client(session: aiohttp.ClientSession, speaker: SpeakerServer) -> CtiClient:
    """Make a client that uses HTTPS."""
    return CtiClient(session, speaker.host, PASSCODE, port=speaker.port, ssl=True)


async def test_untrusted_certificate(
    session: aiohttp.ClientSession, tls_speaker: SpeakerServer
) -> None:
    """Send nothing to a speaker whose certificate nobody vouches for."""
    client = tls_client(session, tls_speaker)
    error = await failure(client.reboot())
    assert type(error) is CtiCertificateError
    assert not error.in_doubt
    assert not tls_speaker.received


@pytest.mark.parametrize(
    "make_context",
    [Authority.self_signed, Authority.expired, Authority.wrong_name],
)
async def test_wrong_certificate(
    socket_enabled: None,
    trusting_session: aiohttp.ClientSession,
    authority: Authority,
    make_context: Callable[[Authority], ssl.SSLContext],
) -> None:
    """Send nothing to a speaker whose certificate is not in order."""
    context = make_context(authority)
    async with SpeakerServer(Speaker(), ssl_context=context) as speaker:
        error = await failure(tls_client(trusting_session, speaker).phone_status())
        assert type(error) is CtiCertificateError
        assert not speaker.received


async def test_trusted_certificate(
    trusting_session: aiohttp.ClientSession, tls_speaker: SpeakerServer
) -> None:
    """Talk to a speaker whose certificate the session trusts."""
    client = tls_client(trusting_session, tls_speaker)
    assert await client.phone_status() == PhoneStatus("available")


async def test_old_tls(
    socket_enabled: None, lax_session: aiohttp.ClientSession, authority: Authority
) -> None:
    """Fail where the speaker's TLS is too old: nothing was sent."""
    async with SpeakerServer(Speaker(), ssl_context=authority.old()) as speaker:
        error = await failure(tls_client(lax_session, speaker).reboot())
        assert type(error) is CtiConnectionError
        assert not speaker.received


async def test_unverified_certificate(
    lax_session: aiohttp.ClientSession, tls_speaker: SpeakerServer
) -> None:
    """Talk to any speaker where the session verifies nothing."""
    client = tls_client(lax_session, tls_speaker)
    for _ in range(2):
        assert await client.phone_status() == PhoneStatus("available")
    assert {request.connection for request in tls_speaker.received} == {1}


@each_end_after
async def test_at_most_once_with_tls(
    lax_session: aiohttp.ClientSession, tls_speaker: SpeakerServer, end: Behaviour
) -> None:
    """Mute once over a kept connection with TLS too."""
    client = tls_client(lax_session, tls_speaker)
    tls_speaker.speaker.ring("100")
    await client.phone_status()
    tls_speaker.behave(end)
    assert type(await failure(client.toggle_mute())) is CtiDroppedError
    assert tls_speaker.received.count(Function.PHONE_OPERATION) == 1
    assert tls_speaker.speaker.muted


async def test_http_to_https(
    session: aiohttp.ClientSession, tls_speaker: SpeakerServer
) -> None:
    """Fail where the speaker wants TLS and gets none."""
    client = CtiClient(session, tls_speaker.host, PASSCODE, port=tls_speaker.port)
    await failure(client.phone_status())
    assert not tls_speaker.received


async def test_https_to_http(
    socket_enabled: None, lax_session: aiohttp.ClientSession
) -> None:
    """Fail where the speaker gets TLS and knows none: nothing was sent."""

    def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1") as server:
        _, port = server.sockets[0].getsockname()
        client = CtiClient(lax_session, "127.0.0.1", PASSCODE, port=port, ssl=True)
        assert type(await failure(client.reboot())) is CtiConnectionError


@pytest.mark.parametrize(
    ("arguments", "origin"),
    [
        ({"host": "speaker.example"}, "http://speaker.example"),
        ({"host": "192.0.2.1", "ssl": True}, "https://192.0.2.1"),
        ({"host": "192.0.2.1", "port": 443}, "http://192.0.2.1:443"),
        ({"host": "2001:db8::1", "port": 8080}, "http://[2001:db8::1]:8080"),
    ],
)
async def test_origin(
    session: aiohttp.ClientSession, arguments: dict[str, Any], origin: str
) -> None:
    """Talk to the usual port of the scheme, or to the given one."""
    urls = []

    async def note(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        urls.append(request.url)
        raise CtiConnectionError

    client = CtiClient(session, passcode=PASSCODE, **arguments)
    with patch.object(client_module, "_send_once", note):
        assert type(await failure(client.phone_status())) is CtiConnectionError
    assert [str(url.origin()) for url in urls] == [origin]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + AVAILABLE,
        b"HTTP/1.0 200 Fine\r\nContent-Type: text/html\r\n\r\n" + AVAILABLE,
        b"HTTP/1.1 200 OK\r\nContent-Type: a/b; charset=c\r\n\r\n" + AVAILABLE,
        b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=;;=a b\r\n\r\n" + AVAILABLE,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + AVAILABLE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
        % (len(AVAILABLE), AVAILABLE),
    ],
)
async def test_odd_http(
    client: CtiClient, speaker: SpeakerServer, answer: bytes
) -> None:
    """Take an answer however it is wrapped."""
    speaker.behave(raw(answer))
    assert await client.phone_status() == PhoneStatus("available")


@pytest.mark.parametrize(
    "answer",
    [
        b"?\r\n\r\n",
        b"<html>?</html>",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n?\r\n",
        b"HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
async def test_malformed_http(
    client: CtiClient, speaker: SpeakerServer, answer: bytes
) -> None:
    """Tell that an answer is not HTTP."""
    speaker.behave(raw(answer), times=1)
    assert type(await failure(client.phone_status())) is CtiResponseError
    assert await client.phone_status() == PhoneStatus("available")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConte",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_broken_off_http(
    client: CtiClient, speaker: SpeakerServer, answer: bytes
) -> None:
    """Tell that an answer broke off, as far as it said so."""
    speaker.behave(raw(answer), times=1)
    assert type(await failure(client.phone_status())) is CtiDroppedError
    assert await client.phone_status() == PhoneStatus("available")


ECHOES = [
    pytest.param(echo(http_status), error, id=error.kind)
    for http_status, error in (
        (200, CtiResponseError),
        (302, CtiRedirectError),
        (401, CtiAuthenticationError),
        (404, CtiNotServedError),
        (500, CtiServerError),
    )
] + [
    pytest.param(
        echo(text='{"response": "error", "body": {}}'),
        CtiIncompleteError,
        id="incomplete",
    ),
    pytest.param(
        echo(text='{"response": "error", "body": "' + quote(PASSCODE) + '"}'),
        CtiRefusedError,
        id="refused",
    ),
    pytest.param(
        raw(f"HTTP/1.1 200 OK\r\n{PASSCODE}\r\n\r\n".encode()),
        CtiResponseError,
        id="bad HTTP",
    ),
    pytest.param(
        raw(f"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{PASSCODE}".encode()),
        CtiDroppedError,
        id="dropped",
    ),
]


@pytest.mark.parametrize(("behaviour", "expected"), ECHOES)
async def test_discretion(
    client: CtiClient,
    speaker: SpeakerServer,
    behaviour: Behaviour,
    expected: type[CtiError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Give the passcode away nowhere, though the answer repeats it."""
    caplog.set_level(logging.DEBUG)
    speaker.behave(behaviour)
    error = await failure(client.phone_status())
    assert type(error) is expected
    shown = f"{caplog.text}{client!r}{client}{client.journal!r}{client.journal}"
    assert not {form for form in PASSCODE_FORMS if form in shown}


async def test_aiohttp_alone_is_indiscreet(
    session: aiohttp.ClientSession, speaker: SpeakerServer
) -> None:
    """Show that errors of aiohttp would be caught giving the URL away."""
    speaker.behave(raw(b"?\r\n\r\n"))
    parameters = {"passcode": PASSCODE}
    with pytest.raises(aiohttp.ClientError) as caught:
        await session.get(speaker.url, params=parameters)
    with pytest.raises(AssertionError):
        assert_discreet(caught.value)
    outer = CtiError("no secret")
    outer.__context__ = caught.value
    with pytest.raises(AssertionError):
        assert_discreet(outer)


async def test_journal(client: CtiClient, speaker: SpeakerServer) -> None:
    """Count requests and failures, and keep answers and how long they took."""
    await speaker.unplug()
    await failure(client.phone_status())
    await speaker.plug_in()
    with patch.object(client_module, "monotonic", side_effect=[0, 2, 10, 11, 20, 26]):
        await client.phone_status()
        await client.phone_status()
        await failure(client.end_call())
    journal = client.journal
    assert journal.requests == {
        Function.PHONE_STATUS: 3,
        Function.PHONE_OPERATION: 1,
    }
    assert journal.failures == {"refused": 1, "unreachable": 1}
    assert journal.latency() == {"minimum": 1, "median": 2, "maximum": 6}
    assert journal.answers == {
        Function.PHONE_STATUS: Answer(200, AVAILABLE, len(AVAILABLE)),
        Function.PHONE_OPERATION: Answer(200, FAILED, len(FAILED)),
    }
