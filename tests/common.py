"""What several tests do with a speaker in Home Assistant."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.grandstream_gsc.const import DOMAIN

from .simulator import Behaviour, Exchange

STATUS = "api-get_phone_status"
LINES = "api-get_line_status"
MUSIC = "api-get_music"
PLAY = "api-ctrl_music_play"
OPERATION = "api-phone_operation"
SYSTEM = "api-sys_operation"
CALL = "api-make_call"

# More than an interval, less than two: the coordinator adds up to half a second.
IDLE_SECONDS = 11
BUSY_SECONDS = 3


async def settle(hass: HomeAssistant) -> None:
    """Wait until nothing is under way, background tasks included."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def advance(hass: HomeAssistant, seconds: float) -> None:
    """Let time pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await settle(hass)


def entity_id(
    hass: HomeAssistant, entry: MockConfigEntry, platform: Platform, key: str
) -> str:
    """Return the id of an entity of a speaker."""
    unique_id = f"{entry.unique_id or entry.entry_id}_{key}"
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found is not None
    return found


def state_of(
    hass: HomeAssistant, entry: MockConfigEntry, platform: Platform, key: str
) -> State:
    """Return the state of an entity of a speaker."""
    state = hass.states.get(entity_id(hass, entry, platform, key))
    assert state is not None
    return state


async def act(
    hass: HomeAssistant,
    action: str,
    target: str | list[str],
    data: dict[str, Any] | None = None,
) -> None:
    """Perform an action and wait for what follows from it."""
    domain, service = action.split(".")
    await hass.services.async_call(
        domain, service, {ATTR_ENTITY_ID: target} | (data or {}), blocking=True
    )
    await settle(hass)


def held_until(event: asyncio.Event) -> Behaviour:
    """Have a speaker carry out a request when told to, and answer then."""

    async def behaviour(exchange: Exchange) -> None:
        """Wait, then answer."""
        await event.wait()
        await exchange.send(exchange.answer())

    return behaviour


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Reload a speaker's entry."""
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
