"""The rules of reuse between two clusters, pure: from shared artefacts to a verdict.

An artefact is a file content or a code fingerprint. Each cluster that holds it has a first-seen
time on its main line (0: not known). Source: the lineage design, §4, and `docs/evidence.md`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from msgspec import Struct

DAY: Final = 86_400
TRANSFER: Final = 30 * DAY  # what came within a month of the first came with it


class Holder(NamedTuple):
    """A cluster that holds an artefact: when it was first seen, in which repository, and how.

    `path` tells files apart for pairs of similar files; `is_import` says that it came with many
    others in one commit; `versions` tells how many contents its path had up to this one.
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
    cluster that holds most of those and `cover` its share of all; `holders` counts third clusters
    that hold at least a third of them. `first_a` of them were seen first in a, `first_b` in b.

    Of the first transfer: `start_gap_days` lies between the days on which a and b got the first
    of them (positive: a was earlier); in the month after the later start, `arrived` came there,
    `had` of which the earlier side held already. `days_…` count the days on which a side got
    them, `import_…` is the share that came in bulk, `versions_…` the mean of how many contents
    their paths had had by then. `strong_pairs` are pairs of files much alike.
    """

    count: int = 0
    weight: float = 0.0
    containment: float = 0.0
    tau: float = 0.0
    upstream: int | None = None
    cover: float = 0.0
    holders: int = 0
    first_a: int = 0
    first_b: int = 0
    start_gap_days: float = 0.0
    arrived: int = 0
    had: int = 0
    days_a: int = 0
    days_b: int = 0
    import_a: float = 0.0
    import_b: float = 0.0
    versions_a: float = 0.0
    versions_b: float = 0.0
    strong_pairs: int = 0


def measure(
    shared: Artefacts,
    a: int,
    b: int,
    sizes: tuple[int, int],
    *,
    reference: int,
    most: int,
    related: frozenset[int] = frozenset(),
) -> Measure:
    """Measure a pair over the artefacts that both hold; those in more than `most` clusters are
    left out. `sizes` are the numbers of artefacts of a and b. Clusters of the same owner as one
    of them (`related`) are no third parties: what they hold explains nothing away.
    """
    kept = [
        holders
        for holders in shared.values()
        if a in holders and b in holders and len(holders) <= most
    ]
    if not kept:
        return Measure()
    count = len(kept)
    rarity = _rarity(reference, most)
    own = {a, b} | related
    seen_a, _, imports_a, versions_a, _ = zip(*[holders[a] for holders in kept], strict=True)
    seen_b, _, imports_b, versions_b, _ = zip(*[holders[b] for holders in kept], strict=True)
    times = list(zip(seen_a, seen_b, strict=True))
    upstream, tau, cover = _upstream(kept, times, own)
    gap, arrived, had = first_transfer(times)
    return Measure(
        count=count,
        weight=round(math.fsum([rarity[len(holders)] for holders in kept]), 3),
        containment=round(count / max(1, min(sizes)), 5),
        tau=round(tau, 5),
        upstream=upstream,
        cover=round(cover, 5),
        holders=_others(kept, own),
        first_a=sum([0 < x < y for x, y in times]),
        first_b=sum([0 < y < x for x, y in times]),
        start_gap_days=round(gap / DAY, 2),
        arrived=arrived,
        had=had,
        days_a=len({x // DAY for x in seen_a if x}),
        days_b=len({y // DAY for y in seen_b if y}),
        import_a=round(sum(imports_a) / count, 4),
        import_b=round(sum(imports_b) / count, 4),
        versions_a=round(sum(versions_a) / count, 2),
        versions_b=round(sum(versions_b) / count, 2),
    )


@cache
def _rarity(reference: int, most: int) -> tuple[float, ...]:
    """Return the rarity of an artefact by the number of its holders."""
    return (0.0, *(math.log(reference / holders) for holders in range(1, most + 1)))


def _upstream(
    kept: Sequence[Mapping[int, Holder]], times: Sequence[tuple[int, int]], own: set[int]
) -> tuple[int | None, float, float]:
    """Return the older third cluster that holds most, the share that any holds, and its own.

    It is older than both for an artefact that it is known to have had before either of them.
    """
    untils = [min(x, y) or x or y or math.inf for x, y in times]
    elders = [
        (place, key)
        for place, (holders, until) in enumerate(zip(kept, untils, strict=True))
        for key, other in holders.items()
        if 0 < other[0] < until and key not in own
    ]
    if not elders:
        return None, 0.0, 0.0
    older = Counter([key for _, key in elders])
    best = min(older, key=lambda key: (-older[key], key))
    return best, len({place for place, _ in elders}) / len(kept), older[best] / len(kept)


def first_transfer(times: Iterable[tuple[int, int]]) -> tuple[int, int, int]:
    """Return (seconds from a's start to b's, how many came in the later side's first month, how
    many of these the earlier side had before).

    Each pair holds when a and b got one artefact (0: not known). A side starts when it has a
    twentieth of them: the very first may be an accident. Of two that start at once neither is
    the later one, and nothing came.
    """
    known = [(x, y) for x, y in times if x and y]
    if not known:
        return 0, 0, 0
    place = len(known) // 20
    start_a, start_b = sorted(x for x, _ in known)[place], sorted(y for _, y in known)[place]
    if start_a == start_b:
        return 0, 0, 0
    if start_a > start_b:
        known = [(y, x) for x, y in known]
    until = max(start_a, start_b) + TRANSFER
    arrived = [(early, late) for early, late in known if late <= until]
    return start_b - start_a, len(arrived), sum(early < late for early, late in arrived)


def _others(kept: Sequence[Mapping[int, Holder]], own: set[int]) -> int:
    found = Counter(chain.from_iterable(kept))
    return sum(count * 3 >= len(kept) for key, count in found.items() if key not in own)


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
