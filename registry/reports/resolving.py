"""From a portfolio as it was asked for to the components of the catalogue, and what became of each.

Nothing is dropped in silence: whatever brought no component, or another one than it seems, has a
remark that says why.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, String, cast, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import (
    BodyComponent,
    Component,
    JointBody,
    Organisation,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Takedown,
)
from registry.domain.countries import COUNTRIES
from registry.domain.identity import canonical_repository_url
from registry.errors import InvalidInput
from registry.reports.portfolio import (
    EMPTY,
    GONE,
    MAX_COMPONENTS,
    MERGED,
    NO_ADDRESS,
    NOT_READ,
    TAKEN_DOWN,
    UNKNOWN,
    Portfolio,
    Remark,
)

_BATCH: Final = 500
_MAX_MOVES: Final = 10
# Slugs of the components that a search finds, the best first.
Search = Callable[[str], Sequence[str]]


class Resolved(Struct, frozen=True):
    """The components of a portfolio by their ids, sorted, and the remarks."""

    component_ids: tuple[int, ...]
    remarks: tuple[Remark, ...] = ()


def resolve(
    session: Session, portfolio: Portfolio, search: Search, *, allow_http_hosts: frozenset[str]
) -> Resolved:
    """Return the components of a portfolio; raise `InvalidInput` where they are too many."""
    found: set[int] = set()
    remarks: list[Remark] = []
    for ids, said in _parts(session, portfolio, search, allow_http_hosts):
        found |= ids
        remarks += said
    check_size(len(found))
    return Resolved(tuple(sorted(found)), tuple(remarks))


def check_size(count: int) -> None:
    """Raise `InvalidInput` where a portfolio has more components than a report holds."""
    if count > MAX_COMPONENTS:
        raise InvalidInput(
            f"a report holds at most {MAX_COMPONENTS:,} components, and this portfolio has "
            f"{count:,}: ask for fewer"
        )


Part = tuple[set[int], list[Remark]]


def _parts(
    session: Session, portfolio: Portfolio, search: Search, allow_http_hosts: frozenset[str]
) -> Iterator[Part]:
    if portfolio.q:
        ids = set(_by_slug(session, search(portfolio.q)).values())
        yield ids, _empty("q", portfolio.q, ids)
    for slug in portfolio.organisations:
        yield _of_organisation(session, slug)
    for slug in portfolio.bodies:
        yield _of_body(session, slug)
    for topic in portfolio.topics:
        ids = _of_topic(session, topic)
        yield ids, _empty("topic", topic, ids)
    for code in portfolio.countries:
        yield _of_country(session, code)
    yield _of_components(session, portfolio.components)
    yield _of_urls(session, portfolio.urls, allow_http_hosts)


def _empty(name: str, value: str, ids: set[int]) -> list[Remark]:
    return [] if ids else [Remark(name=name, value=value, reason=EMPTY)]


def _ids(session: Session, *conditions: ColumnElement[bool]) -> set[int]:
    """Return the components that hold; those of moved repositories have another one for them."""
    statement = (
        select_columns(col(Component.id))
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(col(Repository.state) != RepositoryState.MOVED, *conditions)
    )
    return {int(key) for key in session.execute(statement).scalars()}


def _of_organisation(session: Session, slug: str) -> Part:
    statement = select_columns(col(Organisation.id)).where(col(Organisation.slug) == slug)
    number = session.execute(statement).scalar()
    if number is None:
        return set(), [Remark(name="organisation", value=slug, reason=UNKNOWN)]
    ids = _ids(session, col(Component.organisation_id) == number)
    return ids, _empty("organisation", slug, ids)


def _of_body(session: Session, slug: str) -> Part:
    statement = select_columns(col(JointBody.id)).where(col(JointBody.slug) == slug)
    number = session.execute(statement).scalar()
    if number is None:
        return set(), [Remark(name="body", value=slug, reason=UNKNOWN)]
    governed = select_columns(col(BodyComponent.component_id)).where(
        col(BodyComponent.body_id) == number, col(BodyComponent.until).is_(None)
    )
    ids = _ids(session, col(Component.id).in_(governed))
    return ids, _empty("body", slug, ids)


def _of_topic(session: Session, topic: str) -> set[int]:
    """Return components with a topic or category of this very name, in any case."""
    escaped = topic.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    columns = (col(Component.topics), col(Component.categories))
    # The text of the list narrows the choice; the list itself decides.
    alike = [cast(column, String).ilike(f"%{escaped}%", escape="\\") for column in columns]
    rows = session.execute(
        select_columns(col(Component.id), *columns)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(or_(*alike), col(Repository.state) != RepositoryState.MOVED)
    )
    wanted = topic.casefold()
    return {
        key
        for key, topics, categories in rows
        if any(str(value).casefold() == wanted for value in (*topics, *categories))
    }


def _of_country(session: Session, code: str) -> Part:
    if code not in COUNTRIES:
        return set(), [Remark(name="country", value=code, reason=UNKNOWN)]
    ids = _ids(session, col(Component.country) == code)
    return ids, _empty("country", code, ids)


def _by_slug(session: Session, slugs: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in batches(slugs, _BATCH):
        statement = select_columns(col(Component.slug), col(Component.id)).where(
            col(Component.slug).in_(batch)
        )
        found.update((str(slug), int(key)) for slug, key in session.execute(statement))
    return found


def _of_components(session: Session, slugs: Sequence[str]) -> Part:
    known = _by_slug(session, slugs)
    down = _taken_down(session, [slug for slug in slugs if slug not in known])
    remarks = [
        Remark(name="component", value=slug, reason=TAKEN_DOWN if slug in down else UNKNOWN)
        for slug in slugs
        if slug not in known
    ]
    ids, said = _standing(session, {known[slug]: slug for slug in slugs if slug in known})
    remarks += [_named(remark, "component") for remark in said]
    return ids, remarks


def _taken_down(session: Session, slugs: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(slugs, _BATCH):
        statement = select_columns(col(Takedown.slug)).where(
            col(Takedown.slug).in_(batch), col(Takedown.lifted_at).is_(None)
        )
        found |= set(session.execute(statement).scalars())
    return found


def _named(remark: Remark, name: str) -> Remark:
    return Remark(
        name=name, value=remark.value, reason=remark.reason, detail=remark.detail, slug=remark.slug
    )


def _of_urls(session: Session, urls: Sequence[str], allow_http_hosts: frozenset[str]) -> Part:
    remarks: list[Remark] = []
    canonical: dict[str, str] = {}
    for url in urls:
        try:
            canonical[url] = canonical_repository_url(url, allow_http_hosts=allow_http_hosts)
        except InvalidInput as error:
            remarks.append(Remark(name="url", value=url, reason=NO_ADDRESS, detail=str(error)))
    repositories = _repositories(session, set(canonical.values()))
    components = _of_repositories(session, set(repositories.values()))
    chosen: dict[int, str] = {}
    for url, address in canonical.items():
        repository = repositories.get(address)
        if repository is None:
            remarks.append(Remark(name="url", value=url, reason=UNKNOWN))
        elif repository not in components:
            remarks.append(_without_component(session, url, repository))
        else:
            chosen[components[repository]] = url
    ids, said = _standing(session, chosen)
    return ids, [*remarks, *said]


def _repositories(session: Session, addresses: Iterable[str]) -> dict[str, int]:
    """Return repositories by address; one that it had before leads to it too."""
    found: dict[str, int] = {}
    for batch in batches(addresses, _BATCH):
        for url, key in ((RepositoryAlias.url, RepositoryAlias.repository_id),
                         (Repository.url, Repository.id)):  # fmt: skip
            statement = select_columns(col(url), col(key)).where(col(url).in_(batch))
            found.update((str(a), int(b)) for a, b in session.execute(statement))
    return found


def _of_repositories(session: Session, keys: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for batch in batches(keys, _BATCH):
        statement = select_columns(col(Component.repository_id), col(Component.id)).where(
            col(Component.repository_id).in_(batch)
        )
        found.update((int(a), int(b)) for a, b in session.execute(statement))
    return found


def _without_component(session: Session, url: str, repository_id: int) -> Remark:
    repository = session.get(Repository, repository_id)
    state = repository.state if repository is not None else RepositoryState.GONE
    is_down = state is RepositoryState.TAKEN_DOWN
    if is_down or (repository is not None and _is_down(session, repository_id)):
        return Remark(name="url", value=url, reason=TAKEN_DOWN)
    detail = (repository.last_outcome or "") if repository is not None else ""
    return Remark(name="url", value=url, reason=NOT_READ, detail=detail)


def _is_down(session: Session, repository_id: int) -> bool:
    """Tell whether the component was taken down: reading transactions do not see it."""
    table = Component.metadata.tables["component"]
    statement = select_columns(table.c.is_taken_down).where(table.c.repository_id == repository_id)
    return bool(session.connection().execute(statement).scalar())


def _standing(session: Session, chosen: dict[int, str]) -> Part:
    """Follow repositories that moved to those that stand for them; remark on what is gone."""
    ids: set[int] = set()
    remarks: list[Remark] = []
    for batch in batches(sorted(chosen), _BATCH):
        statement = (
            select_columns(
                col(Component.id), col(Component.slug), col(Repository.state),
                col(Repository.moved_to_id), col(Repository.state_since),
            )
            .join(Repository, col(Repository.id) == col(Component.repository_id))
            .where(col(Component.id).in_(batch))
        )  # fmt: skip
        for key, slug, state, moved_to, since in session.execute(statement).all():
            value = chosen[key]
            target = _moved(session, moved_to) if state is RepositoryState.MOVED else None
            if target is not None:
                ids.add(target[0])
                remarks.append(Remark(name="url", value=value, reason=MERGED, slug=target[1]))
                continue
            ids.add(key)
            if state is RepositoryState.GONE:
                day = since.date().isoformat()
                remarks.append(Remark(name="url", value=value, reason=GONE, detail=day, slug=slug))
    return ids, remarks


def _moved(session: Session, repository_id: int | None) -> tuple[int, str] | None:
    """Return the component at the end of a chain of moves."""
    for _ in range(_MAX_MOVES):
        if repository_id is None:
            return None
        row: Any = session.execute(
            select_columns(
                col(Component.id), col(Component.slug), col(Repository.state),
                col(Repository.moved_to_id),
            )
            .select_from(Repository)
            .join(Component, col(Component.repository_id) == col(Repository.id))
            .where(col(Repository.id) == repository_id)
        ).first()  # fmt: skip
        if row is None or row.state is not RepositoryState.MOVED:
            return None if row is None else (row.id, row.slug)
        repository_id = row.moved_to_id
    return None
