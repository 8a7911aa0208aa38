"""Adding sources, and what of them is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.adding import Entry, add_entry, add_list, jobs_due
from crawlers.forges.infer import parse_source
from crawlers.sources.read import read_list
from registry.db.session import Database
from registry.db.tables import Level, Organisation, Repository, RepositoryState, Source
from registry.errors import InvalidInput
from registry.settings import CrawlSettings
from tests.support.catalogue_rows import rows_of

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SETTINGS = CrawlSettings()


def _add(database: Database, text: str, **rest: str) -> int:
    with database.write() as session:
        source, _ = add_entry(session, Entry(spec=parse_source(text), **rest), NOW)
        session.flush()
        return source.id or 0


def _due(database: Database, settings: CrawlSettings = SETTINGS, **options: object) -> list[str]:
    now = options.pop("now", NOW)
    with database.read() as session:
        jobs = jobs_due(session, settings, now, **options)  # type: ignore[arg-type]
    return [f"{job.task} {job.key}" for job in jobs]


@pytest.mark.parametrize(
    ("country", "stored"),
    [("EE", ("EE", None)), ("ee", ("EE", None)), ("CA-AB", ("CA", "CA-AB")), (None, (None, None))],
)
def test_a_country_is_stored_in_its_normal_form(
    sqlite_database: Database, country: str | None, stored: tuple[str | None, str | None]
) -> None:
    rest = {"country": country} if country else {}
    _add(sqlite_database, "github:town", level="local", **rest)
    (source,) = rows_of(sqlite_database, Source)
    assert ((source["country"], source["region"]), source["level"]) == (stored, Level.LOCAL)


def test_a_country_that_is_none_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInput):
        _add(sqlite_database, "github:town", country="Atlantis")
    assert rows_of(sqlite_database, Organisation) == []


def test_a_single_repository_is_there_at_once_and_an_organisation_is_listed_first(
    sqlite_database: Database,
) -> None:
    _add(sqlite_database, "git:https://code.example/town/a.git")
    _add(sqlite_database, "github:town")
    assert [row["url"] for row in rows_of(sqlite_database, Repository)] == [
        "https://code.example/town/a"
    ]
    assert _due(sqlite_database) == ["crawl.source 2", "crawl.repository 1"]


@pytest.mark.parametrize(
    ("mirrors", "expected"),
    [
        ({}, ["crawl.source 1", "crawl.repository 1"]),
        ({"https://github.com/{owner}/{name}": "/srv/{owner}+{name}"}, ["crawl.repository 1"]),
        ({"https://gitlab.com/{path}": "/srv/{path}"}, ["crawl.source 1", "crawl.repository 1"]),
    ],
)
def test_of_a_mirrored_repository_no_forge_is_asked(
    sqlite_database: Database, mirrors: dict[str, str], expected: list[str]
) -> None:
    _add(sqlite_database, "https://github.com/town/a.git")
    assert _due(sqlite_database, CrawlSettings(mirrors=mirrors)) == expected


def test_what_was_checked_lately_is_not_due_unless_forced(sqlite_database: Database) -> None:
    for name in "abc":
        _add(sqlite_database, f"git:https://code.example/town/{name}")
    with sqlite_database.write() as session:
        for key, hours in ((1, 25), (2, 23)):
            row = session.get(Repository, key)
            assert row is not None
            row.last_checked_at = NOW - timedelta(hours=hours)
    assert sorted(_due(sqlite_database)) == ["crawl.repository 1", "crawl.repository 3"]
    assert len(_due(sqlite_database, force=True)) == 3
    assert _due(sqlite_database, source_ids=[2], force=True) == ["crawl.repository 2"]
    assert _due(sqlite_database, source_ids=[]) == []


@pytest.mark.parametrize(
    ("state", "is_checked"),
    [("pending", True), ("active", True), ("archived", True), ("gone", True), ("moved", False),
     ("identity_changed", False)],
)  # fmt: skip
def test_the_state_decides_whether_a_repository_is_checked(
    sqlite_database: Database, state: str, is_checked: bool
) -> None:
    _add(sqlite_database, "git:https://code.example/town/a")
    with sqlite_database.write() as session:
        row = session.get(Repository, 1)
        assert row is not None
        row.state = RepositoryState(state)
    assert bool(_due(sqlite_database)) is is_checked


def test_hosts_are_spared_and_mirrors_are_not(sqlite_database: Database, tmp_path: Path) -> None:
    _add(sqlite_database, "git:https://code.example/town/a")
    copy = tmp_path / "town+a"
    (copy / "objects").mkdir(parents=True)
    (copy / "HEAD").touch()
    mirrored = {"https://code.example/{owner}/{name}": f"{tmp_path}/{{owner}}+{{name}}"}
    for mirrors, lane in (({}, "code.example"), (mirrored, "")):
        with sqlite_database.read() as session:
            (job,) = jobs_due(session, CrawlSettings(mirrors=mirrors), NOW)
        assert job.lane == lane


def test_a_list_is_added_once(sqlite_database: Database) -> None:
    text = b"url,country\nhttps://github.com/alphagov,GB\nhttps://gitlab.com/town/group,EE\n"
    found = read_list(text, "list.csv", None)
    with sqlite_database.write() as session:
        assert add_list(session, found, NOW) == len(found.entries) > 0
    with sqlite_database.write() as session:
        assert add_list(session, found, NOW) == 0
