"""Every fault with every function: what the user sees, and what the speaker gets."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ssl import create_default_context
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import aiohttp_client
import pytest

from custom_components.grandstream_gsc.cti import CtiError
from tests.common import (
    BUSY_SECONDS,
    CALL,
    LINES,
    MUSIC,
    OPERATION,
    PLAY,
    STATUS,
    SYSTEM,
    advance,
)
from tests.simulator import Call, CallState, Playback, Speaker, SpeakerServer
from tests.simulator.certificates import Authority
from tests.simulator.faults import FAULTS as BEHAVIOURS

from .bench import Bench, outcome
from .document import FILE, text
from .table import COMMANDS, FAULTS, KINDS, OK, OUTAGES, Fault, Outage

TRACK = "/var/user/music/music1.ogg"

FORM_ERRORS: dict[str, dict[str, str]] = {OK: {}} | {
    name: {"base": kind.form} for name, kind in KINDS.items()
}
SET_UPS = {OK: ConfigEntryState.LOADED} | {
    name: kind.setup for name, kind in KINDS.items()
}
REBOOTS = {OK: OK} | {
    name: OK if kind.reboots else name for name, kind in KINDS.items()
}


def idle(speaker: Speaker) -> None:
    """Let a speaker do nothing."""
    speaker.call = speaker.playback = None
    speaker.muted = False


def playing(speaker: Speaker) -> None:
    """Let a speaker play."""
    idle(speaker)
    speaker.playback = Playback(TRACK, loop=True)


def calling(speaker: Speaker) -> None:
    """Let a speaker be in a call."""
    idle(speaker)
    speaker.call = Call(CallState.CONNECTED, "100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: how it is given, and how it is seen at the speaker."""

    function: str
    action: str
    target: tuple[Platform, str]
    data: dict[str, Any]
    before: Callable[[Speaker], None]
    is_done: Callable[[Speaker], bool]


MUSIC_ENTITY = (Platform.MEDIA_PLAYER, "music")
COMMAND_TABLE = {
    "play": Command(
        function=PLAY,
        action="media_player.play_media",
        target=MUSIC_ENTITY,
        data={"media_content_type": "music", "media_content_id": TRACK},
        before=idle,
        is_done=lambda speaker: speaker.playback is not None,
    ),
    "stop": Command(
        function=PLAY,
        action="media_player.media_stop",
        target=MUSIC_ENTITY,
        data={},
        before=playing,
        is_done=lambda speaker: speaker.playback is None,
    ),
    "call": Command(
        function=CALL,
        action="grandstream_gsc.make_call",
        target=MUSIC_ENTITY,
        data={"phone_number": "*72+1"},
        before=idle,
        is_done=lambda speaker: speaker.call is not None,
    ),
    "hang up": Command(
        function=OPERATION,
        action="button.press",
        target=(Platform.BUTTON, "end_call"),
        data={},
        before=calling,
        is_done=lambda speaker: speaker.call is None,
    ),
    "mute": Command(
        function=OPERATION,
        action="button.press",
        target=(Platform.BUTTON, "toggle_mute"),
        data={},
        before=calling,
        is_done=lambda speaker: speaker.muted,
    ),
}


async def check_flow(bench: Bench) -> None:
    """See the form say what is wrong, after one request, and work once it is cured."""
    flow_id = await bench.start_flow()
    async with bench.faulty(STATUS):
        result = await bench.submit(flow_id)
        assert (result.get("errors") or {}) == FORM_ERRORS[bench.fault.kind_of("flow")]
        assert bench.count(STATUS) == int(bench.fault.arrives)
        assert bench.complaints() == []
    result = await bench.finish(result)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert bench.entry.state is ConfigEntryState.LOADED
    await bench.poll()
    assert bench.availability() == {True}


async def check_lines(bench: Bench) -> None:
    """See the last line states stay, and nothing else be the worse for it."""
    bench.server.speaker.ring("100", "Office")
    await bench.poll()
    async with bench.faulty(LINES):
        await advance(bench.hass, BUSY_SECONDS)
        assert bench.count(LINES) == int(bench.fault.arrives)
        assert bench.state(Platform.SENSOR, "line_1") == bench.fault.line
        assert bench.complaints() == bench.told_gone(gone=not bench.fault.arrives)
    idle(bench.server.speaker)
    await bench.poll(2)
    assert bench.state(Platform.SENSOR, "line_1") == "idle"


async def check_music(bench: Bench) -> None:
    """See the browser say what is wrong, and show the tracks once it is cured."""

    async def browse() -> Any:
        return await bench.call("media_player.browse_media", *MUSIC_ENTITY)

    async with bench.faulty(MUSIC):
        assert await outcome(browse()) == bench.fault.kind_of("music")
        assert bench.count(MUSIC) == int(bench.fault.arrives)
        assert bench.complaints() == []
    await bench.poll()
    assert bench.availability() == {True}
    folder = (await browse())[bench.entity(*MUSIC_ENTITY)]
    assert len(folder.children) == len(bench.server.speaker.tracks)


async def check_command(bench: Bench, name: str) -> None:
    """See a command sent once and its error say why, while all else goes on."""
    command = COMMAND_TABLE[name]
    speaker = bench.server.speaker

    async def give() -> str:
        return await outcome(
            bench.call(command.action, *command.target, **command.data)
        )

    command.before(speaker)
    await bench.poll()
    async with bench.faulty(command.function):
        was_done = command.is_done(speaker)
        assert await give() == bench.fault.kind_of(name)
        assert bench.count(command.function) == int(bench.fault.arrives)
        assert command.is_done(speaker) is (was_done or bench.fault.done)
        assert bench.availability() == {bench.fault.arrives}
        assert bench.complaints() == bench.told_gone(gone=not bench.fault.arrives)
    command.before(speaker)
    await bench.poll(2)
    assert bench.availability() == {True}
    bench.clear()
    assert await give() == OK
    assert bench.count(command.function) == 1
    assert command.is_done(speaker)


async def check_reboot(bench: Bench) -> None:
    """See a reboot asked for once; that the speaker goes away over it is no error."""
    idle(bench.server.speaker)
    await bench.poll()
    async with bench.faulty(SYSTEM):
        was_rebooting = bench.server.speaker.rebooting
        press = bench.call("button.press", Platform.BUTTON, "reboot")
        assert await outcome(press) == REBOOTS[bench.fault.kind_of("reboot")]
        assert bench.count(SYSTEM) == int(bench.fault.arrives)
        assert bench.server.speaker.rebooting is (was_rebooting or bench.fault.done)
    await bench.server.come_back()
    await bench.poll()
    assert bench.availability() == {True}


async def check_status(bench: Bench) -> None:
    """See the entities go with one line in the log, polling go on, and all recover."""
    is_well = bench.fault.kind_of("status") == OK
    idle(bench.server.speaker)
    await bench.poll()
    async with bench.faulty(STATUS):
        await bench.poll()
        assert bench.count(STATUS) == bench.polls("status")
        assert bench.availability() == {is_well}
        await bench.poll()
        assert bench.complaints() == bench.told_gone(gone=not is_well)
        bench.server.received.clear()
        await bench.poll()
        assert bench.count(STATUS) == bench.third_polls()
    bench.clear()
    with suppress(CtiError):
        await bench.entry.runtime_data.async_fetch_tracks()
    await bench.poll()
    assert bench.availability() == {bench.recovers()}
    assert bool(bench.count(STATUS)) is bench.recovers()
    assert bool(bench.count(MUSIC)) is bench.recovers()
    assert bench.complaints() == []


async def check_set_up(bench: Bench) -> None:
    """See the set-up fail as it should, and succeed once it is cured."""
    state = SET_UPS[bench.fault.kind_of("set-up")]
    is_denied = state is ConfigEntryState.SETUP_ERROR
    await bench.reload()
    async with bench.faulty(STATUS):
        await bench.reload()
        assert bench.entry.state is state
        assert bench.count(STATUS) == bench.polls("set-up")
        assert bench.complaints() == bench.told_denied(denied=is_denied)
    await bench.reload()
    assert bench.entry.state is ConfigEntryState.LOADED
    assert bench.availability() == {True}


type Check = Callable[[Bench], Awaitable[None]]

CHECKS: dict[str, Check] = {
    "flow": check_flow,
    "lines": check_lines,
    "music": check_music,
    **{name: partial(check_command, name=name) for name in COMMANDS},
    "reboot": check_reboot,
    "status": check_status,
    "set-up": check_set_up,
}


@pytest.mark.parametrize("fault", [*FAULTS, *OUTAGES], ids=lambda fault: fault.name)
async def test_fault(
    hass: HomeAssistant,
    speaker: SpeakerServer,
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    subtests: pytest.Subtests,
    fault: Fault | Outage,
) -> None:
    """Nothing is lost without a word, nothing is done twice, and all recovers."""
    context = create_default_context(cafile=authority.file)
    monkeypatch.setattr(
        aiohttp_client.ssl_util, "client_context", lambda *_, **__: context
    )
    bench = Bench(hass, speaker, authority, caplog, fault)
    await bench.end()
    for name, check in CHECKS.items():
        with subtests.test(name):
            await check(bench)


def test_each_fault_is_in_the_table() -> None:
    """No behaviour of the simulated speaker is left out."""
    assert {fault.name for fault in FAULTS} == {*BEHAVIOURS}


def test_documentation() -> None:
    """docs/faults.md says what the tables say."""
    assert FILE.read_text() == text(), "run: python -m tests.faults.document"
