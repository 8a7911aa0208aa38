"""What ends soon unless an organisation confirms it: its statements of use, and its needs."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from registry.adoption.follows.readmodels import Ending
from registry.catalogue.readmodels import Link
from registry.db.tables import Adoption, Component, Need, NeedState, Organisation

BEFORE: Final = timedelta(days=30)
_MOST: Final = 100


def endings(session: Session, organisations: Collection[int], now: datetime) -> list[Ending]:
    """Return what ends within 30 days for some organisations, the first to end first."""
    if not organisations:
        return []
    found = [*_adoptions(session, organisations, now), *_needs(session, organisations, now)]
    return sorted(found, key=lambda x: (x.ends_on, x.kind, x.id))[:_MOST]


def _adoptions(session: Session, organisations: Collection[int], now: datetime) -> list[Ending]:
    rows = session.execute(
        select(Adoption, Component, Organisation)
        .join(Component, col(Component.id) == col(Adoption.component_id))
        .join(Organisation, col(Organisation.id) == col(Adoption.organisation_id))
        .where(
            col(Adoption.organisation_id).in_(organisations),
            col(Adoption.withdrawn_at).is_(None),
            col(Adoption.expires_at).between(now, now + BEFORE),
        )
        .order_by(col(Adoption.expires_at), col(Adoption.id))
        .limit(_MOST)
    )
    return [
        Ending(kind="adoption", id=row.id, name=component.name,
               organisation=Link(body.slug, body.name), ends_on=row.expires_at.date())
        for row, component, body in rows
    ]  # fmt: skip


def _needs(session: Session, organisations: Collection[int], now: datetime) -> list[Ending]:
    rows = session.execute(
        select(Need, Organisation)
        .join(Organisation, col(Organisation.id) == col(Need.organisation_id))
        .where(
            col(Need.organisation_id).in_(organisations),
            col(Need.state) == NeedState.OPEN,
            col(Need.expires_at).between(now, now + BEFORE),
        )
        .order_by(col(Need.expires_at), col(Need.id))
        .limit(_MOST)
    )
    return [
        Ending(kind="need", id=row.id, name=row.title,
               organisation=Link(body.slug, body.name), ends_on=row.expires_at.date())
        for row, body in rows
    ]  # fmt: skip
