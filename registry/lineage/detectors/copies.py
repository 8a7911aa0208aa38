"""Shared and similar files: code that was copied without its history.

Definition: `shared_files` are rare file contents that stand in both histories, `similar_files`
rare pieces of code (fingerprints) in files that were edited or renamed. A pair of clusters is
judged by the rules of `registry.lineage.verdicts`; where an older third cluster holds what the
two share, it is the origin of both and there is no edge between them. Blind spots: code that was
translated into another language or rewritten by hand; repositories that nobody crawled; copies of
fewer than five files; contents that more than 50 clusters hold.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from registry.db.tables import EdgeKind, EdgeTag
from registry.domain.lineage import Artefacts as Held
from registry.domain.lineage import Measure
from registry.lineage.findings import DIRECTION_KNOWN, DIRECTION_UNKNOWN, Finding
from registry.lineage.pairs import Artefacts, Shared
from registry.lineage.rules import RULES
from registry.lineage.verdicts import (
    DIRECT,
    Direction,
    PairValues,
    Sight,
    Verdict,
    confirmed,
    direction,
)

KINDS: Final = (EdgeKind.SHARED_FILES, EdgeKind.SIMILAR_FILES)
CONFIDENCE: Final = "likely"  # how sure it is: see the calibration on the method page


def find(
    pair: tuple[int, int],
    values: PairValues,
    verdict: Verdict,
    shared: Artefacts,
    sights: Mapping[int, Sight],
) -> Iterator[Finding]:
    """Yield the findings of one pair of clusters: one for each kind that is direct reuse."""
    if verdict.name != DIRECT:
        return
    found = confirmed(direction(*pair, values, RULES), *pair, sights, RULES)
    if verdict.by_files:
        yield _finding(EdgeKind.SHARED_FILES, pair, values.files, found, shared.files)
    if verdict.by_fingerprints:
        yield _finding(EdgeKind.SIMILAR_FILES, pair, values.fingerprints, found, shared.prints)


def _finding(
    kind: EdgeKind,
    pair: tuple[int, int],
    measured: Measure,
    found: Direction,
    shared: Shared,
) -> Finding:
    a, b = pair
    origin = found.origin if found.origin is not None else a
    reuser = b if origin == a else a
    kept = {
        value: holders
        for value, holders in shared.items()
        if a in holders and b in holders and len(holders) <= RULES.max_clusters
    }
    sides = (_repository(kept, origin), _repository(kept, reuser))
    later = (reuser,) if found.origin is not None else pair
    moments = [[holders[key].first_seen for key in later] for holders in kept.values()]
    times = sorted(max(known) for known in moments if all(known))
    return Finding(
        kind=kind,
        tag=EdgeTag.MEASURED,
        origin_repository_id=sides[0],
        reuser_repository_id=sides[1],
        direction=DIRECTION_UNKNOWN if found.origin is None else DIRECTION_KNOWN,
        direction_basis=found.basis,
        first_seen=times[0] if times else None,
        last_seen=times[-1] if times else None,
        strength=_strength(measured, found, is_a_origin=origin == a),
        evidence={"hashes": sorted(kept)},
        confidence=CONFIDENCE,
    )


def _strength(measured: Measure, found: Direction, *, is_a_origin: bool) -> dict[str, Any]:
    """Return what was measured by the ends of the edge, not by numbers of rows: those are other
    ones elsewhere."""
    ends = {"a": "origin", "b": "reuser"} if is_a_origin else {"a": "reuser", "b": "origin"}
    values: dict[str, Any] = {"direction_share": round(found.share, 4)} if found.share else {}
    for name, value in msgspec.to_builtins(measured).items():
        stem, _, side = name.rpartition("_")
        values[f"{stem}_{ends[side]}" if side in ends else name] = value
    values.pop("upstream", None)
    if not is_a_origin and "start_gap_days" in values:
        values["start_gap_days"] *= -1
    return values


def _repository(kept: Held, cluster: int) -> int:
    """Return the repository that brought most of the shared artefacts into its cluster."""
    count = Counter(holders[cluster].repository for holders in kept.values())
    return min(count, key=lambda key: (-count[key], key))
