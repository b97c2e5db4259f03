"""Tests of the line sensors."""

from typing import Literal

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .common import (
    BUSY_SECONDS,
    IDLE_SECONDS,
    LINES,
    MUSIC,
    act,
    advance,
    reload,
    settle,
    state_of,
)
from .simulator import Behaviour, NoLines, SpeakerServer, drop, reply


def sensors(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    """Return the keys of the line sensors in the registry."""
    return sorted(
        item.unique_id.removeprefix(f"{entry.entry_id}_")
        for item in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if item.domain == Platform.SENSOR
    )


def lines_answer(*lines: str) -> bytes:
    """Return an answer that tells of lines."""
    return f'{{"response":"success","body":[{",".join(lines)}]}}'.encode()


@pytest.mark.parametrize("number_key", ["remotenum", "remotenumber"])
async def test_call(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    number_key: Literal["remotenum", "remotenumber"],
) -> None:
    """A line shows its state, and who is at the other end."""
    speaker.speaker.number_key = number_key
    assert sensors(hass, loaded) == ["line_1", "line_2", "line_3", "line_4"]
    state = state_of(hass, loaded, Platform.SENSOR, "line_1")
    assert state.state == "idle"
    assert state.name == "Grandstream GSC35xx Line 1"
    assert state.attributes["remote_name"] is None
    assert state.attributes["remote_number"] is None

    speaker.speaker.ring("+15555550100", "Office")
    await advance(hass, IDLE_SECONDS)
    state = state_of(hass, loaded, Platform.SENSOR, "line_1")
    assert state.state == "ringing"
    assert state.attributes["remote_name"] == "Office"
    assert state.attributes["remote_number"] == "+15555550100"
    assert state_of(hass, loaded, Platform.SENSOR, "line_2").state == "idle"

    accept = state_of(hass, loaded, Platform.BUTTON, "accept_call").entity_id
    await act(hass, "button.press", accept)
    assert state_of(hass, loaded, Platform.SENSOR, "line_1").state == "connected"

    speaker.speaker.far_end_hangs_up()
    await advance(hass, BUSY_SECONDS)
    state = state_of(hass, loaded, Platform.SENSOR, "line_1")
    assert state.state == "idle"
    assert state.attributes["remote_number"] is None


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("none", "idle"),
        ("available", "idle"),
        ("dialing", "dialing"),
        ("onhold", "on_hold"),
        ("parked", "other"),
    ],
)
async def test_words(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    word: str,
    shown: str,
) -> None:
    """Every word has a state; one that nobody knows is other."""
    speaker.behave(reply(200, lines_answer(f'{{"line":1,"state":"{word}"}}')), LINES)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert state_of(hass, entry, Platform.SENSOR, "line_1").state == shown


@pytest.mark.parametrize("no_lines", list(NoLines))
async def test_not_served(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    no_lines: NoLines,
) -> None:
    """A firmware that does not serve lines is asked once, and has no sensors."""
    speaker.speaker.serves_lines = False
    speaker.speaker.no_lines = no_lines
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert sensors(hass, entry) == []

    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    assert speaker.received.count(LINES) == 1


async def test_firmware_update(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Sensors go and come with what the firmware serves, at the next set-up."""
    speaker.speaker.serves_lines = False
    await reload(hass, loaded)
    assert sensors(hass, loaded) == []
    speaker.speaker.serves_lines = True
    await reload(hass, loaded)
    assert sensors(hass, loaded) == ["line_1", "line_2", "line_3", "line_4"]


@pytest.mark.parametrize(
    ("behaviour", "tries"),
    [(drop, 2), (reply(200, b"{"), 2), (reply(500), 1), (reply(200, b"<html>"), 1)],
    ids=["drop", "cut", "500", "page"],
)
async def test_bad_answer_at_setup(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    behaviour: Behaviour,
    tries: int,
) -> None:
    """A bad answer is no refusal; one that got lost is asked for once more."""
    speaker.behave(behaviour, LINES)
    speaker.received.clear()
    await reload(hass, loaded)
    assert sensors(hass, loaded) == ["line_1", "line_2", "line_3", "line_4"]
    await advance(hass, IDLE_SECONDS)
    await advance(hass, IDLE_SECONDS)
    assert speaker.received.count(LINES) == tries
    speaker.behave_well()
    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    assert state_of(hass, loaded, Platform.SENSOR, "line_1").state == "ringing"


async def test_lines_come_and_go(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """A line that appears later gets its sensor; one that is gone is unknown."""
    speaker.behave(reply(200, lines_answer('{"line":"1","state":"idle"}')), LINES)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert sensors(hass, entry) == ["line_1"]

    speaker.behave_well()
    speaker.behave(reply(200, lines_answer('{"line":5,"state":"dialing"}')), LINES)
    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    assert sensors(hass, entry) == ["line_1", "line_5"]
    assert state_of(hass, entry, Platform.SENSOR, "line_1").state == STATE_UNKNOWN
    fifth = state_of(hass, entry, Platform.SENSOR, "line_5")
    assert fifth.state == "dialing"
    assert fifth.name == "Grandstream GSC35xx Line 5"
    assert speaker.received.count(MUSIC) == 1
