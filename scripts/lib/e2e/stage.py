"""What the steps of the walk share: the page, the speakers, looks at both."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
import itertools
from pathlib import Path

from playwright.async_api import Error as BrowserError, Page

from scripts.lib.develop.scene import heard, require
from scripts.lib.develop.simulator import Command, Speaker
from scripts.lib.develop.world import World

from .sight import raw_keys, visible_texts

COMMAND_SECONDS = 15


@dataclass
class Stage:
    """Where the steps take place."""

    world: World
    page: Page
    folder: Path
    # The device of the speaker that the walk adds.
    device_path: str = ""

    def __post_init__(self) -> None:
        """Count the pictures."""
        self._numbers = itertools.count(1)

    @property
    def gym(self) -> Speaker:
        """A speaker that is there from the start."""
        return self.world.speakers[0]

    @property
    def corridor(self) -> Speaker:
        """The other one that is there from the start."""
        return self.world.speakers[1]

    @property
    def entrance(self) -> Speaker:
        """The speaker whose life the walk follows."""
        return self.world.speakers[2]

    @property
    def path(self) -> str:
        """The path of the page."""
        return str(self.page.url).removeprefix(self.world.url)

    async def go(self, path: str) -> None:
        """Open a page of Home Assistant and wait until it is there."""
        await self.page.goto(f"{self.world.url}{path}")
        await self.page.locator("#ha-launch-screen").wait_for(state="detached")

    async def take_picture(self, name: str) -> None:
        """Keep what the page looks like now."""
        path = self.folder / f"{next(self._numbers):02} {name}.png"
        await self.page.screenshot(path=path, animations="disabled")

    async def take_last_picture(self) -> None:
        """Keep what the page looks like when a step fails, if it can be had."""
        path = self.folder / "failed.png"
        with suppress(BrowserError):
            await self.page.screenshot(path=path, animations="disabled")
            print(f"The last picture is {path}")

    async def require_texts(self) -> list[str]:
        """List the texts of the page, none of which may be a raw key."""
        texts = await visible_texts(self.page)
        found = raw_keys(texts)
        require(not found, f"the page shows raw keys: {found}")
        return texts

    async def told(
        self, speaker: Speaker, act: Callable[[], Awaitable[object]], *expected: str
    ) -> str:
        """Do something and see that a speaker was told so, once and nothing else."""
        since = (await speaker.look())["received"]
        await act()
        return said(await heard(speaker, since, *expected, seconds=COMMAND_SECONDS))


def said(commands: list[Command]) -> str:
    """Say what a speaker received."""
    return f"<- {'; '.join(command.text for command in commands)}"
