"""Properties: what must hold for whatever people type and speakers answer."""

from collections.abc import AsyncIterator, Callable
from time import process_time
import tracemalloc

import aiohttp
from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest

from custom_components.grandstream_gsc.cti import (
    CtiClient,
    CtiError,
    CtiValueError,
    is_phone_number,
)
from custom_components.grandstream_gsc.cti.protocol import (
    MAX_BODY_BYTES,
    decode_command,
    decode_line_statuses,
    decode_phone_status,
    decode_tracks,
)
from tests.common import CALL, PLAY, STATUS
from tests.conftest import PASSCODE
from tests.simulator import Speaker, SpeakerServer

# Of the longest body: an event loop that stands still for longer is noticed.
MAX_SECONDS = 1
MAX_BYTES = 64 * 1024 * 1024

# Half characters included: they have no form on the wire.
TEXT = st.text(st.characters(), max_size=60) | st.text(
    st.characters(exclude_categories=()), max_size=10
)
NUMBERS = st.from_regex(r"\A\+?[0-9*#]{1,130}\Z") | st.from_regex(
    r"\A(sips?:)?[a-z0-9.%+@;:&=-]{1,40}\Z"
)

once_each = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[SpeakerServer]:
    """Run a speaker, without Home Assistant."""
    async with SpeakerServer(Speaker(passcode=PASSCODE)) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session."""
    async with aiohttp.ClientSession() as session:
        yield session


def arrived(server: SpeakerServer, function: str, name: str) -> list[str]:
    """Return what arrived as a parameter of a function, and forget it."""
    found = [
        request.params[name]
        for request in server.received
        if request.function == function
    ]
    server.received.clear()
    return found


@once_each
@given(passcode=TEXT)
@example(passcode=PASSCODE)
@example(passcode="%")
@example(passcode="\ud800")
async def test_passcode_arrives_unchanged(
    server: SpeakerServer, session: aiohttp.ClientSession, passcode: str
) -> None:
    """A passcode is the same at the speaker, or nothing is sent."""
    server.speaker.passcode = passcode
    client = CtiClient(session, server.host, passcode, port=server.port)
    sent = [passcode]
    try:
        await client.phone_status()
    except CtiValueError:
        sent = []
    assert arrived(server, STATUS, "passcode") == sent
    assert server.speaker.bad_logins == 0


@once_each
@given(path=TEXT, loop=st.booleans())
@example(path="/var/user/music/Tom & Jerry #1 +50%.ogg", loop=True)
@example(path="../../?&=#%2F", loop=False)
async def test_path_arrives_unchanged(
    server: SpeakerServer, session: aiohttp.ClientSession, path: str, *, loop: bool
) -> None:
    """A path is the same at the speaker, or nothing is sent."""
    client = CtiClient(session, server.host, PASSCODE, port=server.port)
    sent = [path]
    try:
        await client.play(path, loop=loop)
    except CtiValueError:
        sent = []
    except CtiError:
        # There is no such track.
        pass
    assert arrived(server, PLAY, "url") == sent


@once_each
@given(number=TEXT | NUMBERS)
@example(number="+4930*#")
@example(number="sip:a%20b@[::1]:5060;transport=tls")
@example(number="1&cmd=endcall")
async def test_phone_number_arrives_unchanged(
    server: SpeakerServer, session: aiohttp.ClientSession, number: str
) -> None:
    """A number is the same at the speaker, or nothing is sent."""
    client = CtiClient(session, server.host, PASSCODE, port=server.port)
    server.speaker.call = None
    sent = [number]
    try:
        await client.make_call(number)
    except CtiValueError:
        sent = []
    assert arrived(server, CALL, "phonenumber") == sent
    assert (server.speaker.call is not None) is bool(sent)


TOKENS = (
    *(b"[", b"{", b'"', b"\\", b" ", b"\n", b",", b"1", b"-", b"e9", b"\x00", b"\xff"),
    *(b'{"a":', b"[[", b'"a",', b'{"line":1},', b'{"path":"a"},', b'"\\ud800",'),
    *("“".encode(), "Ä".encode(), b"\xef\xbb\xbf", b'"body":', b" , ", b"wrong"),
    *(b"NaN,", b"1e999,", b'{"response":"success"}', b"user is not allow", b"\\u0041"),
)
HEADS = (
    *(b"", b"{", b'{"response":"success"}', b'{"response":"success","body":'),
    *(b'{"response":"success","body":"', b'{"response":"success","body":['),
    *(b'{"response":"success","message":"', b'{"response":"', b"\xef\xbb\xbf{", b"<"),
)
TAILS = (b"", b"x", b'"', b'"}', b"]}", b"}", b'"body"', b' "body": "available"')


def longest(head: bytes, piece: bytes, tail: bytes) -> bytes:
    """Repeat a piece up to the length of the longest body that is read."""
    room = MAX_BODY_BYTES - len(head) - len(tail)
    return head + piece * (room // len(piece)) + tail


BODIES = st.builds(
    longest,
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3).map(b"".join)
    | st.binary(min_size=1, max_size=8),
    st.sampled_from(TAILS),
)

type Decoder = Callable[[int, bytes], object]

DECODERS: tuple[Decoder, ...] = (
    decode_phone_status,
    decode_line_statuses,
    decode_tracks,
    decode_command,
)
each_decoder = pytest.mark.parametrize("decode", DECODERS)


def decoded(decode: Decoder, body: bytes) -> object:
    """Decode a body, or return its error."""
    try:
        return decode(200, body)
    except CtiError as error:
        return error


@each_decoder
@settings(max_examples=100, deadline=None)
@given(body=BODIES)
@example(body=longest(b'{"response":"success"}', b" ", b"x"))
@example(body=longest(b'{"response":"success"}', b" ", b',"body"'))
@example(
    body=longest(b'{"response":"success","body":"user is not allow', b"\\n", b'"}')
)
def test_decoding_takes_no_time(decode: Decoder, body: bytes) -> None:
    """No body that is read keeps the event loop from its work."""
    started = process_time()
    decoded(decode, body)
    assert process_time() - started < MAX_SECONDS


@each_decoder
@settings(max_examples=10, deadline=None)
@given(body=BODIES)
@example(body=longest(b'{"response":"success","body":[', b'{"path":"a"},', b"1]}"))
@example(body=longest(b'{"response":"success","body":[', b"[],", b"1]}"))
@example(body=longest(b'{"response":"success","body":[', b"{},", b"1]}"))
@example(body=longest(b"", b"[", b""))
def test_decoding_takes_no_memory(decode: Decoder, body: bytes) -> None:
    """No body that is read becomes a multiple of itself without bounds."""
    tracemalloc.start()
    try:
        decoded(decode, body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MAX_BYTES


@settings(max_examples=200, deadline=None)
@given(number=BODIES.map(lambda body: body.decode("latin-1")))
@example(number="a" * MAX_BODY_BYTES)
def test_judging_a_phone_number_takes_no_time(number: str) -> None:
    """No text keeps the event loop from its work, at its own length or cut to fit."""
    started = process_time()
    is_phone_number(number)
    is_phone_number(number[:128])
    assert process_time() - started < MAX_SECONDS
