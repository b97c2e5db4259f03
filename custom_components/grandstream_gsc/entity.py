"""The base of all entities, and where errors of the CTI become Home Assistant's."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import GrandstreamCoordinator
from .cti import CtiError
from .device import unique_id_base
from .error_translation import translation_of


class GrandstreamEntity(CoordinatorEntity[GrandstreamCoordinator]):
    """An entity of a speaker."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: GrandstreamCoordinator, key: str) -> None:
        """Name the entity by its key."""
        super().__init__(coordinator)
        self._attr_unique_id = f"{unique_id_base(coordinator.config_entry)}_{key}"
        self._attr_device_info = coordinator.device_info

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
