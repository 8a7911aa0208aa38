"""What the registry makes of a publiccode.yml that it keeps for a component.

Its claims have a basis of their own (`kept`), believed after the repository's own publiccode.yml
and never about licence and address. The file gives way once the repository has one of its own.
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.catalogue.record import replace_claims
from registry.db.tables import Component, DocumentRow, KeptFile, KeptState, Repository
from registry.domain.properties import KEPT

READABLE: Final = ("valid", "invalid")


def current_file(session: Session, component_id: int | None) -> KeptFile | None:
    """Return the file that is kept for a component now, if any."""
    return session.exec(
        select(KeptFile).where(
            col(KeptFile.component_id) == component_id, col(KeptFile.state) == KeptState.CURRENT
        )
    ).first()


def has_own_file(session: Session, repository_id: int | None) -> bool:
    """Say whether a repository has a publiccode.yml at its root that can be read."""
    paths = ("publiccode.yml", "publiccode.yaml")
    query = select(DocumentRow.id).where(
        col(DocumentRow.repository_id) == repository_id,
        col(DocumentRow.kind) == "publiccode",
        col(DocumentRow.path).in_(paths),
        col(DocumentRow.status).in_(READABLE),
        col(DocumentRow.ended_at).is_(None),
    )
    return session.exec(query).first() is not None


def end_file(
    session: Session, kept: KeptFile, state: KeptState, *, by: int | None, now: datetime
) -> None:
    """End a version of a kept file and write so into the audit log; its claims stay to the caller.

    Of one that is withdrawn the text is removed with it.
    """
    kept.state, kept.ended_at = state, now
    if state is KeptState.WITHDRAWN:
        kept.text = ""
    session.add(kept)
    session.flush()
    note_kept(session, kept, state.value, by, now)


def note_kept(session: Session, kept: KeptFile, what: str, by: int | None, now: datetime) -> None:
    """Write what happened to a kept file into the audit log."""
    audit.append(
        session, actor=by, action=f"kept_file.{what}", subject=f"component:{kept.component_id}",
        detail={"version": kept.version, "sha256": kept.sha256}, at=now,
    )  # fmt: skip


def give_way(session: Session, repository: Repository, now: datetime) -> None:
    """End the kept file of a repository that has its own by now."""
    component = session.exec(
        select(Component.id).where(col(Component.repository_id) == repository.id)
    ).first()
    kept = current_file(session, component) if component is not None else None
    if kept is None or not has_own_file(session, repository.id):
        return
    replace_claims(session, repository.id or 0, KEPT, [], now)
    end_file(session, kept, KeptState.YIELDED, by=None, now=now)
