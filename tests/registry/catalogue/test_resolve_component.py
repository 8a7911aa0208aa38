"""Components derived from claims: their fields, forks, slugs, and the way to the index."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from registry.catalogue.resolve import resolve_component
from registry.db.session import Database
from registry.db.tables import (
    Component,
    ComponentField,
    IndexOutbox,
    Repository,
    RepositoryAlias,
    RepositoryState,
)
from registry.domain.facts import Claim, LanguageShare, Release
from tests.support.catalogue_rows import HEAD, NOW, document, reading, record, register, rows_of

NAME = Claim(property="name", value="Letters", lang="en", line=2)


def _url(path: str) -> Claim:
    return Claim(property="repository_url", value=f"https://code.example/{path}")


def _crawl(database: Database, path: str, *claims: Claim, **columns: Any) -> Component:
    with database.write() as session:
        repository = register(session, path)
        repository.sqlmodel_update(columns)
        return record(session, repository, reading(document(*claims)))


def _again(database: Database, path: str, **columns: Any) -> Component:
    with database.write() as session:
        repository = _repository(session, path)
        repository.sqlmodel_update(columns)
        return resolve_component(session, repository, NOW + timedelta(hours=1))


def _repository(session: Session, path: str) -> Repository:
    return session.exec(select(Repository).where(Repository.path == path)).one()


def test_a_component_holds_what_its_sources_say(database: Database) -> None:
    with database.write() as session:
        repository = register(session, "town/letters", country="EE", region="EE-37", name="Town")
        repository.forge_data = {"description": "From the forge", "topics": ["post"]}
        found = record(
            session,
            repository,
            reading(
                document(NAME, Claim(property="name", value="Kirjad", lang="et")),
                document(
                    Claim(property="licence", value="EUPL-1.2"), kind="licence", path="LICENSE"
                ),
                releases=(Release(name="v2.0", commit=HEAD, time=1_700_000_000, version="2.0"),),
                languages=(
                    LanguageShare(name="Go", size=1, files=9),
                    LanguageShare(name="Python", size=9, files=1),
                ),
            ),
        )
        session.flush()
        assert found.name == "Letters"
        assert found.names == {"en": "Letters", "et": "Kirjad"}
        assert found.descriptions == {"": "From the forge"}
        assert (found.country, found.region) == ("EE", "EE-37")
        assert (found.licence, found.licence_class) == ("EUPL-1.2", "weak")
        assert (found.language, found.version, found.activity) == ("Python", "2.0", "active")
        assert found.released_at is not None
        assert found.topics == ["post"]
    fields = rows_of(database, ComponentField)
    assert all(field["claim_id"] for field in fields)
    assert {f["basis"] for f in fields if f["property"] == "name"} == {"publiccode"}


def test_resolving_again_without_news_changes_nothing(database: Database) -> None:
    first = _crawl(database, "town/letters", NAME)
    fields = rows_of(database, ComponentField)
    again = _again(database, "town/letters")
    assert (again.revision, again.updated_at) == (first.revision, first.updated_at)
    assert rows_of(database, ComponentField) == fields
    assert len(rows_of(database, IndexOutbox)) == 1


def test_every_change_goes_to_the_index_with_a_higher_revision(sqlite_database: Database) -> None:
    first = _crawl(sqlite_database, "town/letters", NAME)
    changed = _again(sqlite_database, "town/letters", state=RepositoryState.GONE)
    assert (first.revision, changed.revision, changed.activity) == (1, 2, "archived")
    assert [row["revision"] for row in rows_of(sqlite_database, IndexOutbox)] == [1, 2]


def test_two_repositories_with_one_slug_have_two_components(sqlite_database: Database) -> None:
    slugs = [_crawl(sqlite_database, path).slug for path in ("town/a-b", "town/a.b", "town/a_b")]
    assert slugs == [
        "code-example-town-a-b", "code-example-town-a-b-2", "code-example-town-a-b-3",
    ]  # fmt: skip


def test_the_slug_stays_when_the_repository_moves(sqlite_database: Database) -> None:
    before = _crawl(sqlite_database, "town/letters").slug
    moved = _again(sqlite_database, "town/letters", url="https://code.example/city/post")
    assert moved.slug == before


def test_a_technical_fork_is_shown_below_its_origin_whichever_came_first(
    sqlite_database: Database,
) -> None:
    parent = "https://code.example/town/letters"
    fork = _crawl(
        sqlite_database, "city/letters", NAME, _url("town/letters"),
        is_fork=True, parent_url=parent,
    )  # fmt: skip
    assert fork.origin_id is None
    origin = _crawl(sqlite_database, "town/letters", NAME, _url("town/letters"))
    later = _crawl(
        sqlite_database, "land/letters", NAME, _url("town/letters"),
        is_fork=True, parent_url=parent,
    )  # fmt: skip
    components = {row["id"]: row for row in rows_of(sqlite_database, Component)}
    assert components[fork.id or 0]["origin_id"] == origin.id
    assert components[later.id or 0]["origin_id"] == origin.id
    assert components[origin.id or 0]["fork_count"] == 2
    # The words of upstream in the fork describe upstream.
    assert components[fork.id or 0]["name"] == "letters"
    kinds = {row["path"]: row["fork_class"] for row in rows_of(sqlite_database, Repository)}
    assert kinds == {
        "city/letters": "TECHNICAL_FORK", "land/letters": "TECHNICAL_FORK", "town/letters": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "is_fork", "expected"),
    [
        ((NAME, _url("town/own")), False, None),
        ((NAME, _url("Town/Own.git")), False, "URL_MISTAKE"),
        ((NAME, _url("other/one")), False, "URL_MISTAKE"),
        ((NAME, _url("old/name")), False, None),
        ((NAME,), True, "GIT_FORK"),
        ((NAME, Claim(property="is_based_on", value=["https://code.example/a/b"])), True,
         "VARIANT_FORK"),
        ((NAME, Claim(property="is_based_on", value={"url": "https://code.example/a/b"})), False,
         "VARIANT_FORK"),
        ((NAME, Claim(property="is_based_on", value=["ext::sh", 7, None])), False, None),
    ],
)  # fmt: skip
def test_the_class_of_a_fork_follows_from_what_is_declared(
    sqlite_database: Database, claims: tuple[Claim, ...], is_fork: bool, expected: str | None
) -> None:
    with sqlite_database.write() as session:
        row = register(session, "town/own")
        alias = "https://code.example/old/name"
        session.add(RepositoryAlias(url=alias, repository_id=row.id or 0, since=NOW))
    _crawl(sqlite_database, "town/own", *claims, is_fork=is_fork)
    assert rows_of(sqlite_database, Repository)[0]["fork_class"] == expected


def test_an_archived_repository_is_obsolete_whatever_its_file_says(
    sqlite_database: Database,
) -> None:
    stable = Claim(property="status", value="stable")
    _crawl(sqlite_database, "town/letters", NAME, stable)
    found = _again(sqlite_database, "town/letters", state=RepositoryState.ARCHIVED)
    assert (found.status, found.activity, found.conflicts) == ("obsolete", "archived", 1)
    back = _again(sqlite_database, "town/letters", state=RepositoryState.ACTIVE)
    assert (back.status, back.activity) == ("stable", "active")


def test_values_longer_than_their_columns_are_cut(database: Database) -> None:
    found = _crawl(
        database, "town/letters",
        Claim(property="name", value="n" * 5_000),
        Claim(property="status", value="s" * 200),
        Claim(property="software_type", value="t" * 200),
        Claim(property="version", value="v" * 900),
        Claim(property="short_description", value="x", lang="x" * 90),
    )  # fmt: skip
    assert (len(found.name), len(found.status or ""), len(found.software_type or "")) == (
        400, 20, 60,
    )  # fmt: skip
