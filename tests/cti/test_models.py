"""Test what the models tell."""

import pytest

from custom_components.grandstream_gsc.cti import (
    LineState,
    LineStatus,
    PhoneStatus,
    Track,
)


@pytest.mark.parametrize(
    "word",
    [
        "available",
        "busy",
        "ringing",
        "unknown",
        "unavailable",
        "preview",
        "flash",
        "calling",
        "oncall",
        "connected",
        "holding",
    ],
)
def test_known_phone_word(word: str) -> None:
    """Know the words of the guide and of siblings."""
    assert PhoneStatus(word).is_known


def test_unknown_phone_word() -> None:
    """Keep a word that nobody has seen, and say so."""
    status = PhoneStatus("sleeping")
    assert not status.is_known
    assert not status.is_available


def test_available() -> None:
    """Take nothing but the one word for available."""
    assert PhoneStatus("available").is_available
    assert not PhoneStatus("unavailable").is_available


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("idle", LineState.IDLE),
        ("none", LineState.IDLE),
        ("available", LineState.IDLE),
        ("ringing", LineState.RINGING),
        ("dialing", LineState.DIALING),
        ("connected", LineState.CONNECTED),
        ("onhold", LineState.ON_HOLD),
        ("busy", LineState.OTHER),
        ("", LineState.OTHER),
    ],
)
def test_line_state(word: str, state: LineState) -> None:
    """Understand the words of siblings, and call the rest other."""
    assert LineStatus(1, word, "", "").state is state


@pytest.mark.parametrize(
    ("file_name", "stem"),
    [
        ("music1.ogg", "music1"),
        ("a.b.ogg", "a.b"),
        ("bell", "bell"),
        (".ogg", ".ogg"),
    ],
)
def test_stem(file_name: str, stem: str) -> None:
    """Take the extension off a file name."""
    assert Track("/any", file_name).stem == stem
