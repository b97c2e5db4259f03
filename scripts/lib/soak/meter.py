"""Memory and sockets of a process, as they develop."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median
from time import monotonic

SAMPLE_SECONDS = 2
WARM_UP = 1 / 3
MIN_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A look at a process."""

    minutes: float
    memory_mib: float
    sockets: int


@dataclass
class Meter:
    """Looks at a process now and then."""

    pid: int
    samples: list[Sample] = field(default_factory=list)
    _started: float = field(default_factory=monotonic)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(SAMPLE_SECONDS)

    def look(self) -> Sample:
        """Look once."""
        minutes = (monotonic() - self._started) / 60
        sample = Sample(minutes, _memory_mib(self.pid), _sockets(self.pid))
        self.samples.append(sample)
        return sample

    def warm(self) -> list[Sample]:
        """Return what was seen after everything had been used for a while."""
        return self.samples[int(len(self.samples) * WARM_UP) :]

    def slope(self) -> float:
        """Return by how many MiB the memory grows in an hour, warm."""
        warm = self.warm()
        line = linear_regression(
            [sample.minutes / 60 for sample in warm],
            [sample.memory_mib for sample in warm],
        )
        return line.slope

    def growth(self) -> float:
        """Return by how many MiB the memory has grown, from quarter to quarter."""
        warm = [sample.memory_mib for sample in self.warm()]
        quarter = max(1, len(warm) // 4)
        return median(warm[-quarter:]) - median(warm[:quarter])


def _memory_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def _sockets(pid: int) -> int:
    """Count the open sockets of a process."""
    count = 0
    for file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += file.readlink().name.startswith("socket:")
        except FileNotFoundError:
            continue
    return count
