"""Run one probe on one integration and print its figures as a line of JSON.

``python -m benchmarks.probes PROBE DOMAIN [--quick] [--begin SECONDS]``
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import json
import logging
import sys
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
import orjson
from yarl import URL

from benchmarks.bare import Bare, bare_session
from benchmarks.fleet import Fleet, running_fleet
from benchmarks.home_assistant import run, running_home_assistant
from benchmarks.subjects import OWN, SUBJECTS, Subject, add_entries

from .actions import Series, measure_actions
from .hang import DEVICES, measure_half_hanging, measure_hang
from .imports import measure_imports
from .load import BARE_INTERVAL_SECONDS, SIZES, growth_of_entries, measure_load, polling
from .play import measure_play
from .poll import compare_cpu, count, cpu_microseconds
from .set_up import measure_set_up, set_up

MANY = 100
TRACK = "music1.ogg"
LOAD_SECONDS = 20


async def cost(subject: Subject, options: argparse.Namespace) -> dict[str, float]:
    """Measure poll, set-up and actions."""
    async with (
        running_fleet(subject.domain, MANY + 1) as fleet,
        running_home_assistant() as hass,
        bare_session() as bare,
    ):
        bench = Bench(subject, hass, fleet, bare, is_quick=options.quick)
        return await bench.run()


class Bench:
    """One integration with many devices in one Home Assistant."""

    def __init__(
        self,
        subject: Subject,
        hass: HomeAssistant,
        fleet: Fleet,
        bare: Bare,
        *,
        is_quick: bool,
    ) -> None:
        """Prepare to measure."""
        self._subject = subject
        self._hass = hass
        self._fleet = fleet
        self._bare = bare
        self._is_quick = is_quick
        self._urls = [URL(subject.status_url(port)) for port in fleet.ports]

    async def run(self) -> dict[str, float]:
        """Measure everything, from few devices to many."""
        devices = list(enumerate(self._fleet.ports))
        [first] = add_entries(self._hass, self._subject, devices[:1])
        await set_up(self._hass, [first])
        figures = await self._poll(first)
        others = add_entries(self._hass, self._subject, devices[1:])
        before = await cpu_microseconds(self._get)
        figures |= await measure_set_up(self._hass, self._fleet, others)
        after = await cpu_microseconds(self._get)
        figures["set_up_ratio"] = 2 * figures["set_up_cpu"] / (before + after)
        figures["set_up_ratio_per_entity"] = (
            figures["set_up_ratio"] / figures["entities"]
        )
        figures |= await self._actions(first)
        if self._subject is OWN:
            figures |= await self._play(others)
        return figures

    async def _get(self) -> None:
        """GET the status of the first device."""
        await self._bare.get(self._urls[0])

    async def _poll(self, entry: ConfigEntry) -> dict[str, float]:
        """Measure a poll."""
        blocks = 20 if self._is_quick else 40
        poll = self._subject.coordinator(entry).async_refresh
        figures = await compare_cpu(poll, self._get, blocks)
        figures |= await count(self._hass, self._fleet, poll)
        if self._subject is OWN and not self._is_quick:
            empty = await compare_cpu(self._empty_poll(), self._get, blocks)
            figures["empty_poll_ratio"] = empty["poll_ratio"]
        return figures

    def _empty_poll(self) -> Callable[[], Awaitable[None]]:
        """Return the poll of a coordinator that does nothing but the bare GET."""
        session = async_get_clientsession(self._hass)

        async def update() -> Any:
            async with session.get(self._urls[0]) as response:
                return orjson.loads(await response.read())

        coordinator = DataUpdateCoordinator(
            self._hass,
            logging.getLogger(__name__),
            config_entry=None,
            name="Empty",
            update_method=update,
            update_interval=timedelta(seconds=BARE_INTERVAL_SECONDS),
            always_update=False,
        )
        coordinator.async_add_listener(lambda: None)
        return coordinator.async_refresh

    async def _actions(self, entry: ConfigEntry) -> dict[str, float]:
        """Measure the way of an action."""
        subject = self._subject
        button = subject.entity_id(self._hass, entry, subject.button)
        series = [
            Series(
                "press", subject.button_request, self._action("button.press", button)
            ),
            Series("bare", subject.status_request, self._get),
        ]
        if subject is OWN:
            series += self._music(entry)
        times = 80 if self._is_quick else 300
        figures = await measure_actions(self._hass, self._fleet, series, times)
        for way in ("arrival", "return"):
            ratio = figures[f"press_{way}"] / figures[f"bare_{way}"]
            figures[f"press_{way}_ratio"] = ratio
        return figures

    def _music(self, entry: ConfigEntry) -> list[Series]:
        """Return the actions that play music."""
        player = self._subject.entity_id(self._hass, entry, "_music")
        siren = self._subject.entity_id(self._hass, entry, "_alarm")
        request = "ctrl_music_play"
        return [
            Series("play_media", request, self._play_media(player)),
            Series("siren", request, self._action("siren.turn_on", siren)),
        ]

    async def _play(self, entries: list[ConfigEntry]) -> dict[str, float]:
        """Measure how far apart one command arrives at many speakers."""
        subject = self._subject
        players = [subject.entity_id(self._hass, entry, "_music") for entry in entries]

        async def gather() -> None:
            await asyncio.gather(*(self._bare.get(url) for url in self._urls[1:]))

        await gather()
        figures = await measure_play(
            self._hass,
            self._fleet,
            {
                "play": ("ctrl_music_play", self._play_media(players)),
                "gather": (subject.status_request, gather),
            },
            times=8 if self._is_quick else 20,
        )
        figures["play_spread_ratio"] = figures["play_spread"] / figures["gather_spread"]
        return figures

    def _play_media(self, players: str | list[str]) -> Callable[[], Awaitable[object]]:
        """Return an action that plays a track."""
        return self._action(
            "media_player.play_media",
            players,
            media_content_id=TRACK,
            media_content_type="music",
        )

    def _action(
        self, name: str, entities: str | list[str], **data: str
    ) -> Callable[[], Awaitable[object]]:
        """Return an action on entities."""
        domain, service = name.split(".")
        return lambda: self._hass.services.async_call(
            domain, service, {"entity_id": entities, **data}, blocking=True
        )


async def imports(subject: Subject, options: argparse.Namespace) -> dict[str, float]:
    """Measure the import."""
    return await measure_imports(subject.package)


async def load(subject: Subject, options: argparse.Namespace) -> dict[str, float]:
    """Measure many devices."""
    async with (
        running_fleet(subject.domain, max(SIZES)) as fleet,
        running_home_assistant() as hass,
    ):
        grow = growth_of_entries(hass, subject)
        return await measure_load(fleet, grow, options.begin, LOAD_SECONDS)


async def bare_load(subject: Subject, options: argparse.Namespace) -> dict[str, float]:
    """Measure bare GETs of many devices, beside an idle Home Assistant."""
    async with (
        running_fleet(subject.domain, max(SIZES)) as fleet,
        running_home_assistant(),
        bare_session() as bare,
        polling(bare, subject) as grow,
    ):
        return await measure_load(fleet, grow, options.begin, LOAD_SECONDS)


async def hang(subject: Subject, options: argparse.Namespace) -> dict[str, float]:
    """Measure how long a device that hangs is not noticed."""
    async with (
        running_fleet(subject.domain, DEVICES) as fleet,
        running_home_assistant() as hass,
    ):
        entries = add_entries(hass, subject, enumerate(fleet.ports))
        await set_up(hass, entries)
        interval = subject.coordinator(entries[0]).update_interval
        assert interval  # noqa: S101 - for mypy
        return await measure_hang(hass, fleet, entries, interval.total_seconds())


async def half_hanging(
    subject: Subject, options: argparse.Namespace
) -> dict[str, float]:
    """Measure what speakers that hang do to the others."""
    async with (
        running_fleet(subject.domain, MANY) as fleet,
        running_home_assistant() as hass,
    ):
        await set_up(hass, add_entries(hass, subject, enumerate(fleet.ports)))
        return await measure_half_hanging(fleet)


PROBES = {
    probe.__name__: probe
    for probe in (cost, imports, load, bare_load, hang, half_hanging)
}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("probe", choices=PROBES)
    parser.add_argument("domain", choices=SUBJECTS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--begin", type=float, default=time.monotonic())
    options = parser.parse_args()
    figures = run(PROBES[options.probe](SUBJECTS[options.domain], options))
    sys.stdout.write(f"{json.dumps(figures)}\n")


main()
