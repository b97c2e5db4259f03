"""Tests of polling: what is asked when, and what a bad answer does."""

import asyncio
import json
from unittest.mock import patch

import aiohttp
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import (
    CONF_PASSWORD,
    EVENT_STATE_CHANGED,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.grandstream_gsc.const import DOMAIN
from custom_components.grandstream_gsc.cti import (
    CtiAuthenticationError,
    CtiValueError,
)

from .common import (
    BUSY_SECONDS,
    IDLE_SECONDS,
    LINES,
    MUSIC,
    OPERATION,
    STATUS,
    act,
    advance,
    entity_id,
    reload,
    settle,
    state_of,
)
from .conftest import PASSCODE
from .simulator import (
    Behaviour,
    Exchange,
    Speaker,
    SpeakerServer,
    StatusStyle,
    WrongPasscode,
    cut,
    drop,
    drop_after,
    hang,
    reply,
    truncate,
)


def is_busy(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the state of the busy sensor."""
    return state_of(hass, entry, Platform.BINARY_SENSOR, "busy").state


def functions(speaker: SpeakerServer) -> list[str]:
    """Return what the speaker was asked, and forget it."""
    asked = [request.function for request in speaker.received]
    speaker.received.clear()
    return asked


def offered_reauths(hass: HomeAssistant) -> int:
    """Count the reauth flows on offer."""
    return sum(
        flow["context"]["source"] == SOURCE_REAUTH
        for flow in hass.config_entries.flow.async_progress()
    )


async def test_setup_takes_three_requests(
    speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Status, lines and tracks are asked for once."""
    assert loaded.state is ConfigEntryState.LOADED
    assert functions(speaker) == [STATUS, LINES, MUSIC]


async def test_idle_poll_takes_one_request_and_writes_nothing(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Where nothing changed, one question is all."""
    functions(speaker)
    before = {state.entity_id: state.last_reported for state in hass.states.async_all()}
    await advance(hass, IDLE_SECONDS)
    assert functions(speaker) == [STATUS]
    after = {state.entity_id: state.last_reported for state in hass.states.async_all()}
    assert after == before


async def test_polls_reuse_the_connection(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A poll does not open a connection of its own."""
    await advance(hass, IDLE_SECONDS)
    await advance(hass, IDLE_SECONDS)
    assert {request.connection for request in speaker.received} == {
        speaker.received[0].connection
    }


async def test_busy_speaker_is_polled_faster_with_its_lines(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """While it is busy the lines are asked for too, and once more when it is over."""
    speaker.speaker.ring("100")
    functions(speaker)
    await advance(hass, IDLE_SECONDS)
    assert functions(speaker) == [STATUS, LINES]
    assert is_busy(hass, loaded) == STATE_ON

    await advance(hass, BUSY_SECONDS)
    assert functions(speaker) == [STATUS, LINES]

    speaker.speaker.far_end_hangs_up()
    await advance(hass, BUSY_SECONDS)
    assert functions(speaker) == [STATUS, LINES]
    assert is_busy(hass, loaded) == STATE_OFF

    await advance(hass, BUSY_SECONDS)
    assert functions(speaker) == []
    await advance(hass, IDLE_SECONDS)
    assert functions(speaker) == [STATUS]


async def test_status_as_printed_in_the_guide(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Answers that are not JSON, as the guide prints them, are understood."""
    speaker.speaker.status_style = StatusStyle.GUIDE
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_OFF
    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_ON


async def test_unknown_word_is_busy_and_logged_once(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A word that nobody has seen is kept, and told once."""
    speaker.behave(reply(200, b'{"response":"success","body":"Paging"}'), STATUS)
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_ON
    speaker.behave_well()
    await advance(hass, IDLE_SECONDS)
    speaker.behave(reply(200, b'{"response":"success","body":"paging"}'), STATUS)
    await advance(hass, IDLE_SECONDS)
    assert caplog.text.count("unknown status word: 'paging'") == 1


async def test_unknown_word_that_repeats_the_passcode(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even a strange status gets the passcode into the log."""
    word = json.dumps(f"denied: {PASSCODE}")
    answer = f'{{"response":"success","body":{word}}}'
    speaker.behave(reply(200, answer.encode()), STATUS)
    await advance(hass, IDLE_SECONDS)
    assert "unknown status word: 'denied: **REDACTED**'" in caplog.text
    assert PASSCODE.lower() not in caplog.text.lower()


@pytest.mark.parametrize("behaviour", [drop, drop_after, cut, truncate])
async def test_one_lost_answer_does_not_make_a_speaker_unavailable(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    behaviour: Behaviour,
) -> None:
    """A status request that was cut off is repeated once."""
    functions(speaker)
    changed = async_capture_events(hass, EVENT_STATE_CHANGED)
    speaker.behave(behaviour, STATUS, times=1)
    await advance(hass, IDLE_SECONDS)
    assert functions(speaker) == [STATUS, STATUS]
    assert not changed


async def test_unplugged_and_back(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A speaker that goes and comes back leaves one line of each."""
    await speaker.unplug()
    await advance(hass, IDLE_SECONDS)
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_UNAVAILABLE
    assert caplog.text.count(f"Error fetching {loaded.title} data") == 1

    await speaker.plug_in()
    functions(speaker)
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_OFF
    assert caplog.text.count(f"Fetching {loaded.title} data recovered") == 1
    assert functions(speaker) == [STATUS, MUSIC]


@pytest.mark.parametrize(
    ("behaviour", "requests"),
    [
        pytest.param(drop, 2, id="dropped"),
        pytest.param(reply(500), 1, id="500"),
        pytest.param(reply(302, headers={"Location": "/"}), 1, id="redirect"),
        pytest.param(reply(200, b"<html>"), 1, id="page"),
    ],
)
async def test_bad_answer_makes_unavailable_until_good_again(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    behaviour: Behaviour,
    requests: int,
) -> None:
    """Polling goes on through bad answers, every ten seconds."""
    functions(speaker)
    speaker.behave(behaviour)
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_UNAVAILABLE
    assert functions(speaker) == [STATUS] * requests

    await advance(hass, BUSY_SECONDS)
    assert functions(speaker) == []
    await advance(hass, IDLE_SECONDS)
    assert functions(speaker) == [STATUS]

    speaker.behave_well()
    await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_OFF


async def test_hanging_speaker_is_asked_again_soon(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A request that took all its time has been interval enough."""
    speaker.behave(hang, times=1)
    with patch(
        "custom_components.grandstream_gsc.cti.client._TIMEOUT",
        aiohttp.ClientTimeout(total=0.05),
    ):
        await advance(hass, IDLE_SECONDS)
    assert is_busy(hass, loaded) == STATE_UNAVAILABLE

    await advance(hass, BUSY_SECONDS)
    assert is_busy(hass, loaded) == STATE_OFF


@pytest.mark.parametrize(
    "behaviour",
    [reply(500), reply(200, b"<html>"), reply(404), drop, cut],
    ids=["500", "page", "404", "drop", "cut"],
)
async def test_setup_is_tried_again(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    behaviour: Behaviour,
) -> None:
    """A speaker that does not answer well at set-up is tried again."""
    speaker.behave(behaviour)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    speaker.behave_well()
    await reload(hass, entry)
    assert is_busy(hass, entry) == STATE_OFF


@pytest.mark.parametrize("wrong_passcode", list(WrongPasscode))
async def test_wrong_passcode_at_setup(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    wrong_passcode: WrongPasscode,
) -> None:
    """At set-up one bad login is enough, however the speaker says it."""
    speaker.speaker.wrong_passcode = wrong_passcode
    speaker.speaker.passcode = "changed"
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert offered_reauths(hass) == 1

    for _ in range(360):
        await advance(hass, IDLE_SECONDS)
    assert speaker.speaker.bad_logins == 1


@pytest.mark.parametrize(
    ("wrong_passcode", "logins"),
    [(way, 3 if way is WrongPasscode.FAILED else 2) for way in WrongPasscode],
)
async def test_passcode_changed_while_running(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    wrong_passcode: WrongPasscode,
    logins: int,
) -> None:
    """An hour with a wrong passcode costs two bad logins; three if it is not sure."""
    speaker.speaker.wrong_passcode = wrong_passcode
    speaker.speaker.passcode = "changed"
    for _ in range(360):
        await advance(hass, IDLE_SECONDS)
    assert speaker.speaker.bad_logins == logins
    assert offered_reauths(hass) == 1
    assert is_busy(hass, loaded) == STATE_UNAVAILABLE


@pytest.mark.parametrize("wrong_passcode", list(WrongPasscode))
async def test_one_stumble_is_forgiven(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    wrong_passcode: WrongPasscode,
) -> None:
    """A speaker that denies the passcode now and then is not given up."""
    speaker.speaker.wrong_passcode = wrong_passcode
    for _ in range(3):
        speaker.speaker.passcode = "changed"
        await advance(hass, IDLE_SECONDS)
        assert is_busy(hass, loaded) == STATE_UNAVAILABLE
        speaker.speaker.passcode = PASSCODE
        await advance(hass, IDLE_SECONDS)
        assert is_busy(hass, loaded) == STATE_OFF
    assert offered_reauths(hass) == 0


async def test_denied_command_counts(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A command with a wrong passcode is one of the two bad logins."""
    speaker.speaker.passcode = "changed"
    with pytest.raises(HomeAssistantError) as error:
        await act(
            hass,
            "button.press",
            entity_id(hass, loaded, Platform.BUTTON, "end_call"),
        )
    await settle(hass)
    assert error.value.translation_key == "authentication"
    assert speaker.speaker.bad_logins == 2
    assert offered_reauths(hass) == 1


async def test_burst_of_commands_is_no_burst_of_bad_logins(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Commands that wait while the second bad login happens are not sent."""
    speaker.speaker.passcode = "changed"
    coordinator = loaded.runtime_data
    results = await asyncio.gather(
        *(coordinator.async_command(coordinator.client.end_call) for _ in range(8)),
        return_exceptions=True,
    )
    await settle(hass)
    assert {type(result) for result in results} == {CtiAuthenticationError}
    assert speaker.speaker.bad_logins == 2
    assert offered_reauths(hass) == 1


async def test_command_that_cannot_be_sent(
    speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """Where nothing was sent, there is nothing to look at after it."""
    functions(speaker)
    coordinator = loaded.runtime_data
    with pytest.raises(CtiValueError):
        await coordinator.async_command(lambda: coordinator.client.make_call("12 34"))
    assert functions(speaker) == []


async def test_refused_command_is_no_bad_login(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A speaker that has no call to end is asked on."""
    for _ in range(4):
        with pytest.raises(HomeAssistantError) as error:
            await act(
                hass,
                "button.press",
                entity_id(hass, loaded, Platform.BUTTON, "end_call"),
            )
        assert error.value.translation_key == "refused"
    await settle(hass)
    assert offered_reauths(hass) == 0
    assert is_busy(hass, loaded) == STATE_OFF


async def test_nothing_is_sent_after_two_bad_logins(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Whatever is asked of a speaker that denied the passcode does not reach it."""
    speaker.speaker.passcode = "changed"
    await advance(hass, IDLE_SECONDS)
    await advance(hass, IDLE_SECONDS)
    functions(speaker)

    websocket = await hass_ws_client(hass)
    media_player = entity_id(hass, loaded, Platform.MEDIA_PLAYER, "music")
    await websocket.send_json_auto_id(
        {"type": "media_player/browse_media", "entity_id": media_player}
    )
    answer = await websocket.receive_json()
    assert answer["error"]["translation_key"] == "authentication"
    assert functions(speaker) == []

    speaker.speaker.passcode = PASSCODE
    await reload(hass, loaded)
    assert is_busy(hass, loaded) == STATE_OFF


async def test_bad_answers_of_lines_fail_nothing(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """The last line states stay, and the lines are asked for again."""
    speaker.speaker.ring("100", "Office")
    await advance(hass, IDLE_SECONDS)
    for behaviour in (drop, reply(500), reply(404), reply(401), reply(200, b"{")):
        speaker.behave(behaviour, LINES)
        await advance(hass, BUSY_SECONDS)
        line = state_of(hass, loaded, Platform.SENSOR, "line_1")
        assert line.state == "ringing"
        assert line.attributes["remote_name"] == "Office"
    assert offered_reauths(hass) == 0

    speaker.speaker.far_end_hangs_up()
    speaker.behave(drop, LINES, times=1)
    await advance(hass, BUSY_SECONDS)
    speaker.behave_well()
    await advance(hass, IDLE_SECONDS)
    assert state_of(hass, loaded, Platform.SENSOR, "line_1").state == "idle"


@pytest.mark.parametrize(
    "behaviour",
    [drop, reply(500), reply(200, b"<html>"), cut],
    ids=["drop", "500", "page", "cut"],
)
async def test_setup_does_not_need_the_tracks(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    entry: MockConfigEntry,
    behaviour: Behaviour,
) -> None:
    """A speaker that does not tell its tracks can still take calls."""
    speaker.behave(behaviour, MUSIC)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert is_busy(hass, entry) == STATE_OFF


async def test_lost_tracks_are_asked_for_again(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """A list that got lost at set-up comes with the next poll."""
    speaker.behave(drop, MUSIC, times=1)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    siren = state_of(hass, entry, Platform.SIREN, "alarm")
    assert siren.attributes["available_tones"] == []
    await advance(hass, IDLE_SECONDS)
    siren = state_of(hass, entry, Platform.SIREN, "alarm")
    assert "music1.ogg" in siren.attributes["available_tones"]


async def test_refresh_follows_each_command(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A command shows its effect at once, and does not wait for it."""
    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    functions(speaker)
    await act(
        hass, "button.press", entity_id(hass, loaded, Platform.BUTTON, "reject_call")
    )
    assert functions(speaker) == [OPERATION, STATUS, LINES]
    assert is_busy(hass, loaded) == STATE_OFF


async def test_command_during_a_poll_is_followed_by_another(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A poll that asked before the command does not count as the look after it."""
    asked = asyncio.Event()
    go_on = asyncio.Event()

    async def slow(exchange: Exchange) -> None:
        """Answer when told to."""
        answer = exchange.answer()
        asked.set()
        await go_on.wait()
        await exchange.send(answer)

    speaker.speaker.ring("100")
    await advance(hass, IDLE_SECONDS)
    functions(speaker)
    speaker.behave(slow, LINES, times=1)
    poll = hass.async_create_task(loaded.runtime_data.async_refresh())
    await asked.wait()
    button = entity_id(hass, loaded, Platform.BUTTON, "reject_call")
    press = hass.async_create_task(act(hass, "button.press", button))
    go_on.set()
    await asyncio.gather(poll, press)
    assert functions(speaker) == [STATUS, LINES, OPERATION, STATUS, LINES]
    assert is_busy(hass, loaded) == STATE_OFF


async def test_speakers_do_not_wait_for_each_other(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """While one speaker hangs, a command reaches another one."""
    async with SpeakerServer(Speaker(passcode=PASSCODE)) as other:
        second = MockConfigEntry(
            domain=DOMAIN, data={**loaded.data, "port": other.port}
        )
        second.add_to_hass(hass)
        await hass.config_entries.async_setup(second.entry_id)
        await settle(hass)
        speaker.behave(hang_until_stopped)
        poll = hass.async_create_background_task(
            loaded.runtime_data.async_refresh(), "hanging poll"
        )
        await speaker.received.wait_for(STATUS, speaker.received.count(STATUS) + 1)
        other.speaker.ring("100")
        await hass.services.async_call(
            "button",
            "press",
            {"entity_id": entity_id(hass, second, Platform.BUTTON, "reject_call")},
            blocking=True,
        )
        assert other.received.count(OPERATION) == 1
        assert not poll.done()
        poll.cancel()
        assert await hass.config_entries.async_unload(second.entry_id)


async def hang_until_stopped(exchange: Exchange) -> None:
    """Never answer."""
    await exchange.hang()


def issue(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> object | None:
    """Return a repair issue of the speaker."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_{entry.entry_id}")


async def test_issue_cti_not_served(
    hass: HomeAssistant, speaker: SpeakerServer, loaded: MockConfigEntry
) -> None:
    """A 404 opens a repair issue, a good answer closes it."""
    assert issue(hass, loaded, "cti_not_served") is None
    speaker.behave(reply(404, b"<html>"))
    await advance(hass, IDLE_SECONDS)
    assert issue(hass, loaded, "cti_not_served")
    speaker.behave_well()
    await advance(hass, IDLE_SECONDS)
    assert issue(hass, loaded, "cti_not_served") is None


async def test_issue_cti_not_served_at_setup(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """The issue is opened at set-up too, and goes with the entry."""
    speaker.behave(reply(404, b"<html>"))
    await hass.config_entries.async_setup(entry.entry_id)
    assert issue(hass, entry, "cti_not_served")
    await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry, "cti_not_served") is None


async def test_issue_factory_passcode(
    hass: HomeAssistant, speaker: SpeakerServer, entry: MockConfigEntry
) -> None:
    """The factory passcode opens a repair issue, another one closes it."""
    speaker.speaker.passcode = "admin"
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_PASSWORD: "admin"}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    assert issue(hass, entry, "factory_passcode")

    speaker.speaker.passcode = PASSCODE
    flow = await entry.start_reconfigure_flow(hass)
    await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {
            "host": f"{speaker.host}:{speaker.port}",
            CONF_PASSWORD: PASSCODE,
            "connection": {},
        },
    )
    await settle(hass)
    assert issue(hass, entry, "factory_passcode") is None
