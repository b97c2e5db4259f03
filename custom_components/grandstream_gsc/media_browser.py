"""The tracks of a speaker in the media browser."""

from collections.abc import Iterable

from homeassistant.components.media_player import BrowseMedia, MediaClass, MediaType

from .cti import Track
from .library import named_tracks

ROOT_ID = ""


def browse_tracks(title: str, tracks: Iterable[Track]) -> BrowseMedia:
    """Return a folder of tracks."""
    return BrowseMedia(
        title=title,
        media_class=MediaClass.DIRECTORY,
        media_content_id=ROOT_ID,
        media_content_type=MediaType.MUSIC,
        can_play=False,
        can_expand=True,
        can_search=True,
        children=browse_items(tracks),
        children_media_class=MediaClass.MUSIC,
    )


def browse_items(tracks: Iterable[Track]) -> list[BrowseMedia]:
    """Return tracks as items that can be played."""
    return [
        BrowseMedia(
            title=name,
            media_class=MediaClass.MUSIC,
            media_content_id=track.path,
            media_content_type=MediaType.MUSIC,
            can_play=True,
            can_expand=False,
        )
        for name, track in named_tracks(tracks).items()
    ]
