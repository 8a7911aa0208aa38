"""To which organisation a component is attributed: that of its source, unless it was denied."""

from sqlmodel import Session, col, select

from registry.db.tables import Component, Dispute, Organisation, Repository


def attributed_organisation(session: Session, repository: Repository) -> Organisation | None:
    """Return the organisation that publishes a repository.

    One that objected to it, or of which others did, is none once an operator agreed.
    """
    if repository.organisation_id is None or _is_denied(session, repository):
        return None
    return session.get(Organisation, repository.organisation_id)


def _is_denied(session: Session, repository: Repository) -> bool:
    query = (
        select(Dispute.id)
        .join(Component, col(Component.id) == col(Dispute.component_id))
        .where(
            col(Component.repository_id) == repository.id,
            col(Dispute.attributed_id) == repository.organisation_id,
            col(Dispute.state) == "accepted",
        )
    )
    return session.exec(query).first() is not None
