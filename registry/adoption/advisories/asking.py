"""What the OSV API is asked for: packages and repositories that others took code from, and names.

Only public names leave this registry: those of packages, repositories and advisories.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import (
    AdvisoryLink,
    Component,
    Drift,
    PackageSpan,
    Repository,
)

MAX_QUERIES: Final = 20_000
MAX_NAMES: Final = 1_000
_KNOWN_FORM: Final = re.compile(r"CVE-\d{4}-\d{4,10}|GHSA(-[0-9A-Z]{4}){3}|[A-Z]{2,12}-\d{4}-\d+")


class Questions(Struct, frozen=True):
    """Queries in the form of the API, and names of advisories that are not known yet."""

    queries: tuple[dict[str, Any], ...]
    names: tuple[str, ...]


def questions(session: Session) -> Questions:
    """Return what is to be asked: about all that has forks or copies in the catalogue."""
    queries = (*_repositories(session), *_packages(session))
    return Questions(queries[:MAX_QUERIES], tuple(_names(session))[:MAX_NAMES])


def _upstreams() -> Any:
    return (
        select(col(Component.repository_id))
        .where(col(Component.id).in_(select(col(Drift.origin_id))))
        .where(col(Component.is_demo).is_(False))
    )


def _repositories(session: Session) -> Iterator[dict[str, Any]]:
    query = select(col(Repository.url)).where(col(Repository.id).in_(_upstreams()))
    for url in session.execute(query.order_by(col(Repository.id))).scalars():
        yield {"package": {"ecosystem": "GIT", "name": f"{url}.git"}}
        yield {"package": {"ecosystem": "GIT", "name": url}}


def _packages(session: Session) -> Iterator[dict[str, Any]]:
    query = (
        select(col(PackageSpan.ecosystem), col(PackageSpan.name))
        .where(
            col(PackageSpan.repository_id).in_(_upstreams()),
            col(PackageSpan.private).is_(False),
        )
        .distinct()
        .order_by(col(PackageSpan.ecosystem), col(PackageSpan.name))
    )
    for ecosystem, name in session.execute(query):
        path = name.replace(":", "/") if ecosystem == "maven" else name
        yield {"package": {"purl": f"pkg:{ecosystem}/{path.replace('@', '%40')}"}}


def _names(session: Session) -> list[str]:
    """Return the names in messages of missed commits of which there is no record here."""
    details = session.execute(select(col(Drift.detail))).scalars()
    said = {name for detail in details for _, name in detail.get("mentioned", ())}
    known = set(
        session.execute(
            select(col(AdvisoryLink.value)).where(col(AdvisoryLink.kind) == "name")
        ).scalars()
    )
    return sorted(_spelled(name) for name in said - known if _KNOWN_FORM.fullmatch(name))


def _spelled(name: str) -> str:
    """Return a name as the API spells it: the letters of a GHSA id are small."""
    return f"GHSA{name[4:].lower()}" if name.startswith("GHSA-") else name
