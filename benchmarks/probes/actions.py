"""How long an action takes to reach a device, and to return."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
import time

from homeassistant.core import HomeAssistant

from benchmarks.fleet import Fleet
from benchmarks.samples import percentile

# Long enough for what an action leaves behind to be over.
PAUSE_SECONDS = 0.004


@dataclass
class Series:
    """Actions of one kind, each with the start and the end of it."""

    name: str
    request: str
    act: Callable[[], Awaitable[object]]
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)

    async def run(self) -> None:
        """Act once."""
        self.starts.append(time.monotonic_ns())
        await self.act()
        self.ends.append(time.monotonic_ns())

    def figures(self) -> dict[str, float]:
        """Return microseconds to the arrival and to the return."""
        arrival = _microseconds(self.starts, self.arrivals)
        back = _microseconds(self.starts, self.ends)
        return {
            f"{self.name}_arrival": median(arrival),
            f"{self.name}_arrival_p99": percentile(arrival, 99),
            f"{self.name}_return": median(back),
            f"{self.name}_return_p99": percentile(back, 99),
        }


async def measure_actions(
    hass: HomeAssistant, fleet: Fleet, series: list[Series], times: int
) -> dict[str, float]:
    """Act in turns, with a pause after each."""
    for one in series:
        await one.act()
    for _ in range(times):
        for one in series:
            await hass.async_block_till_done(wait_background_tasks=True)
            await asyncio.sleep(PAUSE_SECONDS)
            await fleet.take()
            await one.run()
            one.arrivals.append(await _arrival(fleet, one.request))
    return {key: value for one in series for key, value in one.figures().items()}


async def _arrival(fleet: Fleet, request: str) -> int:
    """Return when the request of an action arrived."""
    return next(
        arrival.time for arrival in await fleet.take() if arrival.name == request
    )


def _microseconds(starts: list[int], ends: list[int]) -> list[float]:
    """Return the times between starts and ends."""
    return [(end - start) / 1000 for start, end in zip(starts, ends, strict=True)]
