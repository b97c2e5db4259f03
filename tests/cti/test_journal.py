"""Test what is kept of the traffic."""

from custom_components.grandstream_gsc.cti import (
    Answer,
    CtiDroppedError,
    CtiTimeoutError,
    Function,
    Journal,
)
from custom_components.grandstream_gsc.cti.journal import (
    MAX_KEPT_BODY_BYTES,
    MAX_KEPT_LATENCIES,
)


def test_answers() -> None:
    """Keep the start of the last answer to each function."""
    journal = Journal()
    long = b"x" * (MAX_KEPT_BODY_BYTES + 1)
    journal.record_answer(Function.MUSIC_LIST, 404, b"no", 0)
    journal.record_answer(Function.MUSIC_LIST, 200, long, 0)
    journal.record_answer(Function.MAKE_CALL, 500, b"", 0)
    assert journal.answers == {
        Function.MUSIC_LIST: Answer(200, long[:-1], len(long)),
        Function.MAKE_CALL: Answer(500, b"", 0),
    }


def test_answer_shows_no_body() -> None:
    """A page may repeat the passcode."""
    answer = Answer(200, b"passcode=secret", 15)
    assert repr(answer) == str(answer) == "Answer(http_status=200, length=15)"


def test_latency() -> None:
    """Sum up the last latencies, and forget the old ones."""
    journal = Journal()
    assert journal.latency() == {}
    for seconds in (9.0, 1.0, 2.0, 4.0):
        journal.record_answer(Function.PHONE_STATUS, 200, b"", seconds)
    assert journal.latency() == {"minimum": 1, "median": 3, "maximum": 9}
    for _ in range(MAX_KEPT_LATENCIES):
        journal.record_answer(Function.PHONE_STATUS, 200, b"", 5)
    assert journal.latency() == {"minimum": 5, "median": 5, "maximum": 5}


def test_failures() -> None:
    """Count failures by kind."""
    journal = Journal()
    journal.record_failure(CtiDroppedError())
    journal.record_failure(CtiTimeoutError())
    journal.record_failure(CtiDroppedError())
    assert journal.failures == {"dropped": 2, "timeout": 1}


def test_repr() -> None:
    """Show no answer by accident: a page may repeat the passcode."""
    journal = Journal()
    journal.record_answer(Function.PHONE_STATUS, 200, b"secret", 0)
    assert "secret" not in f"{journal!r} {journal!s}"
