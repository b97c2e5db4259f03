"""Measure the integration, beside its peers or, with --quick, alone.

Called by scripts/bench. Exits with 1 when a limit is not kept.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
import json
from pathlib import Path
import sys

from .limits import LIMITS, exceeded
from .machine import describe_machine
from .report import write_report
from .rounds import Results, run_in_turns, run_probe, run_together, say, soon

OWN = "grandstream_gsc"
PEERS = ("tailwind", "elgato", "fully_kiosk")
ROUNDS = 3
REPORT = Path("docs/benchmarks.md")
FIGURES = Path(".cache/bench.json")
BARE = "bare"


async def measure_all(rounds: int) -> Results:
    """Measure everything."""
    results = Results()
    everyone = (OWN, *PEERS)
    await run_in_turns(results, "cost", everyone, rounds)
    await run_in_turns(results, "imports", everyone, rounds)
    await _measure_load(results, rounds)
    # All of these mostly wait.
    await asyncio.gather(
        run_together(results, [(domain, "hang", domain) for domain in everyone]),
        run_in_turns(results, "half_hanging", (OWN,), rounds),
    )
    return results


async def _measure_load(results: Results, rounds: int) -> None:
    """Measure many devices, all at the same time: that takes little of the CPU."""
    probes = (
        (OWN, "load", OWN),
        (BARE, "bare_load", OWN),
        ("tailwind", "load", "tailwind"),
    )
    for number in range(rounds):
        order = probes if number % 2 == 0 else probes[::-1]
        await run_together(results, order, "--begin", soon())
    for own, bare in zip(
        results.values(OWN, "load_1000_cpu"),
        results.values(BARE, "load_1000_cpu"),
        strict=True,
    ):
        results.add(OWN, {"load_ratio": own / bare})


async def measure_quickly() -> Results:
    """Measure the integration alone."""
    results = Results()
    for _ in range(ROUNDS):
        results.add(OWN, await run_probe("cost", OWN, "--quick"))
    results.add(OWN, await run_probe("imports", OWN))
    return results


def line_of_ratios(figures: Mapping[str, float]) -> str:
    """Return the figures that have a limit in one line."""
    return ", ".join(
        f"{limit.short} {figures[limit.figure]:.{limit.digits}f}/{limit.most:g}"
        for limit in LIMITS
        if limit.short and limit.figure in figures
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/bench")
    parser.add_argument(
        "--quick", action="store_true", help="the integration alone, in a minute"
    )
    parser.add_argument(
        "--again", action="store_true", help="write the last measurements once more"
    )
    options = parser.parse_args(arguments)
    if options.again:
        results = Results(json.loads(FIGURES.read_text()))
    elif options.quick:
        results = asyncio.run(measure_quickly())
    else:
        results = asyncio.run(measure_all(ROUNDS))
        FIGURES.write_text(json.dumps(results.rounds))
    if not options.quick:
        write_report(REPORT, results, describe_machine())
    # What else runs on a machine may spoil most of a few short rounds.
    figures = results.best(OWN) if options.quick else results.medians(OWN)
    sys.stdout.write(f"{line_of_ratios(figures)}\n")
    missed = [*exceeded(figures)]
    for limit in missed:
        say(f"not kept: {limit.title}, at most {limit.most:g}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
