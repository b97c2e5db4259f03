"""Finding tracks by the names that people give them."""

from collections.abc import Callable, Iterable
import re

from .cti import Track

_WORD = re.compile(r"[^\W_]+")
_NAMES: tuple[Callable[[Track], str], ...] = (
    lambda track: track.path,
    lambda track: track.file_name,
    lambda track: track.stem,
)


def named_tracks(tracks: Iterable[Track]) -> dict[str, Track]:
    """Return the tracks by the name they are shown with, in the speaker's order.

    That is the file name; of two tracks with one file name the second bears its path.
    """
    named: dict[str, Track] = {}
    for track in tracks:
        name = track.path if track.file_name in named else track.file_name
        named[name] = track
    return named


def shown_name(tracks: Iterable[Track], track: Track) -> str:
    """Return the name that a track is shown with, also if it is not in the list."""
    named = named_tracks(tracks).items()
    return next((name for name, item in named if item == track), track.file_name)


def find_track(tracks: Iterable[Track], name: str) -> Track | None:
    """Find a track by path, file name, or file name without extension.

    An exact match counts before one that differs in upper and lower case.
    """
    for fold in (str, str.casefold):
        for name_of in _NAMES:
            for track in tracks:
                if fold(name_of(track)) == fold(name):
                    return track
    return None


def search_tracks(tracks: Iterable[Track], query: str) -> tuple[Track, ...]:
    """Return the tracks whose name holds the query, as written or as spoken."""
    return tuple(
        track
        for track in tracks
        if any(form(query) in form(track.file_name) for form in (_folded, _spoken))
    )


def neighbour(tracks: tuple[Track, ...], track: Track | None, step: int) -> Track:
    """Return the track some steps further in a list that has no end.

    A track that is not in the list stands before its first and after its last.
    """
    if track in tracks:
        return tracks[(tracks.index(track) + step) % len(tracks)]
    return tracks[0 if step > 0 else -1]


def _folded(text: str) -> str:
    """Return text in the form in which upper and lower case are the same."""
    return text.strip().casefold()


def _spoken(text: str) -> str:
    """Return the words of a text; one without words is found nowhere."""
    return " ".join(_WORD.findall(text.casefold())) or text
