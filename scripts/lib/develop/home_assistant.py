"""Home Assistant as a program: starting, ending, killing it."""

from asyncio.subprocess import STDOUT, Process
from pathlib import Path
import sys

from .api import Api
from .errors import DevelopError
from .process import Output, kill, start_python, stop
from .waiting import eventually

START_SECONDS = 90
# Home Assistant ends so when a user restarts it.
RESTART_EXIT_CODE = 100


class HomeAssistant:
    """A Home Assistant with its data folder and its console."""

    def __init__(self, folder: Path, api: Api, console: Output = None) -> None:
        """Prepare to start it; its console is ours unless told otherwise."""
        self.folder = folder
        self._api = api
        self._console = console
        self._process: Process | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the program runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it and wait until it is up."""
        self._process = await start_python(
            "homeassistant",
            "--config=.",
            *(
                []
                if self._console is None and sys.stderr.isatty()
                else ["--log-no-color"]
            ),
            folder=self.folder,
            output=self._console,
            errors=self._console and STDOUT,
            # Everything it requires is installed, and it shall not look for more.
            environment={"UV_OFFLINE": "1"},
        )
        await eventually(self._is_up, START_SECONDS, "Home Assistant is not up")

    async def wait_until_running(self) -> None:
        """Wait until the start is over; it takes that we have signed in."""
        await eventually(
            self._api.is_running, START_SECONDS, "Home Assistant has not started"
        )

    async def wait(self) -> int:
        """Wait until it ends and return its exit status."""
        return await self._process.wait() if self._process else 0

    async def stop(self) -> None:
        """End it as a service manager does."""
        if self._process:
            await stop(self._process)

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self._process:
            await kill(self._process)

    async def _is_up(self) -> bool:
        """Tell whether it is up, and give up on it if it has ended."""
        if not self.is_alive:
            raise DevelopError("Home Assistant did not start (see above).")
        return await self._api.is_up()
