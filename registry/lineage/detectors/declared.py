"""Declared reuse: a metadata document names a repository of the catalogue as what it reuses.

Definition: `isBasedOn` of publiccode.yml or codemeta.json, or `reusedCode` of code.json, holds the
address of a repository of the catalogue. A declaration is a lead, not proof: most of those that
were looked at were wrong as lineage (templates that were copied with the file), so that it is
never more than *possible*. Documents whose own address is that of another repository of the
catalogue were copied with its files: what they say is said of that one.
Blind spots: `usedBy` and `softwareUsed` name bodies and not repositories; they stay statements
that the pages of components show, and make no edge.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import ClaimRow, DocumentRow, EdgeKind, EdgeState, EdgeTag, PathRow
from registry.domain.attribution_links import repository_url
from registry.lineage.findings import Finding
from registry.lineage.ownership import repository_of_url

_OF_ORIGIN: Final = ("is_based_on", "reused_code")
MAX_ADDRESSES: Final = 200


def find(session: Session, repository_id: int) -> list[Finding]:
    """Return the repositories that documents of a repository declare as reused."""
    by_origin: dict[int, list[ClaimRow]] = defaultdict(list)
    for claim in _claims(session, repository_id):
        if _is_about_another(session, claim, repository_id):
            continue
        for origin in {_repository(session, address) for address in _addresses(claim.value)}:
            if origin is not None and origin != repository_id:
                by_origin[origin].append(claim)
    return [
        _finding(session, repository_id, origin, claims)
        for origin, claims in sorted(by_origin.items())
    ]


def _claims(session: Session, repository_id: int) -> Sequence[ClaimRow]:
    return (
        session.execute(
            select(ClaimRow)
            .where(
                col(ClaimRow.repository_id) == repository_id,
                col(ClaimRow.property).in_(_OF_ORIGIN),
                col(ClaimRow.document_id).is_not(None),
            )
            .order_by(col(ClaimRow.observed_at), col(ClaimRow.path), col(ClaimRow.id))
        )
        .scalars()
        .all()
    )


def _addresses(value: Any) -> Iterator[str]:
    entries = value if isinstance(value, list) else [value]
    for entry in entries[:MAX_ADDRESSES]:
        text = entry.get("url") if isinstance(entry, dict) else entry
        if isinstance(text, str):
            yield text


def _repository(session: Session, address: str) -> int | None:
    return repository_of_url(session, repository_url(address) or address)


def _is_about_another(session: Session, claim: ClaimRow, repository_id: int) -> bool:
    own = session.execute(
        select(col(ClaimRow.value)).where(
            col(ClaimRow.document_id) == claim.document_id,
            col(ClaimRow.property) == "repository_url",
        )
    ).scalars()
    named = {_repository(session, address) for value in own for address in _addresses(value)}
    return bool(named - {None, repository_id})


def _finding(
    session: Session, repository_id: int, origin: int, claims: Sequence[ClaimRow]
) -> Finding:
    standing = [claim for claim in claims if claim.ended_at is None]
    claim = (standing or claims)[0]
    ends = [int(claim.ended_at.timestamp()) for claim in claims if claim.ended_at is not None]
    return Finding(
        kind=EdgeKind.DECLARED,
        tag=EdgeTag.DECLARED,
        reuser_repository_id=repository_id,
        origin_repository_id=origin,
        direction_basis="declaration",
        first_seen=_since(session, claims[0]),
        last_seen=None if standing else max(ends),
        state=EdgeState.CURRENT if standing else EdgeState.SINCE_REMOVED,
        strength={
            "property": claim.property, "path": claim.path, "line": claim.line,
            "documents": len({claim.path for claim in claims}),
        },
        evidence={"claim_id": claim.id},
        confidence="possible",
    )  # fmt: skip


def _since(session: Session, claim: ClaimRow) -> int | None:
    """Return when the document came to stand as it was read: the earliest time that is sure."""
    document = session.get(DocumentRow, claim.document_id)
    if document is None:
        return None
    return session.execute(
        select(col(PathRow.first_seen)).where(
            col(PathRow.repository_id) == claim.repository_id,
            col(PathRow.blob) == bytes.fromhex(document.blob),
            col(PathRow.path) == document.path,
        )
    ).scalar()
