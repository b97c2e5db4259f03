"""How far apart a command arrives at many speakers."""

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median

from homeassistant.core import HomeAssistant

from benchmarks.fleet import Fleet
from benchmarks.samples import spread

PAUSE_SECONDS = 0.2


async def measure_play(
    hass: HomeAssistant,
    fleet: Fleet,
    ways: dict[str, tuple[str, Callable[[], Awaitable[object]]]],
    times: int,
) -> dict[str, float]:
    """Return milliseconds between first and last arrival, of ways that take turns."""
    spreads: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, (request, act) in ways.items():
            await fleet.take()
            await act()
            await hass.async_block_till_done(wait_background_tasks=True)
            arrivals = [a.time for a in await fleet.take() if a.name == request]
            spreads[name].append(spread(arrivals) / 1e6)
            await asyncio.sleep(PAUSE_SECONDS)
    return {f"{name}_spread": median(values) for name, values in spreads.items()}
