"""The check: a world of its own, the steps in it, and a look at the log."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import aiohttp

from .console import Console
from .errors import DevelopError
from .ports import free_ports
from .scene import Scene, require
from .steps import SECRETS, STEPS
from .world import BRISK, open_world

SHOWN_LINES = 20


class Report:
    """Prints a line for each step, and counts them."""

    def __init__(self) -> None:
        """Start the clock."""
        self._passed = 0
        self._name = ""
        self._started = monotonic()

    def begin(self, name: str) -> None:
        """Begin a step."""
        self._name = name

    def end(self, seen: str) -> None:
        """Report that the step passed."""
        self._passed += 1
        seconds = monotonic() - self._started
        print(f"{seconds:5.1f} s  {self._name:<50} {seen}", flush=True)

    def fail(self, reason: Exception) -> None:
        """Report that the step failed."""
        print(f"FAILED   {self._name}: {reason}")

    def close(self, *, failed: int) -> int:
        """Print the closing line and return the exit status."""
        print(f"{self._passed} passed, {failed} failed", flush=True)
        return failed


async def check() -> int:
    """Go through all steps, tell of each, and return the exit status."""
    report = Report()
    with TemporaryDirectory(prefix="develop-check-") as folder:
        console = Console(Path(folder) / "console.log")
        try:
            await _take_steps(Path(folder) / "config", console, report)
            _read_log(console, report)
        except (DevelopError, aiohttp.ClientError) as error:
            print(console.last_lines(SHOWN_LINES))
            report.fail(error)
            return report.close(failed=1)
    return report.close(failed=0)


async def _take_steps(folder: Path, console: Console, report: Report) -> None:
    """Start a world and take the steps in it."""
    report.begin("Start Home Assistant")
    with console.open() as output:
        async with open_world(
            folder, free_ports(), pace=BRISK, log_level="debug", console=output
        ) as world:
            report.end((await world.api.get("/api/config"))["version"])
            scene = Scene(world, console)
            for step in STEPS:
                report.begin((step.__doc__ or "").rstrip("."))
                report.end(await step(scene))
            report.begin("End it all")
    report.end("")


def _read_log(console: Console, report: Report) -> None:
    """See that the log holds no passcode, traceback or unexpected complaint."""
    report.begin("Read the log")
    problems = console.problems(SECRETS)
    require(not problems, "\n".join(["", *problems]))
    report.end(f"{console.count()} lines: no passcode, traceback, unexpected complaint")
