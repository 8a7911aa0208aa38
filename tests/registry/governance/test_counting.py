"""Counting: own commits alone, merges apart, bots apart, and the same when done twice."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from registry.db.session import Database
from registry.db.tables import Contribution, Repository
from registry.errors import NotFound
from registry.governance.measures.counting import count_contributions, due_counts
from registry.governance.measures.readmodels import ContributionQuery, Contributions
from registry.governance.measures.rows import share_rows
from registry.governance.measures.views import component_of, load_tallies, measure_component
from registry.publishing.erasure import erase
from tests.support import contribution_rows
from tests.support.contribution_rows import add_commit, commit_id
from tests.support.databases import fresh_sqlite
from tests.support.lineage_rows import NOW, World


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database: Database = fresh_sqlite(tmp_path_factory.mktemp("counts"))
    with Session(database.engine) as session:
        yield World(session)
    database.close()


def found(world: World, slug: str = "forms", **asked: bool) -> Contributions:
    component = component_of(world.session, slug)
    return measure_component(world.session, component, ContributionQuery(**asked), NOW)


def counted(world: World, slug: str = "forms") -> None:
    count_contributions(world.session, world.repositories[slug], NOW)


def test_commits_merges_and_who_put_them_in(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = commit_id("merge").hex()
    add_commit(world.session, key, "one")
    add_commit(world.session, key, "two", author="b", committer="a", after=["one"])
    add_commit(world.session, key, "branch", author="b", committer="c", after=["one"])
    add_commit(world.session, key, "update", author="b", after=["branch", "two"])
    add_commit(world.session, key, "merge", after=["two", "update"])
    add_commit(world.session, key, "elsewhere", on_main=False)
    counted(world)
    whole = found(world).periods[1]
    assert (whole.commits, whole.merges) == (3, 2)
    merging = load_tallies(world.session, key)
    assert {x.author[:1]: x.put_in for x in merging if x.put_in} == {b"a": 2}
    assert found(world, with_merges=True).periods[1].lenses[0].total == 5


def test_ids_of_32_bytes_are_one_parent_each(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        contribution_rows, "commit_id", lambda name: hashlib.sha256(name.encode()).digest()
    )
    world.component("forms")
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = hashlib.sha256(b"merge").hexdigest()
    add_commit(world.session, key, "one", after=[])
    add_commit(world.session, key, "two", author="b", committer="a", after=["one"])
    add_commit(world.session, key, "branch", author="b", committer="c", after=["one"])
    add_commit(world.session, key, "merge", after=["two", "branch"])
    counted(world)
    whole = found(world).periods[1]
    assert (whole.commits, whole.merges) == (3, 1)
    put_in = {x.author[:1]: x.put_in for x in load_tallies(world.session, key) if x.put_in}
    assert put_in == {b"a": 2}


def test_done_twice_it_is_the_same(world: World) -> None:
    world.component("forms")
    add_commit(world.session, world.repositories["forms"], "one")
    counted(world)
    before = world.session.exec(select(Contribution)).all()
    counted(world)
    assert len(before) == len(world.session.exec(select(Contribution)).all()) == 1


def test_inherited_history_is_subtracted(world: World) -> None:
    world.component("origin")
    world.component("forms")
    world.edge("origin", "forms", direction="known")
    for name in ("one", "two", "three"):
        add_commit(world.session, world.repositories["origin"], name, author="upstream")
        add_commit(world.session, world.repositories["forms"], name, author="upstream")
    add_commit(world.session, world.repositories["forms"], "own", author="fork")
    counted(world)
    counted(world, "origin")
    assert (found(world).periods[1].commits, found(world).inherited) == (1, 3)
    assert found(world, with_inherited=True).periods[1].commits == 4
    assert (found(world, "origin").periods[1].commits, found(world, "origin").inherited) == (3, 0)


def test_commits_of_bots_are_out_with_a_switch(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    add_commit(world.session, key, "person")
    for number in range(30):
        add_commit(world.session, key, f"bot{number}", author="bot", flags="bot,zone")
    counted(world)
    assert (found(world).periods[1].commits, found(world).bots) == (1, 30)
    assert found(world, with_bots=True).periods[1].commits == 31


def test_the_window_has_547_days(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    first = datetime(2025, 2, 2, tzinfo=UTC)
    assert (NOW.date() - first.date()).days == 546
    add_commit(world.session, key, "in", at=first)
    add_commit(world.session, key, "out", at=first - timedelta(seconds=1))
    counted(world)
    window, whole = found(world).periods
    assert (window.commits, whole.commits) == (1, 2)
    assert window.since == first.date()
    assert found(world).years == (2025,)


def test_lines_of_each_lens_and_period_add_up_to_one(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    for number in range(6):
        at = datetime(2020 + number, 6, 1, tzinfo=UTC)
        add_commit(world.session, key, f"c{number}", author=f"a{number}", at=at)
    counted(world)
    totals: dict[tuple[str, str], float] = {}
    for row in share_rows(found(world)):
        totals[row.lens, row.period] = totals.get((row.lens, row.period), 0) + row.share
    assert set(totals) == {
        (lens, period)
        for lens in ("wrote", "behalf")
        for period in ("window", "all", *map(str, range(2020, 2026)))
    }
    assert all(total == pytest.approx(1) for total in totals.values())


def test_what_changed_is_due(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    repository = world.session.get_one(Repository, key)
    assert due_counts(world.session) == []
    repository.head_commit = "a" * 40
    world.session.flush()
    assert [job.payload["repository_id"] for job in due_counts(world.session)] == [key]
    counted(world)
    assert due_counts(world.session) == []
    repository.head_commit = "b" * 40
    world.session.flush()
    assert len(due_counts(world.session)) == 1


def test_who_asks_to_be_masked_is_in_no_count(world: World) -> None:
    world.component("forms")
    key = world.repositories["forms"]
    world.session.get_one(Repository, key).head_commit = "a" * 40
    add_commit(world.session, key, "one", author="jane", committer="john")
    counted(world)

    def hasher(email: str) -> tuple[bytes, str]:
        return email.partition("@")[0].encode().ljust(16, b"."), "town.example"

    erase(world.session, ["jane@town.example", "john@town.example"], hasher=hasher, now=NOW)
    assert world.session.exec(select(Contribution)).all() == []
    assert len(due_counts(world.session)) == 1
    counted(world)
    whole = found(world).periods[1]
    assert (whole.commits, whole.absence) == (1, 0)
    assert whole.lenses[0].unattributed.reasons == {"no_domain": 1}


def test_an_unknown_component_and_one_that_was_never_counted(world: World) -> None:
    world.component("forms")
    assert found(world).counted_at is None
    with pytest.raises(NotFound):
        found(world, "nothing\0")
