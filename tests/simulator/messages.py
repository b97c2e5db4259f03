"""HTTP requests and answers as the simulated speaker sees them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
import time
from typing import Final, overload, override
from urllib.parse import unquote

CGI_FOLDER: Final = "/cgi-bin/"
QUERIES: Final = frozenset(
    {"api-get_phone_status", "api-get_line_status", "api-get_music"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it arrived at the socket."""

    # The name below /cgi-bin/, or the path of anything else.
    function: str
    # Percent-decoded; how a speaker reads a plus is unknown (?), here it stays a plus.
    params: dict[str, str]
    # As it was on the wire.
    target: str
    # Empty if the request line made no sense.
    method: str
    version: str
    # Names in lower case.
    headers: dict[str, str]
    # Connections are numbered from 1.
    connection: int
    # Seconds on the monotonic clock.
    time: float

    @property
    def has_length(self) -> bool:
        """Tell whether the request says how long its body is."""
        return self.headers.get("content-length", "").isdecimal()

    @property
    def keep_alive(self) -> bool:
        """Tell whether another request may follow on the connection."""
        if self.method != "GET" and not self.has_length:
            return False
        wish = self.headers.get("connection", "").lower()
        return wish == "keep-alive" or (self.version == "HTTP/1.1" and wish != "close")


class ReceivedLog:
    """Everything that arrived, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._requests: list[Received] = []
        self._grown = asyncio.Event()

    def __len__(self) -> int:
        """Count all requests."""
        return len(self._requests)

    def __iter__(self) -> Iterator[Received]:
        """Iterate over the requests, oldest first."""
        return iter(self._requests)

    @overload
    def __getitem__(self, index: int) -> Received: ...

    @overload
    def __getitem__(self, index: slice) -> list[Received]: ...

    def __getitem__(self, index: int | slice) -> Received | list[Received]:
        """Return one request or a slice of them."""
        return self._requests[index]

    @override
    def __repr__(self) -> str:
        """Show the requests, passcodes included."""
        return repr(self._requests)

    def add(self, request: Received) -> None:
        """Append a request and wake those who wait for it."""
        self._requests.append(request)
        self._grown.set()
        self._grown = asyncio.Event()

    def clear(self) -> None:
        """Forget all requests."""
        self._requests.clear()

    def count(self, function: str) -> int:
        """Count the requests of one function."""
        return sum(request.function == function for request in self)

    def commands(self) -> list[Received]:
        """List the requests that are no mere questions."""
        return [request for request in self if request.function not in QUERIES]

    async def wait_for(self, function: str, count: int = 1) -> None:
        """Wait until so many requests of one function have arrived."""
        while self.count(function) < count:
            await self._grown.wait()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not yet on the wire."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self, *, with_length: bool = True) -> bytes:
        """Encode the answer for the wire."""
        return self._head(with_length=with_length) + self.body

    def encode_half(self, *, with_length: bool = True) -> bytes:
        """Encode the answer up to the middle of its body."""
        half = self.body[: len(self.body) // 2]
        return self._head(with_length=with_length) + half

    def _head(self, *, with_length: bool) -> bytes:
        """Encode the status line and the headers."""
        headers = {"Content-Type": self.content_type}
        if with_length:
            headers["Content-Length"] = str(len(self.body))
        headers |= self.headers
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def page(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Make a small HTML page, as the siblings do (S)."""
    title = f"{status} {_phrase(status)}"
    html = f"<html><head><title>{title}</title></head><body>{title}</body></html>"
    return Answer(status, html.encode(), headers=headers or {})


async def read_request(reader: asyncio.StreamReader, connection: int) -> Received:
    """Read one request from a connection; a form in its body adds parameters."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.strip().split("\r\n")
    method, target, version = _split_request_line(line)
    path, _, query = target.partition("?")
    request = Received(
        function=path.removeprefix(CGI_FOLDER),
        params=_decode(query),
        target=target,
        method=method,
        version=version,
        headers=_decode_headers(fields),
        connection=connection,
        time=time.monotonic(),
    )
    if request.has_length:
        body = await reader.readexactly(int(request.headers["content-length"]))
        request.params.update(_decode(body.decode("latin-1")))
    return request


def _split_request_line(line: str) -> tuple[str, str, str]:
    """Split a request line; one that makes no sense has no method."""
    words = line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return "", line, ""
    return words[0], words[1], words[2]


def _decode_headers(fields: list[str]) -> dict[str, str]:
    """Decode header lines."""
    pairs = (line.partition(":") for line in fields)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _decode(query: str) -> dict[str, str]:
    """Decode a query string."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _phrase(status: int) -> str:
    """Name an HTTP status."""
    return HTTPStatus(status).phrase if status in HTTPStatus else "Unknown"
