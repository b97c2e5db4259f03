"""The simulated speakers: running them, and their control surface."""

from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from .errors import DevelopError
from .ports import Ports
from .process import start_python, stop
from .seed import ROOT


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds things take at the speakers."""

    play: float
    reboot: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a speaker is like, and where it hangs."""

    model: str
    passcode: str
    area: str


@dataclass(frozen=True, slots=True)
class Command:
    """What a speaker was told to do, the passcode left out, and when."""

    text: str
    time: float


@dataclass(frozen=True, slots=True)
class Speaker:
    """A simulated speaker."""

    plan: Plan
    address: str
    _session: aiohttp.ClientSession
    _control_url: str

    async def look(self) -> dict[str, Any]:
        """Return what it is doing."""
        state: dict[str, Any] = await self._request("GET")
        return state

    async def do(self, action: str, **data: object) -> dict[str, Any]:
        """Let something happen to it: the control surface lists what."""
        state: dict[str, Any] = await self._request("POST", f"/{action}", data)
        return state

    async def received(self, since: int = 0) -> list[Command]:
        """List all requests since an index."""
        requests = await self._request("GET", f"/received?since={since}")
        return [Command(_text(request), request["time"]) for request in requests]

    async def commands(self, since: int = 0) -> list[Command]:
        """List the requests since an index that are no mere questions."""
        return [
            command
            for command in await self.received(since)
            if not command.text.startswith("api-get_")
        ]

    async def _request(
        self, method: str, path: str = "", data: dict[str, object] | None = None
    ) -> Any:
        """Send a request to the control surface."""
        async with self._session.request(
            method, f"{self._control_url}{path}", json=data
        ) as response:
            answer = await response.json()
            if not response.ok:
                raise DevelopError(f"{path}: {answer['error']}")
            return answer


@dataclass(frozen=True, slots=True)
class Simulator:
    """Simulated speakers, the address that controls them, and their process."""

    url: str
    speakers: tuple[Speaker, ...]
    process: Process


@asynccontextmanager
async def run_simulator(
    plans: Sequence[Plan], pace: Pace, ports: Ports
) -> AsyncIterator[Simulator]:
    """Run simulated speakers."""
    process = await _start(plans, pace, ports)
    try:
        addresses = [await _read_address(process) for _ in plans]
        url = await _read_address(process)
        async with aiohttp.ClientSession() as session:
            speakers = tuple(
                Speaker(plan, address, session, f"http://{url}/speakers/{number}")
                for number, (plan, address) in enumerate(
                    zip(plans, addresses, strict=True), 1
                )
            )
            for speaker in speakers:
                await speaker.do("passcode", passcode=speaker.plan.passcode)
            yield Simulator(f"http://{url}", speakers, process)
    finally:
        await stop(process)


async def _start(plans: Sequence[Plan], pace: Pace, ports: Ports) -> Process:
    """Start the program that simulates speakers."""
    return await start_python(
        "tests.simulator",
        *(f"--model={plan.model}" for plan in plans),
        f"--speakers={len(plans)}",
        f"--port={ports.first_speaker}",
        f"--control-port={ports.control}",
        f"--play-seconds={pace.play}",
        f"--reboot-seconds={pace.reboot}",
        folder=ROOT,
        output=PIPE,
    )


async def _read_address(process: Process) -> str:
    """Read the next host and port that the simulator prints behind a name."""
    line = (await process.stdout.readline()).decode() if process.stdout else ""
    if not line:
        raise DevelopError("The simulated speakers did not start (see above).")
    return line.split()[-1].removeprefix("http://")


def _text(request: dict[str, Any]) -> str:
    """Describe a request without the passcode, and without what is always the same."""
    params = request["params"].items()
    shown = [
        f"{key}={value}" for key, value in params if key not in ("passcode", "type")
    ]
    return " ".join([request["function"], *shown])
