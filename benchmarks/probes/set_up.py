"""What setting devices up costs."""

import asyncio
from collections.abc import Sequence
import gc
from pathlib import Path
import resource
import time

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from benchmarks.fleet import Fleet


async def set_up(hass: HomeAssistant, entries: Sequence[ConfigEntry]) -> None:
    """Set devices up at the same time, as a start of Home Assistant does."""
    domain = entries[0].domain
    if domain in hass.config.components:
        async with asyncio.TaskGroup() as tasks:
            for entry in entries:
                tasks.create_task(hass.config_entries.async_setup(entry.entry_id))
    else:
        await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    if any(entry.state is not ConfigEntryState.LOADED for entry in entries):
        raise RuntimeError("a device could not be set up")


async def measure_set_up(
    hass: HomeAssistant, fleet: Fleet, entries: Sequence[ConfigEntry]
) -> dict[str, float]:
    """Return CPU microseconds, requests, entities and memory of a device."""
    await fleet.take()
    entities = len(hass.states.async_entity_ids())
    memory = _memory_kib()
    start = time.process_time_ns()
    await set_up(hass, entries)
    cpu = (time.process_time_ns() - start) / 1000
    memory = _memory_kib() - memory
    entities = len(hass.states.async_entity_ids()) - entities
    return {
        "set_up_cpu": cpu / len(entries),
        "set_up_requests": len(await fleet.take()) / len(entries),
        "entities": entities / len(entries),
        "memory": memory / len(entries),
    }


def _memory_kib() -> float:
    """Return the memory of this process that is in use."""
    gc.collect()
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
