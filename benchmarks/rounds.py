"""Runs probes in rounds of alternating order and gathers their figures."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
import json
from statistics import median
import sys
import time


class ProbeError(Exception):
    """A probe did not end well."""


@dataclass
class Results:
    """The figures of all rounds, by what was measured."""

    rounds: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, name: str, figures: dict[str, float]) -> None:
        """Add the figures of a round."""
        for figure, value in figures.items():
            self.rounds.setdefault(name, {}).setdefault(figure, []).append(value)

    def values(self, name: str, figure: str) -> list[float]:
        """Return the values of all rounds; empty if it was not measured."""
        return self.rounds.get(name, {}).get(figure, [])

    def best(self, name: str) -> dict[str, float]:
        """Return the smallest value of each figure."""
        return {
            figure: min(values) for figure, values in self.rounds.get(name, {}).items()
        }

    def medians(self, name: str) -> dict[str, float]:
        """Return the median of each figure."""
        return {
            figure: median(values)
            for figure, values in self.rounds.get(name, {}).items()
        }


async def run_probe(probe: str, domain: str, *options: str) -> dict[str, float]:
    """Run a probe in a fresh process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.probes", probe, domain, *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode != 0:
        raise ProbeError(f"{probe} of {domain}:\n{errors.decode()}")
    figures: dict[str, float] = json.loads(output.splitlines()[-1])
    return figures


async def run_in_turns(
    results: Results, probe: str, domains: Sequence[str], rounds: int, *options: str
) -> None:
    """Run a probe on one integration after the other, every other round backwards."""
    for number in range(rounds):
        for domain in domains if number % 2 == 0 else reversed(domains):
            say(f"{probe} of {domain}, round {number + 1}")
            results.add(domain, await run_probe(probe, domain, *options))


async def run_together(
    results: Results, probes: Iterable[tuple[str, str, str]], *options: str
) -> None:
    """Run probes at the same time: (name of the result, probe, domain)."""
    named = [*probes]
    say(", ".join(f"{probe} of {domain}" for _, probe, domain in named))
    outcomes = await asyncio.gather(
        *(run_probe(probe, domain, *options) for _, probe, domain in named)
    )
    for (name, _, _), figures in zip(named, outcomes, strict=True):
        results.add(name, figures)


def soon() -> str:
    """Return a moment at which processes that start now are ready."""
    return str(time.monotonic() + 8)


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    sys.stderr.write(f"bench: {text}\n")
