"""What the lines of a speaker are doing, where its firmware tells."""

from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import LineState, LineStatus
from .device import unique_id_base
from .entity import GrandstreamEntity

PARALLEL_UPDATES = 0

ATTR_REMOTE_NAME = "remote_name"
ATTR_REMOTE_NUMBER = "remote_number"

# Speakers and their siblings were seen with three and four lines.
MAX_NAMED_LINES = 4


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrandstreamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a sensor for each line, now and when the speaker tells of more."""
    coordinator = entry.runtime_data
    known: set[int] = set()

    @callback
    def async_add_new_lines() -> None:
        """Add sensors for lines that have none yet."""
        lines = {line.line for line in coordinator.data.lines} - known
        known.update(lines)
        async_add_entities(
            GrandstreamLineSensor(coordinator, line) for line in sorted(lines)
        )

    _remove_stale_lines(hass, coordinator)
    async_add_new_lines()
    entry.async_on_unload(coordinator.async_add_listener(async_add_new_lines))


@callback
def _remove_stale_lines(
    hass: HomeAssistant, coordinator: GrandstreamCoordinator
) -> None:
    """Remove the sensors of lines that the speaker no longer serves."""
    if coordinator.serves_lines is None:
        return
    entry = coordinator.config_entry
    base = unique_id_base(entry)
    served = {f"{base}_{_line_key(line.line)}" for line in coordinator.data.lines}
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.domain == Platform.SENSOR and entity.unique_id not in served:
            registry.async_remove(entity.entity_id)


class GrandstreamLineSensor(GrandstreamEntity, SensorEntity):
    """The state of a line, and who is at its other end."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [*LineState]  # noqa: RUF012 - declared so by the base class

    def __init__(self, coordinator: GrandstreamCoordinator, line: int) -> None:
        """Initialize the sensor of a line, counted from 1."""
        key = _line_key(line)
        super().__init__(coordinator, key)
        self._line = line
        self._attr_translation_key = key if line <= MAX_NAMED_LINES else "line"
        self._attr_translation_placeholders = {"line": str(line)}

    @property
    def _status(self) -> LineStatus | None:
        """What the speaker told of the line, if it told anything."""
        lines = self.coordinator.data.lines
        return next((line for line in lines if line.line == self._line), None)

    @property
    @override
    def native_value(self) -> LineState | None:
        """Return the state of the line."""
        return self._status.state if self._status else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | None]:
        """Return name and number of the other end."""
        status = self._status
        return {
            ATTR_REMOTE_NAME: (status and status.remote_name) or None,
            ATTR_REMOTE_NUMBER: (status and status.remote_number) or None,
        }


def _line_key(line: int) -> str:
    """Return the key of a line's sensor."""
    return f"line_{line}"
