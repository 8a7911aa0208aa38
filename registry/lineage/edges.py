"""From findings to edges: written by difference, never deleted, each change with its reason."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Edge, EdgeEvent, EdgeState
from registry.domain.dates import EARLIEST
from registry.lineage.announce import announce_edge
from registry.lineage.ends import EndPoint, repository_ends, source_ends
from registry.lineage.findings import DIRECTION_UNKNOWN, Finding, turned
from registry.lineage.own_time import in_own_time
from registry.lineage.rules import RULES

_KEPT_AT_FIRST_SIGHT: Final = (
    "origin_country", "origin_region", "origin_organisation_id",
    "reuser_country", "reuser_region", "reuser_organisation_id",
)  # fmt: skip

Prover = Callable[[Session, Finding, str], dict[str, Any] | None]


def edge_key(kind: str, origin: str, reuser: str, locator: str) -> str:
    """Return the public id of an edge; the same ends and locator give the same id everywhere."""
    text = "\n".join([kind, origin, reuser, locator])
    return f"ev_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def write_edges(
    session: Session,
    findings: Sequence[Finding],
    standing: Iterable[Edge],
    prove: Prover,
    now: datetime,
) -> set[int]:
    """Make the edges of some scope equal to what was found; return the components touched.

    `standing` are the edges of that scope as stored. Those that were not found again are
    withdrawn, and stand again when they are. A fork reuses from its own first commit on.
    """
    findings = in_own_time(session, findings)
    stored = {edge.key: edge for edge in standing}
    ends = _ends(session, findings)
    touched: set[int] = set()
    wanted = _keyed(findings, ends)
    known = _by_key(session, set(wanted) - set(stored))
    for key, (finding, origin, reuser) in wanted.items():
        proof = prove(session, finding, key)
        if proof is None:  # what cannot be proven is not claimed
            continue
        edge = stored.pop(key, None) or known.get(key)
        if _write(session, edge, key, finding, origin, reuser, proof, now):
            touched |= {x for x in (origin.component_id, reuser.component_id) if x is not None}
    for edge in stored.values():
        if _measure_state(session, edge, EdgeState.WITHDRAWN, "no longer found", now):
            touched |= {x for x in (edge.origin_id, edge.reuser_id) if x is not None}
    session.flush()
    return touched


def _ends(session: Session, findings: Sequence[Finding]) -> dict[tuple[str, int], EndPoint]:
    repositories = {f.reuser_repository_id for f in findings}
    repositories |= {f.origin_repository_id for f in findings if f.origin_repository_id}
    sources = sorted({f.origin_source_id for f in findings if f.origin_source_id})
    found = {("r", key): end for key, end in repository_ends(session, repositories).items()}
    return found | {("s", key): end for key, end in source_ends(session, sources).items()}


def _keyed(
    findings: Sequence[Finding], ends: Mapping[tuple[str, int], EndPoint]
) -> dict[str, tuple[Finding, EndPoint, EndPoint]]:
    """Return findings by key; an end that left the catalogue meanwhile takes its finding along.

    Where the direction is not known, addresses order the ends: row numbers, which tell who was
    crawled first, are other ones on each instance.
    """
    wanted = {}
    for found in findings:
        finding = found
        reuser = ends.get(("r", finding.reuser_repository_id))
        origin = (
            ends.get(("r", finding.origin_repository_id))
            if finding.origin_repository_id
            else ends.get(("s", finding.origin_source_id or 0))
        )
        if origin is None or reuser is None or origin.identity == reuser.identity:
            continue
        if finding.direction == DIRECTION_UNKNOWN and origin.identity > reuser.identity:
            finding, origin, reuser = turned(finding), reuser, origin
        key = edge_key(finding.kind, origin.identity, reuser.identity, finding.locator)
        wanted[key] = (finding, origin, reuser)
    return wanted


def _by_key(session: Session, keys: Iterable[str]) -> dict[str, Edge]:
    found: dict[str, Edge] = {}
    for batch in batches(sorted(keys), 500):
        rows = session.execute(select(Edge).where(col(Edge.key).in_(batch))).scalars()
        found |= {edge.key: edge for edge in rows}
    return found


def _write(
    session: Session,
    edge: Edge | None,
    key: str,
    finding: Finding,
    origin: EndPoint,
    reuser: EndPoint,
    proof: dict[str, Any],
    now: datetime,
) -> bool:
    values = _values(finding, origin, reuser)
    if edge is not None:
        for name in _KEPT_AT_FIRST_SIGHT:
            values[name] = getattr(edge, name)
    values |= {
        "proof": proof, "proof_digest": str(proof.get("digest", "")),
        "is_internal": _is_internal(values),
    }  # fmt: skip
    if edge is None:
        edge = Edge(key=key, found_at=now, changed_at=now, state=finding.state, **values)
        session.add(edge)
        session.flush()
        _note(session, edge, finding.state, "found", now)
        announce_edge(session, edge, "reuse.discovered", now)
        return True
    changed = {name for name, value in values.items() if not _same(getattr(edge, name), value)}
    if changed:
        edge.sqlmodel_update({**values, "changed_at": now})
        session.add(edge)
    reason = _reason(edge.state, finding.state)
    return _measure_state(session, edge, EdgeState(finding.state), reason, now) or bool(changed)


def _values(finding: Finding, origin: EndPoint, reuser: EndPoint) -> dict[str, Any]:
    return {
        "kind": finding.kind, "tag": finding.tag, "locator": finding.locator[:700],
        "origin_id": origin.component_id, "origin_source_id": origin.source_id,
        "reuser_id": reuser.component_id, "direction": finding.direction,
        "direction_basis": finding.direction_basis,
        "is_mirror": bool(finding.strength.get("is_mirror")),
        "first_seen": _moment(finding.first_seen), "last_seen": _moment(finding.last_seen),
        "origin_country": origin.country, "origin_region": origin.region,
        "origin_organisation_id": origin.organisation_id, "reuser_country": reuser.country,
        "reuser_region": reuser.region, "reuser_organisation_id": reuser.organisation_id,
        "strength": dict(finding.strength), "confidence": finding.confidence,
        "rule_version": RULES.version,
    }  # fmt: skip


def _is_internal(values: Mapping[str, Any]) -> bool:
    """Tell whether both ends were of one body when the edge was found."""
    body = values["origin_organisation_id"]
    return body is not None and body == values["reuser_organisation_id"]


def _moment(seconds: int | None) -> datetime | None:
    known = seconds is not None and seconds > EARLIEST
    return datetime.fromtimestamp(seconds or 0, UTC) if known else None


def _same(stored: Any, value: Any) -> bool:
    if isinstance(stored, datetime) and isinstance(value, datetime):
        return stored.timestamp() == value.timestamp()
    return bool(stored == value)


def _reason(before: str, after: str) -> str:
    if before == EdgeState.WITHDRAWN:
        return "found again"
    return "the text was removed" if after == EdgeState.SINCE_REMOVED else "found again at HEAD"


def _measure_state(
    session: Session, edge: Edge, state: EdgeState, reason: str, now: datetime
) -> bool:
    """Give an edge the state that was measured; say whether that is another one for its readers.

    A detector does not overrule what people said: the state waits in `measured_state` until they
    take it back.
    """
    if edge.measured_state is not None:
        edge.measured_state = state
        return False
    if edge.state in {state, EdgeState.SUPERSEDED}:
        return False
    edge.state, edge.changed_at = state, now
    session.add(edge)
    _note(session, edge, state, reason, now)
    is_back = state == EdgeState.CURRENT
    announce_edge(session, edge, "reuse.discovered" if is_back else "reuse.removed", now)
    return True


def _note(session: Session, edge: Edge, state: str, reason: str, now: datetime) -> None:
    session.add(EdgeEvent(edge_id=edge.id or 0, at=now, state=state, reason=reason))
