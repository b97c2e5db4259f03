"""A siren that loops a track of a speaker."""

from typing import Any, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    ATTR_TONE,
    SirenEntity,
    SirenEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .library import named_tracks
from .music import GrandstreamMusicEntity

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrandstreamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the siren of a speaker."""
    async_add_entities([GrandstreamSiren(entry.runtime_data)])


class GrandstreamSiren(GrandstreamMusicEntity, SirenEntity):
    """Loops a tone until it is turned off, or for some seconds."""

    _attr_translation_key = "alarm"
    _attr_supported_features = (
        SirenEntityFeature.TURN_ON
        | SirenEntityFeature.TURN_OFF
        | SirenEntityFeature.TONES
        | SirenEntityFeature.DURATION
    )

    def __init__(self, coordinator: GrandstreamCoordinator) -> None:
        """Initialize the siren."""
        super().__init__(coordinator, "alarm")

    @property
    @override
    def available_tones(self) -> list[int | str]:
        """Return the names of the tracks."""
        return [*named_tracks(self.coordinator.tracks)]

    @property
    @override
    def is_on(self) -> bool:
        """Return whether a loop sounds that the siren started."""
        return self.player.is_siren_on

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Loop a tone: the one asked for, else the last one, else the first track."""
        with self.translated_errors("play"):
            tone = await self.async_chosen_track(
                kwargs.get(ATTR_TONE), self.player.last_tone
            )
            await self.player.async_sound(tone, kwargs.get(ATTR_DURATION))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop the tone."""
        await self.async_stop_music()
