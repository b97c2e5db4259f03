"""Tests of the buttons."""

from homeassistant.const import STATE_UNAVAILABLE, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .common import (
    IDLE_SECONDS,
    OPERATION,
    SYSTEM,
    act,
    advance,
    entity_id,
    reload,
    settle,
    state_of,
)
from .simulator import (
    Behaviour,
    Exchange,
    SpeakerServer,
    cut,
    drop,
    drop_after,
    reply,
    truncate,
)

CALL_CONTROL = {
    "end_call": "endcall",
    "accept_call": "acceptcall",
    "reject_call": "rejectcall",
    "toggle_mute": "mute",
}
RESTARTS = {"reboot": "REBOOT", "factory_reset": "RESET"}


async def press(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> None:
    """Press a button."""
    await act(hass, "button.press", entity_id(hass, entry, Platform.BUTTON, key))


async def enable_factory_reset(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Enable the button that is disabled at first."""
    button = entity_id(hass, entry, Platform.BUTTON, "factory_reset")
    er.async_get(hass).async_update_entity(button, disabled_by=None)
    await reload(hass, entry)


@pytest.mark.parametrize("key", CALL_CONTROL)
async def test_call_control(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry, key: str
) -> None:
    """Each button sends its command, once."""
    speaker.behave(reply(200, b'{"response":"success","body":"complete"}'), OPERATION)
    await press(hass, loaded, key)
    (request,) = speaker.received.commands()
    assert request.function == OPERATION
    assert request.params["cmd"] == CALL_CONTROL[key]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (drop, "dropped"),
        (drop_after, "dropped"),
        (truncate, "dropped"),
        (cut, "incomplete"),
        (reply(500), "server_error"),
        (reply(200, b'{"response":"error","body":"failed"}'), "refused"),
    ],
    ids=["drop", "drop_after", "truncate", "cut", "500", "refused"],
)
@pytest.mark.parametrize("key", CALL_CONTROL)
async def test_failing_call_control(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    key: str,
    behaviour: Behaviour,
    error: str,
) -> None:
    """A command that fails is named in the error, and was sent once."""
    speaker.behave(behaviour, OPERATION)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, loaded, key)
    await settle(hass)
    assert raised.value.translation_key == error
    assert raised.value.translation_placeholders == {
        "speaker": loaded.title,
        "command": key,
    }
    assert speaker.received.count(OPERATION) == 1


async def test_mute_is_toggled_once(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A mute whose answer got lost is not sent again: that would unmute."""
    speaker.speaker.ring("100")
    await press(hass, loaded, "accept_call")
    speaker.behave(drop_after, OPERATION, times=1)
    with pytest.raises(HomeAssistantError):
        await press(hass, loaded, "toggle_mute")
    assert speaker.speaker.muted


@pytest.mark.parametrize("behaviour", [None, drop_after, truncate, cut], ids=str)
@pytest.mark.parametrize("key", RESTARTS)
async def test_restart(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    key: str,
    behaviour: Behaviour | None,
) -> None:
    """A speaker that goes away before it has answered has accepted to restart."""
    await enable_factory_reset(hass, loaded)
    speaker.behave(behaviour or speaker_answers, SYSTEM)
    speaker.received.clear()
    await press(hass, loaded, key)
    (request,) = speaker.received.commands()
    assert request.params["request"] == RESTARTS[key]
    await advance(hass, IDLE_SECONDS)
    assert state_of(hass, loaded, Platform.BUTTON, key).state == STATE_UNAVAILABLE


async def speaker_answers(exchange: Exchange) -> None:
    """Answer as a speaker does that restarts."""
    await exchange.send(exchange.answer())


@pytest.mark.parametrize("key", RESTARTS)
async def test_restart_of_a_speaker_that_is_gone(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry, key: str
) -> None:
    """A speaker that cannot be reached has not accepted to restart."""
    await enable_factory_reset(hass, loaded)
    await speaker.unplug()
    await settle(hass)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, loaded, key)
    assert raised.value.translation_key == "unreachable"


async def test_refused_restart(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A speaker may refuse to restart."""
    speaker.behave(reply(200, b'{"response":"error","body":"failed"}'), SYSTEM)
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, loaded, "reboot")
    assert raised.value.translation_key == "refused"


async def test_registry(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """What may do harm is configuration; the factory reset is disabled at first."""
    registry = er.async_get(hass)
    buttons = {
        entry.unique_id.removeprefix(f"{loaded.entry_id}_"): entry
        for entry in er.async_entries_for_config_entry(registry, loaded.entry_id)
        if entry.domain == Platform.BUTTON
    }
    assert set(buttons) == CALL_CONTROL.keys() | RESTARTS.keys()
    assert {key for key, button in buttons.items() if button.disabled_by} == {
        "factory_reset"
    }
    assert {
        key
        for key, button in buttons.items()
        if button.entity_category is EntityCategory.CONFIG
    } == RESTARTS.keys()
    assert buttons["reboot"].original_device_class == "restart"
    assert {button.translation_key for button in buttons.values()} == set(buttons)
