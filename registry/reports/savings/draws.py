"""The draws of the Monte Carlo: what is not known of the method, the same for a whole report.

The calibration κ, the chance q that the reuser would have built it, and the relative cost of reuse
RCR are drawn together once for each trial and hold for every edge of it. So the range does not get
narrower because there are many edges: it is that of full dependence, the widest (docs/savings.md).
A total then is a few sums times the draws, however many edges there are.
"""

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final

from msgspec import Struct

TRIALS: Final = 10_000
SEED: Final = 20260801
P10, P50, P90 = 0.1, 0.5, 0.9
_STEPS: Final = 2**53


class Range(Struct, frozen=True):
    """Low, likely and high: the 10th, 50th and 90th percentile."""

    low: float
    likely: float
    high: float

    def times(self, factor: float) -> "Range":
        """Return the range of so many times this; a negative factor turns it around."""
        ends = sorted((self.low * factor, self.high * factor))
        return Range(ends[0], self.likely * factor, ends[1])


class Priors(Struct, frozen=True, kw_only=True):
    """What is believed: κ ~ LogNormal(ln `kappa`, `sigma`), q ~ U(`built`), RCR ~ Triangular."""

    kappa: float = 1.27
    sigma: float = 0.60
    built: tuple[float, float] = (0.3, 1.0)
    reuse_cost: tuple[float, float, float] = (0.14, 0.20, 1.0)


class Draws(Struct, frozen=True):
    """Sorted values of κ, and the draws of κ·q·(1 − RCR) and of κ·q, in the order of the trials."""

    calibration: tuple[float, ...]
    avoided: tuple[float, ...]
    unadapted: tuple[float, ...]


@lru_cache(maxsize=1)
def _uniform() -> tuple[tuple[float, float, float], ...]:
    """Return a standard normal number and two in (0, 1) a trial, the same on every machine."""
    source = random.Random(SEED)  # noqa: S311 - a simulation, no secret
    normal = NormalDist().inv_cdf

    def inside() -> float:
        return (math.floor(source.random() * _STEPS) + 0.5) / _STEPS

    return tuple((normal(inside()), inside(), inside()) for _ in range(TRIALS))


@lru_cache(maxsize=64)
def draws(priors: Priors) -> Draws:
    """Return the draws of some priors."""
    low, high = priors.built
    calibration, avoided, unadapted = [], [], []
    for first, second, third in _uniform():
        kappa = priors.kappa * math.exp(priors.sigma * first)
        built = kappa * (low + (high - low) * second)
        calibration.append(kappa)
        unadapted.append(built)
        avoided.append(built * (1 - triangular(third, *priors.reuse_cost)))
    return Draws(tuple(sorted(calibration)), tuple(avoided), tuple(unadapted))


def triangular(share: float, low: float, mode: float, high: float) -> float:
    """Return the value below which a share of a triangular distribution lies."""
    if high <= low:
        return low
    if share < (mode - low) / (high - low):
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, by linear interpolation between the two next to it."""
    place = share * (len(ordered) - 1)
    at = math.floor(place)
    after = min(at + 1, len(ordered) - 1)
    return ordered[at] + (place - at) * (ordered[after] - ordered[at])


def range_of(ordered: Sequence[float]) -> Range:
    """Return low, likely and high of sorted values."""
    return Range(quantile(ordered, P10), quantile(ordered, P50), quantile(ordered, P90))


@lru_cache(maxsize=64)
def calibration_range(priors: Priors) -> Range:
    """Return the range of κ."""
    return range_of(draws(priors).calibration)


@lru_cache(maxsize=64)
def avoided_range(priors: Priors) -> Range:
    """Return the range of κ·q·(1 − RCR): what is avoided of a cost of 1."""
    return range_of(sorted(draws(priors).avoided))


@lru_cache(maxsize=64)
def unadapted_range(priors: Priors) -> Range:
    """Return the range of κ·q: the same, where what reuse costs is known already."""
    return range_of(sorted(draws(priors).unadapted))
