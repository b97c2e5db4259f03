"""What scripts/develop starts: simulated speakers and a Home Assistant with two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
from typing import IO

from .api import Api, Login
from .errors import DevelopError
from .home_assistant import RESTART_EXIT_CODE, HomeAssistant
from .household import add
from .ports import HOST, Ports
from .seed import seed
from .simulator import Pace, Plan, Simulator, Speaker, run_simulator

OWNER = Login("dev", "dev")

# The first two are added to Home Assistant, the last one is left to be added.
PLANS = (
    Plan("GSC3516", "pÄss w&rd#+%/?\"'", "Gym"),
    Plan("GSC3510", "corridor-2+2=4", "Corridor"),
    Plan("GSC3505", "admin", "Entrance"),
)

LIFELIKE = Pace(play=12, reboot=25)
BRISK = Pace(play=2, reboot=2)


@dataclass(frozen=True, slots=True)
class World:
    """All that runs, and how to reach it."""

    api: Api
    home_assistant: HomeAssistant
    simulator: Simulator
    login: Login = OWNER

    @property
    def url(self) -> str:
        """The address of Home Assistant."""
        return self.api.url

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """The simulated speakers: added to Home Assistant, all but the last."""
        return self.simulator.speakers

    async def start_home_assistant(self) -> None:
        """Start Home Assistant and wait until its start is over."""
        await self.home_assistant.start()
        await self.api.sign_in(self.login)
        await self.home_assistant.wait_until_running()

    async def stay(self) -> None:
        """Stay until a program ends that should not; a user may restart one."""
        simulator = asyncio.create_task(self.simulator.process.wait())
        try:
            while True:
                await self._wait_for_end(simulator)
                await self.start_home_assistant()
        finally:
            simulator.cancel()

    async def _wait_for_end(self, simulator: asyncio.Task[int]) -> None:
        """Wait until Home Assistant ends in order to start anew."""
        home_assistant = asyncio.create_task(self.home_assistant.wait())
        try:
            await asyncio.wait(
                (simulator, home_assistant), return_when=asyncio.FIRST_COMPLETED
            )
            if simulator.done():
                raise DevelopError("The simulated speakers ended (see above).")
            if home_assistant.result() != RESTART_EXIT_CODE:
                raise DevelopError("Home Assistant ended (see above).")
        finally:
            home_assistant.cancel()


@asynccontextmanager
async def open_world(
    folder: Path,
    ports: Ports,
    *,
    pace: Pace = LIFELIKE,
    log_level: str = "info",
    console: IO[bytes] | None = None,
    fresh: bool = False,
) -> AsyncIterator[World]:
    """Start it all, with a data folder that may be one of before, and end it all."""
    ports.refuse_taken(len(PLANS))
    _prepare(folder, ports, log_level, fresh=fresh)
    async with (
        run_simulator(PLANS, pace, ports) as simulator,
        Api(f"http://{HOST}:{ports.home_assistant}") as api,
    ):
        world = World(api, HomeAssistant(folder, api, console), simulator)
        try:
            await world.start_home_assistant()
            for speaker in world.speakers[:-1]:
                await add(api, speaker)
            yield world
        finally:
            await world.home_assistant.stop()


def _prepare(folder: Path, ports: Ports, log_level: str, *, fresh: bool) -> None:
    """Bring the data folder into being, or into line."""
    try:
        if fresh and folder.exists():
            shutil.rmtree(folder)
        seed(folder, ports.home_assistant, log_level)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise DevelopError(f"{error.filename} cannot be written: {reason}.") from error
