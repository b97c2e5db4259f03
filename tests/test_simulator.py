"""Test the simulated speaker, over its sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import signal
import ssl
import sys
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp.test_utils import TestClient, TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
import pytest

from .simulator import (
    MODEL_LINES,
    Behaviour,
    CallState,
    NoLines,
    Speaker,
    SpeakerServer,
    StatusStyle,
    WrongPasscode,
    cut,
    drop,
    drop_after,
    hang,
    reply,
    truncate,
    well,
)
from .simulator.__main__ import main
from .simulator.certificates import Authority
from .simulator.control import control_app
from .simulator.faults import FAULTS, LARGE_BYTES, drip

pytestmark = pytest.mark.usefixtures("socket_enabled")

STATUS = "api-get_phone_status"
LINES = "api-get_line_status"
MUSIC = "api-get_music"
COMPLETE = b'{"response": "success", "body": "complete"}'
FAILED = b'{"response": "error", "body": "failed"}'
BELL = "/var/user/music/Schulglocke groß.ogg"


def target(function: str, passcode: str = "admin", **params: str) -> str:
    """Build a request target."""
    params = {"passcode": passcode, **params}
    query = "&".join(f"{name}={quote(value)}" for name, value in params.items())
    return f"/cgi-bin/{function}?{query}"


def play(path: str, loop: str = "0") -> str:
    """Build the target that plays a track."""
    return target("api-ctrl_music_play", state="1", type="1", url=path, loop=loop)


def stop() -> str:
    """Build the target that stops the music."""
    return target("api-ctrl_music_play", state="0", type="1")


def operate(command: str) -> str:
    """Build the target of a phone operation."""
    return target("api-phone_operation", cmd=command)


async def raw(server: SpeakerServer, request: str) -> bytes:
    """Send a request as it is and read until the connection ends."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(request.encode())
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def get(server: SpeakerServer, path: str) -> tuple[int, bytes]:
    """Get something on a connection of its own: status and body."""
    answer = await raw(server, f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def ask(server: SpeakerServer, path: str) -> bytes:
    """Get the body of an answer with status 200."""
    status, body = await get(server, path)
    assert status == 200
    return body


@pytest.fixture
async def server() -> AsyncIterator[SpeakerServer]:
    """Run a speaker."""
    async with SpeakerServer(Speaker()) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a client session."""
    async with aiohttp.ClientSession() as session:
        yield session


async def test_idle_answers(server: SpeakerServer) -> None:
    """Answer as captures and the guide show it."""
    server.speaker.tracks = ["music1.ogg"]
    assert await ask(server, target(STATUS)) == (
        b'{"response":"success","body":"available","misc":"0"}'
    )
    assert await ask(server, target(MUSIC)) == (
        b'{"response": "success", "body": '
        b'[{"fileName": "music1.ogg", "path": "/var/user/music/music1.ogg"}]}'
    )
    assert (await ask(server, target(LINES))).startswith(
        b'{"response": "success", "body": [{"line": 1, "state": "idle", "acct": "", '
        b'"remotename": "", "remotenum": "", "active": 0}, {"line": 2, '
    )
    assert await ask(server, target("api-make_call", phonenumber="35463")) == (
        b'{"response": "success", "body": true}'
    )


async def test_guide_style_status(server: SpeakerServer) -> None:
    """Print the status as the guide does, which is no JSON."""
    server.speaker.status_style = StatusStyle.GUIDE
    assert await ask(server, target(STATUS)) == (
        b'{"response": "success", "misc": "1"} "body": "available"'
    )
    server.speaker.ring("100")
    assert await ask(server, target(STATUS)) == (
        b'{"response": "success", "misc": "1"} "body": "busy",'
    )


@pytest.mark.parametrize(("model", "lines"), MODEL_LINES.items())
async def test_models(model: str, lines: int) -> None:
    """Serve as many lines as the model has."""
    async with SpeakerServer(Speaker(model=model)) as server:
        assert len(json.loads(await ask(server, target(LINES)))["body"]) == lines


def test_unknown_model() -> None:
    """Refuse a model that does not exist."""
    with pytest.raises(ValueError, match="GSC9999"):
        Speaker(model="GSC9999")


async def test_incoming_call(server: SpeakerServer) -> None:
    """Take a call, mute it, unmute it and end it."""
    server.speaker.number_key = "remotenumber"
    server.speaker.ring("+49 30 1", "Müller")
    assert b'"ringing"' in await ask(server, target(STATUS))
    line = json.loads(await ask(server, target(LINES)))["body"][0]
    assert (line["state"], line["remotename"]) == ("ringing", "Müller")
    assert line["remotenumber"] == "+49 30 1"

    assert await ask(server, operate("acceptcall")) == COMPLETE
    assert b'"busy"' in await ask(server, target(STATUS))
    assert await ask(server, operate("mute")) == COMPLETE
    assert server.speaker.describe()["muted"]
    assert await ask(server, operate("mute")) == COMPLETE
    assert not server.speaker.describe()["muted"]
    assert await ask(server, operate("endcall")) == COMPLETE
    assert server.speaker.activity == "idle"


async def test_rejected_call(server: SpeakerServer) -> None:
    """Reject a call."""
    server.speaker.ring("100")
    assert await ask(server, operate("rejectcall")) == COMPLETE
    assert server.speaker.call is None


async def test_outgoing_call(server: SpeakerServer) -> None:
    """Make a call that the far end takes and ends."""
    await ask(server, target("api-make_call", phonenumber="*1#"))
    assert server.speaker.call
    assert server.speaker.call.number == "*1#"
    assert server.speaker.activity == CallState.DIALING
    call = target("api-make_call", phonenumber="2")
    assert await ask(server, call) == FAILED
    server.speaker.far_end_answers()
    assert server.speaker.activity == CallState.CONNECTED
    server.speaker.far_end_hangs_up()
    assert server.speaker.activity == "idle"


@pytest.mark.parametrize(
    "path",
    [
        *map(operate, ["acceptcall", "rejectcall", "endcall", "mute", "fly"]),
        target("api-phone_operation"),
        target("api-make_call"),
        target("api-sys_operation", request="reboot"),
        target("api-ctrl_music_play", state="2", type="1"),
        play("/var/user/music/none.ogg"),
        play(BELL, loop="2"),
    ],
)
async def test_refused_when_idle(server: SpeakerServer, path: str) -> None:
    """Refuse what makes no sense, or not now."""
    assert await ask(server, path) == FAILED
    assert server.speaker.activity == "idle"


@pytest.mark.parametrize("path", Speaker().track_paths)
async def test_play(server: SpeakerServer, path: str) -> None:
    """Play each track once, then in a loop, then stop."""
    assert await ask(server, play(path)) == COMPLETE
    assert b'"busy"' in await ask(server, target(STATUS))
    server.speaker.finish_track()
    assert b'"available"' in await ask(server, target(STATUS))

    assert await ask(server, play(path, loop="1")) == COMPLETE
    server.speaker.finish_track()
    assert server.speaker.activity == "playing"
    assert await ask(server, stop()) == COMPLETE
    assert server.speaker.activity == "idle"
    assert await ask(server, stop()) == COMPLETE


async def test_play_seconds(server: SpeakerServer) -> None:
    """End a single play, and no loop, by itself."""
    server.speaker.play_seconds = 0
    await ask(server, play(BELL))
    await ask(server, target(STATUS))
    assert server.speaker.activity == "idle"
    await ask(server, play(BELL, loop="1"))
    await ask(server, target(STATUS))
    assert server.speaker.activity == "playing"


async def test_call_ends_music(server: SpeakerServer) -> None:
    """Stop playing for a call, and play nothing during one."""
    await ask(server, play(BELL, loop="1"))
    server.speaker.ring("100")
    assert server.speaker.playback is None
    assert await ask(server, play(BELL)) == FAILED
    server.speaker.far_end_hangs_up()
    assert server.speaker.activity == "idle"


async def test_available_while_playing(server: SpeakerServer) -> None:
    """Be available while playing, if so chosen."""
    server.speaker.busy_while_playing = False
    await ask(server, play(BELL))
    assert b'"available"' in await ask(server, target(STATUS))


async def test_impossible_events(server: SpeakerServer) -> None:
    """Let nothing happen that cannot."""
    speaker = server.speaker
    for event in (
        speaker.finish_track,
        speaker.far_end_answers,
        speaker.far_end_hangs_up,
    ):
        with pytest.raises(ValueError, match="no"):
            event()
    speaker.ring("100")
    with pytest.raises(ValueError, match="ringing"):
        speaker.ring("101")


@pytest.mark.parametrize(
    ("way", "status", "body"),
    [
        ("unauthorized", 200, b'{"response": "success", "body": "unauthorized"}'),
        (
            "session-expired",
            200,
            b'{"response": "error", "body": {"status": "session-expired"}}',
        ),
        ("failed", 200, FAILED),
        (
            "not_allowed",
            200,
            b'{"response": "error", "message": "user is not allowed"}',
        ),
        ("wrongN", 200, b'{"response": "error", "body": "wrong4"}'),
        ("401", 401, None),
        ("403", 403, None),
    ],
)
async def test_wrong_passcode(
    server: SpeakerServer, way: str, status: int, body: bytes | None
) -> None:
    """Refuse a wrong passcode, or none, in the chosen way."""
    server.speaker.wrong_passcode = WrongPasscode(way)
    answer = await get(server, target(STATUS, passcode="Admin"))
    assert answer[0] == status
    assert body in (None, answer[1])
    await get(server, f"/cgi-bin/{STATUS}")
    assert server.speaker.bad_logins == 2
    assert b"available" in await ask(server, target(STATUS))
    assert server.speaker.bad_logins == 2


async def test_lock(server: SpeakerServer) -> None:
    """Lock after five bad logins in a row, until unlocked."""
    server.speaker.wrong_passcode = WrongPasscode.COUNTDOWN
    wrong = target(STATUS, passcode="guess")
    await ask(server, wrong)
    await ask(server, target(STATUS))
    bodies = [json.loads(await ask(server, wrong))["body"] for _ in range(5)]
    assert bodies == ["wrong4", "wrong3", "wrong2", "wrong1", "locked"]
    assert await ask(server, target(STATUS)) == (
        b'{"response": "error", "body": "locked", "lockTime": 5}'
    )
    server.speaker.unlock()
    assert b"available" in await ask(server, target(STATUS))
    assert server.speaker.bad_logins == 6


@pytest.mark.parametrize(
    ("way", "status"),
    [(NoLines.NOT_FOUND, 404), (NoLines.NOT_IMPLEMENTED, 501), (NoLines.REFUSED, 200)],
)
async def test_no_lines(server: SpeakerServer, way: NoLines, status: int) -> None:
    """Serve no line status, if so chosen."""
    server.speaker.serves_lines = False
    server.speaker.no_lines = way
    assert (await get(server, target(LINES)))[0] == status


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET / HTTP/1.1", 404),
        ("GET /cgi-bin/api-fly?passcode=admin HTTP/1.1", 501),
        (f"POST {target(LINES)} HTTP/1.1", 411),
        (f"POST {target(STATUS)} HTTP/1.1\r\nContent-Length: 0", 405),
        (f"DELETE {target(STATUS)} HTTP/1.1", 405),
        ("nonsense", 400),
        ("GET / HTTP/9", 400),
    ],
)
async def test_error_pages(
    server: SpeakerServer, request_line: str, status: int
) -> None:
    """Answer a small page, and record the request all the same."""
    answer = await raw(server, f"{request_line}\r\nConnection: close\r\n\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"<html>" in answer
    assert len(server.received) == 1


async def test_posted_line_status(
    server: SpeakerServer, session: aiohttp.ClientSession
) -> None:
    """Answer a POST of the line status, with a form or an empty body."""
    url = f"{server.url}/cgi-bin/{LINES}"
    async with session.post(url, data={"passcode": "admin"}) as response:
        assert (await response.json(content_type=None))["response"] == "success"
    async with session.post(f"{url}?passcode=admin") as response:
        assert (await response.json(content_type=None))["response"] == "success"


async def test_received(server: SpeakerServer) -> None:
    """Record what arrived, decoded and as it was."""
    assert not server.received
    path = f"/cgi-bin/{STATUS}?passcode=a%2Bb+c%20%26%C3%9F&x&passcode2=="
    await get(server, path)
    await ask(server, operate("mute"))
    first, second = server.received
    assert first.params == {"passcode": "a+b+c &ß", "x": "", "passcode2": "="}
    assert (first.function, first.target) == (STATUS, path)
    assert (first.connection, second.connection) == (1, 2)
    assert first.time <= second.time
    assert server.received.count(STATUS) == 1
    assert server.received.commands() == [second]
    server.received.clear()
    assert len(server.received) == 0


async def test_keep_alive(
    server: SpeakerServer, session: aiohttp.ClientSession
) -> None:
    """Serve request after request on one connection."""
    for _ in range(3):
        async with session.get(f"{server.url}{target(STATUS)}") as response:
            await response.read()
    assert [request.connection for request in server.received] == [1, 1, 1]


async def test_pipelined_requests(server: SpeakerServer) -> None:
    """Answer requests that arrive together, and close after an old one."""
    path = target(STATUS)
    request = f"GET {path} HTTP/1.1\r\n\r\nGET {path} HTTP/1.0\r\n\r\n"
    assert (await raw(server, request)).count(b"available") == 2


async def test_endless_headers(server: SpeakerServer) -> None:
    """Close a connection whose headers do not end."""
    with pytest.raises(ConnectionError):
        await raw(server, "GET / HTTP/1.1\r\n" + "X: y\r\n" * 100_000)
    assert not server.received


async def test_reply(server: SpeakerServer) -> None:
    """Reply something else, without doing what is asked."""
    server.behave(reply(302, b"away", "text/x", {"Location": "https://x/"}))
    request = f"GET {play(BELL)} HTTP/1.1\r\nConnection: close\r\n\r\n"
    assert await raw(server, request) == (
        b"HTTP/1.1 302 Found\r\nContent-Type: text/x\r\nContent-Length: 4\r\n"
        b"Location: https://x/\r\n\r\naway"
    )
    assert server.speaker.activity == "idle"
    assert server.received.count("api-ctrl_music_play") == 1


async def test_behaviour_for_some(server: SpeakerServer) -> None:
    """Misbehave for one function, for a number of times, until told not to."""
    server.behave(reply(500))
    server.behave(well, function=MUSIC)
    server.behave(reply(503), function=STATUS, times=1)
    statuses = [(await get(server, target(STATUS)))[0] for _ in range(2)]
    assert statuses == [503, 500]
    assert (await get(server, target(MUSIC)))[0] == 200
    server.behave_well()
    assert (await get(server, target(STATUS)))[0] == 200


@pytest.mark.parametrize(("behaviour", "is_done"), [(drop, False), (drop_after, True)])
async def test_drop(
    server: SpeakerServer, behaviour: Behaviour, *, is_done: bool
) -> None:
    """Reset the connection before or after doing what is asked."""
    server.behave(behaviour)
    with pytest.raises(ConnectionResetError):
        await get(server, play(BELL))
    assert (server.speaker.playback is not None) is is_done
    assert len(server.received) == 1


async def test_truncate(server: SpeakerServer, session: aiohttp.ClientSession) -> None:
    """Send half of what the length promises."""
    server.behave(truncate)
    assert await get(server, play(BELL)) == (200, COMPLETE[: len(COMPLETE) // 2])
    assert server.speaker.activity == "playing"
    async with session.get(f"{server.url}{target(STATUS)}") as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_cut(server: SpeakerServer, session: aiohttp.ClientSession) -> None:
    """Send half an answer that looks whole."""
    server.behave(cut)
    async with session.get(f"{server.url}{play(BELL)}") as response:
        assert await response.read() == COMPLETE[: len(COMPLETE) // 2]
    assert server.speaker.activity == "playing"


NOTHING = b""
FIRST_HALF = COMPLETE[: len(COMPLETE) // 2]

# What comes back on the wire, and whether the speaker did what it was asked to do.
SHORT_ANSWERS = {
    "close": (NOTHING, False),
    "close_after": (NOTHING, True),
    "close_midway": (FIRST_HALF, True),
    "close_midway_without_length": (FIRST_HALF, True),
    "close_after_answer": (COMPLETE, True),
    "forgets": (COMPLETE, True),
    "fast_drip": (COMPLETE, True),
    "redirect_relative": (b"Location: /login.html", False),
    "redirect_absolute": (b"Location: http://127.0.0.1:9/", False),
    "redirect_to_https": (b"Location: https://127.0.0.1/", False),
    "redirect_nowhere": (b"303 See Other", False),
    "redirect_loop": (b"Location: /cgi-bin/api-ctrl_music_play?passcode=", False),
    "http_400": (b"400 Bad Request</title>", False),
    "http_999": (b"HTTP/1.1 999 Unknown", False),
    "switches_protocols": (b"101 Switching Protocols", True),
    "login_page": (b'type="password"', True),
    "echoes": (b"Set-Cookie: last=/cgi-bin/api-ctrl_music_play?passcode=", False),
    "echoes_and_breaks": (b"\x00: broken", False),
    "not_http": (b"SSH-2.0", True),
    "length_too_long": (b"Content-Length: %d\r\n" % (len(COMPLETE) + 10), True),
    "length_too_short": (b"Content-Length: %d\r\n" % (len(COMPLETE) - 10), True),
    "length_negative": (b"Content-Length: -1", True),
    "length_no_number": (b"Content-Length: many", True),
    "bad_chunk": (b"no length", True),
    "bad_gzip": (b"Content-Encoding: gzip", True),
    "answers_twice": (COMPLETE + b"HTTP/1.1 503", True),
    "empty": (b"Content-Length: 0\r\n\r\n", True),
    "truncated": (b"Content-Length: %d\r\n" % len(FIRST_HALF), True),
    "trailing": (COMPLETE + b"}]", True),
    "leading": (b"callback(" + COMPLETE, True),
    "bom": (b"\xef\xbb\xbf" + COMPLETE, True),
    "utf_16": (COMPLETE.decode().encode("utf-16"), True),
    "invalid_utf_8": (b'{"x":"\xff\xc0\x80","response": "success"', True),
    "lone_surrogate": (rb'{"x":"\ud800","response": "success"', True),
    "duplicate_keys": (b'{"response":"error","body":"failed","response": ', True),
    "nan": (b":NaN}", True),
    "deep": (b"[" * 1000, True),
    "body_number": (b":17}", True),
    "not_logged_in": (b"unauthorized", False),
    "locked": (b"locked", False),
}


@pytest.mark.parametrize("name", SHORT_ANSWERS)
async def test_fault(server: SpeakerServer, name: str) -> None:
    """Answer badly in exactly the way that the name says."""
    expected, is_done = SHORT_ANSWERS[name]
    server.behave(FAULTS[name], times=1)
    answer = await raw(
        server, f"GET {play(BELL)} HTTP/1.1\r\nConnection: close\r\n\r\n"
    )
    assert expected in answer
    assert bool(answer) is bool(expected)
    assert (server.speaker.playback is not None) is is_done


@pytest.mark.parametrize(
    ("name", "is_done"),
    [
        ("reset", False),
        ("reset_after", True),
        ("reset_midway", True),
        ("reset_after_answer", True),
    ],
)
async def test_fault_reset(server: SpeakerServer, name: str, *, is_done: bool) -> None:
    """End the connection with an error, at each point of an exchange."""
    server.behave(FAULTS[name], times=1)
    with pytest.raises(ConnectionResetError):
        await ask(server, play(BELL))
    assert (server.speaker.playback is not None) is is_done


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("large_with_length", LARGE_BYTES),
        ("large_without_length", LARGE_BYTES),
        ("large_when_unpacked", LARGE_BYTES // 200),
        ("endless_chunks", LARGE_BYTES),
        ("endless_headers", LARGE_BYTES),
        ("endless_header", LARGE_BYTES),
        ("endless_continue", 10_000),
        ("hang_midway", len(FIRST_HALF)),
    ],
)
async def test_much(server: SpeakerServer, name: str, size: int) -> None:
    """Send as much as the name says, and serve the next one after it."""
    server.behave(FAULTS[name], times=1)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"GET {play(BELL)} HTTP/1.1\r\n\r\n".encode())
    await reader.readexactly(size)
    writer.close()
    assert server.speaker.activity == "playing"
    assert await ask(server, stop()) == COMPLETE


@pytest.mark.parametrize(("name", "is_done"), [("hang", False), ("hang_after", True)])
async def test_hang(server: SpeakerServer, name: str, *, is_done: bool) -> None:
    """Keep the caller waiting, before or after doing what is asked."""
    server.behave(FAULTS[name])
    hanging = asyncio.create_task(ask(server, play(BELL)))
    await server.received.wait_for("api-ctrl_music_play")
    await asyncio.sleep(0)
    assert (server.speaker.playback is not None) is is_done
    hanging.cancel()


async def test_drip(server: SpeakerServer) -> None:
    """Send one byte, and the next one when the pace says so."""
    steps = asyncio.Queue[None]()
    server.behave(drip(steps.get))
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"GET {play(BELL)} HTTP/1.0\r\n\r\n".encode())
    for byte in b"HTTP":
        assert await reader.readexactly(1) == bytes([byte])
        assert not reader._buffer  # type: ignore[attr-defined]
        steps.put_nowait(None)
    writer.close()


async def test_forgets(server: SpeakerServer, session: aiohttp.ClientSession) -> None:
    """Answer on a new connection and reset it when it is used again."""
    server.behave(FAULTS["forgets"])
    url = f"{server.url}{play(BELL)}"
    async with session.get(url) as response:
        assert await response.read() == COMPLETE
    with pytest.raises(aiohttp.ClientError):
        await session.post(url, data=b"")
    assert [request.connection for request in server.received] == [1, 1]


async def test_clog(server: SpeakerServer) -> None:
    """Let no connection come about, and serve again once plugged in."""
    await server.clog()
    _, pending = await asyncio.wait(
        [asyncio.create_task(get(server, target(STATUS)))], timeout=0.05
    )
    assert len(pending) == 1
    pending.pop().cancel()
    await server.plug_in()
    assert b"available" in await ask(server, target(STATUS))
    await server.clog()
    await server.unplug()
    with pytest.raises(ConnectionRefusedError):
        await get(server, target(STATUS))


async def test_reset_after_answer(
    server: SpeakerServer, session: aiohttp.ClientSession
) -> None:
    """Let the answer arrive before the reset."""
    server.behave(FAULTS["reset_after_answer"])
    async with session.get(f"{server.url}{play(BELL)}") as response:
        assert await response.read() == COMPLETE


async def test_reboot_every(
    server: SpeakerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reboot again and again, until told not to."""
    reboots = asyncio.Queue[None]()
    monkeypatch.setattr(server.speaker, "reboot", lambda: reboots.put_nowait(None))
    server.reboot_every(0.001)
    for _ in range(3):
        await reboots.get()
    server.reboot_every(None)
    assert server._clock._handle is None


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Found a private authority."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Authority.expired, "certificate has expired"),
        (Authority.self_signed, "self-signed certificate"),
        (Authority.wrong_name, "IP address mismatch"),
        (Authority.old, ""),
    ],
    ids=["expired", "self-signed", "wrong name", "TLS 1.0"],
)
async def test_bad_tls(
    server: SpeakerServer,
    session: aiohttp.ClientSession,
    authority: Authority,
    make: Callable[[Authority], ssl.SSLContext],
    reason: str,
) -> None:
    """Show a certificate that only a careless client takes, then a good one."""
    trusting = ssl.create_default_context(cafile=authority.file)
    await server.show(make(authority))
    with pytest.raises(aiohttp.ClientConnectorError) as error:
        await session.get(f"{server.url}{target(STATUS)}", ssl=trusting)
    assert reason in str(error.value.__cause__)
    assert len(server.received) == 0
    await server.show(authority.server())
    async with session.get(f"{server.url}{target(STATUS)}", ssl=trusting) as response:
        assert response.status == 200
    await server.show(None)
    assert server.url.startswith("http:")


async def test_exit_leaves_nothing() -> None:
    """End all tasks and connections at exit, hanging requests too."""
    before = asyncio.all_tasks()
    speaker = Speaker(play_seconds=1000, reboot_seconds=1000)
    async with SpeakerServer(speaker) as server:
        await ask(server, play(BELL))
        server.behave(hang)
        _, idle = await asyncio.open_connection(server.host, server.port)
        hanging = asyncio.create_task(get(server, target(STATUS)))
        await server.received.wait_for(STATUS)
    with pytest.raises((ConnectionError, IndexError)):
        await hanging
    idle.close()
    assert asyncio.all_tasks() == before


async def test_exit_while_rebooting() -> None:
    """End the reboot's timer, and a start under way, at exit."""
    async with SpeakerServer(Speaker(reboot_seconds=1000)) as server:
        server.speaker.reboot()
    async with SpeakerServer(Speaker(reboot_seconds=1000)) as server:
        server.speaker.reboot()
        server.speaker.come_back()
    assert not server.listening.is_set()


async def test_unplug(server: SpeakerServer) -> None:
    """Be out of reach while unplugged, and on the same port after it."""
    server.speaker.ring("100")
    reader, writer = await asyncio.open_connection(server.host, server.port)
    port = server.port
    await server.unplug()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await get(server, target(STATUS))
    await server.plug_in()
    assert server.port == port
    assert b"ringing" in await ask(server, target(STATUS))


async def test_reboot(server: SpeakerServer) -> None:
    """Break off the answer, be away, and come back without the call."""
    server.speaker.ring("100")
    reader, writer = await asyncio.open_connection(server.host, server.port)
    half = COMPLETE[: len(COMPLETE) // 2]
    assert await ask(server, target("api-sys_operation", request="REBOOT")) == half
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await get(server, target(STATUS))
    await server.unplug()
    await server.plug_in()
    assert not server.listening.is_set()
    await server.come_back()
    assert b"available" in await ask(server, target(STATUS))


async def test_reboot_seconds(server: SpeakerServer) -> None:
    """Come back by itself."""
    server.speaker.reboot_seconds = 0
    server.speaker.reboot()
    assert not server.listening.is_set()
    await server.listening.wait()
    assert b"available" in await ask(server, target(STATUS))


async def test_reset(server: SpeakerServer) -> None:
    """Lose tracks and passcode."""
    server.speaker.passcode = "&=? +ß"
    request = target("api-sys_operation", passcode="&=? +ß", request="RESET")
    await ask(server, request)
    await server.come_back()
    assert await ask(server, target(MUSIC)) == b'{"response": "success", "body": []}'


def make_certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 and write it with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "GSC3516")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "speaker.pem"
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return file


async def test_tls(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    """Speak TLS, and exit at once while a client is silent."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(make_certificate(tmp_path))
    async with SpeakerServer(Speaker(), ssl_context=context) as server:
        url = f"{server.url}{target(STATUS)}"
        assert url.startswith("https:")
        async with session.get(url, ssl=False) as response:
            assert "available" in await response.text()
        server.behave(drop)
        with pytest.raises(aiohttp.ClientError):
            await session.get(url, ssl=False)
        _, writer = await asyncio.open_connection(server.host, server.port)
    writer.close()


@pytest.fixture
async def control(
    server: SpeakerServer,
) -> AsyncIterator[TestClient[Any, Any]]:
    """Run the control surface of a speaker."""
    app = control_app([server])
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_control_calls(
    server: SpeakerServer, control: TestClient[Any, Any]
) -> None:
    """Control the speaker over HTTP."""

    async def post(action: str, **data: Any) -> dict[str, Any]:
        async with control.post(f"/speakers/1/{action}", json=data) as response:
            assert response.status == 200
            return dict(await response.json())

    ringing = await post("ring", number="100", name="Büro")
    assert ringing["call"] == {"number": "100", "name": "Büro"}
    assert (await post("hang_up"))["activity"] == "idle"
    await ask(server, target("api-make_call", phonenumber="1"))
    assert (await post("answer"))["activity"] == "connected"
    assert (await post("reboot"))["listening"] is False
    assert (await post("come_back"))["listening"] is True
    assert (await post("unplug"))["listening"] is False
    assert (await post("plug_in"))["listening"] is True
    assert (await post("passcode", passcode="x"))["passcode"] == "x"
    assert (await post("tracks", tracks=["/a.ogg"]))["tracks"] == ["/a.ogg"]
    await ask(server, target(STATUS, passcode=""))
    assert (await post("unlock"))["locked"] is False


async def test_control_faults(
    server: SpeakerServer, control: TestClient[Any, Any]
) -> None:
    """Have the speaker misbehave, for one function, a number of times, or at all."""

    async def post(action: str, **data: Any) -> dict[str, Any]:
        async with control.post(f"/speakers/1/{action}", json=data) as response:
            assert response.status == 200
            return dict(await response.json())

    async def status_of(path: str) -> int:
        return (await get(server, path))[0]

    await post("behave", behaviour="http_503", function=STATUS, times=1)
    assert await status_of(target(LINES)) == 200
    assert await status_of(target(STATUS)) == 503
    assert await status_of(target(STATUS)) == 200
    await post("behave", behaviour="http_500")
    await post("behave", behaviour="well", function=MUSIC)
    assert await status_of(target(MUSIC)) == 200
    assert await status_of(target(LINES)) == 500
    await post("behave_well")
    assert await status_of(target(LINES)) == 200

    await post("wrong_passcode", answer="401")
    assert await status_of(target(STATUS, passcode="x")) == 401
    await post("reboot_every", seconds=1000)
    assert (await post("reboot_every"))["listening"] is True
    assert (await post("clog"))["listening"] is False
    assert (await post("plug_in"))["listening"] is True


@pytest.mark.parametrize("name", FAULTS)
async def test_control_knows_each_fault(
    server: SpeakerServer, control: TestClient[Any, Any], name: str
) -> None:
    """Offer every fault by its name."""
    async with control.get("/behaviours") as response:
        assert name in await response.json()
    data = {"behaviour": name, "times": 1}
    async with control.post("/speakers/1/behave", json=data) as response:
        assert response.status == 200
    assert [rule.behaviour for rule in server._rules] == [FAULTS[name]]


async def test_control_lists(
    server: SpeakerServer, control: TestClient[Any, Any]
) -> None:
    """List speakers, calls and what arrived."""

    async def read(path: str) -> Any:
        async with control.get(path) as response:
            return await response.json()

    await ask(server, play(BELL))
    await ask(server, target(STATUS))
    assert "POST /speakers/{n}/ring" in await read("/")
    state = await read("/speakers/1")
    assert await read("/speakers") == [state]
    assert state["playing"] == {"path": BELL, "loop": False}
    received = await read("/speakers/1/received")
    assert received[0]["params"]["url"] == BELL
    assert await read("/speakers/1/received?since=1") == received[1:]
    async with control.delete("/speakers/1/received") as response:
        assert (await response.json())["received"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", "", 404),
        ("GET", "/speakers/0", "", 404),
        ("GET", "/speakers/2", "", 404),
        ("GET", "/speakers/x", "", 404),
        ("POST", "/speakers/1/fly", "", 404),
        ("PUT", "/speakers", "", 405),
        ("GET", "/speakers/1/received?since=-1", "", 400),
        ("POST", "/speakers/1/ring", "", 400),
        ("POST", "/speakers/1/ring", "{", 400),
        ("POST", "/speakers/1/ring", "[]", 400),
        ("POST", "/speakers/1/ring", '{"number": 100}', 400),
        ("POST", "/speakers/1/hang_up", "", 400),
        ("POST", "/speakers/1/tracks", '{"tracks": [1]}', 400),
        ("POST", "/speakers/1/passcode", "\xff", 400),
        ("POST", "/speakers/1/behave", "", 400),
        ("POST", "/speakers/1/behave", '{"behaviour": "fly"}', 400),
        ("POST", "/speakers/1/behave", '{"behaviour": "hang", "times": true}', 400),
        ("POST", "/speakers/1/behave", '{"behaviour": "hang", "times": 0}', 400),
        ("POST", "/speakers/1/wrong_passcode", '{"answer": "what"}', 400),
        ("POST", "/speakers/1/reboot_every", '{"seconds": "1"}', 400),
    ],
)
async def test_control_errors(
    control: TestClient[Any, Any], method: str, path: str, body: str, status: int
) -> None:
    """Answer bad calls with an error in JSON."""
    data = body.encode("latin-1")
    async with control.request(method, path, data=data) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def start(*arguments: str) -> asyncio.subprocess.Process:
    """Start the simulator from the command line."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.simulator", *arguments),
        cwd=Path(__file__).parent.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_command_line(
    session: aiohttp.ClientSession, number: signal.Signals
) -> None:
    """Run several speakers until a signal comes."""
    models = ("--model", "GSC3505", "--model", "GSC3516")
    process = await start("--port=0", "--control-port=0", "--speakers=3", *models)
    assert process.stdout
    lines = [(await process.stdout.readline()).decode() for _ in range(4)]
    names, urls = zip(*map(str.split, lines), strict=True)
    assert names == ("GSC3505", "GSC3516", "GSC3505", "control")
    async with session.get(f"{urls[3]}/speakers") as response:
        states = await response.json()
    assert [state["url"] for state in states] == list(urls[:3])
    process.send_signal(number)
    assert await process.communicate() == (b"", b"")
    assert process.returncode == 0


async def test_taken_port(server: SpeakerServer) -> None:
    """Say in one line which port is taken."""
    process = await start(f"--port={server.port}")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().strip() == (
        f"cannot listen on port {server.port}: Address already in use"
    )


@pytest.mark.parametrize(
    "argument",
    [
        "--host=0.0.0.0",
        "--host=example.org",
        "--port=65536",
        "--port=x",
        "--speakers=0",
        "--play-seconds=-1",
        "--reboot-seconds=nan",
        "--model=GSC9999",
    ],
)
def test_bad_arguments(
    argument: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refuse arguments that make no sense."""
    monkeypatch.setattr(sys, "argv", ["simulator", argument])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert f"argument {argument.partition('=')[0]}: " in capsys.readouterr().err
