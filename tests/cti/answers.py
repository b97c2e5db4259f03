"""What speakers say, as bytes, and what it means.

The letter of an answer tells how well it is known: G is the vendor's guide or a real
GSC3516, S was seen on a sibling, ? is a guess.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from custom_components.grandstream_gsc.cti import (
    CtiAuthenticationError,
    CtiError,
    CtiIncompleteError,
    CtiNotServedError,
    CtiRedirectError,
    CtiRefusedError,
    CtiResponseError,
    CtiServerError,
    LineStatus,
    PhoneStatus,
    Track,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer."""

    letter: Literal["G", "S", "?"]
    name: str
    body: bytes
    http_status: int = 200


def cases(table: Iterable[tuple[Sample, Any]]) -> list[Any]:
    """Turn a table of answers and their meanings into parameters of a test."""
    return [
        pytest.param(sample, meaning, id=f"{sample.letter} {sample.name}")
        for sample, meaning in table
    ]


def _page(http_status: int) -> bytes:
    """Make a small HTML page, as siblings do."""
    return f"<html><body><h1>{http_status} - No</h1></body></html>".encode()


AVAILABLE = Sample(
    "G",
    "available, as printed",
    b'{"response": "success", "misc": "1"} "body": "available"',
)
BUSY = Sample(
    "G", "busy, as printed", b'{"response": "success", "misc": "1"} "body": "busy",'
)
CAPTURED = Sample(
    "S", "available", b'{"response":"success","body":"available","misc":"0"}'
)
COMPLETE = Sample("G", "complete", b'{"response": "success", "body": "complete"}')
DIALED = Sample("G", "call made", b'{ "response": "success", "body": true }')
FAILED = Sample("G", "failed", b'{"response": "error", "body": "failed"}')
LINES = Sample(
    "G",
    "three lines",
    b'{"response": "success", "body": [{"line": 1, "state": "idle", "acct": "", '
    b'"remotename": "", "remotenum": "", "active": 0}, {"line": 2, "state": "idle", '
    b'"acct": "", "remotename": "", "remotenum": "", "active": 0}, {"line": 3, '
    b'"state": "idle", "acct": "", "remotename": "", "remotenum": "", "active": 0}]}',
)
BLANK = Sample("?", "blank word", b'{"response":"success","body":" "}')
CAPTURED_LINE = Sample(
    "S",
    "ringing line",
    b'{"response":"success","body":[{"line":1,"conf":0,"state":"ringing","acct":0,'
    b'"active":0,"remotename":"","remotenumber":"+15555550100"}]}',
)
MUSIC = Sample(
    "G",
    "two tracks, as printed",
    "{“response”:“success”, “body”:[{“fileName”: “music1.ogg”, “path”: "
    "“/var/user/music/music1.ogg”}, {“fileName”: “music2.ogg”, “path”: "
    "“/var/user/music/music2.ogg”}]}".encode(),
)
STRAIGHT_MUSIC = Sample(
    "G",
    "two tracks, straight quotes",
    MUSIC.body.decode().translate({ord("“"): '"', ord("”"): '"'}).encode(),
)

_MUSIC1 = Track("/var/user/music/music1.ogg", "music1.ogg")
_MUSIC2 = Track("/var/user/music/music2.ogg", "music2.ogg")

PHONE_STATUSES = [
    (AVAILABLE, PhoneStatus("available")),
    (BUSY, PhoneStatus("busy")),
    (CAPTURED, PhoneStatus("available")),
    (
        Sample("S", "busy", b'{"response":"success","body":"busy","misc":"0"}'),
        PhoneStatus("busy"),
    ),
    (
        Sample("S", "ringing", b'{"response":"success","body":"ringing","misc":"0"}'),
        PhoneStatus("ringing"),
    ),
    (
        Sample("S", "other order", b'\r\n{"body":\t"oncall" ,"response":"success"}\n'),
        PhoneStatus("oncall"),
    ),
    (
        Sample("?", "new word", b'{"response":"success","body":" Sleeping "}'),
        PhoneStatus("sleeping"),
    ),
    (
        Sample("?", "shouted success", b'{"response":"SUCCESS","body":"busy"}'),
        PhoneStatus("busy"),
    ),
    (
        Sample("?", "byte order mark", b"\xef\xbb\xbf" + CAPTURED.body),
        PhoneStatus("available"),
    ),
    (
        Sample("?", "tail", CAPTURED.body + b"\n\x00<!-- lighttpd -->"),
        PhoneStatus("available"),
    ),
    (
        Sample("?", "byte order mark before print", b"\xef\xbb\xbf" + BUSY.body),
        PhoneStatus("busy"),
    ),
    (
        Sample("?", "print with a comma", AVAILABLE.body.replace(b"}", b"},")),
        PhoneStatus("available"),
    ),
    (
        Sample(
            "?",
            "print with curly quotes",
            "{“response”: “success”, “misc”: “1”} “body”: “available”".encode(),
        ),
        PhoneStatus("available"),
    ),
    (
        Sample(
            "?",
            "print with curly quotes behind",
            '{"response": "success", "misc": "1"} "body": “busy”,'.encode(),
        ),
        PhoneStatus("busy"),
    ),
    (
        Sample("?", "bad UTF-8", b'{"response":"success","body":"caf\xe9"}'),
        PhoneStatus("caf\ufffd"),
    ),
    (
        Sample("?", "lone surrogate", rb'{"response":"success","body":"a\ud800"}'),
        PhoneStatus("a\ufffd"),
    ),
    (
        Sample("?", "body inside and behind", CAPTURED.body + b' "body": "busy"'),
        PhoneStatus("available"),
    ),
    (
        Sample("?", "key twice", b'{"response":"success","body":"a","body":"busy"}'),
        PhoneStatus("busy"),
    ),
    (
        Sample(
            "?", "long word", b'{"response":"success","body":"' + b"x" * 999 + b'"}'
        ),
        PhoneStatus("x" * 64),
    ),
    (
        Sample("?", "accepted", b'{"response":"success","body":"busy"}', 202),
        PhoneStatus("busy"),
    ),
]

LINE_STATUSES = [
    (LINES, tuple(LineStatus(line, "idle", "", "") for line in (1, 2, 3))),
    (CAPTURED_LINE, (LineStatus(1, "ringing", "", "+15555550100"),)),
    (
        Sample(
            "S",
            "text for numbers",
            b'{"response":"success","body":[{"line":"2","state":"onhold","acct":"0",'
            b'"active":"1","remotename":"B\xc3\xbcro","remotenum":"100"}]}',
        ),
        (LineStatus(2, "onhold", "Büro", "100"),),
    ),
    (
        Sample(
            "?",
            "numbers for text",
            b'{"response":"success","body":[{"line":1,"state":"Connected",'
            b'"remotename":7,"remotenumber":100,"remotenum":200},'
            b'{"line":2,"state":true,"remotename":true,"remotenumber":1.5}]}',
        ),
        (LineStatus(1, "connected", "7", "100"), LineStatus(2, "", "", "")),
    ),
    (
        Sample(
            "?",
            "empty beside full number",
            b'{"response":"success","body":[{"line":1,"state":"idle",'
            b'"remotenumber":"","remotenum":"5"}]}',
        ),
        (LineStatus(1, "idle", "", "5"),),
    ),
    (
        Sample(
            "?",
            "out of order, twice, unnumbered",
            b'{"response":"success","body":[{"line":3,"state":"a"},{"line":1,'
            b'"state":"b"},7,{"line":1,"state":"c"},{"state":"d"},{"line":0},'
            b'{"line":true},{"line":"1\xd9\xa1"},{"line":123456}]}',
        ),
        (
            LineStatus(1, "b", "", ""),
            LineStatus(3, "a", "", ""),
            LineStatus(5, "d", "", ""),
            *(LineStatus(line, "", "", "") for line in (6, 7, 8, 9)),
        ),
    ),
    (
        Sample(
            "?",
            "login words as names",
            b'{"response":"success","body":[{"line":1,"state":"locked",'
            b'"remotename":"unauthorized","remotenumber":"wrong4",'
            b'"status":"session-expired","message":"user is not allowed"}]}',
        ),
        (LineStatus(1, "locked", "unauthorized", "wrong4"),),
    ),
    (Sample("?", "no lines", b'{"response":"success","body":[]}'), ()),
    (
        Sample(
            "?",
            "behind the brace",
            b'{"response": "success"} "body": [{"line": 1, "state": "idle"}]',
        ),
        (LineStatus(1, "idle", "", ""),),
    ),
]

TRACKS = [
    (MUSIC, (_MUSIC1, _MUSIC2)),
    (STRAIGHT_MUSIC, (_MUSIC1, _MUSIC2)),
    (Sample("?", "empty list", b'{"response":"success","body":[]}'), ()),
    (Sample("?", "null", b'{"response":"success","body":null}'), ()),
    (Sample("?", "empty text", b'{"response":"success","body":""}'), ()),
    (Sample("?", "no body", b'{"response":"success"}'), ()),
    (
        Sample(
            "?",
            "without path",
            b'{"response":"success","body":[{"fileName":"a"},{"path":""},{"path":7},'
            b'{"path":null},[],"/b",{"path":"/c","fileName":"c"}]}',
        ),
        (Track("/c", "c"),),
    ),
    (
        Sample(
            "?",
            "without file name",
            b'{"response":"success","body":[{"path":"/m/a.ogg"},'
            b'{"path":"/m/b.ogg","fileName":null},{"path":"/m/","fileName":[]}]}',
        ),
        (Track("/m/a.ogg", "a.ogg"), Track("/m/b.ogg", "b.ogg"), Track("/m/", "/m/")),
    ),
    (
        Sample(
            "?",
            "same path twice",
            b'{"response":"success","body":[{"path":"/a","fileName":"1"},'
            b'{"path":"/a","fileName":"2"}]}',
        ),
        (Track("/a", "1"),),
    ),
    (
        Sample(
            "?",
            "odd names",
            '{"response":"success","body":[{"path":"/Tom & Jerry #1 +50%.ogg",'
            '"fileName":"groß “laut”.ogg"}]}'.encode(),
        ),
        (Track("/Tom & Jerry #1 +50%.ogg", "groß “laut”.ogg"),),
    ),
    (
        Sample(
            "?",
            "lone surrogates",
            rb'{"response":"success","body":[{"path":"/\udc00"},'
            rb'{"path":"/a","fileName":"\udc00"}]}',
        ),
        (Track("/a", "\ufffd"),),
    ),
    (
        Sample(
            "?",
            "login words as names",
            b'{"response":"success","body":[{"path":"unauthorized",'
            b'"fileName":"locked","status":"wrong4","message":"session-expired"}]}',
        ),
        (Track("unauthorized", "locked"),),
    ),
]

ACCEPTED = [
    COMPLETE,
    DIALED,
    AVAILABLE,
    CAPTURED,
    Sample("?", "no body", b'{"response": "success"}'),
    Sample("?", "null", b'{"response": "success", "body": null}'),
    Sample("?", "other word", b'{"response": "success", "body": "done"}'),
    Sample("?", "other case", b'{"response": "Success", "body": "Complete"}'),
    Sample("?", "longer text", b'{"response":"success","body":"locked: no"}'),
    Sample("?", "other text", b'{"response":"success","body":"unlocked"}'),
    Sample("?", "created", COMPLETE.body, 201),
]

# What no function can make anything of.
REFUSALS: list[tuple[Sample, type[CtiError]]] = [
    (FAILED, CtiRefusedError),
    (
        Sample("S", "unknown", b'{"response": "error", "body": "unknown"}'),
        CtiRefusedError,
    ),
    (Sample("S", "false", b'{"response": "error", "body": false}'), CtiRefusedError),
    (Sample("?", "error alone", b'{"response": "error"}'), CtiRefusedError),
    (Sample("?", "shouted error", b'{"response": "ERROR"}'), CtiRefusedError),
    (
        Sample("?", "list of login words", b'{"response":"error","body":["locked"]}'),
        CtiRefusedError,
    ),
    (
        Sample("S", "unauthorized", b'{"response":"success","body":"unauthorized"}'),
        CtiAuthenticationError,
    ),
    (
        Sample(
            "S",
            "session expired",
            b'{"response":"error","body":{"status":"session-expired"}}',
        ),
        CtiAuthenticationError,
    ),
    (
        Sample("S", "four tries left", b'{"response":"error","body":"wrong4"}'),
        CtiAuthenticationError,
    ),
    (
        Sample("S", "locked", b'{"response":"error","body":"locked","lockTime":5}'),
        CtiAuthenticationError,
    ),
    (
        Sample(
            "S", "user not allowed", b'{"response":"error","body":"user is not allow"}'
        ),
        CtiAuthenticationError,
    ),
    (
        Sample(
            "S",
            "message to a user",
            b'{"response":"error","message":"user is not allowed to\\nlog in"}',
        ),
        CtiAuthenticationError,
    ),
    (
        Sample("?", "other case", b'{"response":"error","body":" Unauthorized\\n"}'),
        CtiAuthenticationError,
    ),
    (
        Sample("?", "word without response", b'{"body": "unauthorized"}'),
        CtiAuthenticationError,
    ),
    (Sample("S", "401", _page(401), 401), CtiAuthenticationError),
    (Sample("S", "403", _page(403), 403), CtiAuthenticationError),
    (Sample("S", "404", _page(404), 404), CtiNotServedError),
    (Sample("S", "501", _page(501), 501), CtiNotServedError),
    (Sample("S", "411", _page(411), 411), CtiResponseError),
    (Sample("?", "301", b"", 301), CtiRedirectError),
    (Sample("?", "302", _page(302), 302), CtiRedirectError),
    (Sample("?", "304", b"", 304), CtiRedirectError),
    (Sample("?", "307", b"", 307), CtiRedirectError),
    (Sample("?", "400", _page(400), 400), CtiResponseError),
    (Sample("?", "429", _page(429), 429), CtiResponseError),
    (Sample("?", "500", _page(500), 500), CtiServerError),
    (Sample("?", "503", COMPLETE.body, 503), CtiServerError),
    (Sample("?", "101", COMPLETE.body, 101), CtiResponseError),
    (Sample("?", "999", COMPLETE.body, 999), CtiResponseError),
    (Sample("?", "no HTTP status", COMPLETE.body, 0), CtiResponseError),
    (Sample("?", "negative HTTP status", COMPLETE.body, -200), CtiResponseError),
    (Sample("S", "page", _page(200)), CtiResponseError),
    (Sample("?", "empty", b""), CtiIncompleteError),
    (Sample("?", "204", b"", 204), CtiIncompleteError),
    (Sample("?", "blank", b" \r\n"), CtiIncompleteError),
    (Sample("?", "mark alone", b"\xef\xbb\xbf"), CtiIncompleteError),
    (Sample("?", "brace alone", b"{"), CtiIncompleteError),
    (Sample("?", "half", COMPLETE.body[:20]), CtiIncompleteError),
    (Sample("?", "half of the tracks", MUSIC.body[:60]), CtiIncompleteError),
    (Sample("?", "half of the print", BUSY.body[:-4]), CtiIncompleteError),
    (Sample("?", "text", b"success"), CtiResponseError),
    (Sample("?", "list", b"[" + COMPLETE.body + b"]"), CtiResponseError),
    (Sample("?", "string", b'"success"'), CtiResponseError),
    (Sample("?", "number", b"1"), CtiResponseError),
    (Sample("?", "null", b"null"), CtiResponseError),
    (Sample("?", "no response", b'{"body": "available"}'), CtiResponseError),
    (Sample("?", "other response", b'{"response": "maybe"}'), CtiResponseError),
    (Sample("?", "response true", b'{"response": true}'), CtiResponseError),
    (Sample("?", "UTF-16", COMPLETE.body.decode().encode("utf-16")), CtiResponseError),
]
