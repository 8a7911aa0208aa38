"""Submodules: reuse by reference.

Definition: a gitlink at HEAD whose address in `.gitmodules` is a repository of the catalogue.
Blind spots: submodules of former heads; relative addresses; addresses of mirrors.
"""

from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import EdgeKind, EdgeTag, PathRow, SubmoduleRow
from registry.lineage.findings import Finding
from registry.lineage.ownership import repository_of_url


def find(session: Session, repository_id: int) -> list[Finding]:
    """Return the repositories that one holds as submodules."""
    rows = session.execute(
        select(col(SubmoduleRow.path), col(SubmoduleRow.commit), col(SubmoduleRow.url))
        .where(col(SubmoduleRow.repository_id) == repository_id, col(SubmoduleRow.url).is_not(None))
        .order_by(col(SubmoduleRow.path))
    ).all()
    first_seen = _since(session, repository_id) if rows else None
    findings: dict[int, Finding] = {}
    for path, commit, url in rows:
        target = repository_of_url(session, str(url))
        if target is not None and target != repository_id and target not in findings:
            findings[target] = Finding(
                kind=EdgeKind.SUBMODULE,
                tag=EdgeTag.MEASURED,
                origin_repository_id=target,
                reuser_repository_id=repository_id,
                direction_basis="gitlink",
                first_seen=first_seen,
                strength={"path": path, "commit": commit},
                evidence={"path": path},
                confidence="verified",
            )
    return list(findings.values())


def _since(session: Session, repository_id: int) -> int | None:
    """Return when the present list of submodules came: the earliest time that is sure."""
    return session.execute(
        select(col(PathRow.first_seen)).where(
            col(PathRow.repository_id) == repository_id,
            col(PathRow.path) == ".gitmodules",
            col(PathRow.in_head).is_(True),
        )
    ).scalar()
