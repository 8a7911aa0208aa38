"""Components as lists show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import ComponentCard, Link, Text, Upstream
from registry.db.edges import is_grown_out_of, is_measured_total
from registry.db.tables import Component, Organisation, Repository
from registry.db.tables.lineage import Edge, EdgeTotal

FALLBACK = ("en", "")


def pick_text(texts: Mapping[str, Any], lang: str) -> Text | None:
    """Return the text in the asked language, else English, else unmarked, else the first by tag."""
    base = lang.split("-", maxsplit=1)[0]
    order = [lang, base, *(t for t in sorted(texts) if t.split("-")[0] == base)]
    for tag in (*order, *FALLBACK, *sorted(texts)):
        if texts.get(tag):
            return Text(str(texts[tag]), tag or None)
    return None


# Built once: putting a statement together costs more than running it.
_ORIGIN = aliased(Component)
_CARDS = (
    select_columns(Component, Repository, Organisation, _ORIGIN, EdgeTotal)
    .join(Repository, col(Repository.id) == col(Component.repository_id))
    .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
    .outerjoin(_ORIGIN, col(_ORIGIN.id) == col(Component.origin_id))
    .outerjoin(EdgeTotal, is_measured_total())
    .where(col(Component.id).in_(bindparam("ids", expanding=True)))
)


_UPSTREAMS = (
    select_columns(
        col(Edge.reuser_id), col(Edge.key), col(Edge.strength), col(Component.slug),
        col(Component.name), col(Organisation.name),
    )
    .join(Component, col(Component.id) == col(Edge.origin_id))
    .outerjoin(Organisation, col(Organisation.id) == col(Component.organisation_id))
    .where(col(Edge.reuser_id).in_(bindparam("ids", expanding=True)), is_grown_out_of())
    .order_by(col(Edge.key))
)  # fmt: skip


def load_cards(
    session: Session,
    ids: Sequence[int],
    *,
    lang: str = "en",
    marks: Mapping[int, str] | None = None,
) -> list[ComponentCard]:
    """Return the cards of these components, in the order of the ids; unknown ids are left out."""
    if not ids:
        return []
    rows = session.execute(_CARDS, {"ids": list(ids)}).all()
    countries = _fork_countries(session, [c.id for c, *_ in rows if c.fork_count])
    upstreams = _upstreams(session, ids)
    cards = {
        component.id: _card(
            component, repository, organisation, parent, total, upstreams.get(component.id or 0),
            lang, countries.get(component.id, ()), (marks or {}).get(component.id),
        )
        for component, repository, organisation, parent, total in rows
    }  # fmt: skip
    return [cards[key] for key in ids if key in cards]


def _fork_countries(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not ids:
        return {}
    found: dict[int, set[str]] = {}
    rows = session.execute(
        select_columns(col(Component.origin_id), col(Component.country)).where(
            col(Component.origin_id).in_(ids), col(Component.country).is_not(None)
        )
    )
    for origin_id, country in rows:
        found.setdefault(origin_id, set()).add(country)
    return {key: tuple(sorted(value)) for key, value in found.items()}


def _upstreams(session: Session, ids: Sequence[int]) -> dict[int, Upstream]:
    """Return of each the nearest: the one with which it shares most commits."""
    found: dict[int, tuple[int, Upstream]] = {}
    for reuser, key, strength, slug, name, body in session.execute(_UPSTREAMS, {"ids": list(ids)}):
        commits = int(strength.get("commits", 0))
        if commits > found.get(reuser, (-1,))[0]:
            made = Upstream(slug=slug, name=name, organisation=body, evidence=key)
            found[reuser] = (commits, made)
    return {reuser: upstream for reuser, (_, upstream) in found.items()}


def _card(
    component: Component,
    repository: Repository,
    organisation: Organisation | None,
    origin: Component | None,
    total: EdgeTotal | None,
    upstream: Upstream | None,
    lang: str,
    fork_countries: tuple[str, ...],
    highlight: str | None,
) -> ComponentCard:
    return ComponentCard(
        slug=component.slug,
        name=pick_text(component.names, lang) or Text(component.name),
        description=pick_text(component.descriptions, lang),
        organisation=Link(organisation.slug, organisation.name) if organisation else None,
        country=component.country,
        region=component.region,
        licence=component.licence,
        licence_class=component.licence_class,
        language=component.language,
        activity=component.activity,
        state=repository.state.value,
        version=component.version,
        last_commit_at=component.last_commit_at,
        updated_at=component.updated_at,
        repository_url=repository.web_url or repository.url,
        origin=Link(origin.slug, origin.name) if origin else None,
        upstream=upstream,
        fork_count=component.fork_count,
        fork_countries=fork_countries,
        reuse_organisations=total.organisations if total else 0,
        reuse_countries=total.foreign_countries if total else 0,
        highlight=highlight,
        is_demo=component.is_demo,
    )


def latest_ids(session: Session, limit: int) -> list[int]:
    """Return the components that were read last, newest first."""
    rows = session.exec(
        select(col(Component.id))
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(col(Component.origin_id).is_(None))
        .order_by(
            col(Component.is_demo),
            func.coalesce(Repository.last_crawled_at, Component.created_at).desc(),
            col(Component.id).desc(),
        )
        .limit(limit)
    )
    return [row for row in rows if row is not None]  # fmt: skip
