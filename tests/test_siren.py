"""Tests of the siren: its tones, its end, and the one truth with the media player."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.components.media_player import MediaPlayerState
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.grandstream_gsc.cti import CtiConnectionError, Track

from .common import (
    IDLE_SECONDS,
    PLAY,
    STATUS,
    act,
    advance,
    held_until,
    reload,
    settle,
    state_of,
)
from .simulator import Behaviour, SpeakerServer, cut, drop, drop_after, reply

FIRST = "/var/user/music/music1.ogg"
SECOND = "/var/user/music/music2.ogg"


def alarm(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the state of the siren."""
    return state_of(hass, entry, Platform.SIREN, "alarm").state


def player(hass: HomeAssistant, entry: MockConfigEntry) -> State:
    """Return the state of the media player."""
    return state_of(hass, entry, Platform.MEDIA_PLAYER, "music")


def music(speaker: SpeakerServer) -> list[tuple[str, str]]:
    """Return what was played ("1", looped "loop") and stopped ("0"), and forget it."""
    words = {("1", "1"): "loop", ("1", "0"): "once", ("0", "0"): "stop"}
    told = [
        (words[request.params["state"], request.params["loop"]], request.params["url"])
        for request in speaker.received
        if request.function == PLAY
    ]
    speaker.received.clear()
    return told


async def turn_on(hass: HomeAssistant, siren: str, **data: Any) -> None:
    """Turn the siren on."""
    await act(hass, "siren.turn_on", siren, data)


async def test_turn_on_and_off(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry, siren: str
) -> None:
    """The siren loops the first track, then the tone that was used last."""
    assert alarm(hass, loaded) == STATE_OFF
    await turn_on(hass, siren)
    assert alarm(hass, loaded) == STATE_ON
    assert player(hass, loaded).state == MediaPlayerState.PLAYING
    assert player(hass, loaded).attributes["media_content_id"] == FIRST

    await act(hass, "siren.turn_off", siren)
    assert alarm(hass, loaded) == STATE_OFF
    assert player(hass, loaded).state == MediaPlayerState.IDLE

    await turn_on(hass, siren, tone="music2.ogg")
    await act(hass, "siren.turn_off", siren)
    await reload(hass, loaded)
    await turn_on(hass, siren)
    assert music(speaker) == [
        ("loop", FIRST),
        ("stop", FIRST),
        ("loop", SECOND),
        ("stop", SECOND),
        ("loop", SECOND),
    ]


async def test_tones(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry, siren: str
) -> None:
    """The tones are the tracks; of two with one name the second bears its path."""
    speaker.speaker.tracks = ["/a/Gong.ogg", "/b/Gong.ogg"]
    await reload(hass, loaded)
    state = state_of(hass, loaded, Platform.SIREN, "alarm")
    assert state.attributes["available_tones"] == ["Gong.ogg", "/b/Gong.ogg"]
    speaker.received.clear()
    await turn_on(hass, siren, tone="/b/Gong.ogg")
    assert music(speaker) == [("loop", "/b/Gong.ogg")]

    # Home Assistant's own check; a ValueError until 2026.10.
    with pytest.raises((ServiceValidationError, ValueError)):
        await turn_on(hass, siren, tone="Bell.ogg")
    assert music(speaker) == []


async def test_no_tracks(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """Without any music there is no alarm, and that is said."""
    speaker.speaker.tracks = []
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    with pytest.raises(ServiceValidationError) as error:
        await turn_on(hass, state_of(hass, entry, Platform.SIREN, "alarm").entity_id)
    assert error.value.translation_key == "no_tracks"


async def test_last_track_of_the_media_player_is_no_tone(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    media_player: str,
    siren: str,
) -> None:
    """An alarm does not become the track that play takes next."""
    await act(hass, "media_player.media_next_track", media_player)
    await turn_on(hass, siren, tone="music2.ogg")
    await act(hass, "siren.turn_off", siren)
    speaker.received.clear()
    await act(hass, "media_player.media_play", media_player)
    assert music(speaker) == [("once", FIRST)]


async def test_duration(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """A duration ends in one stop."""
    await turn_on(hass, siren, duration=60)
    await advance(hass, 58)
    assert music(speaker) == [("loop", FIRST)]
    assert alarm(hass, loaded) == STATE_ON
    await advance(hass, 61)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF
    assert player(hass, loaded).state == MediaPlayerState.IDLE
    await advance(hass, 3600)
    assert music(speaker) == []


@pytest.mark.parametrize("duration", [0, 10**15])
async def test_odd_durations(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    duration: int,
) -> None:
    """No duration that Home Assistant lets through is too short or too long."""
    await turn_on(hass, siren, duration=duration)
    assert music(speaker)[0] == ("loop", FIRST)
    assert alarm(hass, loaded) == (STATE_ON if duration else STATE_OFF)


@pytest.mark.parametrize(
    ("action", "target", "data", "told", "state"),
    [
        ("siren.turn_off", "siren", {}, ("stop", FIRST), MediaPlayerState.IDLE),
        (
            "media_player.media_stop",
            "media_player",
            {},
            ("stop", FIRST),
            MediaPlayerState.IDLE,
        ),
        (
            "media_player.select_source",
            "media_player",
            {"source": "music2.ogg"},
            ("once", SECOND),
            MediaPlayerState.PLAYING,
        ),
    ],
)
async def test_duration_is_cancelled(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    media_player: str,
    action: str,
    target: str,
    data: dict[str, Any],
    told: tuple[str, str],
    state: MediaPlayerState,
) -> None:
    """Turning off, a stop, and another play take the promised stop back."""
    await turn_on(hass, siren, duration=20)
    targets = {"siren": siren, "media_player": media_player}
    await act(hass, action, targets[target], data)
    assert music(speaker) == [("loop", FIRST), told]
    assert alarm(hass, loaded) == STATE_OFF
    assert player(hass, loaded).state == state
    await advance(hass, 25)
    assert music(speaker) == []


async def test_turn_on_again_replaces_the_duration(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """The last word on the duration counts, also where it is none."""
    await turn_on(hass, siren, duration=20)
    await turn_on(hass, siren, duration=60)
    await advance(hass, 30)
    assert alarm(hass, loaded) == STATE_ON
    await turn_on(hass, siren)
    await advance(hass, 60)
    assert alarm(hass, loaded) == STATE_ON
    assert music(speaker) == [("loop", FIRST)] * 3


@pytest.mark.parametrize(
    "behaviour",
    [drop, drop_after, cut, reply(500), reply(200, b"<html>")],
    ids=["drop", "drop_after", "cut", "500", "page"],
)
async def test_alarm_in_doubt_is_stopped(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    behaviour: Behaviour,
) -> None:
    """An alarm that may sound although its answer got lost ends in time too."""
    speaker.behave(behaviour, PLAY, times=1)
    with pytest.raises(HomeAssistantError):
        await turn_on(hass, siren, duration=20)
    await settle(hass)
    assert alarm(hass, loaded) == STATE_OFF
    assert music(speaker) == [("loop", FIRST)]
    await advance(hass, 21)
    assert music(speaker) == [("stop", FIRST)]


@pytest.mark.parametrize(
    "answer",
    [b'{"response":"error","body":"failed"}', b'{"response":"success","body":false}'],
)
async def test_refused_alarm_is_not_stopped(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    media_player: str,
    answer: bytes,
) -> None:
    """An alarm that was refused leaves alone what plays."""
    await act(hass, "media_player.repeat_set", media_player, {"repeat": "one"})
    await act(hass, "media_player.media_play", media_player)
    speaker.behave(reply(200, answer), PLAY, times=1)
    with pytest.raises(HomeAssistantError):
        await turn_on(hass, siren, tone="music2.ogg", duration=20)
    await settle(hass)
    music(speaker)
    await advance(hass, 21)
    assert music(speaker) == []
    assert player(hass, loaded).attributes["media_content_id"] == FIRST


async def test_speaker_away_at_the_end(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """A stop that finds the speaker away is made good when it is back."""
    await turn_on(hass, siren, duration=20)
    await speaker.unplug()
    await advance(hass, 21)
    assert alarm(hass, loaded) == STATE_UNAVAILABLE
    await speaker.plug_in()
    music(speaker)
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF


async def test_failing_stop_is_tried_at_each_poll(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """A stop that fails is tried again, once a poll; until then the siren is on."""
    await turn_on(hass, siren, duration=20)
    speaker.behave(reply(500), PLAY)
    music(speaker)
    await advance(hass, 21)
    assert set(music(speaker)) == {("stop", FIRST)}
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_ON
    speaker.behave_well()
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == []


async def test_refused_stop(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A speaker that keeps refusing the stop has nothing to stop, in the end."""
    await turn_on(hass, siren, duration=5)
    speaker.behave(reply(200, b'{"response":"error","body":"failed"}'), PLAY)
    music(speaker)
    await advance(hass, 6)
    await advance(hass, IDLE_SECONDS)
    assert alarm(hass, loaded) == STATE_ON
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == [("stop", FIRST)] * 3
    assert alarm(hass, loaded) == STATE_OFF
    assert "refuses to stop the siren" in caplog.text
    await advance(hass, IDLE_SECONDS)
    assert music(speaker) == []


async def test_play_during_an_alarm(
    hass: HomeAssistant, speaker: SpeakerServer, media_player: str, siren: str
) -> None:
    """Play plays the last track, also while an alarm sounds."""
    await act(
        hass, "media_player.select_source", media_player, {"source": "music2.ogg"}
    )
    await turn_on(hass, siren)
    music(speaker)
    await act(hass, "media_player.media_play", media_player)
    assert music(speaker) == [("once", SECOND)]


async def test_command_that_waits_while_its_entry_is_unloaded(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Nobody would remember what it did: it is not sent."""
    coordinator = loaded.runtime_data
    assert await hass.config_entries.async_unload(loaded.entry_id)
    speaker.received.clear()
    with pytest.raises(CtiConnectionError):
        await coordinator.player.async_sound(Track(FIRST, "music1.ogg"), None)
    assert len(speaker.received) == 0


async def test_unloading_keeps_the_promise(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """While unloaded nothing is sent; a set-up before the end waits for it."""
    await turn_on(hass, siren, duration=60)
    await reload(hass, loaded)
    assert alarm(hass, loaded) == STATE_ON
    music(speaker)
    await advance(hass, 61)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF


async def test_reload_in_the_middle_of_a_command(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry, siren: str
) -> None:
    """An alarm that starts while its entry is reloaded is known afterwards."""
    go_on = asyncio.Event()
    speaker.behave(held_until(go_on), PLAY, times=1)
    alarm_call = hass.async_create_task(
        hass.services.async_call(
            "siren", "turn_on", {"entity_id": siren, "duration": 60}, blocking=True
        )
    )
    await speaker.received.wait_for(PLAY)
    reloading = hass.async_create_task(
        hass.config_entries.async_reload(loaded.entry_id)
    )
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(alarm_call, reloading)
    await settle(hass)
    assert alarm(hass, loaded) == STATE_ON
    music(speaker)
    await advance(hass, 61)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF


async def test_end_that_passed_while_unloaded(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """An end that passed meanwhile is made good at set-up, with the first poll."""
    await turn_on(hass, siren, duration=60)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    music(speaker)
    await advance(hass, 61)
    assert len(speaker.received) == 0

    with patch(
        "custom_components.grandstream_gsc.player.dt_util.utcnow",
        return_value=dt_util.utcnow() + timedelta(seconds=61),
    ):
        speaker.behave(reply(500), STATUS, times=1)
        await hass.config_entries.async_setup(loaded.entry_id)
        assert loaded.state is ConfigEntryState.SETUP_RETRY
        assert music(speaker) == []
        await reload(hass, loaded)
    assert music(speaker) == [("stop", FIRST)]
    assert alarm(hass, loaded) == STATE_OFF


async def test_restart_outlives_home_assistant(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
) -> None:
    """The promise is on disk as soon as the alarm sounds, and goes with the entry."""
    await turn_on(hass, siren, duration=60)
    stored = hass_storage[f"grandstream_gsc.{loaded.entry_id}"]["data"]
    assert stored["stop_due"]["path"] == FIRST
    assert stored["looping"]["siren"] is True

    await hass.config_entries.async_remove(loaded.entry_id)
    await settle(hass)
    assert f"grandstream_gsc.{loaded.entry_id}" not in hass_storage


@pytest.mark.parametrize(
    ("duration", "state"), [({}, STATE_OFF), ({"duration": 60}, STATE_ON)]
)
async def test_reboot_ends_an_alarm_without_a_promise(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    duration: dict[str, int],
    state: str,
) -> None:
    """After a reboot nothing plays; yet a promised stop is sent all the same."""
    await turn_on(hass, siren, **duration)
    button = state_of(hass, loaded, Platform.BUTTON, "reboot").entity_id
    await act(hass, "button.press", button)
    await speaker.come_back()
    await advance(hass, IDLE_SECONDS)
    assert alarm(hass, loaded) == state
    music(speaker)
    await advance(hass, 60)
    assert alarm(hass, loaded) == STATE_OFF
    assert len(music(speaker)) == len(duration)


async def test_loop_of_the_media_player_is_no_alarm(
    hass: HomeAssistant, loaded: MockConfigEntry, media_player: str
) -> None:
    """The siren is on only for loops that it started."""
    await act(hass, "media_player.repeat_set", media_player, {"repeat": "one"})
    await act(hass, "media_player.media_play", media_player)
    assert alarm(hass, loaded) == STATE_OFF
    await advance(hass, IDLE_SECONDS)
    assert alarm(hass, loaded) == STATE_OFF


async def test_end_in_the_middle_of_a_poll(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    media_player: str,
) -> None:
    """A track that waits while the poll looks at the end of an alarm plays on."""
    go_on = asyncio.Event()
    await turn_on(hass, siren, duration=1)
    speaker.received.clear()
    speaker.behave(held_until(go_on), STATUS, times=1)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1.5))
    await speaker.received.wait_for(STATUS)
    play = hass.async_create_task(
        hass.services.async_call(
            "media_player",
            "select_source",
            {"entity_id": media_player, "source": "music2.ogg"},
            blocking=True,
        )
    )
    await asyncio.sleep(0)
    go_on.set()
    await play
    await settle(hass)
    assert music(speaker) == [("once", SECOND)]
    assert player(hass, loaded).state == MediaPlayerState.PLAYING


async def test_end_does_not_stop_the_next_track(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    siren: str,
    media_player: str,
) -> None:
    """A track that starts at the very moment of the end plays on."""
    go_on = asyncio.Event()
    await turn_on(hass, siren, duration=1)
    music(speaker)
    speaker.behave(held_until(go_on), PLAY, times=1)
    play = hass.async_create_task(
        act(hass, "media_player.select_source", media_player, {"source": "music2.ogg"})
    )
    await speaker.received.wait_for(PLAY)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1.5))
    go_on.set()
    await play
    assert music(speaker) == [("once", SECOND)]
    assert player(hass, loaded).state == MediaPlayerState.PLAYING
