"""What Home Assistant said, across its restarts, and what it should not have said."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import re
from typing import IO
from urllib.parse import quote, quote_plus

_COMPLAINT = re.compile(
    r" (?:WARNING|ERROR|CRITICAL) \(.*?\) \[custom_components\.grandstream_gsc"
)
_RECORD = re.compile(r"\d{4}-\d\d-\d\d \S+ ([A-Z]+) \(")
_TRACEBACK = "Traceback (most recent call last)"


class Console:
    """The console of Home Assistant, kept in a file."""

    def __init__(self, path: Path) -> None:
        """Start without expectations."""
        self.path = path
        self._expected: dict[str, int] = {}

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Let programs write to it."""
        with self.path.open("ab") as output:
            yield output

    def expect(self, text: str, times: int = 1) -> None:
        """Expect so many complaints of the integration that hold a text."""
        self._expected[text] = self._expected.get(text, 0) + times

    def last_lines(self, count: int) -> str:
        """Return the last lines."""
        return "\n".join(self._read().splitlines()[-count:])

    def problems(self, secrets: Iterable[str]) -> list[str]:
        """List what should not be there, and what should be there and is not."""
        text = self._read()
        lines = text.splitlines()
        found = [f"a passcode in: {line}" for line in lines if leaks(line, secrets)]
        found += [f"line {number}: a traceback" for number in _tracebacks(lines)]
        return found + list(self._surprises(lines))

    def count(self) -> int:
        """Count the lines."""
        return len(self._read().splitlines())

    def _surprises(self, lines: list[str]) -> Iterator[str]:
        """Yield complaints that nobody expected, and expected ones that are missing."""
        complaints = [line for line in lines if _COMPLAINT.search(line)]
        for text, times in self._expected.items():
            matching = [line for line in complaints if text in line]
            if len(matching) != times:
                yield f"{len(matching)} instead of {times} times in the log: {text}"
        for line in complaints:
            if not any(text in line for text in self._expected):
                yield f"unexpected: {line}"

    def _read(self) -> str:
        """Read all that was said."""
        return self.path.read_text(errors="replace")


def leaks(text: str, secrets: Iterable[str]) -> bool:
    """Tell whether a text holds a secret, in any of the forms that it may take."""
    return any(form in text for secret in secrets for form in _forms(secret))


def _forms(secret: str) -> set[str]:
    """Return a secret plain, percent-encoded in all ways, and escaped."""
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }


def _tracebacks(lines: Iterable[str]) -> Iterator[int]:
    """Yield where a traceback begins, but for those that only debugging shows."""
    level = ""
    for number, line in enumerate(lines, 1):
        if record := _RECORD.match(line):
            level = record[1]
        if _TRACEBACK in line and level != "DEBUG":
            yield number
