"""What detectors say: a claim that one repository reuses another, before it becomes an edge."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag

DIRECTION_KNOWN = "known"
DIRECTION_UNKNOWN = "unknown"


class Finding(Struct, frozen=True, kw_only=True):
    """One detector's claim about two ends, with all that an edge and its proof are built from.

    The origin is a repository or a named source: exactly one of the two ids is set. Where
    `direction` is `unknown`, origin and reuser only tell the two ends apart. `locator` tells
    several edges of one kind between the same ends apart (a path, a package, a statement) and
    must be the same in each run. Times are whole seconds since 1970. `evidence` holds row ids
    and values that the proof needs; `confidence` is verified, likely or possible.
    """

    kind: EdgeKind
    tag: EdgeTag
    reuser_repository_id: int
    origin_repository_id: int | None = None
    origin_source_id: int | None = None
    locator: str = ""
    direction: str = DIRECTION_KNOWN
    direction_basis: str = ""
    first_seen: int | None = None
    last_seen: int | None = None
    state: EdgeState = EdgeState.CURRENT
    strength: dict[str, Any] = {}
    evidence: dict[str, Any] = {}
    confidence: str = "possible"


def turned(finding: Finding) -> Finding:
    """Return a finding between two repositories with its ends in each other's place."""
    return replace(
        finding,
        origin_repository_id=finding.reuser_repository_id,
        reuser_repository_id=finding.origin_repository_id,
        strength={
            _other_end(name): -value if name == "start_gap_days" else value
            for name, value in finding.strength.items()
        },
    )


def _other_end(name: str) -> str:
    words = {"origin": "reuser", "reuser": "origin"}
    return "_".join(words.get(word, word) for word in name.split("_"))
