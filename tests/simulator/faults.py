"""Faults: the ways in which a simulated speaker answers badly, down to the bytes.

Each is a behaviour; FAULTS lists them by the names that the control surface takes.
Most let the speaker do what is asked and spoil the answer to it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
import gzip
from itertools import count
from typing import Final

from .behaviour import (
    Behaviour,
    Exchange,
    cut,
    drop,
    drop_after,
    hang,
    reply,
    truncate,
)
from .messages import Answer, page

LARGE_BYTES: Final = 10_000_000
DEPTH: Final = 100_000
PIECE: Final = b" " * 65_536

type Pace = Callable[[], Awaitable[None]]

LOGIN_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>GSC3516</title></head><body><form>"
    b'<input name="username"><input name="password" type="password">'
    b"</form></body></html>"
)
NOT_HTTP: Final = b"SSH-2.0-dropbear_2022.83\r\n"


# When and how the connection ends.


async def close(exchange: Exchange) -> None:
    """Do nothing and close without an answer."""
    exchange.close()


async def close_after(exchange: Exchange) -> None:
    """Do what is asked, then close without an answer."""
    exchange.answer()
    exchange.close()


async def hang_after(exchange: Exchange) -> None:
    """Do what is asked and never answer."""
    exchange.answer()
    await exchange.hang()


async def hang_midway(exchange: Exchange) -> None:
    """Do what is asked and stop in the middle of the answer."""
    await exchange.send(exchange.answer().encode_half())
    await exchange.hang()


async def reset_midway(exchange: Exchange) -> None:
    """Do what is asked and reset in the middle of the answer."""
    await exchange.send(exchange.answer().encode_half())
    exchange.abort()


async def reset_after_answer(exchange: Exchange) -> None:
    """Do what is asked, answer it, and reset."""
    await exchange.send(exchange.answer())
    exchange.abort()


async def close_after_answer(exchange: Exchange) -> None:
    """Answer as if the connection were kept, and close it."""
    await exchange.send(exchange.answer())
    exchange.close()


async def forgets(exchange: Exchange) -> None:
    """Answer well on new connections, and reset those that were kept."""
    if exchange.is_first:
        await exchange.send(exchange.answer())
    else:
        exchange.abort()


# How slowly, and how much.


async def each_second() -> None:
    """Wait for a second."""
    await asyncio.sleep(1)


async def at_once() -> None:
    """Let others go first, no longer."""
    await asyncio.sleep(0)


def drip(pace: Pace = each_second) -> Behaviour:
    """Make a behaviour that answers byte by byte."""

    async def behaviour(exchange: Exchange) -> None:
        for byte in exchange.answer().encode():
            await exchange.send(bytes([byte]))
            await pace()

    return behaviour


async def large_with_length(exchange: Exchange) -> None:
    """Do what is asked and announce ten megabytes, and send them."""
    exchange.answer()
    await exchange.send(Answer(body=b" " * LARGE_BYTES))


async def large_without_length(exchange: Exchange) -> None:
    """Do what is asked and send ten megabytes until the connection ends."""
    exchange.answer()
    await exchange.send(Answer(body=b" " * LARGE_BYTES).encode(with_length=False))
    exchange.close()


async def large_when_unpacked(exchange: Exchange) -> None:
    """Do what is asked and answer a few bytes that become a hundred megabytes."""
    exchange.answer()
    headers = {"Content-Encoding": "gzip"}
    await exchange.send(Answer(body=_bomb(), headers=headers))


@cache
def _bomb() -> bytes:
    """Pack a hundred megabytes, once."""
    return gzip.compress(b" " * (10 * LARGE_BYTES))


async def endless_chunks(exchange: Exchange) -> None:
    """Do what is asked and send chunk after chunk."""
    exchange.answer()
    await exchange.send(head("Transfer-Encoding: chunked"))
    while True:
        await exchange.send(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))


async def endless_headers(exchange: Exchange) -> None:
    """Do what is asked and send header after header."""
    exchange.answer()
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in count():
        await exchange.send(b"X-Header-%d: %b\r\n" % (number, b"x" * 1024))


async def endless_header(exchange: Exchange) -> None:
    """Do what is asked and send a header that does not end."""
    exchange.answer()
    await exchange.send(b"HTTP/1.1 200 OK\r\nX-Header: ")
    while True:
        await exchange.send(b"x" * 1024)


async def endless_continue(exchange: Exchange) -> None:
    """Do what is asked and ask for patience for ever."""
    exchange.answer()
    while True:
        await exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0)


# What HTTP says wrongly.


def head(*headers: str, status: str = "200 OK") -> bytes:
    """Write the head of an answer as it is given."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def answers(*parts: bytes) -> Behaviour:
    """Make a behaviour that does what is asked, sends bytes, and closes."""

    async def behaviour(exchange: Exchange) -> None:
        exchange.answer()
        await exchange.send(b"".join(parts))
        exchange.close()

    return behaviour


def misses_length(by: int) -> Behaviour:
    """Make a behaviour that states a wrong length, and keeps the connection."""

    async def behaviour(exchange: Exchange) -> None:
        body = exchange.answer().body
        await exchange.send(head(f"Content-Length: {len(body) + by}") + body)

    return behaviour


async def length_too_long_and_close(exchange: Exchange) -> None:
    """Do what is asked, announce more than there is, and close."""
    await misses_length(by=10)(exchange)
    exchange.close()


async def answers_twice(exchange: Exchange) -> None:
    """Do what is asked and answer it twice, the second time with another answer."""
    await exchange.send(exchange.answer().encode() + page(503).encode())


async def echoes(exchange: Exchange) -> None:
    """Refuse with a page, headers and a phrase that repeat the whole request."""
    target = exchange.request.target
    plain = exchange.request.params.get("passcode", "")
    text = f"<html>{target} {plain} {exchange.request}</html>"
    headers = {"Location": target, "Set-Cookie": f"last={target}", "X-Was": target}
    await exchange.send(Answer(400, text.encode(), headers=headers))


async def echoes_and_breaks(exchange: Exchange) -> None:
    """Repeat the request in a header, and break a rule of HTTP right after it."""
    await exchange.send(head(f"X-Was: {exchange.request.target}", "\x00: broken"))
    exchange.close()


def redirect(location: str, status: int = 302) -> Behaviour:
    """Make a behaviour that points elsewhere."""
    return reply(status, page(status).body, headers={"Location": location})


async def redirect_loop(exchange: Exchange) -> None:
    """Point to where the request came to."""
    await redirect(exchange.request.target, 307)(exchange)


def refuses(status: int) -> Behaviour:
    """Make a behaviour that answers a small page, as the siblings do (S)."""
    return reply(status, page(status).body)


# What the JSON says wrongly.


def says(body: str | bytes) -> Behaviour:
    """Make a behaviour that does what is asked and says something else."""
    encoded = body.encode() if isinstance(body, str) else body

    async def behaviour(exchange: Exchange) -> None:
        exchange.answer()
        await exchange.send(Answer(body=encoded, content_type="text/plain"))

    return behaviour


def rewrites(change: Callable[[bytes], bytes]) -> Behaviour:
    """Make a behaviour that does what is asked and changes the bytes of its answer."""

    async def behaviour(exchange: Exchange) -> None:
        await exchange.send(Answer(body=change(exchange.answer().body)))

    return behaviour


def prepends(text: bytes) -> Behaviour:
    """Make a behaviour that puts members at the start of the object."""
    return rewrites(lambda body: b"{" + text + b"," + body.removeprefix(b"{"))


def _halve(body: bytes) -> bytes:
    """Return the first half of a body."""
    return body[: len(body) // 2]


FAULTS: Final[dict[str, Behaviour]] = {
    # When and how the connection ends.
    "hang": hang,
    "hang_after": hang_after,
    "hang_midway": hang_midway,
    "reset": drop,
    "reset_after": drop_after,
    "reset_midway": reset_midway,
    "reset_after_answer": reset_after_answer,
    "close": close,
    "close_after": close_after,
    "close_midway": truncate,
    "close_midway_without_length": cut,
    "close_after_answer": close_after_answer,
    "forgets": forgets,
    # How slowly, and how much.
    "drip": drip(),
    "fast_drip": drip(at_once),
    "large_with_length": large_with_length,
    "large_without_length": large_without_length,
    "large_when_unpacked": large_when_unpacked,
    "endless_chunks": endless_chunks,
    "endless_headers": endless_headers,
    "endless_header": endless_header,
    "endless_continue": endless_continue,
    # What HTTP says wrongly.
    "redirect_relative": redirect("/login.html"),
    "redirect_absolute": redirect("http://127.0.0.1:9/", 301),
    "redirect_to_https": redirect("https://127.0.0.1/", 308),
    "redirect_nowhere": reply(303),
    "redirect_loop": redirect_loop,
    "http_400": refuses(400),
    "http_401": refuses(401),
    "http_403": refuses(403),
    "http_404": refuses(404),
    "http_429": refuses(429),
    "http_500": refuses(500),
    "http_501": refuses(501),
    "http_503": refuses(503),
    "http_999": refuses(999),
    "switches_protocols": answers(
        head("Upgrade: x", "Connection: Upgrade", status="101 Switching Protocols")
    ),
    "login_page": says(LOGIN_PAGE),
    "echoes": echoes,
    "echoes_and_breaks": echoes_and_breaks,
    "not_http": answers(NOT_HTTP),
    "length_too_long": misses_length(by=10),
    "length_too_long_and_close": length_too_long_and_close,
    "length_too_short": misses_length(by=-10),
    "length_negative": answers(head("Content-Length: -1")),
    "length_no_number": answers(head("Content-Length: many")),
    "bad_chunk": answers(head("Transfer-Encoding: chunked"), b"no length\r\n"),
    "bad_gzip": answers(head("Content-Encoding: gzip", "Content-Length: 2"), b"{}"),
    "answers_twice": answers_twice,
    # What the JSON says wrongly.
    "empty": says(""),
    "truncated": rewrites(_halve),
    "trailing": rewrites(lambda body: body + b"}]<!-- 12 ms -->\0"),
    "leading": rewrites(lambda body: b"callback(" + body + b")"),
    "bom": rewrites(lambda body: b"\xef\xbb\xbf" + body),
    "utf_16": rewrites(lambda body: body.decode().encode("utf-16")),
    "invalid_utf_8": prepends(b'"x":"\xff\xc0\x80"'),
    "lone_surrogate": prepends(rb'"x":"\ud800"'),
    "duplicate_keys": prepends(b'"response":"error","body":"failed"'),
    "nan": says('{"response":"success","body":NaN}'),
    "deep": says('{"response":"success","body":' + "[" * DEPTH + "]" * DEPTH + "}"),
    "top_list": says("[]"),
    "top_null": says("null"),
    "body_number": says('{"response":"success","body":17}'),
    "body_object": says('{"response":"success","body":{"body":"available"}}'),
    "body_null": says('{"response":"success","body":null}'),
    "body_missing": says('{"response":"success"}'),
    "body_of_wrong_types": says(
        '{"response":"success","body":[null,1,"x",[],{"line":{},"state":[1],'
        '"remotename":1e999,"path":7,"fileName":{}},{"path":"\\ud800"}]}'
    ),
    "response_number": says('{"response":1,"body":"available"}'),
    "failed": says('{"response":"error","body":"failed"}'),
    "not_logged_in": reply(200, b'{"response":"success","body":"unauthorized"}'),
    "locked": reply(200, b'{"response":"error","body":"locked","lockTime":5}'),
}
