"""Test what is sent and how answers are read, without a network."""

from collections.abc import Callable
import json
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given, settings, strategies as st
import orjson
import pytest
from yarl import URL

from custom_components.grandstream_gsc.cti import (
    CtiError,
    CtiRefusedError,
    CtiResponseError,
    CtiValueError,
    Function,
    LineStatus,
    PhoneStatus,
    Track,
    is_phone_number,
)
from custom_components.grandstream_gsc.cti.protocol import (
    MAX_PHONE_NUMBER_LENGTH,
    decode_command,
    decode_line_statuses,
    decode_phone_status,
    decode_tracks,
    request_target,
)

from .answers import (
    ACCEPTED,
    AVAILABLE,
    BLANK,
    BUSY,
    CAPTURED,
    CAPTURED_LINE,
    COMPLETE,
    DIALED,
    FAILED,
    LINE_STATUSES,
    LINES,
    MUSIC,
    PHONE_STATUSES,
    REFUSALS,
    TRACKS,
    Sample,
    cases,
)

type Decoder = Callable[[int, bytes], object]

DECODERS = (decode_phone_status, decode_line_statuses, decode_tracks, decode_command)

each_decoder = pytest.mark.parametrize(
    "decode", [pytest.param(decode, id=decode.__name__) for decode in DECODERS]
)


def alone(error: CtiError) -> CtiError:
    """Return an error that drags no other along: a parser's would hold the answer."""
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def outcome(decode: Decoder, http_status: int, body: bytes) -> object:
    """Return the model that an answer stands for, or its error; never anything else."""
    try:
        model = decode(http_status, body)
    except CtiError as error:
        return alone(error)
    # Home Assistant can store and show it.
    assert orjson.dumps(model)
    return model


@pytest.mark.parametrize(("sample", "status"), cases(PHONE_STATUSES))
def test_phone_status(sample: Sample, status: PhoneStatus) -> None:
    """Read the phone status."""
    assert decode_phone_status(sample.http_status, sample.body) == status


@pytest.mark.parametrize(("sample", "lines"), cases(LINE_STATUSES))
def test_line_statuses(sample: Sample, lines: tuple[LineStatus, ...]) -> None:
    """Read the lines."""
    assert decode_line_statuses(sample.http_status, sample.body) == lines


@pytest.mark.parametrize(("sample", "tracks"), cases(TRACKS))
def test_tracks(sample: Sample, tracks: tuple[Track, ...]) -> None:
    """Read the list of tracks."""
    assert decode_tracks(sample.http_status, sample.body) == tracks


@pytest.mark.parametrize(
    "sample", [pytest.param(sample, id=sample.name) for sample in ACCEPTED]
)
def test_accepted_command(sample: Sample) -> None:
    """See that a command was accepted."""
    assert outcome(decode_command, sample.http_status, sample.body) is None


@pytest.mark.parametrize("body", ["failed", "unknown", False])
def test_command_refused_with_success(*, body: str | bool) -> None:
    """See that a command was refused, whatever the response says."""
    answer = json.dumps({"response": "success", "body": body}).encode()
    assert type(outcome(decode_command, 200, answer)) is CtiRefusedError


@each_decoder
@pytest.mark.parametrize(("sample", "error"), cases(REFUSALS))
def test_refusal(decode: Decoder, sample: Sample, error: type[CtiError]) -> None:
    """Tell one refusal from another, whatever was asked."""
    assert type(outcome(decode, sample.http_status, sample.body)) is error


@pytest.mark.parametrize(
    ("decode", "sample"),
    [
        (decode_phone_status, LINES),
        (decode_phone_status, MUSIC),
        (decode_phone_status, DIALED),
        (decode_phone_status, BLANK),
        (decode_line_statuses, AVAILABLE),
        (decode_line_statuses, DIALED),
        (decode_tracks, AVAILABLE),
        (decode_tracks, DIALED),
    ],
)
def test_answer_to_another_question(decode: Decoder, sample: Sample) -> None:
    """Make nothing of what was not asked."""
    assert type(outcome(decode, 200, sample.body)) is CtiResponseError


JUNK = (
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 25,
    "9" * 5000,
    '""',
    '" "',
    '"\\ud800"',
    '"\\u0000"',
    '"a\nb"',
    "[]",
    "[[]]",
    "{}",
    '{"status": 1}',
    '{"status": {"status": []}}',
    '{"a": 1, "a": 2}',
    "[" * 100_000,
    '{"a":' * 40_000,
    "[" * 5000 + "]" * 5000,
    "“”",
    "\ufffd",
    "",
)


@each_decoder
@pytest.mark.parametrize(
    "answer",
    [
        "%s",
        "[%s]",
        '{"response": %s}',
        '{"response": %s, "body": "available"}',
        '{"response": "success", "body": %s}',
        '{"response": "success", "body": [%s]}',
        '{"response": "success"} "body": %s',
        '{"response": "success", "message": %s}',
        '{"response": "error", "body": {"status": %s}}',
        '{"response": "success", "body": [{"path": %s, "fileName": "a"}]}',
        '{"response": "success", "body": [{"path": "/a", "fileName": %s}]}',
        '{"response": "success", "body": [{"line": %s, "state": "idle"}]}',
        '{"response": "success", "body": [{"line": 1, "state": %s}]}',
        '{"response": "success", "body": [{"remotename": %s, "remotenum": "1"}]}',
        '{"response": "success", "body": [{"remotenumber": %s, "remotenum": "1"}]}',
    ],
)
def test_junk(decode: Decoder, answer: str) -> None:
    """Return a model or raise a CtiError, whatever stands in the place of a value."""
    for junk in JUNK:
        outcome(decode, 200, (answer % junk).encode())


SAMPLES = (AVAILABLE, BUSY, CAPTURED, CAPTURED_LINE, COMPLETE, DIALED, FAILED, LINES)
KEYS = ("response", "body", "message", "status", "path", "fileName", "line", "state")
WORDS = ("success", "error", "available", "unauthorized", "wrong1", "/a", "idle", "1")

any_text = st.text(st.characters())
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | any_text,
    lambda values: (
        st.lists(values, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | any_text, values, max_size=4)
    ),
    max_leaves=12,
)
answers = st.fixed_dictionaries(
    {"response": st.sampled_from(WORDS) | json_values},
    optional={"body": json_values, "message": json_values},
)


@st.composite
def broken_answers(draw: st.DrawFn) -> bytes:
    """Put something else in the place of a part of an answer."""
    body = draw(st.sampled_from((*SAMPLES, MUSIC))).body
    places = st.integers(0, len(body))
    start, end = sorted((draw(places), draw(places)))
    return body[:start] + draw(st.binary(max_size=8)) + body[end:]


bodies = (
    st.binary()
    | broken_answers()
    | answers.map(json.dumps).map(str.encode)
    | json_values.map(json.dumps).map(str.encode)
)


@each_decoder
@settings(deadline=None, max_examples=300)
@given(
    http_status=st.sampled_from((200, 200, 200, 204, 302, 404)) | st.integers(),
    body=bodies,
)
def test_any_answer(decode: Decoder, http_status: int, body: bytes) -> None:
    """Return a model or raise a CtiError, whatever comes in."""
    outcome(decode, http_status, body)


TRACK = "/var/user/music/music1.ogg"


@pytest.mark.parametrize(
    ("example", "function", "parameters"),
    [
        ("api-get_phone_status? passcode=admin", Function.PHONE_STATUS, {}),
        (
            "api-make_call?passcode=admin&phonenumber=35463",
            Function.MAKE_CALL,
            {"phonenumber": "35463"},
        ),
        (
            "api-phone_operation?passcode=admin&cmd=endcall",
            Function.PHONE_OPERATION,
            {"cmd": "endcall"},
        ),
        (
            "api-phone_operation?passcode=admin&cmd=acceptcall",
            Function.PHONE_OPERATION,
            {"cmd": "acceptcall"},
        ),
        (
            "api-phone_operation?passcode=admin&cmd=rejectcall",
            Function.PHONE_OPERATION,
            {"cmd": "rejectcall"},
        ),
        (
            "api-phone_operation?passcode=admin&cmd=mute",
            Function.PHONE_OPERATION,
            {"cmd": "mute"},
        ),
        (
            "api-sys_operation?passcode=admin&request=REBOOT",
            Function.SYSTEM_OPERATION,
            {"request": "REBOOT"},
        ),
        (
            "api-sys_operation?passcode=admin&request=RESET",
            Function.SYSTEM_OPERATION,
            {"request": "RESET"},
        ),
        ("api-get_music? passcode=admin", Function.MUSIC_LIST, {}),
        (
            f"api-ctrl_music_play? passcode=admin&state=1&type=1&url={TRACK}&loop=1",
            Function.MUSIC_PLAY,
            {"state": "1", "type": "1", "url": TRACK, "loop": "1"},
        ),
        (
            f"api-ctrl_music_play? passcode=admin&state=1&type=1&url={TRACK}&loop=0",
            Function.MUSIC_PLAY,
            {"state": "1", "type": "1", "url": TRACK, "loop": "0"},
        ),
        (
            f"api-ctrl_music_play? passcode=admin&state=0&type=1&url={TRACK}&loop=0",
            Function.MUSIC_PLAY,
            {"state": "0", "type": "1", "url": TRACK, "loop": "0"},
        ),
    ],
)
def test_target_of_the_guide(
    example: str, function: Function, parameters: dict[str, str]
) -> None:
    """Ask as the guide's examples do, but for the spaces left by line breaks."""
    target = request_target(function, "admin", **parameters)
    assert target == f"/cgi-bin/{example.replace(' ', '')}"


def test_target_of_line_status() -> None:
    """Ask for the lines in the guide's general form: it gives no example."""
    assert request_target(Function.LINE_STATUS, "admin") == (
        "/cgi-bin/api-get_line_status?passcode=admin"
    )


@pytest.mark.parametrize(
    ("text", "passcode", "path"),
    [
        (" ", "%20", "%20"),
        ("+", "%2B", "%2B"),
        ("%20", "%2520", "%2520"),
        ("a&b=c", "a%26b%3Dc", "a%26b%3Dc"),
        ("#?;", "%23%3F%3B", "%23%3F%3B"),
        ("/a/../b", "%2Fa%2F..%2Fb", "/a/../b"),
        ("ß€", "%C3%9F%E2%82%AC", "%C3%9F%E2%82%AC"),
        ("\r\n\0", "%0D%0A%00", "%0D%0A%00"),
        ("", "", ""),
        ("a-z_A.Z~0", "a-z_A.Z~0", "a-z_A.Z~0"),
    ],
)
def test_encoding(text: str, passcode: str, path: str) -> None:
    """Percent-encode all but the slashes of a path."""
    assert request_target(Function.MUSIC_PLAY, text, url=text) == (
        f"/cgi-bin/api-ctrl_music_play?passcode={passcode}&url={path}"
    )


@given(
    function=st.sampled_from(Function),
    passcode=st.text(),
    name=st.sampled_from(("url", "phonenumber")),
    value=st.text(),
)
@settings(deadline=None)
def test_any_target(function: Function, passcode: str, name: str, value: str) -> None:
    """Send any text so that it arrives unchanged."""
    target = request_target(function, passcode, **{name: value})
    assert URL(f"http://speaker{target}", encoded=True).raw_path_qs == target
    parts = urlsplit(target)
    assert parts.path == f"/cgi-bin/{function}"
    assert parse_qsl(
        parts.query, keep_blank_values=True, strict_parsing=True, errors="strict"
    ) == [("passcode", passcode), (name, value)]


@given(
    before=st.text(),
    surrogate=st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF),
    after=st.text(),
    others=st.text(),
)
@settings(deadline=None)
def test_unsendable_text(before: str, surrogate: str, after: str, others: str) -> None:
    """Refuse text that has no UTF-8 form, and keep it out of the error."""
    text = before + surrogate + after
    for passcode, path in ((text, others), (others, text)):
        with pytest.raises(CtiValueError) as caught:
            request_target(Function.MUSIC_PLAY, passcode, url=path)
        assert caught.value.args == ("the text has no UTF-8 form",)
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "35463",
        "*70",
        "#31#",
        "#31#5550100",
        "+4930123456",
        "+*70#",
        "bob",
        "bob.o'hara",
        "bob%20smith",
        "bob@pbx.example",
        "bob@pbx.example:5060",
        "+4930123456@pbx",
        "bob@192.0.2.1",
        "bob@[2001:db8::1]:5060",
        "sip:35463@192.0.2.1",
        "sip:bob@pbx.example:5060;transport=tcp",
        "sips:bob@pbx.example;lr;transport=tls",
        "sip:[2001:db8::1]",
        "sip:pbx.example",
        "1" * MAX_PHONE_NUMBER_LENGTH,
        "b" * MAX_PHONE_NUMBER_LENGTH,
    ],
)
def test_phone_number(text: str) -> None:
    """Take what a SIP speaker can call."""
    assert is_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "12 34",
        " 1234",
        "1234 ",
        "1234\n",
        "\n1234",
        "12\t34",
        "12\0",
        "abc;drop",
        "12;34",
        "tel:123",
        "http://pbx.example",
        "user:pass@host",
        "sip:user:pass@host",
        "sip:",
        "sip:@host",
        "sip:bob@",
        "sip:bob@host;",
        "sip:bob@host?subject=x",
        "bob@",
        "@host",
        "a@b@c",
        "bob@-host-",
        "bob@host:",
        "bob@host:123456",
        "bob@[host]",
        "bob%2",
        "bob%zz",
        "<bob>",
        '"bob"',
        "bob\\",
        "bücher",
        "\u0661\u0662\u0663",
        "\uff11\uff12\uff13",
        "bob@host:\uff15\uff10\uff16\uff10",
        "\ud800",
        "1" * (MAX_PHONE_NUMBER_LENGTH + 1),
        "sip:" + "1" * MAX_PHONE_NUMBER_LENGTH,
    ],
)
def test_no_phone_number(text: str) -> None:
    """Refuse everything else."""
    assert not is_phone_number(text)


@given(st.text(st.sampled_from("09+*#;:@%[].-azäF= \n\u0661sip"), max_size=12))
@settings(deadline=None, max_examples=500)
def test_any_phone_number(text: str) -> None:
    """Let no white space, control character or foreign script through."""
    printable = text.isascii() and text.isprintable() and " " not in text
    assert is_phone_number(text) <= (printable and text != "")
