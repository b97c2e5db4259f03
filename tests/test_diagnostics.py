"""Tests of the diagnostics: complete, and safe to post in public."""

import json
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_MAC, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .common import (
    IDLE_SECONDS,
    LINES,
    MUSIC,
    OPERATION,
    STATUS,
    act,
    advance,
    settle,
    state_of,
)
from .conftest import MAC, PASSCODE
from .simulator import SpeakerServer, reply


@pytest.fixture(autouse=True)
async def diagnostics_component(hass: HomeAssistant) -> None:
    """Load the component that serves diagnostics."""
    assert await async_setup_component(hass, "diagnostics", {})


async def read(
    hass: HomeAssistant, client: ClientSessionGenerator, entry: MockConfigEntry
) -> Any:
    """Download the diagnostics of a speaker."""
    return await get_diagnostics_for_config_entry(hass, client, entry)


async def test_loaded(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
) -> None:
    """A speaker at work tells what it serves, what it answered, and how fast."""
    speaker.speaker.ring("+15555550100", "Head teacher")
    await advance(hass, IDLE_SECONDS)
    button = state_of(hass, loaded, Platform.BUTTON, "end_call").entity_id
    with pytest.raises(HomeAssistantError):
        await act(hass, "button.press", button)
    await settle(hass)

    told = await read(hass, hass_client, loaded)
    assert told["version"] == "0.1.0"
    assert told["entry"]["data"]["password"] == "**REDACTED**"
    assert told["entry"]["data"]["host"] == "**REDACTED**"
    assert told["speaker"]["status"] == "ringing"
    assert told["speaker"]["serves_lines"] is True
    assert told["speaker"]["lines"]["1"] == "ringing"
    assert told["speaker"]["track_count"] == 4
    assert told["speaker"]["poll_interval_seconds"] == 2
    assert told["traffic"]["polls"] == 3
    assert told["traffic"]["commands"] == 1
    assert told["traffic"]["failures"] == {"refused": 1}
    latency = told["traffic"]["latency_seconds"]
    assert 0 < latency["minimum"] <= latency["median"] <= latency["maximum"]
    assert set(told["answers"]) == {STATUS, LINES, MUSIC, OPERATION}
    assert told["answers"][LINES]["http_status"] == 200
    assert '"state": "ringing"' in told["answers"][LINES]["body"]

    text = json.dumps(told, ensure_ascii=False)
    for secret in ("Head teacher", "5555550100", PASSCODE, "127.0.0.1"):
        assert secret not in text


async def test_device(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: MockConfigEntry
) -> None:
    """The device tells the same as its entry."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert await get_diagnostics_for_device(
        hass, hass_client, loaded, device
    ) == await read(hass, hass_client, loaded)


async def test_failed_setup(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
) -> None:
    """A speaker that could not be set up tells why."""
    speaker.behave(reply(404, b"<html>No such page</html>"))
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    told = await read(hass, hass_client, entry)
    assert told["speaker"]["status"] is None
    assert told["speaker"]["is_available"] is False
    assert told["traffic"]["failures"] == {"not_served": 1}
    assert told["answers"][STATUS] == {
        "http_status": 404,
        "length": 25,
        "body": "<html>No such page</html>",
    }


async def test_no_answer_at_all(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
) -> None:
    """A speaker that never answered has no latency."""
    await speaker.unplug()
    await hass.config_entries.async_setup(entry.entry_id)
    told = await read(hass, hass_client, entry)
    assert told["traffic"]["latency_seconds"] == {}
    assert told["traffic"]["failures"] == {"unreachable": 2}
    assert told["answers"] == {}


@pytest.mark.parametrize(
    "form",
    [
        PASSCODE,
        "p%C3%84ss%20w%26rd%23%2B%25%2F%3F%22%27",
        "p%c3%84ss%20w%26rd%23%2b%25%2f%3f%22%27",
        "p%C3%84ss+w%26rd%23%2B%25%2F%3F%22%27",
        "pÄss w&amp;rd#+%/?&quot;&#x27;",
        "p\\u00c4ss w&rd#+%/?\\\"'",
        "127.0.0.1",
        MAC,
        "00-0B-82-12-34-56",
        "000b82123456",
    ],
)
@pytest.mark.parametrize("before", [0, 2020, 2040, 4060, 4090])
async def test_page_that_repeats_secrets(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    form: str,
    before: int,
) -> None:
    """A page that repeats the request does not get them out, wherever it is cut."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_MAC: MAC})
    page = f"{'.' * before}{form}{'.' * 5000}"
    speaker.behave(reply(200, page.encode()))
    await hass.config_entries.async_setup(entry.entry_id)
    body = (await read(hass, hass_client, entry))["answers"][STATUS]["body"]
    assert len(body) <= 2048
    assert form[:6].lower() not in body.lower()
    assert set(body.replace("**REDACTED**", "")) <= set(".*REDACTED")
