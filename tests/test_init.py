"""Tests of setting up, unloading and removing, and of the whole of what is there."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_MAC, CONF_MODEL, STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.grandstream_gsc.const import DOMAIN

from .common import IDLE_SECONDS, advance, settle, state_of
from .conftest import MAC, PASSCODE
from .simulator import SpeakerServer


async def test_unload(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """An unloaded speaker is left alone."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    speaker.received.clear()
    await advance(hass, IDLE_SECONDS)
    assert len(speaker.received) == 0
    busy = state_of(hass, loaded, Platform.BINARY_SENSOR, "busy")
    assert busy.state == STATE_UNAVAILABLE


async def test_device_known_by_hand(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A speaker added by hand is a device without MAC and model."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert device.identifiers == {(DOMAIN, loaded.entry_id)}
    assert device.connections == set()
    assert device.manufacturer == "Grandstream"
    assert device.model == "GSC35xx"
    assert device.configuration_url == f"http://{speaker.host}:{speaker.port}"


async def test_device_known_by_mac(
    hass: HomeAssistant, entry_data: dict[str, Any], speaker: SpeakerServer
) -> None:
    """A speaker with a MAC address is known by it, with its model."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=MAC,
        data=entry_data | {CONF_MAC: MAC, CONF_MODEL: "GSC3516"},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert device.identifiers == {(DOMAIN, MAC)}
    assert device.connections == {(dr.CONNECTION_NETWORK_MAC, MAC)}
    assert device.name == "Grandstream GSC3516"
    assert {
        item.unique_id.removeprefix(f"{MAC}_")
        for item in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
    } == {
        "music",
        "busy",
        "line_1",
        "line_2",
        "line_3",
        "line_4",
        "alarm",
        "end_call",
        "accept_call",
        "reject_call",
        "toggle_mute",
        "reboot",
        "factory_reset",
    }


async def test_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """Names, keys, categories and classes of all entities are as they were."""
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, loaded.entry_id)
    assert {
        item.entity_id: {
            "key": item.unique_id.removeprefix(f"{loaded.entry_id}_"),
            "name": item.original_name,
            "translation_key": item.translation_key,
            "device_class": str(item.original_device_class),
            "category": str(item.entity_category),
            "disabled_by": str(item.disabled_by),
        }
        for item in sorted(entities, key=lambda item: item.entity_id)
    } == snapshot


async def test_passcode_is_nowhere(
    hass: HomeAssistant, loaded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither states nor registries nor the log tell the passcode."""
    await advance(hass, IDLE_SECONDS)
    told = [
        caplog.text,
        str([state.as_dict() for state in hass.states.async_all()]),
        str(dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)),
        str(er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)),
        loaded.title,
        repr(loaded.runtime_data.client),
        repr(loaded.runtime_data.client.journal),
    ]
    assert not [text for text in told if PASSCODE in text or "p%C3%84ss" in text]
