"""Affiliations on record, and those among them that hold for a repository."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Affiliation, GovernmentDomain
from registry.disputes.affiliations import WITHDRAWN
from registry.errors import NotFound
from registry.governance.measures.days import day_at
from registry.governance.measures.parties import Attributor, Party, Tie
from registry.governance.measures.readmodels import AffiliationView

STATES = ("current", "disputed", WITHDRAWN)


def attributor_of(
    session: Session, rows: Iterable[Affiliation], domains: Iterable[str], more: Iterable[Tie] = ()
) -> Attributor:
    """Return what attributes commits, by affiliations; `more` is known beside them."""
    return Attributor([*map(_tie, rows), *more], _suffixes(session, domains))


def rows_for(session: Session, urls: Collection[str]) -> list[Affiliation]:
    """Return the affiliations that hold for any of some repositories, disputed ones too."""
    rows = session.execute(select(Affiliation).where(col(Affiliation.state) != WITHDRAWN)).scalars()
    return [row for row in rows if any(is_within(url, row.scope) for url in urls)]


def is_within(url: str, scope: str) -> bool:
    """Tell whether a repository lies below an address; the empty one is above all."""
    here, there = url.lower().removesuffix(".git"), scope.lower().rstrip("/")
    return not there or here == there or here.startswith(f"{there}/")


def list_affiliations(session: Session, *conditions: Any) -> tuple[AffiliationView, ...]:
    """Return affiliations by what they are of, the earliest first."""
    rows = session.execute(
        select(Affiliation)
        .where(*conditions)
        .order_by(col(Affiliation.kind), col(Affiliation.subject), col(Affiliation.since))
    ).scalars()
    return tuple(affiliation_view(row) for row in rows)


def affiliations_stamp(session: Session) -> tuple[int, datetime | None]:
    """Return what changes with every change of any affiliation."""
    row = session.execute(select(func.count(), func.max(col(Affiliation.changed_at)))).one()
    return row[0], row[1]


def load_affiliation(session: Session, key: str) -> AffiliationView:
    """Return one affiliation, or raise `NotFound`."""
    found = list_affiliations(session, col(Affiliation.key) == key.replace("\0", ""))
    if not found:
        raise NotFound("there is no affiliation of this key")
    return found[0]


def affiliation_view(row: Affiliation) -> AffiliationView:
    """Return an affiliation as it is read."""
    names = AffiliationView.__struct_fields__
    return AffiliationView(**{name: getattr(row, name) for name in names})


def _tie(row: Affiliation) -> Tie:
    return Tie(
        kind=row.kind,
        subject=row.subject,
        party=Party(row.organisation, row.name, row.category, row.country),
        since=day_at(row.since) if row.since else None,
        until=day_at(row.until) if row.until else None,
        is_disputed=row.state == "disputed",
    )


def _suffixes(session: Session, domains: Iterable[str]) -> set[str]:
    """Return the suffixes of governments above some domains."""
    names = {
        ".".join(labels[start:])
        for labels in (domain.split(".") for domain in domains)
        for start in range(len(labels))
    }
    found: set[str] = set()
    for batch in batches(sorted(names), 500):
        query = select(col(GovernmentDomain.suffix)).where(col(GovernmentDomain.suffix).in_(batch))
        found |= set(session.execute(query).scalars())
    return found
