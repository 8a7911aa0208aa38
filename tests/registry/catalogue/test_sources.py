"""Sources: what an operator adds, completes and removes."""

from typing import Any

import pytest
from sqlmodel import Session

from registry.catalogue.sources import (
    NewSource,
    add_source,
    find_repository,
    register_repository,
    remove_source,
)
from registry.db.session import Database
from registry.db.tables import (
    Component,
    Level,
    Organisation,
    Repository,
    RepositoryAlias,
    Source,
)
from registry.errors import InvalidInput, NotFound
from tests.support.catalogue_rows import NOW, crawled, rows_of


def _new(namespace: str = "Town", **rest: Any) -> NewSource:
    return NewSource(
        spec=f"github:github.com/{namespace.lower()}", kind="organisation", forge="github",
        host="github.com", namespace=namespace, **rest,
    )  # fmt: skip


def _add(database: Database, new: NewSource) -> bool:
    with database.write() as session:
        return add_source(session, new, NOW)[1]


def test_a_source_brings_its_organisation(sqlite_database: Database) -> None:
    assert _add(sqlite_database, _new(country="EE", level="local", name="Tallinn"))
    (organisation,) = rows_of(sqlite_database, Organisation)
    assert (organisation["slug"], organisation["uri"]) == ("tallinn", "https://github.com/town")
    assert (organisation["country"], organisation["level"]) == ("EE", Level.LOCAL)


def test_adding_it_again_completes_it_and_never_empties_it(sqlite_database: Database) -> None:
    _add(sqlite_database, _new(country="EE", level="local"))
    assert not _add(sqlite_database, _new(name="Tallinn"))
    (source,) = rows_of(sqlite_database, Source)
    assert (source["country"], source["level"], source["name"]) == ("EE", Level.LOCAL, "Tallinn")
    assert rows_of(sqlite_database, Organisation)[0]["name"] == "Tallinn"


def test_two_accounts_of_one_body_share_its_organisation(sqlite_database: Database) -> None:
    uri = "https://www.tallinn.ee"
    _add(sqlite_database, _new("Town", organisation_uri=uri))
    _add(sqlite_database, _new("Town-Labs", organisation_uri=uri))
    assert len(rows_of(sqlite_database, Organisation)) == 1


def test_two_bodies_of_one_name_have_two_slugs(sqlite_database: Database) -> None:
    _add(sqlite_database, _new("a", name="Ministry"))
    _add(sqlite_database, _new("b", name="Ministry"))
    slugs = [row["slug"] for row in rows_of(sqlite_database, Organisation)]
    assert slugs == ["ministry", "ministry-2"]


def test_a_level_that_is_none_is_refused_with_those_that_are(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInput, match="national, regional, local"):
        _add(sqlite_database, _new(level="galactic"))
    assert rows_of(sqlite_database, Source) == []


def _register(session: Session, source: Source, name: str) -> Repository:
    url = f"https://github.com/town/{name}"
    return register_repository(session, source, url=url, path=f"town/{name}", now=NOW)


def test_a_repository_is_known_by_its_url_and_by_its_former_one(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        source, _ = add_source(session, _new(), NOW)
        first = _register(session, source, "a")
        assert _register(session, source, "a") is first
        old = "https://github.com/town/old"
        session.add(RepositoryAlias(url=old, repository_id=first.id or 0, since=NOW))
        session.flush()
        assert _register(session, source, "old") is first
        assert find_repository(session, "https://github.com/town/new") is None
    assert len(rows_of(sqlite_database, Repository)) == 1


@pytest.mark.parametrize("name", ["git:https://code.example/town", "1"])
def test_a_removed_source_leaves_what_was_crawled(sqlite_database: Database, name: str) -> None:
    crawled(sqlite_database, "town/letters")
    with sqlite_database.write() as session:
        remove_source(session, name)
    assert rows_of(sqlite_database, Source) == []
    (repository,) = rows_of(sqlite_database, Repository)
    assert repository["source_id"] is None
    assert len(rows_of(sqlite_database, Component)) == 1


def test_removing_what_is_not_there_says_so(sqlite_database: Database) -> None:
    with pytest.raises(NotFound, match="source list"), sqlite_database.write() as session:
        remove_source(session, "github:github.com/nobody")
