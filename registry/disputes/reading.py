"""Reading objections: the public log, one of them, and those to one edge or component."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.db.tables import (
    Affiliation,
    Component,
    Dispute,
    Edge,
    EdgeLabel,
    Organisation,
    ReportedSaving,
)
from registry.disputes.readmodels import (
    DisputedAffiliation,
    DisputedField,
    DisputedSaving,
    DisputeView,
    LabelView,
    Named,
)
from registry.errors import NotFound
from registry.lineage.reading.rows import edge_rows, edge_view
from registry.lineage.readmodels import EdgeView

_BY: Final = aliased(Organisation)
_BODY: Final = aliased(Organisation)
_ORIGIN: Final = aliased(Component)
_REUSER: Final = aliased(Component)
_SAVED: Final = aliased(Component)
_SAVER: Final = aliased(Organisation)


def list_disputes(
    session: Session,
    *conditions: Any,
    limit: int,
    newest_first: bool = True,
    with_text: bool = False,
) -> tuple[DisputeView, ...]:
    """Return objections; `with_text` with reasons that are not public, for those who review."""
    order = col(Dispute.id).desc() if newest_first else col(Dispute.id)
    rows = session.execute(_disputes().where(*conditions).order_by(order).limit(limit)).all()
    edges = _edges(session, {row.Dispute.edge_id for row in rows} - {None})
    return tuple(_view(row, edges, with_text=with_text) for row in rows)


def one_dispute(session: Session, number: int, *, with_text: bool = False) -> DisputeView:
    """Return one objection, or raise `NotFound`; also where what it is about was taken down."""
    found = list_disputes(session, col(Dispute.id) == number, limit=1, with_text=with_text)
    if not found:
        raise NotFound(f"there is no objection {number}")
    return found[0]


def of_edge(key: str) -> Any:
    """Return the condition that asks for objections to an edge."""
    return col(Dispute.edge_id).in_(select(Edge.id).where(col(Edge.key) == key))


def of_affiliation(key: str) -> Any:
    """Return the condition that asks for objections to an affiliation."""
    return col(Dispute.affiliation_id).in_(
        select(Affiliation.id).where(col(Affiliation.key) == key)
    )


def of_saving(number: int) -> Any:
    """Return the condition that asks for objections to a reported saving."""
    return col(Dispute.saving_id) == number


def of_component(slug: str) -> Any:
    """Return the condition that asks for objections to a component: attribution or fields."""
    return col(Dispute.component_id).in_(select(Component.id).where(col(Component.slug) == slug))


def labels_of(session: Session, key: str) -> tuple[LabelView, ...]:
    """Return what organisations on its sides say of an edge."""
    rows = session.execute(
        select_columns(
            col(Organisation.name), col(Organisation.slug), col(EdgeLabel.verdict),
            col(EdgeLabel.at),
        )
        .join(Organisation, col(Organisation.id) == col(EdgeLabel.organisation_id))
        .join(Edge, col(Edge.id) == col(EdgeLabel.edge_id))
        .where(col(Edge.key) == key)
        .order_by(col(EdgeLabel.at), col(Organisation.id))
    )  # fmt: skip
    return tuple(
        LabelView(organisation=Named(name, slug), verdict=verdict, at=at)
        for name, slug, verdict, at in rows
    )


def _disputes() -> Any:
    """Return the statement that selects objections; what is taken down is not there."""
    return (
        select_columns(
            Dispute,
            col(_BY.name).label("by_name"), col(_BY.slug).label("by_slug"),
            col(_BODY.name).label("body_name"), col(_BODY.slug).label("body_slug"),
            col(Component.name).label("component_name"),
            col(Component.slug).label("component_slug"),
            Affiliation, ReportedSaving,
            col(_SAVED.name).label("saved_name"), col(_SAVED.slug).label("saved_slug"),
            col(_SAVER.name).label("saver_name"), col(_SAVER.slug).label("saver_slug"),
        )
        .outerjoin(_BY, col(_BY.id) == col(Dispute.organisation_id))
        .outerjoin(_BODY, col(_BODY.id) == col(Dispute.attributed_id))
        .outerjoin(Component, col(Component.id) == col(Dispute.component_id))
        .outerjoin(Affiliation, col(Affiliation.id) == col(Dispute.affiliation_id))
        .outerjoin(ReportedSaving, col(ReportedSaving.id) == col(Dispute.saving_id))
        .outerjoin(_SAVED, col(_SAVED.id) == col(ReportedSaving.component_id))
        .outerjoin(_SAVER, col(_SAVER.id) == col(ReportedSaving.organisation_id))
        .outerjoin(Edge, col(Edge.id) == col(Dispute.edge_id))
        .outerjoin(_ORIGIN, col(_ORIGIN.id) == col(Edge.origin_id))
        .outerjoin(_REUSER, col(_REUSER.id) == col(Edge.reuser_id))
        .where(
            or_(
                col(Component.id).is_not(None),
                col(Affiliation.id).is_not(None),
                col(_SAVED.is_taken_down).is_(False),
                and_(
                    col(_REUSER.id).is_not(None),
                    or_(col(Edge.origin_id).is_(None), col(_ORIGIN.id).is_not(None)),
                ),
            )
        )
    )  # fmt: skip


def _edges(session: Session, ids: Iterable[int]) -> dict[int, EdgeView]:
    rows = session.execute(edge_rows().where(col(Edge.id).in_(ids)))
    return {row.id: edge_view(row) for row in rows}


def _view(row: Any, edges: dict[int, EdgeView], *, with_text: bool) -> DisputeView:
    found: Dispute = row.Dispute
    is_public = found.side is not None or found.state == "accepted"
    return DisputeView(
        id=found.id or 0, category=found.category, state=found.state, side=found.side,
        by=_named(row.by_name, row.by_slug), organisation=_named(row.body_name, row.body_slug),
        component=_named(row.component_name, row.component_slug),
        edge=edges.get(found.edge_id) if found.edge_id else None,
        field=_field(found, with_text=with_text), affiliation=_affiliation(row.Affiliation),
        saving=_saving(row),
        reason=found.reason if is_public or with_text else None, created_at=found.created_at,
        answer=found.answer, answered_at=found.answered_at, reply=found.reply,
        reviewed_at=found.reviewed_at,
    )  # fmt: skip


def _field(found: Dispute, *, with_text: bool) -> DisputedField | None:
    if found.property is None:
        return None
    is_shown = with_text or found.category != "personal_data"
    return DisputedField(
        found.property, found.lang, found.basis or "", found.value if is_shown else None
    )


def _affiliation(row: Affiliation | None) -> DisputedAffiliation | None:
    return DisputedAffiliation(row.key, row.subject, row.name) if row is not None else None


def _saving(row: Any) -> DisputedSaving | None:
    found: ReportedSaving | None = row.ReportedSaving
    if found is None:
        return None
    return DisputedSaving(
        found.id or 0, Named(row.saved_name, row.saved_slug),
        Named(row.saver_name, row.saver_slug), found.low, found.high, found.currency,
    )  # fmt: skip


def _named(name: str | None, slug: str | None) -> Named | None:
    return Named(name, slug) if name is not None and slug is not None else None
