"""What went over the wire, kept for diagnostics."""

from collections import Counter, deque
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple, override

from .errors import CtiError
from .protocol import Function

MAX_KEPT_BODY_BYTES = 4096
MAX_KEPT_LATENCIES = 256


class Answer(NamedTuple):
    """The last answer to a function: HTTP status, start and length of the body."""

    http_status: int
    body: bytes
    length: int

    @override
    def __repr__(self) -> str:
        """Leave the body out: a page may repeat the passcode."""
        return f"Answer(http_status={self.http_status}, length={self.length})"


@dataclass(slots=True)
class Journal:
    """Counts requests and failures, and keeps the last answer of each function.

    Answers are kept as the speaker sent them: redact them before showing them.
    """

    requests: Counter[Function] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    answers: dict[Function, Answer] = field(default_factory=dict, repr=False)
    latencies: deque[float] = field(
        default_factory=lambda: deque(maxlen=MAX_KEPT_LATENCIES), repr=False
    )

    def record_answer(
        self, function: Function, http_status: int, body: bytes, seconds: float
    ) -> None:
        """Keep an answer and how many seconds it took."""
        self.latencies.append(seconds)
        self.answers[function] = Answer(
            http_status, body[:MAX_KEPT_BODY_BYTES], len(body)
        )

    def record_failure(self, error: CtiError) -> None:
        """Count a failure by its kind."""
        self.failures[error.kind] += 1

    def latency(self) -> dict[str, float]:
        """Return minimum, median and maximum of the last latencies, in seconds."""
        if not self.latencies:
            return {}
        return {
            "minimum": min(self.latencies),
            "median": median(self.latencies),
            "maximum": max(self.latencies),
        }
