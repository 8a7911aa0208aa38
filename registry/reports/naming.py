"""From the names that people write to the slugs that stand in an address."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.tables import JointBody, Organisation
from registry.errors import InvalidInput
from registry.reports.portfolio import Portfolio

_SHOWN: Final = 5


def with_slugs(session: Session, portfolio: Portfolio) -> Portfolio:
    """Return a portfolio whose organisations and bodies stand by their slugs.

    What is neither a slug nor a name stays, so that the report can say that there is none. Raises
    `InvalidInput` where several have a name.
    """
    return replace(
        portfolio,
        organisations=_slugs(session, "organisation", Organisation, portfolio.organisations),
        bodies=_slugs(session, "body", JointBody, portfolio.bodies),
    )


def _slugs(session: Session, kind: str, table: Any, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({_slug(session, kind, table, name) for name in names}))


def _slug(session: Session, kind: str, table: Any, name: str) -> str:
    known = select_columns(col(table.slug)).where(col(table.slug) == name)
    if session.execute(known).first() is not None:
        return name
    named = select_columns(col(table.slug)).where(func.lower(col(table.name)) == name.lower())
    found = sorted(session.execute(named.limit(_SHOWN + 1)).scalars())
    if len(found) > 1:
        which = ", ".join(found[:_SHOWN])
        raise InvalidInput(f"{kind}: several are called {name[:80]!r}: write one of {which}")
    return found[0] if found else name
