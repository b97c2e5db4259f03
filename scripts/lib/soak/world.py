"""What the soak starts: ten simulated speakers and a Home Assistant with them all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.lib.develop.api import Api
from scripts.lib.develop.home_assistant import HomeAssistant
from scripts.lib.develop.household import Added, add, find_all
from scripts.lib.develop.ports import HOST, free_ports
from scripts.lib.develop.seed import seed
from scripts.lib.develop.simulator import Pace, Plan, run_simulator
from scripts.lib.develop.world import OWNER

MODELS = ("GSC3505", "GSC3506", "GSC3510", "GSC3516")
PLANS = tuple(
    Plan(MODELS[number % len(MODELS)], f"söak {number} w&rd#+%/?\"'", f"Room {number}")
    for number in range(1, 11)
)
PACE = Pace(play=4, reboot=3)

# It writes a traceback for each action that ends with a message to the user.
SILENCED = "    homeassistant.components.websocket_api.http.connection: critical\n"


class MeasurableHomeAssistant(HomeAssistant):
    """A Home Assistant whose process can be looked at."""

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid if self._process else 0


@dataclass(frozen=True, slots=True)
class Soak:
    """All that runs."""

    api: Api
    home_assistant: MeasurableHomeAssistant
    added: tuple[Added, ...]


@asynccontextmanager
async def open_soak(folder: Path, console: IO[bytes]) -> AsyncIterator[Soak]:
    """Start it all, and end it all."""
    ports = free_ports()
    _prepare(folder, ports.home_assistant)
    async with (
        run_simulator(PLANS, PACE, ports) as simulator,
        Api(f"http://{HOST}:{ports.home_assistant}") as api,
    ):
        home_assistant = MeasurableHomeAssistant(folder, api, console)
        try:
            await home_assistant.start()
            await api.sign_in(OWNER)
            await home_assistant.wait_until_running()
            for speaker in simulator.speakers:
                await add(api, speaker)
            added = await find_all(api, simulator.speakers)
            yield Soak(api, home_assistant, tuple(added.values()))
        finally:
            await home_assistant.stop()


def _prepare(folder: Path, port: int) -> None:
    """Make a data folder."""
    seed(folder, port, "info")
    configuration = folder / "configuration.yaml"
    text = configuration.read_text().replace("  logs:\n", f"  logs:\n{SILENCED}")
    configuration.write_text(text)
