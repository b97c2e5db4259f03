"""Numbers taken out of many measurements."""

from collections.abc import Sequence
from statistics import median


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the sample that so many percent of all do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]


def spread(samples: Sequence[float]) -> float:
    """Return the distance between the first and the last."""
    return max(samples) - min(samples)


__all__ = ["median", "percentile", "spread"]
