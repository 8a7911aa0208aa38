"""The life of a repository in the catalogue, from the day that it is added."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from registry.catalogue.readmodels import ComponentQuery
from registry.cli.commands.check import find_differences
from tests.support.git_repos import Commit, git
from tests.support.hostile_servers import git_server
from tests.support.registries import (
    World,
    bytes_on_disk,
    changes,
    dump,
    honest_commits,
    open_world,
    read_in_process,
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        yield made
        assert made.problems() == []


def test_a_crawled_repository_is_found_with_the_source_of_every_value(world: World) -> None:
    ids = world.build("letters")
    world.add("letters", country="EE", level="local")
    assert world.crawl() == 0

    view, events = world.log("letters")
    assert (view.state, view.last_outcome, view.head_commit) == ("active", "crawled", ids[-1])
    assert [event.outcome for event in events] == ["crawled"]
    found = world.registry.catalogue.search(ComponentQuery(q="letters inhabitant"))
    assert [card.name.value for card in found.items] == ["letters"]
    assert not found.degraded
    detail = world.registry.catalogue.component(found.items[0].slug)
    assert (detail.card.country, detail.card.version) == ("EE", "1.0.0")
    described = next(f for f in detail.fields if f.property == "short_description")
    assert (described.source.path, described.source.commit) == ("publiccode.yml", ids[-1])
    assert described.source.line == 11


def test_crawling_an_unchanged_repository_changes_only_the_time_of_the_check(
    world: World,
) -> None:
    world.build("letters")
    world.add("letters")
    world.crawl()
    before = dump(world)
    world.ahead += timedelta(days=1, seconds=1)
    assert world.crawl(force=False) == 0
    assert set(changes(before, dump(world))) == {"repository.last_checked_at"}


def test_a_store_that_was_lost_is_fetched_again_and_changes_nothing_known(world: World) -> None:
    world.build("letters")
    world.add("letters")
    world.crawl()
    before = dump(world)
    shutil.rmtree(world.registry.settings.home / "git")
    assert [found.invariant for found in find_differences(world.registry)] == ["I1"]
    world.crawl()
    assert find_differences(world.registry) == []
    known = {"component", "component_field", "commit", "document", "claim", "release", "path"}
    assert not {name for name in changes(before, dump(world)) if name.split(".")[0] in known}


def test_new_commits_alone_are_fetched_and_a_rewritten_history_keeps_the_old_one(
    world: World,
) -> None:
    ids = world.build("letters")
    world.build("letters", [Commit({"side.txt": "side\n"}, branch="side", start="main")])
    world.add("letters")
    world.crawl()
    newer = world.build("letters", [Commit({"src/new.py": "pass\n"}, date=1_610_000_000)])
    world.crawl()
    view, events = world.log("letters")
    assert (view.head_commit, view.commit_count) == (newer[0], 4)
    assert 0 < events[0].size_bytes < events[1].size_bytes

    git(world.place("letters"), "update-ref", "refs/heads/main", ids[0])
    git(world.place("letters"), "update-ref", "-d", "refs/heads/side")
    git(world.place("letters"), "tag", "--delete", "v1.0.0")
    world.crawl()
    view, _ = world.log("letters")
    assert (view.head_commit, view.commit_count) == (ids[0], 1)
    rows = dump(world)
    assert len(rows["commit_fact"]) == 5, "what was known stays"
    assert [row["id"].hex() for row in rows["commit_fact"] if row["on_main"]] == [ids[0]]
    assert {row["path"] for row in rows["path_fact"] if row["in_head"]} == {
        "README.md", "publiccode.yml", "LICENSE", "src/main.py",
    }  # fmt: skip
    assert {"side.txt", "src/new.py", "docs/guide.md"} <= {r["path"] for r in rows["path_fact"]}


def test_a_repository_that_is_gone_keeps_its_data_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_process(monkeypatch)
    (tmp_path / "repositories").mkdir()
    with (
        git_server(tmp_path / "repositories") as server,
        open_world(tmp_path, allow_hosts=(server.host,)) as world,
    ):
        world.build("letters")
        url = f"http://{server.host}/town+letters"
        place, away = tmp_path / "repositories/town+letters", tmp_path / "away"
        world.place("letters").rename(place)
        world.add(url)
        world.crawl()
        before = dump(world)
        slug = before["component"][0]["slug"]

        place.rename(away)
        world.ahead += timedelta(days=2)
        assert world.crawl(force=False) == 0, "that it is gone is no failure of the crawl"
        view, events = world.log(url)
        assert (view.state, view.last_outcome, events[0].outcome) == ("gone", "gone", "gone")
        assert view.state_since.date() == world.now().date()
        assert events[0].next_step == "Nothing: the last good copy is kept"
        kept = dump(world)
        for table in ("commit_fact", "path_fact", "document", "claim", "component_field"):
            assert kept[table] == before[table]
        card = world.registry.catalogue.component(slug).card
        assert (card.name.value, card.state, card.activity) == ("letters", "gone", "archived")

        away.rename(place)
        world.ahead += timedelta(days=2)
        world.crawl(force=False)
        view, _ = world.log(url)
        assert (view.state, view.last_outcome) == ("active", "crawled")
        assert dump(world)["commit_fact"] == before["commit_fact"]
        assert world.problems() == []


@pytest.mark.slow
def test_a_mirror_without_a_copy_says_so_and_nothing_is_lost(world: World) -> None:
    world.build("letters")
    world.add("letters")
    world.crawl()
    before = dump(world)
    world.place("letters").rename(world.folder / "away")
    assert world.crawl() == 1
    view, events = world.log("letters")
    assert (view.state, events[0].outcome) == ("active", "no_mirror")
    groups = world.registry.catalogue.crawl_status().failures
    assert [(g.reason, g.count, g.next_step) for g in groups] == [
        ("no_mirror", 1, "Add it to the mirror")
    ]
    after = dump(world)
    assert {name: len(rows) for name, rows in after.items() if name != "crawl_event"} == {
        name: len(rows) for name, rows in before.items() if name != "crawl_event"
    }


def test_no_address_of_an_author_is_kept_anywhere(world: World) -> None:
    secret = "anna.nimi@town.example"
    commits = [
        Commit(
            commit.files, tag=commit.tag, author=("Anna Nimi", secret), message="Signed by nobody"
        )
        for commit in honest_commits("letters")
    ]
    world.build("letters", commits)
    world.add("letters")
    world.crawl()
    row = dump(world)["commit_fact"][0]
    assert row["author_domain"] == "town.example"
    world.close()
    # The repositories themselves are copies of what is public; all that is derived is searched.
    kept = bytes_on_disk(world.settings.home, leave_out="git")
    assert b"town.example" in kept, "the search looks at the right files"
    assert secret.encode() not in kept
    assert b"Anna Nimi" not in kept
