"""Sources without a repository: bodies whose code was reused and is nowhere public.

The registry ships a few (`named_sources.toml`); operators add theirs. A shipped list is taken over
once: what an operator removes of it comes back with another list only.
"""

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from registry.db.tables import AttributionRow, Edge, NamedSource, RegistryState
from registry.domain.attribution import same
from registry.domain.countries import normalise_country
from registry.domain.identity import slugify
from registry.errors import Conflict, InvalidInput, NotFound

FILE: Final = Path(__file__).with_name("named_sources.toml")
STATE: Final = "named_sources"
SHORTEST: Final = 4  # letters of a pattern: shorter ones are found in all kinds of texts


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as it is listed: `patterns` are the names by which texts mention it."""

    name: str
    patterns: tuple[str, ...]
    slug: str = ""
    country: str | None = None
    region: str | None = None
    reference: str | None = None


def shipped_sources() -> tuple[Source, ...]:
    """Return the sources that this version of the registry brings along."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["source"]
    return msgspec.convert(listed, tuple[Source, ...])


def sync_named_sources(session: Session, now: datetime) -> list[int]:
    """Take the shipped list over when it is new; return the repositories that name what is new."""
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    state = session.get(RegistryState, STATE)
    if state is not None and state.value == digest:
        return []
    found: set[int] = set()
    for source in shipped_sources():
        found.update(repositories_naming(session, put_source(session, source, now).patterns))
    session.merge(RegistryState(key=STATE, value=digest, updated_at=now))
    session.flush()
    return sorted(found)


def put_source(session: Session, source: Source, now: datetime) -> NamedSource:
    """Add a source, or change the one with its slug; raise `InvalidInput` for what is none."""
    name = " ".join(source.name.split())[:400]
    patterns = list(dict.fromkeys(same(p) for p in (*source.patterns, name) if p.strip()))
    if not name or any(sum(map(str.isalnum, p)) < SHORTEST for p in patterns):
        raise InvalidInput(f"a name of a source needs at least {SHORTEST} letters")
    if source.reference and not source.reference.startswith("https://"):
        raise InvalidInput("the reference must be an https address")
    country, region = _place(source)
    slug = source.slug or slugify(name)
    row = session.execute(select(NamedSource).where(col(NamedSource.slug) == slug)).scalar()
    values = {
        "name": name, "patterns": "\n".join(patterns), "country": country, "region": region,
        "reference": source.reference,
    }  # fmt: skip
    if row is None:
        row = NamedSource(slug=slug, name=name, patterns="", created_at=now)
    row.sqlmodel_update(values)
    session.add(row)
    session.flush()
    return row


def _place(source: Source) -> tuple[str | None, str | None]:
    given = source.region or source.country
    return normalise_country(given) if given else (None, None)


def remove_source(session: Session, slug: str) -> None:
    """Remove a source that no edge rests on: edges are never deleted."""
    row = session.execute(select(NamedSource).where(col(NamedSource.slug) == slug)).scalar()
    if row is None:
        raise NotFound(f"there is no source {slug!r}")
    edges = session.execute(
        select(func.count()).select_from(Edge).where(col(Edge.origin_source_id) == row.id)
    ).scalar_one()
    if edges:
        raise Conflict(f"{edges} edges rest on {slug!r}, and edges are never deleted")
    session.delete(row)
    session.flush()


def list_sources(session: Session) -> list[dict[str, object]]:
    """Return the sources with how many edges rest on each."""
    rows = session.execute(
        select(NamedSource, func.count(col(Edge.id)))
        .outerjoin(Edge, col(Edge.origin_source_id) == col(NamedSource.id))
        .group_by(col(NamedSource.id))
        .order_by(col(NamedSource.slug))
    )
    return [
        {
            "slug": row.slug, "name": row.name, "country": row.country, "region": row.region,
            "patterns": row.patterns.splitlines(), "reference": row.reference, "edges": count,
        }
        for row, count in rows
    ]  # fmt: skip


def repositories_naming(session: Session, patterns: str) -> list[int]:
    """Return the repositories whose texts hold one of the names: they are to be updated."""
    found: set[int] = set()
    for name in filter(None, patterns.splitlines()):
        rows = session.execute(
            select(col(AttributionRow.repository_id))
            .where(func.lower(col(AttributionRow.target)).contains(name, autoescape=True))
            .distinct()
        )
        found.update(rows.scalars())
    return sorted(found)
