"""Buttons for call control and for restarting a speaker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GrandstreamConfigEntry, GrandstreamCoordinator
from .cti import CtiClient
from .entity import GrandstreamEntity

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class GrandstreamButtonDescription(ButtonEntityDescription):
    """Describes a button of a speaker."""

    press_fn: Callable[[CtiClient], Awaitable[None]]
    restarts: bool = False


BUTTONS: tuple[GrandstreamButtonDescription, ...] = (
    GrandstreamButtonDescription(
        key="end_call",
        translation_key="end_call",
        press_fn=CtiClient.end_call,
    ),
    GrandstreamButtonDescription(
        key="accept_call",
        translation_key="accept_call",
        press_fn=CtiClient.accept_call,
    ),
    GrandstreamButtonDescription(
        key="reject_call",
        translation_key="reject_call",
        press_fn=CtiClient.reject_call,
    ),
    GrandstreamButtonDescription(
        key="toggle_mute",
        translation_key="toggle_mute",
        press_fn=CtiClient.toggle_mute,
    ),
    GrandstreamButtonDescription(
        key="reboot",
        translation_key="reboot",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        press_fn=CtiClient.reboot,
        restarts=True,
    ),
    GrandstreamButtonDescription(
        key="factory_reset",
        translation_key="factory_reset",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        press_fn=CtiClient.factory_reset,
        restarts=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrandstreamConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a speaker."""
    async_add_entities(
        GrandstreamButton(entry.runtime_data, description) for description in BUTTONS
    )


class GrandstreamButton(GrandstreamEntity, ButtonEntity):
    """A button that sends one command."""

    entity_description: GrandstreamButtonDescription

    def __init__(
        self,
        coordinator: GrandstreamCoordinator,
        description: GrandstreamButtonDescription,
    ) -> None:
        """Initialize the button."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @override
    async def async_press(self) -> None:
        """Send the command."""
        description = self.entity_description
        with self.translated_errors(description.key):
            await self.coordinator.async_command(
                partial(description.press_fn, self.coordinator.client)
            )
        if description.restarts:
            self.coordinator.player.async_note_restart()
