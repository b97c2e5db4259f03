"""Tests of finding tracks by name."""

import pytest

from custom_components.grandstream_gsc.cti import Track
from custom_components.grandstream_gsc.library import (
    find_track,
    named_tracks,
    neighbour,
    search_tracks,
    shown_name,
)

BELL = Track("/a/Bell.ogg", "Bell.ogg")
BELL_LOWER = Track("/a/bell.ogg", "bell.ogg")
BELL_TWIN = Track("/b/Bell.ogg", "Bell.ogg")
BELL_WAV = Track("/a/Bell.ogg.wav", "Bell.ogg.wav")
TRACKS = (BELL, BELL_LOWER, BELL_TWIN, BELL_WAV)


@pytest.mark.parametrize(
    ("name", "track"),
    [
        ("/b/Bell.ogg", BELL_TWIN),
        ("/B/BELL.OGG", BELL_TWIN),
        ("Bell.ogg", BELL),
        ("bell.ogg", BELL_LOWER),
        ("BELL.OGG", BELL),
        ("bell", BELL_LOWER),
        ("BELL", BELL),
        ("bell.ogg.WAV", BELL_WAV),
        ("Bell.", None),
        ("", None),
    ],
)
def test_find_track(name: str, track: Track | None) -> None:
    """An exact match counts before one in other case; path, file name, stem."""
    assert find_track(TRACKS, name) == track


def test_named_tracks() -> None:
    """Every track has a name of its own by which it is found again."""
    named = named_tracks(TRACKS)
    assert named == {
        "Bell.ogg": BELL,
        "bell.ogg": BELL_LOWER,
        "/b/Bell.ogg": BELL_TWIN,
        "Bell.ogg.wav": BELL_WAV,
    }
    assert [find_track(TRACKS, name) for name in named] == list(named.values())


def test_shown_name() -> None:
    """A track that is no longer in the list is shown by its file name."""
    assert shown_name(TRACKS, BELL_TWIN) == "/b/Bell.ogg"
    assert shown_name((), BELL_TWIN) == "Bell.ogg"


def test_search_tracks() -> None:
    """The query may stand anywhere in the name, in any case."""
    assert search_tracks(TRACKS, " WAV ") == (BELL_WAV,)
    assert search_tracks(TRACKS, "gong") == ()
    assert search_tracks(TRACKS, "") == TRACKS
    assert search_tracks(TRACKS, "?!") == ()


@pytest.mark.parametrize("query", ["school bell", "School-Bell", "bell #1", "LONG"])
def test_search_as_spoken(query: str) -> None:
    """Who asks by voice does not say underscores and dashes."""
    track = Track("/a/School_bell-#1 (long).ogg", "School_bell-#1 (long).ogg")
    assert search_tracks((track,), query) == (track,)


def test_neighbour() -> None:
    """The list has no end; a track outside of it stands at its edge."""
    assert neighbour(TRACKS, BELL_WAV, 1) == BELL
    assert neighbour(TRACKS, BELL, -1) == BELL_WAV
    assert neighbour(TRACKS, BELL, 1) == BELL_LOWER
    assert neighbour(TRACKS, None, 1) == BELL
    assert neighbour(TRACKS, None, -1) == BELL_WAV
