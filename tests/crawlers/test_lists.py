"""A list on the web becomes sources, and what is wrong with it is said on the crawl page."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from crawlers.adding import Entry, add_entry
from crawlers.forges.infer import parse_source
from crawlers.lists import SourceLists
from registry.db.tables import CrawlEvent, Organisation, Source
from registry.errors import CrawlFailure
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import RunningJob
from registry.settings import CrawlSettings

NOW = datetime(2026, 8, 1, tzinfo=UTC)
LIST = b"url,country,level\nhttps://github.com/town/letters,EE,local\nhttps://gitlab.com/x/y,FI,\n"


def _lists(database, answer, handed_on):
    return SourceLists(
        database=database,
        settings=CrawlSettings(),
        fetch=lambda _url: answer,
        queue=EmbeddedQueue(database),
        clock=lambda: NOW,
        otherwise=handed_on.append,
    )


def _added(database, spec):
    with database.write() as session:
        source, _ = add_entry(session, Entry(spec=parse_source(spec)), NOW)
        return RunningJob(task="crawl.source", key="1", payload={"source_id": source.id})


def test_every_entry_of_a_list_becomes_a_source_once(sqlite_database):
    job = _added(sqlite_database, "list:https://lists.example/bodies.csv")
    lists = _lists(sqlite_database, (200, LIST), [])
    lists.discover(job)
    lists.discover(job)
    with sqlite_database.read() as session:
        specs = [source.spec for source in session.exec(select(Source).order_by(Source.id))]
        countries = {row.country for row in session.exec(select(Organisation))}
        outcome = session.exec(select(Source.outcome)).first()
    assert len(specs) == 3
    assert countries == {"EE", "FI"}
    assert outcome == "discovered"


def test_a_source_that_is_no_list_is_handed_on(sqlite_database):
    handed_on = []
    job = _added(sqlite_database, "github:town")
    _lists(sqlite_database, (200, b""), handed_on).discover(job)
    assert handed_on == [job]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, b""), "gone"),
        ((503, b""), "unavailable"),
        ((429, b""), "rate_limited"),
        ((418, b""), "http_418"),
        ((200, b"<html>Sign in</html>"), "malformed"),
        ((200, b"\xff\xfe\x00"), "malformed"),
    ],
)
def test_a_list_that_cannot_be_used_ends_with_a_reason(sqlite_database, answer, reason):
    job = _added(sqlite_database, "list:https://lists.example/bodies.csv")
    with pytest.raises(CrawlFailure) as failure:
        _lists(sqlite_database, answer, []).discover(job)
    with sqlite_database.read() as session:
        event = session.exec(select(CrawlEvent)).one()
    assert failure.value.reason == reason == event.outcome
