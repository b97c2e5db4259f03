"""The music stored on a speaker as a media player."""

from functools import partial
from typing import Any, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_EXTRA,
    BrowseError,
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    RepeatMode,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import Track, is_phone_number
from .library import named_tracks, neighbour, search_tracks, shown_name
from .media_browser import ROOT_ID, browse_items, browse_tracks
from .music import GrandstreamMusicEntity

PARALLEL_UPDATES = 1

ATTR_LOOP = "loop"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrandstreamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the media player of a speaker."""
    async_add_entities([GrandstreamMediaPlayer(entry.runtime_data)])


class GrandstreamMediaPlayer(GrandstreamMusicEntity, MediaPlayerEntity):
    """Plays the tracks of a speaker. Its state is assumed: the speaker tells none."""

    _attr_assumed_state = True
    _attr_device_class = MediaPlayerDeviceClass.SPEAKER
    _attr_media_content_type = MediaType.MUSIC
    _attr_name = None
    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.NEXT_TRACK
        | MediaPlayerEntityFeature.PREVIOUS_TRACK
        | MediaPlayerEntityFeature.REPEAT_SET
        | MediaPlayerEntityFeature.SELECT_SOURCE
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.SEARCH_MEDIA
    )

    def __init__(self, coordinator: GrandstreamCoordinator) -> None:
        """Initialize the media player."""
        super().__init__(coordinator, "music")

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return whether a track is assumed to play."""
        return (
            MediaPlayerState.PLAYING if self.player.playback else MediaPlayerState.IDLE
        )

    @property
    @override
    def media_content_id(self) -> str | None:
        """Return the path of the track that plays."""
        return self._playing.path if self._playing else None

    @property
    @override
    def media_title(self) -> str | None:
        """Return the name of the track that plays, without its extension."""
        return self._playing.stem if self._playing else None

    @property
    @override
    def repeat(self) -> RepeatMode:
        """Return whether the next play loops."""
        return RepeatMode.ONE if self.player.loop else RepeatMode.OFF

    @property
    @override
    def source(self) -> str | None:
        """Return the name of the track that plays, as the source list has it."""
        if self._playing is None:
            return None
        return shown_name(self.coordinator.tracks, self._playing)

    @property
    @override
    def source_list(self) -> list[str]:
        """Return the names of the tracks: choosing one plays it."""
        return [*named_tracks(self.coordinator.tracks)]

    @property
    def _playing(self) -> Track | None:
        """The track that plays."""
        return self.player.playback.track if self.player.playback else None

    @property
    def _shown_name(self) -> str:
        """The name that users see: the one that they gave the device."""
        state = self.hass.states.get(self.entity_id)
        return state.name if state else self.coordinator.config_entry.title

    @override
    async def async_media_play(self) -> None:
        """Play the last track, or the first of the list."""
        with self.translated_errors("play"):
            await self._async_play(
                await self.async_chosen_track(None, self.player.last_track)
            )

    @override
    async def async_media_stop(self) -> None:
        """Stop what plays."""
        await self.async_stop_music()

    @override
    async def async_media_next_track(self) -> None:
        """Play the next track of the list."""
        await self._async_step(1)

    @override
    async def async_media_previous_track(self) -> None:
        """Play the previous track of the list."""
        await self._async_step(-1)

    @override
    async def async_select_source(self, source: str) -> None:
        """Play the track of this name."""
        with self.translated_errors("play"):
            await self._async_play(await self.async_track(source))

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Play a track by path, file name, or file name without extension."""
        if "://" in media_id:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unsupported_media",
                translation_placeholders={"media": media_id},
            )
        loop = _asked_loop(kwargs.get(ATTR_MEDIA_EXTRA) or {})
        with self.translated_errors("play"):
            await self._async_play(await self.async_track(media_id), loop=loop)

    @override
    async def async_set_repeat(self, repeat: RepeatMode) -> None:
        """Set whether the next play loops; one track is all that a speaker repeats."""
        self.player.async_set_loop(loop=repeat is not RepeatMode.OFF)

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        """Show the list of tracks as the speaker has it now."""
        if media_content_id not in (None, ROOT_ID):
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="unknown_folder",
                translation_placeholders={"folder": str(media_content_id)},
            )
        with self.translated_errors("music_list"):
            tracks = await self.coordinator.async_fetch_tracks()
        return browse_tracks(self._shown_name, tracks)

    @override
    async def async_search_media(self, query: SearchMediaQuery) -> SearchMedia:
        """Find tracks by their name, in the list as the speaker has it now."""
        with self.translated_errors("music_list"):
            tracks = await self.coordinator.async_fetch_tracks()
        return SearchMedia(
            result=browse_items(search_tracks(tracks, query.search_query))
        )

    async def async_make_call(self, phone_number: str) -> None:
        """Have the speaker call a number."""
        if not is_phone_number(phone_number):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="invalid_phone_number",
                translation_placeholders={"phone_number": phone_number},
            )
        with self.translated_errors("make_call"):
            await self.coordinator.async_command(
                partial(self.coordinator.client.make_call, phone_number)
            )

    async def _async_step(self, step: int) -> None:
        """Play the track some steps further in the list."""
        with self.translated_errors("play"):
            tracks = await self.async_tracks()
            await self._async_play(neighbour(tracks, self.player.current_track, step))

    async def _async_play(self, track: Track, *, loop: bool | None = None) -> None:
        """Play a track, looped or not as asked, else as the repeat mode says."""
        await self.player.async_play(
            track, loop=self.player.loop if loop is None else loop
        )


def _asked_loop(extra: dict[str, Any]) -> bool | None:
    """Return whether a loop was asked for, or None where nothing was said."""
    loop = extra.get(ATTR_LOOP)
    if loop is None or isinstance(loop, bool):
        return loop
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="invalid_loop",
        translation_placeholders={"loop": str(loop)},
    )
