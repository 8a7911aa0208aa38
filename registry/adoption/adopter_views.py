"""Adopters as they are read: of a component or an organisation, page by page, with evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.adoption.adopters import DUE
from registry.adoption.evidence import proven
from registry.adoption.readmodels import AdoptionView
from registry.catalogue.readmodels import Link
from registry.db.tables import Adoption, Component, Edge, EdgeTag, Organisation
from registry.db.tables.lineage import COUNTED_STATES


class _Proof(NamedTuple):
    """An edge that shows what an adopter states."""

    key: str
    tag: EdgeTag


def adoption_view(session: Session, number: int, now: datetime) -> AdoptionView | None:
    """Return a statement, withdrawn or not; None where there is none."""
    row = session.execute(_rows().where(col(Adoption.id) == number)).first()
    return _views(session, [row], now)[0] if row else None


def adoptions(
    session: Session,
    now: datetime,
    *,
    component: str | None = None,
    organisation: str | None = None,
    organisations: Iterable[int] | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[tuple[AdoptionView, ...], int | None]:
    """Return a page of statements, the newest first, and the number to go on after.

    Those of a component or of an organisation, by slug, are the ones in force. Of `organisations`,
    by number, expired ones are here too: their people renew them.
    """
    query = _rows().where(col(Adoption.withdrawn_at).is_(None))
    query = query.order_by(col(Adoption.id).desc()).limit(limit + 1)
    if organisations is not None:
        query = query.where(col(Adoption.organisation_id).in_(sorted(organisations)))
    else:
        query = query.where(col(Adoption.expires_at) > now)
    if component is not None:
        of = select(Component.id).where(col(Component.slug) == component)
        query = query.where(col(Adoption.component_id) == of.scalar_subquery())
    if organisation is not None:
        by = select(Organisation.id).where(col(Organisation.slug) == organisation)
        query = query.where(col(Adoption.organisation_id) == by.scalar_subquery())
    if after is not None:
        query = query.where(col(Adoption.id) < after)
    rows = session.execute(query).all()
    shown = rows[:limit]
    following = int(shown[-1][0].id) if len(rows) > limit else None
    return _views(session, shown, now), following


def count_adopters(session: Session, component: str, now: datetime) -> int:
    """Return how many organisations state that they use a component: their own number."""
    query = (
        select_columns(func.count())
        .select_from(Adoption)
        .join(Component, col(Component.id) == col(Adoption.component_id))
        .where(
            col(Component.slug) == component,
            col(Adoption.withdrawn_at).is_(None),
            col(Adoption.expires_at) > now,
        )
    )
    return int(session.execute(query).scalar_one())


def state_of(adoption: Adoption, now: datetime) -> str:
    """Return where a statement stands: current, due, expired or withdrawn."""
    if adoption.withdrawn_at is not None:
        return "withdrawn"
    if adoption.expires_at <= now:
        return "expired"
    return "due" if adoption.expires_at <= now + DUE else "current"


def _rows() -> Any:
    return (
        select_columns(
            Adoption, col(Component.slug), col(Component.name), col(Organisation.slug),
            col(Organisation.name), col(Organisation.country),
        )
        .join(Component, col(Component.id) == col(Adoption.component_id))
        .join(Organisation, col(Organisation.id) == col(Adoption.organisation_id))
        .where(col(Component.is_taken_down).is_(False))
    )  # fmt: skip


def _views(session: Session, rows: Iterable[Any], now: datetime) -> tuple[AdoptionView, ...]:
    listed = list(rows)
    evidence = _evidence(session, [row[0] for row in listed])
    proofs = [
        evidence.get((adoption.component_id, adoption.organisation_id))
        or _of_copy(session, adoption)
        for adoption, *_ in listed
    ]
    return tuple(
        AdoptionView(
            id=adoption.id,
            component=Link(slug, name),
            organisation=Link(body_slug, body_name),
            organisation_id=adoption.organisation_id,
            country=country,
            version=adoption.version,
            used_since=adoption.used_since,
            in_production=adoption.in_production,
            how=adoption.how,
            contact=adoption.contact,
            repository_url=adoption.repository_url,
            state=state_of(adoption, now),
            declared_at=adoption.declared_at,
            confirmed_at=adoption.confirmed_at,
            expires_at=adoption.expires_at,
            withdrawn_at=adoption.withdrawn_at,
            evidence=proof.key if proof else None,
            evidence_tag=proof.tag.value if proof else None,
        )
        for (adoption, slug, name, body_slug, body_name, country), proof in zip(
            listed, proofs, strict=True
        )
    )


def _evidence(session: Session, listed: list[Adoption]) -> dict[tuple[int, int], _Proof]:
    """Return the edges from these components to these organisations, measured ones first."""
    components = sorted({adoption.component_id for adoption in listed})
    bodies = sorted({adoption.organisation_id for adoption in listed})
    if not listed:
        return {}
    ends = col(Edge.origin_id), col(Edge.reuser_organisation_id), col(Edge.tag)
    rows = session.execute(
        select_columns(*ends, func.min(col(Edge.key)))
        .where(
            col(Edge.origin_id).in_(components),
            col(Edge.reuser_organisation_id).in_(bodies),
            col(Edge.tag).in_((EdgeTag.MEASURED, EdgeTag.ATTRIBUTED)),
            col(Edge.state).in_(COUNTED_STATES),
            col(Edge.direction) == "known",
        )
        .group_by(*ends)
    )
    found: dict[tuple[int, int], _Proof] = {}
    for component, body, tag, key in rows:
        pair, proof = (int(component), int(body)), _Proof(str(key), EdgeTag(tag))
        if pair not in found or proof.tag is EdgeTag.MEASURED:
            found[pair] = proof
    return found


def _of_copy(session: Session, adoption: Adoption) -> _Proof | None:
    """Return the evidence that the copy that an adopter names is one."""
    if adoption.repository_url is None:
        return None
    key = proven(session, adoption.component_id, adoption.repository_url).edge_key
    return _Proof(key, EdgeTag.MEASURED) if key else None
