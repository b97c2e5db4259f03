"""What a poll costs when nothing has changed."""

from collections import Counter
from collections.abc import Awaitable, Callable
from statistics import median
import time
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback

from benchmarks.fleet import Fleet

COUNTED_POLLS = 10
BLOCK = 50


async def compare_cpu(
    poll: Callable[[], Awaitable[object]],
    bare: Callable[[], Awaitable[object]],
    blocks: int,
) -> dict[str, float]:
    """Return the CPU microseconds of a poll and of a bare GET, in turns.

    What disturbs one of two neighbouring blocks disturbs the other, and the median of
    their ratios does not see what disturbs few of them.
    """
    pairs = [
        (await cpu_microseconds(poll), await cpu_microseconds(bare))
        for _ in range(blocks)
    ]
    return {
        "poll_cpu": median(poll for poll, _ in pairs),
        "bare_cpu": median(bare for _, bare in pairs),
        "poll_ratio": median(poll / bare for poll, bare in pairs),
    }


async def cpu_microseconds(action: Callable[[], Awaitable[object]]) -> float:
    """Return the CPU that an action takes, in microseconds."""
    start = time.process_time_ns()
    for _ in range(BLOCK):
        await action()
    return (time.process_time_ns() - start) / BLOCK / 1000


async def count(
    hass: HomeAssistant, fleet: Fleet, poll: Callable[[], Awaitable[object]]
) -> dict[str, float]:
    """Return the requests, state writes and state reports of a poll."""
    counts: Counter[str] = Counter()

    @callback
    def note(event: Event[Any]) -> None:
        """Count an event."""
        counts[str(event.event_type)] += 1

    stops = [
        hass.bus.async_listen(EVENT_STATE_CHANGED, note),
        hass.bus.async_listen(EVENT_STATE_REPORTED, note, event_filter=_any),
    ]
    await fleet.take()
    for _ in range(COUNTED_POLLS):
        await poll()
    requests = len(await fleet.take())
    for stop in stops:
        stop()
    return {
        "requests": requests / COUNTED_POLLS,
        "state_writes": counts[str(EVENT_STATE_CHANGED)] / COUNTED_POLLS,
        "state_reports": counts[str(EVENT_STATE_REPORTED)] / COUNTED_POLLS,
    }


@callback
def _any(_data: object) -> bool:
    """Listen to every event of a kind; Home Assistant asks for a filter."""
    return True
