"""What a proof claims of commits, files and fingerprints, with the samples that show it.

Each function returns (claim, samples), or raises `Unproven` where the facts do not hold what the
finding says: then nothing is claimed. The form of each is described in `docs/evidence.md`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.tables import FingerprintRow
from registry.domain import fingerprints
from registry.domain.sampling import spread
from registry.lineage.findings import Finding
from registry.lineage.proof_places import (
    End,
    Held,
    JsonObject,
    commit_place,
    held_by_blob,
    held_by_hash,
    place_of,
)

MAX_FILES: Final = 2_000
MAX_ANCHORS: Final = 200
MAX_SAMPLES: Final = 20
MAX_HASHES: Final = 200
COMMITS: Final = Model.metadata.tables["commit_fact"]
Claimed = tuple[JsonObject, list[JsonObject]]
Pairs = list[tuple[Held, Held]]


class Unproven(Exception):
    """The facts do not hold what a finding says."""


def shared_commits(session: Session, _finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim the commits that newest shared ones reach: all of them are in both repositories."""
    mine, theirs = COMMITS.alias(), COMMITS.alias()
    rows = session.execute(
        select(mine.c.id, mine.c.parents, mine.c.commit_time)
        .select_from(mine.join(theirs, theirs.c.id == mine.c.id))
        .where(
            mine.c.repository_id == origin.repository, theirs.c.repository_id == reuser.repository
        )
    ).all()
    parents = {bytes(row[0]): _ids(row[1], len(row[0])) for row in rows}
    times = {bytes(row[0]): int(row[2]) for row in rows}
    if not parents:
        raise Unproven("no commit is shared")
    inner = {parent for ids in parents.values() for parent in ids}
    tips = sorted(set(parents) - inner, key=lambda oid: (-times[oid], oid))[:MAX_SAMPLES]
    reached = _ancestors(tips, parents)
    claim = {
        "count": len(reached), "scope": "refs", "at_least": len(reached) < len(parents),
        "tips": sorted(oid.hex() for oid in tips),
    }  # fmt: skip
    samples = [
        {
            "origin": commit_place(origin, oid.hex(), times[oid]),
            "reuser": commit_place(reuser, oid.hex(), times[oid]),
        }
        for oid in spread(sorted(reached, key=lambda oid: (times[oid], oid)), MAX_SAMPLES)
    ]
    return claim, samples


def _ids(parents: bytes, length: int) -> list[bytes]:
    return [parents[start : start + length] for start in range(0, len(parents), length)]


def _ancestors(tips: Iterable[bytes], parents: Mapping[bytes, list[bytes]]) -> set[bytes]:
    reached: set[bytes] = set()
    waiting = list(tips)
    while waiting:
        oid = waiting.pop()
        if oid in parents and oid not in reached:
            reached.add(oid)
            waiting += parents[oid]
    return reached


def shared_files(session: Session, finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim file contents that stand in commits of both repositories."""
    hashes = spread(sorted(finding.evidence["hashes"]), MAX_FILES)
    pairs = _in_both(
        held_by_hash(session, origin.repository, hashes),
        held_by_hash(session, reuser.repository, hashes),
    )
    sides = (anchors(pair[0] for pair in pairs), anchors(pair[1] for pair in pairs))
    kept = [pair for pair in pairs if pair[0].commit in sides[0] and pair[1].commit in sides[1]]
    if not kept:
        raise Unproven("no file stands in both repositories")
    claim = listed(pair[0].blob for pair in kept) | {
        "at_least": len(kept) < len(finding.evidence["hashes"]),
        "anchors": {
            "origin": hexed(pair[0].commit for pair in kept),
            "reuser": hexed(pair[1].commit for pair in kept),
        },
    }
    shown = spread(sorted(kept, key=lambda pair: (pair[0].path, pair[0].blob)), MAX_SAMPLES)
    return claim, [{"origin": place_of(origin, a), "reuser": place_of(reuser, b)} for a, b in shown]


def _in_both(mine: Mapping[int, list[Held]], theirs: Mapping[int, list[Held]]) -> Pairs:
    pairs: Pairs = []
    for value, places in sorted(mine.items()):
        ours = {held.blob: held for held in reversed(places)}
        other = {held.blob: held for held in reversed(theirs.get(value, []))}
        pairs += [(held, other[blob]) for blob, held in sorted(ours.items()) if blob in other]
    return pairs


def anchors(places: Iterable[Held]) -> set[bytes]:
    """Return the commits that brought most of the contents: a verifier looks into their trees."""
    count = Counter(held.commit for held in places)
    return set(sorted(count, key=lambda commit: (-count[commit], commit))[:MAX_ANCHORS])


def listed(blobs: Iterable[bytes]) -> JsonObject:
    """Return a claim that all of these contents are there."""
    files = hexed(blobs)
    return {"count": len(files), "at_least": False, "files": files}


def hexed(ids: Iterable[bytes]) -> list[str]:
    """Return ids as sorted hex texts, each once."""
    return sorted({oid.hex() for oid in ids})


def similar_files(session: Session, finding: Finding, origin: End, reuser: End) -> Claimed:
    """Claim pairs of files that hold the same fingerprints."""
    hashes = finding.evidence["hashes"]
    mine = _fingerprint_files(session, origin.repository, hashes)
    theirs = _fingerprint_files(session, reuser.repository, hashes)
    pairs: dict[tuple[bytes, bytes], list[int]] = defaultdict(list)
    for value in sorted(mine.keys() & theirs.keys()):
        pairs[(mine[value], theirs[value])].append(value)
    if not pairs:
        raise Unproven("no fingerprint stands in both repositories")
    places = (
        first_places(session, origin, {a for a, _ in pairs}),
        first_places(session, reuser, {b for _, b in pairs}),
    )
    best = sorted(pairs, key=lambda pair: (-len(pairs[pair]), pair))[:MAX_SAMPLES]
    samples: list[JsonObject] = [
        {
            "origin": place_of(origin, places[0][a]), "reuser": place_of(reuser, places[1][b]),
            "shared": min(len(pairs[(a, b)]), MAX_HASHES),
            "hashes": sorted(f"{value % (1 << 64):016x}" for value in pairs[(a, b)][:MAX_HASHES]),
        }
        for a, b in best
        if a in places[0] and b in places[1]
    ]  # fmt: skip
    if not samples:
        raise Unproven("no file stands in both repositories")
    shown = {value for sample in samples for value in sample["hashes"]}
    claim = {
        "count": len(shown), "at_least": len(shown) < len(hashes),
        "scale": fingerprints.SCALE, "shingle": fingerprints.SHINGLE,
        "version": fingerprints.VERSION,
    }  # fmt: skip
    return claim, samples


def _fingerprint_files(
    session: Session, repository: int, hashes: Sequence[int]
) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for batch in batches(hashes, 400):
        rows = session.execute(
            select(col(FingerprintRow.hash), col(FingerprintRow.blob)).where(
                col(FingerprintRow.repository_id) == repository,
                col(FingerprintRow.hash).in_(batch),
            )
        )
        found |= {int(value): bytes(blob) for value, blob in rows}
    return found


def first_places(session: Session, end: End, blobs: Iterable[bytes]) -> dict[bytes, Held]:
    """Return where a repository held contents first."""
    places: dict[bytes, Held] = {}
    for held in held_by_blob(session, end.repository, blobs):
        places.setdefault(held.blob, held)
    return places
