"""The operator's list of domain suffixes below which only government bodies are."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.db.bulk import batches, insert_rows
from registry.db.tables import GovernmentDomain
from registry.domain.countries import normalise_country, place_of_group
from registry.errors import InvalidInput, NotFound
from registry.publishing.domain_names import government_suffix, parents

MAX_LABEL = 200


class GovernmentDomainView(Struct, frozen=True):
    """A suffix of the list."""

    suffix: str
    country: str | None
    label: str
    added_at: datetime


class Import(Struct, frozen=True):
    """What came of importing a list: how many were added and known, and what was left out, why."""

    added: int
    known: int
    problems: tuple[str, ...]


def import_domains(session: Session, found: Mapping[str, str], now: datetime) -> Import:
    """Add suffix → group of a list; groups that name a country give their suffixes one.

    What stands on the list stays as it is. Suffixes under which anybody may register are left out.
    """
    problems: list[str] = []
    wanted: dict[str, str] = {}
    for name, group in found.items():
        try:
            wanted.setdefault(government_suffix(name), group)
        except InvalidInput as error:
            problems.append(str(error))
    known = _known(session, wanted)
    rows = [_row(suffix, group, now) for suffix, group in wanted.items() if suffix not in known]
    insert_rows(session, GovernmentDomain, rows)
    return Import(len(rows), len(known), tuple(problems))


def add_domain(
    session: Session, text: str, *, country: str | None, label: str, now: datetime
) -> bool:
    """Add one suffix; return False where it is on the list already."""
    suffix = government_suffix(text)
    if session.get(GovernmentDomain, suffix) is not None:
        return False
    code = normalise_country(country)[0] if country else None
    session.add(
        GovernmentDomain(suffix=suffix, country=code, label=label[:MAX_LABEL], added_at=now)
    )
    return True


def remove_domain(session: Session, text: str) -> None:
    """Take a suffix off the list: ownership claims that rest on it lose a level at their check."""
    row = session.get(GovernmentDomain, text.strip().lower())
    if row is None:
        raise NotFound(f"{text[:80]!r} is not on the list of government domains")
    session.delete(row)


def list_domains(
    session: Session, *, country: str | None = None, text: str = "", limit: int = 100
) -> tuple[list[GovernmentDomainView], int]:
    """Return suffixes by name, and how many there are in all."""
    wanted = []
    if country:
        wanted.append(col(GovernmentDomain.country) == normalise_country(country)[0])
    if text:
        wanted.append(col(GovernmentDomain.suffix).contains(text.lower(), autoescape=True))
    count = session.exec(select(func.count()).select_from(GovernmentDomain).where(*wanted)).one()
    rows = session.exec(
        select(GovernmentDomain).where(*wanted).order_by(col(GovernmentDomain.suffix)).limit(limit)
    )
    return [
        GovernmentDomainView(row.suffix, row.country, row.label, row.added_at) for row in rows
    ], count


def government_suffix_of(session: Session, domain: str) -> str | None:
    """Return the longest suffix of the list that a domain is, or lies below."""
    found = session.exec(
        select(GovernmentDomain.suffix).where(col(GovernmentDomain.suffix).in_(parents(domain)))
    ).all()
    return max(found, key=len, default=None)


def _known(session: Session, names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(names, 500):
        found |= set(
            session.exec(
                select(GovernmentDomain.suffix).where(col(GovernmentDomain.suffix).in_(batch))
            )
        )
    return found


def _row(suffix: str, group: str, now: datetime) -> dict[str, object]:
    place = place_of_group(group)
    return {
        "suffix": suffix, "country": place.country if place else None,
        "label": group[:MAX_LABEL], "added_at": now,
    }  # fmt: skip
