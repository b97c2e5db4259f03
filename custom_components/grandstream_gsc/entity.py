"""The base of all entities, and where errors of the CTI become Home Assistant's."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.const import CONF_MAC, CONF_MODEL
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, MANUFACTURER, UNKNOWN_MODEL
from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import CtiError
from .error_translation import translation_of


def unique_id_base(entry: GrandstreamConfigEntry) -> str:
    """Return what the unique ids of a speaker's entities begin with."""
    return entry.unique_id or entry.entry_id


def device_info(coordinator: GrandstreamCoordinator) -> DeviceInfo:
    """Describe the speaker of a coordinator."""
    entry = coordinator.config_entry
    data = entry.data
    model = data.get(CONF_MODEL) or UNKNOWN_MODEL
    mac = data.get(CONF_MAC)
    return DeviceInfo(
        identifiers={(DOMAIN, unique_id_base(entry))},
        connections={(CONNECTION_NETWORK_MAC, mac)} if mac else set(),
        manufacturer=MANUFACTURER,
        model=model,
        name=f"{MANUFACTURER} {model}",
        configuration_url=coordinator.client.origin,
    )


class GrandstreamEntity(CoordinatorEntity[GrandstreamCoordinator]):
    """An entity of a speaker."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: GrandstreamCoordinator, key: str) -> None:
        """Name the entity by its key."""
        super().__init__(coordinator)
        self._attr_unique_id = f"{unique_id_base(coordinator.config_entry)}_{key}"
        self._attr_device_info = device_info(coordinator)

    @contextmanager
    def translated_errors(self, command: str) -> Iterator[None]:
        """Raise what goes wrong with a command as Home Assistant's error."""
        try:
            yield
        except CtiError as error:
            raise HomeAssistantError(
                **translation_of(
                    error,
                    speaker=self.coordinator.config_entry.title,
                    command=command,
                )
            ) from error
