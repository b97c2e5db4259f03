"""A world of its own and a browser that looks at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory

from playwright.async_api import Browser

from scripts.lib.develop.console import Console
from scripts.lib.develop.ports import free_ports
from scripts.lib.develop.seed import ROOT
from scripts.lib.develop.simulator import Pace
from scripts.lib.develop.world import World, open_world

from .browser import open_browser

FOLDER = ROOT / ".cache" / "e2e"
# Tracks end when a step says so.
PACE = Pace(play=600, reboot=2)


def start_folder() -> Console:
    """Empty the folder of what is kept, and return the console that goes there."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return Console(FOLDER / "home-assistant.log")


@asynccontextmanager
async def open_session(
    console: Console, *, headed: bool
) -> AsyncIterator[tuple[World, Browser]]:
    """Start simulated speakers, Home Assistant and a browser, and end them all."""
    with TemporaryDirectory(prefix="e2e-") as folder, console.open() as output:
        config = Path(folder) / "config"
        async with (
            open_world(
                config, free_ports(), pace=PACE, log_level="debug", console=output
            ) as world,
            open_browser(headed=headed) as browser,
        ):
            yield world, browser
