"""Organisations and countries as pages and the API read them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from registry.catalogue.log import SUCCESSES
from registry.catalogue.readmodels import CountryView, OrganisationView
from registry.db.organisations import find_organisation
from registry.db.tables import Component, Organisation, Repository, Source
from registry.errors import NotFound


def list_organisations(
    session: Session, *, country: str | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[OrganisationView], str | None]:
    """Return organisations by slug, and the slug to go on after (`None` at the end)."""
    query = select(Organisation).order_by(col(Organisation.slug)).limit(limit + 1)
    if country:
        query = query.where(col(Organisation.country) == country)
    if after:
        query = query.where(col(Organisation.slug) > after)
    rows = session.exec(query).all()
    views = _views(session, rows[:limit])
    return views, rows[limit - 1].slug if len(rows) > limit else None


def load_organisation(session: Session, slug: str) -> OrganisationView:
    """Return the organisation with this slug, or raise `NotFound`."""
    return _views(session, [find_organisation(session, slug)])[0]


def _views(session: Session, rows: Sequence[Organisation]) -> list[OrganisationView]:
    ids = [row.id for row in rows if row.id is not None]
    components = _counts(session, Component, ids)
    crawls = _crawls(session, ids)
    sources = _sources(session, ids)
    views = []
    for row in rows:
        repositories, failed, newest = crawls.get(row.id or 0, (0, 0, None))
        views.append(
            OrganisationView(
                slug=row.slug, uri=row.uri, name=row.name, country=row.country, region=row.region,
                level=row.level.value, website=row.website,
                components=components.get(row.id or 0, 0), repositories=repositories,
                failed=failed, sources=sources.get(row.id or 0, ()),
                basis=row.basis, last_crawled_at=newest, is_demo=row.is_demo,
            )
        )  # fmt: skip
    return views


def _counts(session: Session, table: Any, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select_columns(table.organisation_id, func.count())
        .where(table.organisation_id.in_(ids))
        .group_by(table.organisation_id)
    )
    return {key: int(count) for key, count in rows}


def _is_failed() -> Any:
    outcome = col(Repository.last_outcome)
    return case((outcome.is_not(None) & outcome.not_in(SUCCESSES), 1), else_=0)


def _crawls(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int, Any]]:
    rows = session.execute(
        select_columns(
            col(Repository.organisation_id),
            func.count(),
            func.sum(_is_failed()),
            func.max(col(Repository.last_crawled_at)),
        )
        .where(col(Repository.organisation_id).in_(ids))
        .group_by(col(Repository.organisation_id))
    )
    return {key: (count, failed or 0, newest) for key, count, failed, newest in rows}


def _sources(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select_columns(col(Source.organisation_id), col(Source.spec))
        .where(col(Source.organisation_id).in_(ids))
        .order_by(col(Source.spec))
    )
    for key, spec in rows:
        found.setdefault(key, []).append(spec)
    return {key: tuple(specs) for key, specs in found.items()}


def list_countries(session: Session, code: str | None = None) -> list[CountryView]:
    """Return the countries that have an organisation in the catalogue, by code."""
    query = (
        select_columns(
            col(Organisation.country),
            func.count(func.distinct(col(Organisation.id))),
            func.count(func.distinct(col(Repository.id))),
            func.count(func.distinct(col(Component.id))),
            func.sum(_is_failed()),
        )
        .outerjoin(Repository, col(Repository.organisation_id) == col(Organisation.id))
        .outerjoin(Component, col(Component.repository_id) == col(Repository.id))
        .where(col(Organisation.country).is_not(None))
        .group_by(col(Organisation.country))
        .order_by(col(Organisation.country))
    )
    if code:
        query = query.where(col(Organisation.country) == code)
    regions = _regions(session)
    return [
        CountryView(
            code=country, components=components, organisations=organisations,
            repositories=repositories, failed=int(failed or 0), regions=regions.get(country, ()),
        )
        for country, organisations, repositories, components, failed in session.execute(query)
    ]  # fmt: skip


def load_country(session: Session, code: str) -> CountryView:
    """Return one country, or raise `NotFound`."""
    found = list_countries(session, code.upper())
    if not found:
        raise NotFound(f"nothing of the country {code!r} is in the catalogue")
    return found[0]


def _regions(session: Session) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    rows = session.execute(
        select_columns(col(Component.country), col(Component.region), func.count())
        .where(col(Component.region).is_not(None))
        .group_by(col(Component.country), col(Component.region))
        .order_by(col(Component.region))
    )
    for country, region, count in rows:
        found.setdefault(country, []).append((region, count))
    return {country: tuple(regions) for country, regions in found.items()}
