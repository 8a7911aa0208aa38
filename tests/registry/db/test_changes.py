"""The change log: written with the change, numbered without gaps, complete for who reads on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import Session, col, select

from registry.catalogue.resolve import resolve_component
from registry.db.changes import note_change, number_changes
from registry.db.session import Database
from registry.db.tables import (
    Change,
    ChangeKind,
    Component,
    Edge,
    IndexOutbox,
    Repository,
    RepositoryState,
)
from registry.db.tables.lineage import EdgeKind, EdgeTag
from registry.domain.facts import Claim
from registry.lineage.totals import refresh_totals
from registry.publishing.changes import ChangeLog, RecordQuery
from registry.publishing.takedowns import lift, take_down
from tests.support.catalogue_rows import NOW, crawled, document, reading, record, register

LATER = NOW + timedelta(days=1)


def log_over(database: Database, now: datetime = NOW) -> ChangeLog:
    return ChangeLog(database, lambda: now)


def kinds(database: Database) -> list[tuple[str, str]]:
    return [(x.kind, x.slug) for x in log_over(database).after(0)]


def component_of(session: Session, number: int) -> Component:
    return session.get_one(Component, number)


def test_each_change_of_a_component_is_in_the_log(database: Database) -> None:
    number = crawled(database, "town/letters", [Claim(property="licence", value="MIT")])
    with database.write() as session:
        row = session.get_one(Repository, component_of(session, number).repository_id)
        claims = (Claim(property="licence", value="EUPL-1.2"), Claim(property="name", value="L"))
        record(session, row, reading(document(*claims)), LATER)
    first, second = log_over(database).after(0)
    assert (first.seq, first.kind, first.slug) == (1, "created", "code-example-town-letters")
    assert first.repository_url == "https://code.example/town/letters"
    assert first.at == NOW
    assert (second.seq, second.kind, second.at) == (2, "licence", LATER)
    assert second.detail == {"before": "MIT", "after": "EUPL-1.2"}
    with database.write() as session:  # nothing new: no row
        row = session.get_one(Repository, component_of(session, number).repository_id)
        resolve_component(session, row, LATER)
    assert log_over(database).after(2) == ()


def test_a_change_that_is_undone_leaves_no_trace(database: Database) -> None:
    number = crawled(database, "town/letters")
    try:
        with database.write() as session:
            note_change(session, component_of(session, number), ChangeKind.UPDATED, NOW)
            session.flush()
            raise RuntimeError
    except RuntimeError:
        pass
    assert [kind for kind, _ in kinds(database)] == ["created"]


def test_reuse_that_is_counted_anew_is_a_change_and_the_same_count_is_none(
    database: Database,
) -> None:
    origin, reuser = (crawled(database, f"{body}/letters") for body in ("town", "city"))
    with database.write() as session:
        session.add(
            Edge(key="ev_1", kind=EdgeKind.SHARED_COMMITS, tag=EdgeTag.MEASURED, origin_id=origin,
                 reuser_id=reuser, confidence="verified", found_at=NOW, changed_at=NOW)
        )  # fmt: skip
        session.flush()
        refresh_totals(session, [origin, reuser], LATER)
    with database.write() as session:
        refresh_totals(session, [origin, reuser], LATER)
    assert kinds(database)[2:] == [("reuse", "code-example-town-letters")]


@pytest.mark.parametrize(("tag", "told"), [(EdgeTag.MEASURED, 1), (EdgeTag.DECLARED, 0)])
def test_the_search_index_is_told_of_measured_reuse_alone(
    database: Database, tag: EdgeTag, told: int
) -> None:
    origin, reuser = (crawled(database, f"{body}/letters") for body in ("town", "city"))
    with database.write() as session:
        before = component_of(session, origin).revision
        session.execute(delete(IndexOutbox))
        session.add(
            Edge(key="ev_1", kind=EdgeKind.SHARED_COMMITS, tag=tag, origin_id=origin,
                 reuser_id=reuser, confidence="verified", found_at=NOW, changed_at=NOW)
        )  # fmt: skip
        session.flush()
        refresh_totals(session, [origin, reuser], LATER)
        refresh_totals(session, [origin, reuser], LATER)
    with database.read() as session:
        waiting = session.exec(select(IndexOutbox.component_id, IndexOutbox.revision)).all()
        assert [tuple(row) for row in waiting] == [(origin, before + 1)] * told
        assert component_of(session, origin).revision == before + told


def test_what_is_taken_down_leaves_a_tombstone_and_comes_back(sqlite_database: Database) -> None:
    number = crawled(sqlite_database, "town/letters")
    slug = "code-example-town-letters"
    with sqlite_database.write() as session:
        view = take_down(session, slug, category="copyright", note="", now=LATER,
                         withdraw=lambda *_: 0)  # fmt: skip
    (last,) = log_over(sqlite_database).records(RecordQuery())
    assert (last.kind, last.slug, last.at) == ("removed", slug, LATER)
    with sqlite_database.write() as session:
        lift(session, view.id, now=LATER, restore=lambda *_: 0)
        assert component_of(session, number).slug == slug
    (last,) = log_over(sqlite_database).records(RecordQuery())
    assert last.kind == "created"


def test_a_repository_that_became_another_ones_is_removed(sqlite_database: Database) -> None:
    crawled(sqlite_database, "town/letters")
    with sqlite_database.write() as session:
        row = session.exec(select(Repository)).one()
        row.state = RepositoryState.IDENTITY_CHANGED
        component = session.exec(select(Component)).one()
        note_change(session, component, ChangeKind.UPDATED, LATER)
    assert [kind for kind, _ in kinds(sqlite_database)] == ["created", "removed"]


def test_numbers_follow_the_order_of_writing_and_the_time_never_goes_back(
    sqlite_database: Database,
) -> None:
    crawled(sqlite_database, "town/a")
    assert number_changes(sqlite_database, LATER) == 1
    crawled(sqlite_database, "town/b")
    assert number_changes(sqlite_database, NOW) == 1  # a clock that was set back
    assert number_changes(sqlite_database, LATER) == 0
    with sqlite_database.read() as session:
        rows = session.exec(select(Change).order_by(col(Change.seq))).all()
    assert [(row.seq, row.visible_at) for row in rows] == [(1, LATER), (2, LATER)]


def test_a_record_is_the_last_change_of_its_component(sqlite_database: Database) -> None:
    for name in ("a", "b"):
        crawled(sqlite_database, f"town/{name}", country="EE")
    log_over(sqlite_database).after(0)
    with sqlite_database.write() as session:
        component = session.exec(select(Component).order_by(col(Component.id))).first()
        assert component
        note_change(session, component, ChangeKind.REUSE, LATER)
    log = log_over(sqlite_database, LATER)
    assert [(x.seq, x.kind) for x in log.records(RecordQuery())] == [(2, "created"), (3, "reuse")]
    assert [x.seq for x in log.records(RecordQuery(after=2))] == [3]
    assert [x.seq for x in log.records(RecordQuery(since=LATER))] == [3]
    assert [x.seq for x in log.records(RecordQuery(until=NOW))] == [2]
    assert [x.seq for x in log.records(RecordQuery(country="FI"))] == []
    assert [x.seq for x in log.newest((ChangeKind.CREATED,), limit=1)] == [2]
    assert log.began_at() == NOW


def test_who_reads_on_misses_nothing_that_others_write_meanwhile(database: Database) -> None:
    """Eight writers end in another order than they began; a reader follows by number."""
    number = crawled(database, "town/letters")
    writers, each = (8, 6) if not database.is_sqlite else (4, 6)
    barrier = threading.Barrier(writers + 1)

    def write(name: int) -> None:
        barrier.wait()
        for turn in range(each):
            with database.write() as session:
                component = component_of(session, number)
                detail = {"writer": name, "turn": turn}
                note_change(session, component, ChangeKind.UPDATED, NOW, detail)
                session.flush()  # its row has its id, and another writer may end before it

    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    log = ChangeLog(database, lambda: datetime.now(UTC))
    seen: list[tuple[int, tuple[int, int]]] = []
    last = 1
    done = False
    while not done:
        done = not any(thread.is_alive() for thread in threads)  # and one look more after that
        found = log.after(last, 5)
        seen += [(x.seq, (x.detail["writer"], x.detail["turn"])) for x in found if x.detail]
        last = found[-1].seq if found else last
        done = done and not found
    assert [seq for seq, _ in seen] == list(range(2, writers * each + 2))
    assert {what for _, what in seen} == {(w, t) for w in range(writers) for t in range(each)}


def test_another_address_of_a_repository_is_told(sqlite_database: Database) -> None:
    from crawlers.discovery import _move
    from crawlers.forges.port import ForgeKind, RemoteRepository

    crawled(sqlite_database, "town/letters")
    with sqlite_database.write() as session:
        row = session.exec(select(Repository)).one()
        remote = RemoteRepository(
            forge=ForgeKind.GITLAB, host="code.example", forge_id="7", path="town/mail",
            url="https://code.example/town/mail", web_url="https://code.example/town/mail",
            name="mail",
        )  # fmt: skip
        _move(session, row, remote, LATER)
        register(session, "town/other")
    last = log_over(sqlite_database).after(1)[0]
    assert last.kind == "moved"
    assert last.repository_url == "https://code.example/town/mail"
    assert last.detail["before"] == "https://code.example/town/letters"
