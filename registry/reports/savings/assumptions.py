"""The inputs of savings that a reader may change: in the address, with a short name each."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from registry.domain.countries import COUNTRIES
from registry.errors import InvalidInput
from registry.reports.savings.draws import Priors

SIZE, HISTORY = "size", "history"
MIN_RATE, MAX_RATE = 100.0, 1_000_000.0
_DEFAULT: Final = Priors()


class Assumptions(Struct, frozen=True, kw_only=True):
    """What savings rest on beside the measured rows.

    `effort` is `size` (COCOMO II from lines) or `history` (author-months); `full` is θ, the commits
    of a full month, used by `history` alone. `adapted` is the share of taken code that reusers
    change: where it is stated, COCOMO II's adaptation takes the place of the drawn cost of reuse.
    `reference` is the share of a component that counts as taken by a dependency or submodule, of
    which no share is measured. `rates` are euro for a person-month, by country, in place of those
    on record.
    """

    priors: Priors = _DEFAULT
    effort: str = SIZE
    full: float = 6.0
    adapted: float | None = None
    reference: float = 0.0
    rates: Mapping[str, float] = {}


# Parameter → what it may hold: smallest, largest, how many numbers.
_NUMBERS: Final[Mapping[str, tuple[float, float, int]]] = {
    "kappa": (0.01, 100, 1),
    "sigma": (0, 3, 1),
    "built": (0, 1, 2),
    "reuse_cost": (0, 5, 3),
    "full": (3, 12, 1),
    "adapted": (0, 1, 1),
    "reference": (0, 1, 1),
}
PARAMETERS: Final = (*_NUMBERS, "effort", "rate")


def assumptions_of(pairs: Iterable[tuple[str, str]]) -> Assumptions:
    """Return the assumptions of parameters; `InvalidInput` names the one that is wrong.

    Parameters of others and empty ones are left aside; of one that comes twice the last counts.
    """
    given = [(name, text.strip()) for name, text in pairs if name in PARAMETERS and text.strip()]
    values = {name: _numbers(name, text) for name, text in given if name in _NUMBERS}
    effort = dict(given).get("effort", SIZE)
    if effort not in (SIZE, HISTORY):
        raise InvalidInput(f"effort: {effort[:40]!r} is neither {SIZE} nor {HISTORY}")
    return Assumptions(
        priors=_priors(values),
        effort=effort,
        full=values.get("full", (6.0,))[0],
        adapted=values["adapted"][0] if "adapted" in values else None,
        reference=values.get("reference", (0.0,))[0],
        rates=_rates(text for name, text in given if name == "rate"),
    )


def _priors(values: Mapping[str, tuple[float, ...]]) -> Priors:
    built = values.get("built", _DEFAULT.built)
    cost = values.get("reuse_cost", _DEFAULT.reuse_cost)
    return Priors(
        kappa=values.get("kappa", (_DEFAULT.kappa,))[0],
        sigma=values.get("sigma", (_DEFAULT.sigma,))[0],
        built=(built[0], built[1]),
        reuse_cost=(cost[0], cost[1], cost[2]),
    )


def _numbers(name: str, text: str) -> tuple[float, ...]:
    """Return the numbers of a parameter, which `,` or `:` stand between, in rising order."""
    smallest, largest, count = _NUMBERS[name]
    found = tuple(_number(name, part) for part in text.replace(":", ",").split(","))
    if len(found) != count:
        raise InvalidInput(
            f"{name}: needs {count} number(s) with a comma between, not {len(found)}"
        )
    for value in found:
        if not smallest <= value <= largest:
            raise InvalidInput(f"{name}: {value:g} is not from {smallest:g} to {largest:g}")
    if list(found) != sorted(found):
        raise InvalidInput(f"{name}: the numbers must rise, as in 0.14,0.2,1")
    return found


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise InvalidInput(f"{name}: {text[:40]!r} is no number") from None
    if not math.isfinite(value):
        raise InvalidInput(f"{name}: {text[:40]!r} is no finite number")
    return value


def _rates(texts: Iterable[str]) -> dict[str, float]:
    """Return the rates of texts that may hold several each, with blanks or commas between."""
    return dict(sorted(_rate(part) for text in texts for part in text.replace(",", " ").split()))


def _rate(text: str) -> tuple[str, float]:
    country, _, amount = text.partition(":")
    country = country.strip().upper()
    if country not in COUNTRIES:
        raise InvalidInput(f"rate: {country[:10]!r} is no country; write CA:9000 for euro a month")
    value = _number(f"rate of {country}", amount.strip())
    if not MIN_RATE <= value <= MAX_RATE:
        raise InvalidInput(
            f"rate of {country}: {value:g} is not from {MIN_RATE:,.0f} to {MAX_RATE:,.0f} "
            "euro for a person-month"
        )
    return country, value


def assumption_pairs(asked: Assumptions) -> list[tuple[str, str]]:
    """Return the parameters of what differs from the defaults, in one order."""
    texts = _texts(asked)
    pairs = [(name, text) for name, text in texts.items() if text != USUAL[name]]
    rates = sorted(asked.rates.items())
    return [*pairs, *(("rate", f"{key}:{value:.12g}") for key, value in rates)]


def _texts(asked: Assumptions) -> dict[str, str]:
    """Return all assumptions but the rates as they stand in an address; empty is not stated."""
    priors = asked.priors
    values = {
        "kappa": (priors.kappa,), "sigma": (priors.sigma,), "built": priors.built,
        "reuse_cost": priors.reuse_cost, "full": (asked.full,),
        "adapted": () if asked.adapted is None else (asked.adapted,),
        "reference": (asked.reference,),
    }  # fmt: skip
    texts = {name: ",".join(f"{value:.12g}" for value in found) for name, found in values.items()}
    return {**texts, "effort": asked.effort}


USUAL: Final[Mapping[str, str]] = _texts(Assumptions())
"""What stands for each parameter where the address says nothing."""
