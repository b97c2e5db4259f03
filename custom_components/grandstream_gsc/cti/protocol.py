"""The CTI protocol without I/O: request targets out, answers in.

The answers that are understood, and how well each is known, are listed in
docs/protocol.md. Whatever bytes come in, a decoder returns a model or raises a
:class:`~.errors.CtiError`.
"""

from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus
import json
import re
from typing import Any
from urllib.parse import quote

import orjson

from .errors import (
    CtiAuthenticationError,
    CtiError,
    CtiIncompleteError,
    CtiNotServedError,
    CtiRedirectError,
    CtiRefusedError,
    CtiResponseError,
    CtiServerError,
    CtiValueError,
)
from .models import LineStatus, PhoneStatus, Track

MAX_BODY_BYTES = 256 * 1024
MAX_PHONE_NUMBER_LENGTH = 128

# A word comes from outside and ends up in logs and comparisons.
_MAX_WORD_LENGTH = 64

_HTTP_ERRORS: dict[int, type[CtiError]] = {
    HTTPStatus.UNAUTHORIZED: CtiAuthenticationError,
    HTTPStatus.FORBIDDEN: CtiAuthenticationError,
    HTTPStatus.NOT_FOUND: CtiNotServedError,
    HTTPStatus.NOT_IMPLEMENTED: CtiNotServedError,
}
_AUTHENTICATION_WORD = re.compile(
    r"unauthorized|session-expired|locked|wrong\d*|user is not allow.*",
    re.IGNORECASE | re.DOTALL,
)
_REFUSING_WORDS = ("failed", "unknown")

_SURROGATE = re.compile("[\ud800-\udfff]")
_CURLY_QUOTES = str.maketrans(dict.fromkeys("“”„‟″", '"'))
# Possessive: or a long run of spaces would take a time that grows with its square.
_BODY_AFTER_OBJECT = re.compile(r'\s*+,?+\s*+"body"\s*+:\s*+')
_json = json.JSONDecoder()

_USER = r"(?:[A-Za-z0-9_.!~*'()&=+$,/?-]|%[0-9A-Fa-f]{2})+"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
_URI_PARAMETERS = r"(?:;[A-Za-z0-9_.!~*'%+-]+(?:=[A-Za-z0-9_.!~*'%+:\[\]-]+)?)*"
_PHONE_NUMBER = (
    rf"\+?[0-9*#]+|{_USER}(?:@{_HOST})?"
    rf"|(?i:sips?):(?:{_USER}@)?{_HOST}{_URI_PARAMETERS}"
)


class Function(StrEnum):
    """The CTI functions (guide, "Type of CTI functions")."""

    PHONE_STATUS = "api-get_phone_status"
    LINE_STATUS = "api-get_line_status"
    MAKE_CALL = "api-make_call"
    PHONE_OPERATION = "api-phone_operation"
    SYSTEM_OPERATION = "api-sys_operation"
    MUSIC_LIST = "api-get_music"
    MUSIC_PLAY = "api-ctrl_music_play"


def request_target(function: Function, passcode: str, **parameters: str) -> str:
    """Build the request target of a GET (guide, "Request format").

    Every value is percent-encoded, slashes of a path excepted: the guide shows them
    plain. Raises CtiValueError for text that has no UTF-8 form.
    """
    query = "".join(f"&{name}={_quote(value)}" for name, value in parameters.items())
    return f"/cgi-bin/{function}?passcode={_quote(passcode, safe='')}{query}"


def is_phone_number(text: str) -> bool:
    """Tell whether a speaker can be asked to call this (guide, "Make Call").

    That is digits with ``*``, ``#`` and a leading ``+``, a SIP user part, or a SIP URI;
    128 characters at most.
    """
    return (
        len(text) <= MAX_PHONE_NUMBER_LENGTH
        and re.fullmatch(_PHONE_NUMBER, text, re.ASCII) is not None
    )


# A speaker gives the same answer nearly every time.
@lru_cache(maxsize=16)
def decode_phone_status(http_status: int, body: bytes) -> PhoneStatus:
    """Decode the phone status (guide, "Phone Status Function")."""
    word = _decode(http_status, body)
    if not isinstance(word, str) or not word.strip():
        raise CtiResponseError("no phone status in the answer")
    return PhoneStatus(_word(word))


def decode_line_statuses(http_status: int, body: bytes) -> tuple[LineStatus, ...]:
    """Decode the lines (guide, "Positive answer with returned values").

    A line without a number gets its position in the list; of two lines with one
    number the first counts.
    """
    lines: dict[int, LineStatus] = {}
    for position, item in _items(_decode(http_status, body)):
        line = _number(item.get("line"), position)
        status = LineStatus(
            line=line,
            word=_word(_text(item.get("state"))),
            remote_name=_text(item.get("remotename")),
            remote_number=_text(item.get("remotenumber") or item.get("remotenum")),
        )
        lines.setdefault(line, status)
    return tuple(lines[line] for line in sorted(lines))


def decode_tracks(http_status: int, body: bytes) -> tuple[Track, ...]:
    """Decode the list of tracks (guide, "Get Local Music List").

    Entries without a path, or with one that could not be sent back, are left out.
    """
    tracks: dict[str, Track] = {}
    for _, item in _items(_decode(http_status, body) or []):
        path = item.get("path")
        if not isinstance(path, str) or not path or _SURROGATE.search(path):
            continue
        file_name = _text(item.get("fileName")) or path.rpartition("/")[2] or path
        tracks.setdefault(path, Track(path, file_name))
    return tuple(tracks.values())


@lru_cache(maxsize=16)
def decode_command(http_status: int, body: bytes) -> None:
    """Raise unless the speaker accepted a command (guide, "Response format")."""
    answer = _decode(http_status, body)
    if answer is False or answer in _REFUSING_WORDS:
        raise CtiRefusedError("the speaker refused the command")


def _quote(value: str, safe: str = "/") -> str:
    """Percent-encode a value; a space becomes %20, a plus %2B."""
    if _SURROGATE.search(value):
        raise CtiValueError("the text has no UTF-8 form")
    return quote(value, safe=safe)


def _decode(http_status: int, body: bytes) -> Any:
    """Return the body of a positive answer, or raise what the answer stands for."""
    _check_http_status(http_status)
    answer = _parse(body)
    _check_authentication(answer)
    match _text(answer.get("response")).lower():
        case "success":
            return answer.get("body")
        case "error":
            raise CtiRefusedError("the speaker refused")
    raise CtiResponseError("not a CTI answer")


def _check_http_status(http_status: int) -> None:
    """Raise the error of an HTTP status that is not a success."""
    error = _HTTP_ERRORS.get(http_status)
    if error is None:
        match http_status // 100:
            case 2:
                return
            case 3:
                error = CtiRedirectError
            case 5:
                error = CtiServerError
            case _:
                error = CtiResponseError
    raise error(f"HTTP status {http_status}")


def _check_authentication(answer: dict[str, Any]) -> None:
    """Raise if the answer speaks of the login, even where it says success.

    Only where siblings put it: a string body, a message, a dict's status. Never in
    names of tracks or callers.
    """
    body = answer.get("body")
    status = body.get("status") if isinstance(body, dict) else None
    for value in (body, status, answer.get("message")):
        if isinstance(value, str) and _AUTHENTICATION_WORD.fullmatch(value.strip()):
            raise CtiAuthenticationError("the speaker did not accept the passcode")


def _parse(body: bytes) -> dict[str, Any]:
    """Parse an answer: JSON, or what the guide prints in its place.

    The parser's exceptions hold all that they could not parse, and a page may repeat
    the passcode: none of them becomes the context of an error.
    """
    with suppress(orjson.JSONDecodeError):
        return _object(orjson.loads(body))
    text = body.decode("utf-8-sig", "replace").strip()
    for candidate in (text, text.translate(_CURLY_QUOTES)):
        with suppress(ValueError, RecursionError):
            return _parse_object(candidate)
    if not text or text.startswith("{"):
        raise CtiIncompleteError("the answer breaks off")
    raise CtiResponseError("the answer is not JSON")


def _parse_object(text: str) -> dict[str, Any]:
    """Parse an object, and the body that the guide prints behind its closing brace."""
    value, end = _json.raw_decode(text)
    answer = _object(value)
    if "body" not in answer and (match := _BODY_AFTER_OBJECT.match(text, end)):
        answer["body"], _ = _json.raw_decode(text, match.end())
    return answer


def _object(value: Any) -> dict[str, Any]:
    """Return a value that is a JSON object."""
    if not isinstance(value, dict):
        raise CtiResponseError("the answer is not a JSON object")
    return value


def _items(body: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a list with their positions, counted from 1."""
    if not isinstance(body, list):
        raise CtiResponseError("no list in the answer")
    for position, item in enumerate(body, 1):
        if isinstance(item, dict):
            yield position, item


def _text(value: Any) -> str:
    """Return text or a number as text that can be encoded, and nothing else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _SURROGATE.sub("\ufffd", str(value))


def _word(text: str) -> str:
    """Return a status word in its compared form."""
    return _text(text).strip().lower()[:_MAX_WORD_LENGTH]


def _number(value: Any, default: int) -> int:
    """Return a positive number that may stand as text."""
    text = _text(value)
    return int(text) if re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII) else default
