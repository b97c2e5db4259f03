"""Whether a speaker is busy."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .entity import GrandstreamEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrandstreamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensor of a speaker."""
    async_add_entities([GrandstreamBusySensor(entry.runtime_data)])


class GrandstreamBusySensor(GrandstreamEntity, BinarySensorEntity):
    """On while the phone status is anything but available."""

    _attr_translation_key = "busy"

    def __init__(self, coordinator: GrandstreamCoordinator) -> None:
        """Initialize the busy sensor."""
        super().__init__(coordinator, "busy")

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the speaker is busy."""
        return not self.coordinator.data.status.is_available
