"""Run the soak: scripts/soak."""

import argparse
import asyncio
from collections import Counter
from pathlib import Path
import platform
from random import Random
import sys
from tempfile import TemporaryDirectory
from time import monotonic

from scripts.lib.develop.errors import DevelopError
from scripts.lib.develop.world import OWNER
from tests.simulator.faults import FAULTS

from .meter import Meter
from .storm import Storm
from .verdict import expected_lines, recover, surprises, twice, use_all
from .world import Soak, open_soak

# What a process may grow by from a warm start: the allocator's noise, no leak.
MAX_GROWTH_MIB = 15
MAX_MORE_SOCKETS = 10
SHOWN = 20
SHOWN_SAMPLES = 10
# Kept connections end after 15 seconds without use.
QUIET_SECONDS = 20


def main() -> None:
    """Run the soak and exit with its status."""
    arguments = _parse()
    sys.exit(asyncio.run(_run(arguments)))


async def _run(arguments: argparse.Namespace) -> int:
    """Run the soak; return 0 if nothing was found."""
    seconds = arguments.hours * 3600 + arguments.minutes * 60
    print(f"seed {arguments.seed}, {seconds:g} s, {platform.platform()}", flush=True)
    with TemporaryDirectory(prefix="soak-") as folder:
        console = Path(folder) / "console.log"
        try:
            problems = await _soak(Path(folder), console, seconds, arguments.seed)
        except DevelopError as error:
            problems = [str(error), *console.read_text().splitlines()[-SHOWN:]]
    print(*problems[:SHOWN], f"{len(problems)} problems", sep="\n")
    return 1 if problems else 0


async def _soak(folder: Path, console: Path, seconds: float, seed: int) -> list[str]:
    """Start it all, let the storm rage, and list what is not as it should be."""
    with console.open("ab") as output:
        async with open_soak(folder / "config", output) as soak:
            storm = Storm(soak.api, Random(seed), [*FAULTS])  # noqa: S311 - no secret
            version = (await soak.api.get("/api/config"))["version"]
            print(f"Home Assistant {version}, {len(soak.added)} speakers", flush=True)
            meter = Meter(soak.home_assistant.pid)
            before = meter.look()
            measuring = asyncio.create_task(meter.run())
            await storm.rage(soak.added, seconds)
            measuring.cancel()
            _tell(storm, meter, console)
            await soak.api.sign_in(OWNER)
            started = monotonic()
            await recover(soak, storm)
            await use_all(soak)
            print(f"recovered and used after {monotonic() - started:.0f} s")
            problems = [*surprises(console, storm, soak)]
            problems += [f"dialled twice: {text}" for text in await twice(soak)]
            await asyncio.sleep(QUIET_SECONDS)
            return problems + _grown(soak, meter, before.sockets)


def _tell(storm: Storm, meter: Meter, console: Path) -> None:
    """Print what happened."""
    print(f"acts     {storm.acts.total()}: {_counts(storm.acts)}")
    print(f"messages {storm.refusals.total()}: {_counts(storm.refusals)}")
    print(f"log      {expected_lines(console)} lines of speakers that went")
    print(_course(meter))
    memory = [sample.memory_mib for sample in meter.warm()]
    print(
        f"memory   {memory[0]:.1f} MiB warm, {memory[-1]:.1f} MiB at the end, "
        f"{min(memory):.1f} to {max(memory):.1f} MiB; {len(memory)} samples; "
        f"slope {meter.slope():+.2f} MiB/h, growth {meter.growth():+.2f} MiB"
    )


def _course(meter: Meter) -> str:
    """Write how memory and sockets developed."""
    step = max(1, len(meter.samples) // SHOWN_SAMPLES)
    return "\n".join(
        f"{one.minutes:7.1f} min {one.memory_mib:7.1f} MiB {one.sockets:3} sockets"
        for one in meter.samples[::step]
    )


def _grown(soak: Soak, meter: Meter, sockets_before: int) -> list[str]:
    """List what has grown."""
    sockets = meter.look().sockets
    most = max(sample.sockets for sample in meter.samples)
    print(f"sockets  {sockets_before} before, {most} at most, {sockets} after")
    problems = []
    if meter.growth() > MAX_GROWTH_MIB:
        problems.append(f"the memory grew by {meter.growth():.1f} MiB")
    if sockets > sockets_before + MAX_MORE_SOCKETS:
        problems.append(f"{sockets} sockets are open, {sockets_before} were")
    return problems


def _counts(counter: Counter[str]) -> str:
    """Write a counter."""
    return ", ".join(f"{name} {times}" for name, times in counter.most_common())


def _parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Run Home Assistant with ten speakers under random faults.",
    )
    add = parser.add_argument
    add("--hours", type=float, default=0, help="how long to run")
    add("--minutes", type=float, default=0, help="added to the hours")
    add("--seed", type=int, default=Random().randrange(10**6), help="of what happens")  # noqa: S311 - no secret
    arguments = parser.parse_args()
    if arguments.hours + arguments.minutes <= 0:
        parser.error("say how long: --hours or --minutes")
    return arguments


if __name__ == "__main__":
    main()
