"""Tests of the count of bad logins."""

import pytest

from custom_components.grandstream_gsc.cti import (
    CtiAuthenticationError,
    CtiError,
    CtiRefusedError,
    CtiTimeoutError,
)
from custom_components.grandstream_gsc.login import LoginGuard


@pytest.mark.parametrize(
    ("answers", "is_locked_out"),
    [
        ("d", False),
        ("dd", True),
        ("rr", False),
        ("rrr", True),
        ("rd", False),
        ("rrd", True),
        ("drr", True),
        ("dsd", False),
        ("rrsr", False),
        ("dds", True),
    ],
)
def test_count(answers: str, is_locked_out: bool) -> None:
    """Two denials in a row, or three answers that may be one, are enough."""
    guard = LoginGuard()
    notes = {
        "d": guard.note_denial,
        "r": guard.note_refusal,
        "s": guard.note_success,
    }
    for answer in answers:
        notes[answer]()
    assert guard.is_locked_out is is_locked_out


def test_check() -> None:
    """Nothing more must be sent once the passcode was denied."""
    guard = LoginGuard()
    guard.check()
    guard.note_denial()
    guard.check()
    guard.note_denial()
    with pytest.raises(CtiAuthenticationError):
        guard.check()


@pytest.mark.parametrize(
    ("error", "is_locked_out"),
    [
        (CtiAuthenticationError(), True),
        (CtiRefusedError(), True),
        (CtiTimeoutError(), False),
    ],
)
def test_failed_setup(error: CtiError, is_locked_out: bool) -> None:
    """At set-up one answer is enough."""
    guard = LoginGuard()
    guard.note_failed_setup(error)
    assert guard.is_locked_out is is_locked_out
