"""How long it takes to notice devices that hang, and that they are back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from statistics import median
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from benchmarks.fleet import Fleet

from .load import watch

DEVICES = 40
PATIENCE_SECONDS = 120
WATCH_SECONDS = 20


class Watch:
    """Notes when devices become unavailable, and when they are back."""

    def __init__(self, hass: HomeAssistant, entries: Sequence[ConfigEntry]) -> None:
        """Watch one entity of each device."""
        self.gone: dict[int, int] = {}
        self.back: dict[int, int] = {}
        self._devices = {
            _first_entity_id(hass, entry): number
            for number, entry in enumerate(entries)
        }
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    @callback
    def _note(self, event: Event[EventStateChangedData]) -> None:
        """Note a change of availability."""
        device = self._devices.get(event.data["entity_id"])
        new, old = event.data["new_state"], event.data["old_state"]
        if device is None or new is None or old is None:
            return
        if new.state == STATE_UNAVAILABLE:
            self.gone.setdefault(device, time.monotonic_ns())
        elif old.state == STATE_UNAVAILABLE:
            self.back.setdefault(device, time.monotonic_ns())


def _first_entity_id(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return an entity of a device that is enabled."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return next(
        entity.entity_id
        for entity in entities
        if (state := hass.states.get(entity.entity_id)) is not None
        and state.state != STATE_UNAVAILABLE
    )


async def measure_hang(
    hass: HomeAssistant, fleet: Fleet, entries: Sequence[ConfigEntry], interval: float
) -> dict[str, float]:
    """Let devices hang at all moments between two polls, and wake them up likewise."""
    watch_ = Watch(hass, entries)
    step = interval / len(entries)
    hung = await _one_by_one(fleet.hang, len(entries), step)
    await _wait_until_full(watch_.gone, len(entries))
    woken = await _one_by_one(fleet.wake, len(entries), 2 * step)
    await _wait_until_full(watch_.back, len(entries))
    return _figures("noticed", hung, watch_.gone) | _figures("back", woken, watch_.back)


async def _one_by_one(
    act: Callable[[Iterable[int]], Awaitable[int]], count: int, step: float
) -> dict[int, int]:
    """Act on one device after the other; return when."""
    times = {}
    for number in range(count):
        times[number] = await act([number])
        await asyncio.sleep(step)
    return times


async def _wait_until_full(noted: dict[int, int], count: int) -> None:
    """Wait until all devices are noted."""
    for _ in range(PATIENCE_SECONDS):
        if len(noted) == count:
            return
        await asyncio.sleep(1)
    raise RuntimeError("a device was not noticed")


def _figures(
    name: str, starts: dict[int, int], ends: dict[int, int]
) -> dict[str, float]:
    """Return the seconds from starts to ends."""
    seconds = [(ends[number] - starts[number]) / 1e9 for number in starts]
    return {
        f"{name}_minimum": min(seconds),
        f"{name}_median": median(seconds),
        f"{name}_maximum": max(seconds),
    }


async def measure_half_hanging(fleet: Fleet) -> dict[str, float]:
    """Return what it does to the others that every second speaker hangs."""
    figures: dict[str, float] = {}
    for name in ("all_well", "half_hanging"):
        if name == "half_hanging":
            await fleet.hang(range(0, len(fleet.ports), 2))
        await fleet.take()
        cpu, lag = await watch(WATCH_SECONDS)
        polls: dict[int, list[int]] = {}
        for arrival in await fleet.take():
            polls.setdefault(arrival.device, []).append(arrival.time)
        gaps = [
            (later - earlier) / 1e9
            for device in range(1, len(fleet.ports), 2)
            for earlier, later in zip(polls[device], polls[device][1:], strict=False)
        ]
        figures |= {
            f"{name}_cpu": cpu,
            f"{name}_lag": lag,
            f"{name}_longest_gap": max(gaps),
        }
    return figures
