"""The rules of reuse between two clusters, pure: from shared artefacts to a verdict.

An artefact is a file content or a code fingerprint. Each cluster that holds it has a first-seen
time on its main line (0: not known). Source: the lineage design, §4, and `docs/evidence.md`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

DAY: Final = 86_400


class Holder(NamedTuple):
    """A cluster that holds an artefact: when it was first seen, in which repository, and how.

    `path` tells files apart for pairs of similar files; `is_import` says that it came with many
    others in one commit; `versions` is how many contents its path had.
    """

    first_seen: int
    repository: int
    is_import: bool = False
    versions: int = 1
    path: str = ""


Artefacts = Mapping[int, Mapping[int, Holder]]  # hash → cluster → its earliest holder


class Measure(Struct, frozen=True, omit_defaults=True):
    """What one kind of artefact says of a pair of clusters (a, b).

    `count` artefacts are shared, `weight` is the sum of their rarity, `containment` their share
    of the smaller side. `tau` is the share that an older third cluster holds, `upstream` the
    cluster that holds most of those and `cover` its share of all. `first_a` of them were seen
    first in a, `first_b` in b; `days_…` count the days on which a side got them, `votes_…` the
    days of the earlier side; `import_…` is the share that came in bulk, `versions_…` the mean
    number of contents of their paths; `gap_days` the median time from one side to the other;
    `holders` counts other clusters that hold at least a third of them.
    """

    count: int = 0
    weight: float = 0.0
    containment: float = 0.0
    tau: float = 0.0
    upstream: int | None = None
    cover: float = 0.0
    first_a: int = 0
    first_b: int = 0
    days_a: int = 0
    days_b: int = 0
    votes_a: int = 0
    votes_b: int = 0
    import_a: float = 0.0
    import_b: float = 0.0
    versions_a: float = 0.0
    versions_b: float = 0.0
    gap_days: float = 0.0
    holders: int = 0
    strong_pairs: int = 0


def measure(
    shared: Artefacts, a: int, b: int, sizes: tuple[int, int], *, reference: int, most: int
) -> Measure:
    """Measure a pair over the artefacts that both hold; those in more than `most` clusters or in
    fewer than two are left out. `sizes` are the numbers of artefacts of a and b."""
    kept = {
        value: holders
        for value, holders in shared.items()
        if a in holders and b in holders and len(holders) <= most
    }
    if not kept:
        return Measure()
    count = len(kept)
    weight = math.fsum(math.log(reference / len(holders)) for holders in kept.values())
    upstream, tau, cover = _upstream(kept.values(), a, b)
    first_a, first_b, votes_a, votes_b = _firsts(kept.values(), a, b)
    return Measure(
        count=count,
        weight=round(weight, 3),
        containment=round(count / max(1, min(sizes)), 5),
        tau=round(tau, 5),
        upstream=upstream,
        cover=round(cover, 5),
        first_a=first_a,
        first_b=first_b,
        days_a=_days(kept.values(), a),
        days_b=_days(kept.values(), b),
        votes_a=votes_a,
        votes_b=votes_b,
        import_a=round(sum(h[a].is_import for h in kept.values()) / count, 4),
        import_b=round(sum(h[b].is_import for h in kept.values()) / count, 4),
        versions_a=round(sum(h[a].versions for h in kept.values()) / count, 2),
        versions_b=round(sum(h[b].versions for h in kept.values()) / count, 2),
        gap_days=_gap(kept.values(), a, b),
        holders=_others(kept.values(), a, b),
    )


def _upstream(
    kept: Iterable[Mapping[int, Holder]], a: int, b: int
) -> tuple[int | None, float, float]:
    """Return the older third cluster that holds most, the share that any holds, and its own."""
    total, explained = 0, 0
    older: Counter[int] = Counter()
    for holders in kept:
        total += 1
        thirds = [key for key, holder in holders.items() if key not in {a, b}
                  and _is_older(holder, holders[a]) and _is_older(holder, holders[b])]  # fmt: skip
        explained += bool(thirds)
        older.update(thirds)
    if not older:
        return None, explained / total, 0.0
    best = min(older, key=lambda key: (-older[key], key))
    return best, explained / total, older[best] / total


def _is_older(holder: Holder, than: Holder) -> bool:
    return bool(holder.first_seen) and (not than.first_seen or holder.first_seen < than.first_seen)


def _firsts(kept: Iterable[Mapping[int, Holder]], a: int, b: int) -> tuple[int, int, int, int]:
    """Count artefacts and days that were first in a, and in b."""
    first = {a: 0, b: 0}
    days: dict[int, Counter[int]] = {}
    for holders in kept:
        times = (holders[a].first_seen, holders[b].first_seen)
        if 0 in times or times[0] == times[1]:
            continue
        winner = a if times[0] < times[1] else b
        first[winner] += 1
        days.setdefault(min(times) // DAY, Counter())[winner] += 1
    votes = Counter(
        max(sorted(found), key=lambda key: found[key])
        for found in days.values()
        if found[a] != found[b]
    )
    return first[a], first[b], votes[a], votes[b]


def _days(kept: Iterable[Mapping[int, Holder]], side: int) -> int:
    return len({h[side].first_seen // DAY for h in kept if h[side].first_seen})


def _gap(kept: Iterable[Mapping[int, Holder]], a: int, b: int) -> float:
    """Return the median of b's time minus a's in days."""
    gaps = sorted(
        h[b].first_seen - h[a].first_seen for h in kept if h[a].first_seen and h[b].first_seen
    )
    return round(gaps[len(gaps) // 2] / DAY, 2) if gaps else 0.0


def _others(
    kept: Sequence[Mapping[int, Holder]] | Iterable[Mapping[int, Holder]], a: int, b: int
) -> int:
    total = 0
    found: Counter[int] = Counter()
    for holders in kept:
        total += 1
        found.update(key for key in holders if key not in {a, b})
    return sum(count * 3 >= total for count in found.values())


def strong_pairs(
    shared: Artefacts, a: int, b: int, file_sizes: Mapping[tuple[int, str], int],
    *, most: int, hashes: int, share: float,
) -> int:  # fmt: skip
    """Count pairs of files that share at least `hashes` fingerprints and `share` of the smaller.

    `file_sizes` maps (repository, path) to the number of fingerprints of that file.
    """
    pairs: Counter[tuple[tuple[int, str], tuple[int, str]]] = Counter()
    for holders in shared.values():
        if a in holders and b in holders and len(holders) <= most:
            left, right = holders[a], holders[b]
            pairs[(left.repository, left.path), (right.repository, right.path)] += 1
    return sum(
        count >= hashes
        and count >= share * max(1, min(file_sizes.get(x, count), file_sizes.get(y, count)))
        for (x, y), count in pairs.items()
    )


def probability_first(first: int, of: int) -> float:
    """Return P(Beta(first + ½, of − first + ½) > ½): how surely one side was first (Jeffreys)."""
    return 1.0 - _regularised_beta(0.5, first + 0.5, of - first + 0.5)


def _regularised_beta(x: float, a: float, b: float) -> float:
    """Return I_x(a, b) by its continued fraction (Abramowitz & Stegun 26.5.8, Lentz's method)."""
    if x in {0.0, 1.0}:
        return x
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _regularised_beta(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    ) / a  # fmt: skip
    tiny = 1e-300
    c, d, fraction = 1.0, 0.0, 1.0
    for step in range(400):
        half = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        else:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        d = 1.0 / ((1.0 + term * d) or tiny)
        c = (1.0 + term / c) or tiny
        fraction *= c * d
        if abs(1.0 - c * d) < 1e-12:
            break
    return front * (fraction - 1.0) if step else front


def interval(right: int, wrong: int) -> tuple[float, float, float]:
    """Return mean and central 95 % interval of Beta(right + ½, wrong + ½)."""
    a, b = right + 0.5, wrong + 0.5
    return a / (a + b), _quantile(0.025, a, b), _quantile(0.975, a, b)


def _quantile(p: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _regularised_beta(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2
