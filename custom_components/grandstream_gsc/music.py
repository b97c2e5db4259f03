"""What media player and siren have in common: the tracks, and stopping them."""

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN
from .cti import Track
from .entity import GrandstreamEntity
from .library import find_track
from .player import Player


class GrandstreamMusicEntity(GrandstreamEntity):
    """An entity that plays tracks of a speaker."""

    @property
    def player(self) -> Player:
        """The player that all such entities of the speaker share."""
        return self.coordinator.player

    async def async_tracks(self) -> tuple[Track, ...]:
        """Return the known tracks; with none known, have one look at the speaker."""
        tracks = self.coordinator.tracks or await self.coordinator.async_fetch_tracks()
        if not tracks:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="no_tracks",
                translation_placeholders={
                    "speaker": self.coordinator.config_entry.title
                },
            )
        return tracks

    async def async_track(self, name: str) -> Track:
        """Find a track by its name; for an unknown one have one look at the speaker."""
        track = find_track(self.coordinator.tracks, name)
        if track is None:
            track = find_track(await self.coordinator.async_fetch_tracks(), name)
        if track is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_track",
                translation_placeholders={
                    "speaker": self.coordinator.config_entry.title,
                    "track": name,
                },
            )
        return track

    async def async_chosen_track(
        self, name: str | None, default: Track | None
    ) -> Track:
        """Return the track asked for, else the default, else the first one."""
        if name is not None:
            return await self.async_track(name)
        return default or (await self.async_tracks())[0]

    async def async_stop_music(self) -> None:
        """Stop what plays."""
        with self.translated_errors("stop"):
            track = await self.async_chosen_track(None, self.player.current_track)
            await self.player.async_stop(track)
