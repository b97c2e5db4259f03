"""Fixtures: a simulated speaker on a real socket, and its entry in Home Assistant."""

# First, or the test plugin's own package of this name is found in its place.
import custom_components  # noqa: F401  # isort: skip

from collections.abc import AsyncIterator, Generator
from typing import Any
from unittest.mock import patch

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
    Platform,
)
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.grandstream_gsc.const import DOMAIN

from .common import entity_id
from .simulator import Speaker, SpeakerServer

PASSCODE = "pÄss w&rd#+%/?\"'"
MAC = "00:0b:82:12:34:56"


@pytest.fixture(autouse=True)
def use_custom_components(enable_custom_integrations: None) -> None:
    """Have Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def ask_at_once() -> Generator[None]:
    """Repeat a status request, and follow a command, without the wait."""
    coordinator = "custom_components.grandstream_gsc.coordinator"
    with (
        patch(f"{coordinator}.REPEAT_STATUS_SECONDS", 0),
        patch(f"{coordinator}.AFTER_COMMAND_SECONDS", 0),
    ):
        yield


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write snapshots as Home Assistant's own tests do."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
async def speaker(socket_enabled: None) -> AsyncIterator[SpeakerServer]:
    """Run a simulated speaker."""
    async with SpeakerServer(Speaker(passcode=PASSCODE)) as server:
        yield server


@pytest.fixture
def entry_data(speaker: SpeakerServer) -> dict[str, Any]:
    """Return the data of the speaker's config entry."""
    return {
        CONF_HOST: speaker.host,
        CONF_PORT: speaker.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_PASSWORD: PASSCODE,
    }


@pytest.fixture
def entry(hass: HomeAssistant, entry_data: dict[str, Any]) -> MockConfigEntry:
    """Add the speaker's config entry."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"GSC35xx ({entry_data[CONF_HOST]}:{entry_data[CONF_PORT]})",
        data=entry_data,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up the speaker's config entry."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def media_player(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the id of the media player."""
    return entity_id(hass, loaded, Platform.MEDIA_PLAYER, "music")


@pytest.fixture
def siren(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the id of the siren."""
    return entity_id(hass, loaded, Platform.SIREN, "alarm")
