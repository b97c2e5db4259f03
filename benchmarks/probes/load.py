"""What many devices cost that are polled at their own intervals."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
import time

from homeassistant.core import HomeAssistant
from yarl import URL

from benchmarks.bare import Bare
from benchmarks.fleet import Fleet
from benchmarks.samples import percentile
from benchmarks.subjects import Subject, add_entries

from .set_up import set_up

type Growth = Callable[[Sequence[tuple[int, int]]], Awaitable[None]]
"""Have more devices, of these numbers and ports, polled."""

SIZES = (10, 100, 500, 1000)
# How long growing to a size may take before its window opens, in seconds. Processes
# that measure at the same time all keep to it: none of them grows while another
# one's window is open.
GROWTH_SECONDS = {0: 2, 10: 4, 100: 4, 500: 8, 1000: 12}
IDLE_SECONDS = 10
LAG_STEP_SECONDS = 0.02
BARE_INTERVAL_SECONDS = 10


def growth_of_entries(hass: HomeAssistant, subject: Subject) -> Growth:
    """Let an integration poll devices."""

    async def grow(devices: Sequence[tuple[int, int]]) -> None:
        if devices:
            await set_up(hass, add_entries(hass, subject, devices))

    return grow


@asynccontextmanager
async def polling(bare: Bare, subject: Subject) -> AsyncIterator[Growth]:
    """Poll devices with bare GETs, as often as the integration does."""
    tasks: list[asyncio.Task[None]] = []

    async def poll(url: URL, delay: float) -> None:
        await asyncio.sleep(delay)
        while True:
            await bare.get(url)
            await asyncio.sleep(BARE_INTERVAL_SECONDS)

    async def grow(devices: Sequence[tuple[int, int]]) -> None:
        for position, (_, port) in enumerate(devices):
            delay = BARE_INTERVAL_SECONDS * position / len(devices)
            tasks.append(
                asyncio.create_task(poll(URL(subject.status_url(port)), delay))
            )

    yield grow
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measure_load(
    fleet: Fleet, grow: Growth, begin: float, window: float
) -> dict[str, float]:
    """Return CPU and lag with more and more devices, from a moment on.

    The CPU is in milliseconds a second, the lag in milliseconds.
    """
    devices = list(enumerate(fleet.ports))
    figures: dict[str, float] = {}
    idle = 0.0
    grown = 0
    for size, seconds in ((0, IDLE_SECONDS), *((size, window) for size in SIZES)):
        await grow(devices[grown:size])
        grown = size
        begin += GROWTH_SECONDS[size]
        await asyncio.sleep(max(0, begin - time.monotonic()))
        begin += seconds
        await fleet.take()
        cpu, lag = await watch(seconds)
        if size == 0:
            idle = cpu
            continue
        figures |= {
            f"load_{size}_cpu": cpu - idle,
            f"load_{size}_lag": lag,
            f"load_{size}_requests": len(await fleet.take()) / seconds,
        }
    return figures


async def watch(seconds: float) -> tuple[float, float]:
    """Return CPU milliseconds a second, and the 99th percentile of the lag."""
    loop = asyncio.get_running_loop()
    lags: list[float] = []
    cpu = time.process_time()
    end = loop.time() + seconds
    while (wanted := loop.time() + LAG_STEP_SECONDS) < end:
        await asyncio.sleep(LAG_STEP_SECONDS)
        lags.append(loop.time() - wanted)
    cpu = time.process_time() - cpu
    return cpu / seconds * 1000, percentile(lags, 99) * 1000
