"""Speakers that are ill, and the others beside them, which must not notice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
import re

from homeassistant import block_async_io
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_VERIFY_SSL,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.grandstream_gsc.const import DOMAIN
from tests.common import (
    IDLE_SECONDS,
    OPERATION,
    PLAY,
    STATUS,
    entity_id,
    settle,
    state_of,
)
from tests.conftest import PASSCODE
from tests.simulator import Speaker, SpeakerServer
from tests.simulator.faults import FAULTS

SPEAKERS = 100
ILL = 50
# A callback that takes longer makes all of Home Assistant wait. The simulated speakers
# run in the same event loop, on whatever machine this is.
SLOW_SECONDS = 1
PATIENCE_SECONDS = 60
SUSPICIOUS = re.compile(r"blocking call|^Executing .* took ")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A speaker and its entry."""

    server: SpeakerServer
    entry: MockConfigEntry

    @property
    def is_waited_for(self) -> bool:
        """Tell whether a request is under way."""
        return bool(self.entry.runtime_data.client._lock.locked())

    async def hears(self, function: str, count: int = 1) -> None:
        """Wait until so many requests of a function have arrived, but not for long."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.server.received.wait_for(function, count)

    async def done(self) -> None:
        """Wait until no request is under way."""
        async with self.entry.runtime_data.client._lock:
            pass

    def state(self, hass: HomeAssistant) -> str:
        """Return whether the speaker is busy."""
        return state_of(hass, self.entry, Platform.BINARY_SENSOR, "busy").state

    def player(self, hass: HomeAssistant) -> str:
        """Return the id of the media player."""
        return entity_id(hass, self.entry, Platform.MEDIA_PLAYER, "music")

    def count(self, function: str) -> int:
        """Count the requests of a function."""
        return self.server.received.count(function)


@pytest.fixture
async def neighbours(
    hass: HomeAssistant, socket_enabled: None
) -> AsyncIterator[list[Neighbour]]:
    """Set up a hundred speakers."""
    async with AsyncExitStack() as stack:
        neighbours = [await add(hass, stack) for _ in range(SPEAKERS)]
        await settle(hass)
        yield neighbours
        for neighbour in neighbours:
            await neighbour.server.unplug()
        await settle(hass)


async def add(hass: HomeAssistant, stack: AsyncExitStack) -> Neighbour:
    """Set up a speaker."""
    server = await stack.enter_async_context(SpeakerServer(Speaker(passcode=PASSCODE)))
    data = {
        CONF_HOST: server.host,
        CONF_PORT: server.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_PASSWORD: PASSCODE,
    }
    entry = MockConfigEntry(domain=DOMAIN, title=f"speaker {server.port}", data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return Neighbour(server, entry)


def let_polls_begin(hass: HomeAssistant) -> None:
    """Let all polls become due, without waiting for what comes of them."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=IDLE_SECONDS))


@pytest.fixture
async def complaints(
    neighbours: list[Neighbour],
    disable_block_async_io: None,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[list[str]]:
    """Watch the event loop once all is set up, and list what is said of it."""
    loop = asyncio.get_running_loop()
    before = loop.slow_callback_duration
    loop.set_debug(True)
    loop.slow_callback_duration = SLOW_SECONDS
    block_async_io.enable()
    caplog.clear()
    found: list[str] = []
    yield found
    loop.slow_callback_duration = before
    found += [text for text in caplog.messages if SUSPICIOUS.search(text)]
    assert found == []


async def press(hass: HomeAssistant, neighbour: Neighbour) -> None:
    """Reject a call at a speaker."""
    neighbour.server.speaker.ring("100")
    button = entity_id(hass, neighbour.entry, Platform.BUTTON, "reject_call")
    target = {"entity_id": button}
    await hass.services.async_call("button", "press", target, blocking=True)


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize(
    ("name", "waiting"), [("hang", ILL), ("drip", ILL), ("reset", 0)]
)
async def test_others_are_unharmed(
    hass: HomeAssistant, neighbours: list[Neighbour], name: str, waiting: int
) -> None:
    """Half of a hundred speakers are ill; the others are polled and do as told."""
    ill, well = neighbours[:ILL], neighbours[ILL:]
    for neighbour in ill:
        neighbour.server.behave(FAULTS[name])
    for neighbour in neighbours:
        neighbour.server.received.clear()

    let_polls_begin(hass)
    for neighbour in neighbours:
        await neighbour.hears(STATUS)
    for neighbour in well:
        await press(hass, neighbour)
        await neighbour.hears(STATUS, 2)

        await neighbour.done()

    # All that was done to the well ones while each of the ill ones was waited for.
    assert sum(neighbour.is_waited_for for neighbour in ill) >= waiting
    assert [neighbour.count(OPERATION) for neighbour in well] == [1] * len(well)
    assert [neighbour.count(STATUS) for neighbour in well] == [2] * len(well)
    assert not any(neighbour.count(OPERATION) for neighbour in ill)

    # The next polls come in time too.
    let_polls_begin(hass)
    for neighbour in well:
        await neighbour.hears(STATUS, 3)
        await neighbour.done()
    assert {neighbour.state(hass) for neighbour in well} == {"off"}


async def test_one_action_for_all(
    hass: HomeAssistant, neighbours: list[Neighbour]
) -> None:
    """Of an action for all speakers the ill ones keep nothing from the others."""
    ill, well = neighbours[:ILL], neighbours[ILL:]
    for neighbour in ill:
        neighbour.server.behave(FAULTS["hang"], PLAY)
    players = [neighbour.player(hass) for neighbour in neighbours]
    action = hass.async_create_task(
        hass.services.async_call(
            "media_player", "media_play", {"entity_id": players}, blocking=True
        )
    )
    for neighbour in neighbours:
        await neighbour.hears(PLAY)
    assert not action.done()
    assert all(neighbour.server.speaker.playback for neighbour in well)
    for neighbour in ill:
        await neighbour.server.unplug()
    with pytest.raises(HomeAssistantError):
        await action
    assert {neighbour.count(PLAY) for neighbour in neighbours} == {1}
