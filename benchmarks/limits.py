"""What the integration must keep to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The most that a figure may be."""

    figure: str
    title: str
    most: float
    aim: float | None = None
    """What was aimed at, where it is out of reach: docs/benchmarks.md says why."""
    digits: int = 2
    is_quick: bool = True
    short: str | None = None
    """What the line of scripts/bench --quick calls it."""

    def is_kept(self, value: float) -> bool:
        """Tell whether a value, rounded as it is shown, keeps to the limit."""
        return round(value, self.digits) <= self.most


LIMITS = (
    Limit(
        figure="poll_ratio",
        title="CPU of an idle poll / bare GET",
        most=1.5,
        aim=1.35,
        short="poll",
    ),
    Limit(
        figure="requests",
        title="requests of an idle poll",
        most=1,
        short="requests",
    ),
    Limit(
        figure="state_writes",
        title="state writes of an idle poll",
        most=0,
        short="writes",
    ),
    Limit(
        figure="state_reports",
        title="state reports of an idle poll",
        most=0,
        short="reports",
    ),
    Limit(
        figure="set_up_ratio",
        title="set-up CPU of a device / bare GET",
        most=50,
        aim=36,
        digits=1,
        short="set-up",
    ),
    Limit(
        figure="set_up_requests",
        title="requests to set a device up",
        most=3,
        short="requests of it",
    ),
    Limit(
        figure="memory",
        title="memory of a device, KiB",
        most=150,
        aim=110,
        digits=0,
        short="KiB",
    ),
    Limit(
        figure="import",
        title="import beyond Home Assistant's own modules, ms",
        most=12,
        aim=5,
        digits=1,
        short="import ms",
    ),
    Limit(
        figure="press_arrival_ratio",
        title="button press to arrival / bare GET to arrival",
        most=3.2,
        aim=2.8,
        digits=1,
        short="press",
    ),
    Limit(
        figure="press_return_ratio",
        title="button press to return / bare GET to return",
        most=2.4,
        aim=2.0,
        digits=1,
        short="its return",
    ),
    Limit(
        figure="play_spread_ratio",
        title="play on 100 speakers: spread / that of a bare gather",
        most=3,
        digits=1,
        short="play spread",
    ),
    Limit(
        figure="noticed_maximum",
        title="a device that hangs is noticed after, s at worst",
        most=20,
        digits=1,
        is_quick=False,
    ),
    Limit(
        figure="back_maximum",
        title="it is back after its return, s at worst",
        most=12,
        digits=1,
        is_quick=False,
    ),
    Limit(
        figure="load_ratio",
        title="1,000 devices: CPU above idle / bare GETs at the same rate",
        most=1.6,
        is_quick=False,
    ),
    Limit(
        figure="load_1000_lag",
        title="1,000 devices: event loop lag, 99th percentile, ms",
        most=5,
        digits=1,
        is_quick=False,
    ),
)


def exceeded(figures: Mapping[str, float]) -> Iterator[Limit]:
    """Yield the limits that figures do not keep to."""
    for limit in LIMITS:
        value = figures.get(limit.figure)
        if value is not None and not limit.is_kept(value):
            yield limit
