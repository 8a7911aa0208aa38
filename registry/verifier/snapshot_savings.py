"""Makes the savings of a report again from its rows and inputs, from docs/savings.md alone."""

import math
import random
from collections import Counter, defaultdict
from statistics import NormalDist
from typing import Any, Final

SEED: Final = 20260801
TRIALS: Final = 10_000
LEAST: Final = 0.80
_Pair = tuple[str, str | None]


def savings(document: dict[str, Any]) -> dict[str, Any]:
    """Return the savings that follow from a snapshot."""
    pairs, rows_left = _pairs(document["rows"])
    months = {item["slug"]: _months(document, item["slug"]) for item in document["components"]}
    bases, left, countries = _bases(document, pairs, months)
    kappas, avoided = _draws(document)
    total = math.fsum(base for parts in bases.values() for base in parts)
    components = {
        item["slug"]: _component(document, item, months, bases, kappas, avoided)
        for item in document["components"]
    }
    costs = [item["cost"] for item in components.values() if item["cost"] is not None]
    officials = [item["official"] for item in components.values() if item["official"] is not None]
    return {
        "replacement": _times(kappas, math.fsum(costs)) if costs else None,
        "avoided": _times(avoided, total) if bases else None,
        "official": math.fsum(officials) if costs else None,
        "priced": len(costs),
        "pairs": sum(map(len, bases.values())),
        "left_out": {name: count for name, count in (rows_left | left).items() if count},
        "countries": dict(countries),
        "components": {
            slug: {name: value for name, value in item.items() if name != "cost"}
            for slug, item in components.items()
        },
        "tornado": _tornado(document, total, _other(document, pairs)),
    }


def _pairs(rows: list[dict[str, Any]]) -> tuple[dict[_Pair, dict[str, Any]], Counter[str]]:
    found: dict[_Pair, dict[str, Any]] = {}
    left: Counter[str] = Counter()
    for row in rows:
        if not row["is_counted"] or row["tag"] == "declared":
            continue
        chance, share, body = row["probability"], row["share"], row["organisation"]
        if body is not None and body == row["origin_organisation"]:
            left["same_organisation"] += 1
        elif chance is None:
            left["not_evaluated"] += 1
        elif chance < LEAST:
            left["unsure"] += 1
        else:
            pair = found.setdefault(
                (row["origin"], body), {"country": None, "measured": 0.0, "referenced": 0.0}
            )
            pair["country"] = pair["country"] or row["country"]
            if share is None:
                pair["referenced"] = max(pair["referenced"], chance)
            else:
                pair["measured"] = max(pair["measured"], chance * share)
    return found, left


def _months(document: dict[str, Any], slug: str, model: str = "") -> float | None:
    known = document["inputs"].get(slug)
    effort = document["effort"]
    if known is None:
        return None
    if (model or effort["model"]) == "history":
        parts = [
            count * min(1.0, commits / effort["full"])
            for commits, count in enumerate(known["author_months"], start=1)
        ]
        return sum(parts) if parts else None
    if known["lines"] is None or known["own"] is None:
        return None
    lines = known["lines"] * known["own"]
    return 2.94 * (lines / 1000) ** 1.0997 if lines > 0 else 0.0


def _bases(
    document: dict[str, Any], pairs: dict[_Pair, dict[str, Any]], months: dict[str, float | None]
) -> tuple[dict[str, list[float]], Counter[str], Counter[str]]:
    found: dict[str, list[float]] = defaultdict(list)
    left: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for (origin, _), pair in sorted(pairs.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        share = max(pair["measured"], pair["referenced"] * document["effort"]["reference"])
        effort, country = months.get(origin), pair["country"]
        if share <= 0:
            left["no_share"] += 1
        elif effort is None:
            left["no_effort"] += 1
        elif country is None:
            left["no_country"] += 1
        elif country not in document["rates"]:
            left["no_rate"] += 1
            countries[country] += 1
        else:
            found[origin].append(share * effort * document["rates"][country])
    return found, left, countries


def _component(
    document: dict[str, Any], item: dict[str, Any], months: dict[str, float | None],
    bases: dict[str, list[float]], kappas: list[float], avoided: list[float],
) -> dict[str, Any]:  # fmt: skip
    effort, rate = months[item["slug"]], document["rates"].get(item["country"])
    cost = None if effort is None or rate is None else effort * rate
    mine = bases.get(item["slug"], [])
    return {
        "cost": cost,
        "months": effort,
        "replacement": None if cost is None else _times(kappas, cost),
        "avoided": _times(avoided, math.fsum(mine)),
        "reusers": len(mine),
        "official": None if cost is None else cost * len(mine),
    }


def _draws(document: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Return the sorted draws of κ, and of κ·q·(1 − RCR) or κ·q·(1 − AAM)."""
    priors, adapted = document["priors"], document["effort"]["adapted"]
    source = random.Random(SEED)  # noqa: S311 - a simulation, no secret
    inverse = NormalDist().inv_cdf
    kappas, avoided = [], []
    for _ in range(TRIALS):
        first, second, third = (
            (math.floor(source.random() * 2**53) + 0.5) / 2**53 for _part in range(3)
        )
        kappa = priors["kappa"] * math.exp(priors["sigma"] * inverse(first))
        low, high = priors["built"]
        built = kappa * (low + (high - low) * second)
        cost = _triangular(third, *priors["reuse_cost"]) if adapted is None else _adapting(adapted)
        kappas.append(kappa)
        avoided.append(built * (1 - cost))
    return sorted(kappas), sorted(avoided)


def _triangular(share: float, low: float, mode: float, high: float) -> float:
    width = high - low
    if width <= 0:
        return low
    if share < (mode - low) / width:
        return low + math.sqrt(share * width * (mode - low))
    return high - math.sqrt((1 - share) * width * (high - mode))


def _adapting(modified: float) -> float:
    changed = 100 * modified
    if changed <= 50:
        return (4.0 + changed * (1 + 0.02 * 30.0 * 0.4)) / 100
    return (4.0 + changed + 30.0 * 0.4) / 100


def _times(ordered: list[float], factor: float) -> list[float]:
    return [factor * _quantile(ordered, share) for share in (0.1, 0.5, 0.9)]


def _quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    at = math.floor(place)
    after = min(at + 1, len(ordered) - 1)
    return ordered[at] + (place - at) * (ordered[after] - ordered[at])


def _other(document: dict[str, Any], pairs: dict[_Pair, dict[str, Any]]) -> float:
    model = "size" if document["effort"]["model"] == "history" else "history"
    months = {
        item["slug"]: _months(document, item["slug"], model) for item in document["components"]
    }
    bases, _, _ = _bases(document, pairs, months)
    return math.fsum(base for parts in bases.values() for base in parts)


def _tornado(document: dict[str, Any], total: float, other: float) -> list[dict[str, Any]]:
    priors, adapted = document["priors"], document["effort"]["adapted"]
    shares = (0.1, 0.5, 0.9)
    normal = NormalDist()
    kappa = [priors["kappa"] * math.exp(priors["sigma"] * normal.inv_cdf(at)) for at in shares]
    low, high = priors["built"]
    built = [low + (high - low) * at for at in shares]
    kept = [
        1 - (_triangular(at, *priors["reuse_cost"]) if adapted is None else _adapting(adapted))
        for at in shares
    ]
    middle = (kappa[1], built[1], kept[1])
    bars = [
        _bar("kappa", kappa[0], kappa[2], [total * x * middle[1] * middle[2] for x in kappa]),
        _bar("built", built[0], built[2], [total * middle[0] * x * middle[2] for x in built]),
        _bar("reuse_cost", 1 - kept[0], 1 - kept[2],
             [total * middle[0] * middle[1] * x for x in kept]),
        _bar("effort", 0.0, 1.0, [found * math.prod(middle) for found in (total, other)]),
    ]  # fmt: skip
    return sorted(bars, key=lambda bar: (bar["low"] - bar["high"], bar["name"]))


def _bar(name: str, begin: float, end: float, costs: list[float]) -> dict[str, Any]:
    return {
        "name": name, "from_value": begin, "to_value": end, "low": min(costs), "high": max(costs)
    }  # fmt: skip
