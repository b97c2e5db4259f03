"""Random programs of use, faults and time, and what must hold after each step."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.media_player import MediaPlayerState
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
    STATE_ON,
    STATE_UNAVAILABLE,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles
from hypothesis import HealthCheck, example, given, settings, strategies as st
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.grandstream_gsc.const import DOMAIN
from custom_components.grandstream_gsc.cti import Function
from tests.common import CALL, PLAY, STATUS, entity_id, settle, state_of
from tests.conftest import PASSCODE
from tests.simulator import Playback, Speaker, SpeakerServer
from tests.simulator.faults import FAULTS

from .bench import outcome

TONE = "/var/user/music/music1.ogg"
TRACK = "/var/user/music/music2.ogg"
POLL_SECONDS = 11
STEP_SECONDS = 4
RECOVERY_POLLS = 40
DURATIONS = (1, 5, 20)

# Those that end at once: the clock stands still within a step. None that says it
# refused what it did: a refusal is believed.
BAD = (
    *("reset", "reset_after", "close_midway", "http_500", "http_404", "login_page"),
    *("not_logged_in", "truncated"),
)

type Step = tuple[str, Any]

USES: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("play"), st.booleans()),
    st.tuples(st.just("sound"), st.sampled_from((None, *DURATIONS))),
    st.tuples(
        st.sampled_from(("stop", "silence", "call", "restart_speaker")), st.none()
    ),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    USES,
    st.tuples(st.just("both"), st.tuples(USES, USES)),
    st.tuples(st.just("wait"), st.sampled_from((1, 6, POLL_SECONDS, 25))),
    st.tuples(st.just("misbehave"), st.sampled_from(BAD)),
    st.tuples(st.just("misbehave_in_music"), st.sampled_from(BAD)),
    st.tuples(
        st.sampled_from(("heal", "unplug", "come_back", "hang_up", "reload")), st.none()
    ),
)


@dataclass
class Walk:
    """A program that runs, and what it has seen so far."""

    hass: HomeAssistant
    clock: FrozenDateTimeFactory
    server: SpeakerServer
    entry: MockConfigEntry
    # Tones that the speaker has begun to loop for a time.
    owed: list[Playback] = field(default_factory=list)

    async def take(self, step: Step) -> None:
        """Take a step, and see that all holds."""
        self.server.received.clear()
        name, argument = step
        await getattr(self, name)(argument)
        await settle(self.hass)
        self._check_truth()
        self._check_counts(step)

    async def play(self, loop: bool) -> None:
        """Play a track."""
        await self._act(
            "media_player.play_media",
            Platform.MEDIA_PLAYER,
            "music",
            media_content_type="music",
            media_content_id=TRACK,
            extra={"loop": loop},
        )

    async def sound(self, duration: int | None) -> None:
        """Sound the siren, for a time or without end."""
        before = self.server.speaker.playback
        data = {} if duration is None else {"duration": duration}
        await self._act("siren.turn_on", Platform.SIREN, "alarm", **data)
        after = self.server.speaker.playback
        if duration and after and after is not before and after.path == TONE:
            self.owed.append(after)

    async def stop(self, _: None) -> None:
        """Stop the music."""
        await self._act("media_player.media_stop", Platform.MEDIA_PLAYER, "music")

    async def silence(self, _: None) -> None:
        """Turn the siren off."""
        await self._act("siren.turn_off", Platform.SIREN, "alarm")

    async def call(self, _: None) -> None:
        """Make a call."""
        await self._act(
            "grandstream_gsc.make_call",
            Platform.MEDIA_PLAYER,
            "music",
            phone_number="100",
        )

    async def restart_speaker(self, _: None) -> None:
        """Reboot the speaker."""
        await self._act("button.press", Platform.BUTTON, "reboot")

    async def both(self, steps: tuple[Step, Step]) -> None:
        """Do two things at once."""
        await asyncio.gather(*(getattr(self, name)(arg) for name, arg in steps))

    async def wait(self, seconds: int) -> None:
        """Let time pass, and see that polls come."""
        before, polls = self.entry.runtime_data, self._polls()
        for start in range(0, seconds, STEP_SECONDS):
            self.clock.tick(timedelta(seconds=min(STEP_SECONDS, seconds - start)))
            async_fire_time_changed(self.hass)
            await settle(self.hass)
        # A set-up that was tried again counts anew.
        is_same = self.entry.runtime_data is before
        is_due = seconds >= POLL_SECONDS and is_same and self._is_polled()
        assert self._polls() > polls or not is_due

    async def misbehave(self, name: str) -> None:
        """Answer badly, to everything."""
        self.server.behave(FAULTS[name])

    async def misbehave_in_music(self, name: str) -> None:
        """Answer badly to a play or a stop, once."""
        self.server.behave(FAULTS[name], PLAY, times=1)

    async def heal(self, _: None) -> None:
        """Answer well, and be there."""
        self.server.behave_well()
        await self.server.plug_in()

    async def unplug(self, _: None) -> None:
        """Be away."""
        await self.server.unplug()

    async def come_back(self, _: None) -> None:
        """End a reboot."""
        await self.server.come_back()

    async def hang_up(self, _: None) -> None:
        """End a call."""
        self.server.speaker.call = None

    async def reload(self, _: None) -> None:
        """Reload the entry, as a restart does."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)

    async def recover(self) -> None:
        """Be well, and wait until all is well; that is bound to come."""
        await self.heal(None)
        await self.come_back(None)
        await self.hang_up(None)
        # Refusals that may be bad logins silence the integration: enter the passcode.
        if self._is_locked():
            await self.reload(None)
        for _ in range(RECOVERY_POLLS):
            await self.wait(POLL_SECONDS)
            if self.entry.state is ConfigEntryState.LOADED and self._states()[2]:
                break
        await self.wait(max(DURATIONS) + POLL_SECONDS)

    def check_end(self) -> None:
        """See that all has recovered, and that every promise was kept."""
        assert self.entry.state is ConfigEntryState.LOADED
        assert self._states()[2]
        assert self.entry.runtime_data.player.stop_due is None
        now = self.server.speaker.playback
        assert not any(now is playback for playback in self.owed)

    async def _act(
        self, action: str, platform: Platform, key: str, **data: object
    ) -> None:
        """Perform an action, which may fail."""
        domain, service = action.split(".")
        target = {"entity_id": entity_id(self.hass, self.entry, platform, key)}
        await outcome(
            self.hass.services.async_call(domain, service, target | data, blocking=True)
        )

    def _states(self) -> tuple[str, str, bool]:
        """Return the states of media player and siren, and whether they are there."""
        player = state_of(self.hass, self.entry, Platform.MEDIA_PLAYER, "music").state
        siren = state_of(self.hass, self.entry, Platform.SIREN, "alarm").state
        return player, siren, STATE_UNAVAILABLE not in (player, siren)

    def _check_truth(self) -> None:
        """See that media player and siren agree."""
        player, siren, _ = self._states()
        assert (player == STATE_UNAVAILABLE) is (siren == STATE_UNAVAILABLE)
        assert siren != STATE_ON or player == MediaPlayerState.PLAYING

    def _check_counts(self, step: Step) -> None:
        """See that nothing was sent that nobody asked for, and nothing twice."""
        received = self.server.received
        music = [one.params["state"] for one in received if one.function == PLAY]
        names = [name for name, _ in step[1]] if step[0] == "both" else [step[0]]
        stops = sum(name in ("stop", "silence") for name in names)
        assert music.count("1") <= sum(name in ("play", "sound") for name in names)
        assert music.count("0") <= stops + received.count(STATUS)
        assert received.count(CALL) <= names.count("call")
        assert received.count("api-sys_operation") <= names.count("restart_speaker")

    def _polls(self) -> int:
        """Count the status requests since the last set-up, unanswered ones included."""
        client = self.entry.runtime_data.client
        return int(client.journal.requests[Function.PHONE_STATUS])

    def _is_polled(self) -> bool:
        """Tell whether polls have to come: not after a denial."""
        is_loaded = self.entry.state is ConfigEntryState.LOADED
        return is_loaded and not self._is_locked()

    def _is_locked(self) -> bool:
        """Tell whether the passcode was denied."""
        return bool(self.entry.runtime_data.login.is_locked_out)


@asynccontextmanager
async def walking(
    hass: HomeAssistant, clock: FrozenDateTimeFactory
) -> AsyncIterator[Walk]:
    """Set up a speaker, and remove it with all that belongs to it."""
    async with SpeakerServer(Speaker(passcode=PASSCODE)) as server:
        data = {
            CONF_HOST: server.host,
            CONF_PORT: server.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_PASSWORD: PASSCODE,
        }
        entry = MockConfigEntry(domain=DOMAIN, title="speaker", data=data)
        entry.add_to_hass(hass)
        try:
            assert await hass.config_entries.async_setup(entry.entry_id)
            await settle(hass)
            yield Walk(hass, clock, server, entry)
        finally:
            await hass.config_entries.async_remove(entry.entry_id)
            await settle(hass)


def left_behind(hass: HomeAssistant, before: set[asyncio.Task[Any]]) -> list[str]:
    """List tasks and timers of the integration that outlive its entry."""
    timers = [
        repr(handle)
        for handle in get_scheduled_timer_handles(hass.loop)
        if not handle.cancelled()
    ]
    tasks = [repr(task) for task in asyncio.all_tasks() - before]
    return [one for one in timers + tasks if "grandstream" in one]


ALARM_AND_LOST_STOP: list[Step] = [
    ("sound", 5),
    ("misbehave_in_music", "reset"),
    ("wait", 25),
]
ALARM_WHILE_AWAY: list[Step] = [("sound", 5), ("unplug", None), ("reload", None)]
ALARM_IN_DOUBT: list[Step] = [("misbehave_in_music", "reset_after"), ("sound", 5)]
PLAY_AND_ALARM: list[Step] = [("both", (("play", True), ("sound", 1))), ("wait", 25)]

type Check = Callable[[], Awaitable[None]]


@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[*HealthCheck],
)
@given(program=st.lists(STEPS, min_size=4, max_size=20))
@example(program=ALARM_AND_LOST_STOP)
@example(program=ALARM_WHILE_AWAY)
@example(program=ALARM_IN_DOUBT)
@example(program=PLAY_AND_ALARM)
async def test_program(
    hass: HomeAssistant,
    socket_enabled: None,
    freezer: FrozenDateTimeFactory,
    program: list[Step],
) -> None:
    """Whatever happens in whatever order, all invariants hold, and all recovers."""
    before = asyncio.all_tasks()
    async with walking(hass, freezer) as walk:
        for step in program:
            await walk.take(step)
        await walk.recover()
        walk.check_end()
    assert left_behind(hass, before) == []
