"""Takedown and erasure over real repositories: gone from every view, and not back by a crawl."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from registry.catalogue.readmodels import ComponentQuery
from registry.db.tables import Repository
from registry.errors import Conflict, Gone, InvalidInput, NotFound
from registry.lineage.readmodels import ComponentReuse, EdgeView
from tests.support.git_repos import Commit
from tests.support.lineage_story import all_edges
from tests.support.registries import (
    PUBLIC,
    World,
    bytes_on_disk,
    honest_commits,
    open_world,
    read_in_process,
)

JANE = "Jane.Roe@Town.example"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        yield made
        assert made.problems() == []


def _found(world: World, text: str) -> list[str]:
    page = world.registry.catalogue.search(ComponentQuery(q=text))
    return [card.slug for card in page.items]


def test_what_is_taken_down_leaves_every_view_and_no_crawl_brings_it_back(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_process(monkeypatch)
    shutil.copytree(story, tmp_path / "world")
    with open_world(tmp_path / "world") as world:
        _take_down_and_lift(world)
        assert world.problems() == []


def _take_down_and_lift(world: World) -> None:
    catalogue, lineage = world.registry.catalogue, world.registry.lineage
    removals = world.registry.removals
    before = {edge.key: edge for edge in all_edges(world)}
    slug, other = next(
        (edge.origin.slug or "", edge.reuser.slug or "")
        for edge in before.values()
        if edge.origin.slug and edge.direction == "known"
    )
    url = catalogue.component(slug).repository.url
    mine = {key for key, x in before.items() if slug in {x.origin.slug, x.reuser.slug}}
    name = catalogue.component(slug).card.name.value
    assert slug in {x.slug for x in catalogue.suggest(name[:4])}

    with pytest.raises(InvalidInput, match="category"):
        removals.take_down(slug, category="dislike")
    with pytest.raises(NotFound):
        removals.take_down("nothing-here", category="copyright")
    view = removals.take_down(slug, category="court_order", note="By order of\na court.")
    assert (view.slug, view.note, view.lifted_at) == (slug, "By order of a court.", None)
    with pytest.raises(Conflict):
        removals.take_down(slug, category="copyright")

    for days in (0, 40):  # at once, and after whatever the crawler does
        world.ahead += timedelta(days=days)
        if days:
            world.crawl()
        assert slug not in {x.slug for x in catalogue.suggest(name[:4])}
        assert slug not in _found(world, name)
        with pytest.raises(Gone) as told:
            catalogue.component(slug)
        assert (told.value.category, told.value.since) == ("court_order", view.taken_down_at)
        for ask in (lineage.edges_of, lineage.lineage):
            with pytest.raises(Gone):
                ask(slug)
        for key in mine:
            with pytest.raises(Gone):
                lineage.evidence(key)
        assert {x.key for x in all_edges(world)} == set(before) - mine
        assert not {x.key for x in _shown(lineage.edges_of(other))} & mine
        lineage.lineage(other)
        assert catalogue.find_repositories(url) == []
        assert catalogue.repositories(url=url) == ([], None)
        with pytest.raises(Gone):
            catalogue.repository_log(_id(world, url))

    assert removals.takedowns() == ([view], None)
    removals.lift(view.id)
    world.crawl()
    assert slug in _found(world, name)
    assert {x.key: x.state for x in all_edges(world)} == {k: x.state for k, x in before.items()}
    assert [x.reason for x in lineage.evidence(min(mine)).events][-1] == "the takedown was lifted"
    with pytest.raises(Conflict):
        removals.lift(view.id)


def _shown(reuse: ComponentReuse) -> list[EdgeView]:
    return [*reuse.reused_by, *reuse.reuses, *reuse.undirected]


def _id(world: World, url: str) -> int:
    with world.registry.database.read() as session:
        return session.exec(select(Repository.id).where(col(Repository.url) == url)).one() or 0


@pytest.mark.slow
def test_a_repository_without_a_component_is_not_crawled_once_it_is_taken_down(
    world: World,
) -> None:
    world.build("letters")
    world.add("letters")
    world.queue_due()  # a job that waits already does nothing either
    view = world.registry.removals.take_down(f"{PUBLIC}/town/letters", category="copyright")
    world.crawl()
    assert world.row("letters").last_crawled_at is None
    world.registry.removals.lift(view.id)
    world.crawl()
    assert world.row("letters").last_outcome == "crawled"


def test_a_masked_person_stays_masked_when_everything_is_read_again(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    # The mailbox of a role is kept of documents, until somebody says that it is a person's.
    role = "dev@town.example"
    commits = honest_commits("letters")
    readme = f"# letters\n\nWrite to {role} or to {JANE}.\n"
    person = ("Jane Roe", JANE)
    commits.append(Commit({"README.md": readme}, author=person, date=1_700_000_000))
    world.build("letters", commits)
    world.add("letters")
    world.crawl()
    removals = world.registry.removals
    assert removals.places_of(JANE) == ["commit_fact.author_key", "contribution.author_key"]
    assert {"claim.value", "document.text"} <= set(removals.places_of(role))

    report = removals.erase([JANE, role])
    assert report.commits == 1
    assert report.texts >= 1
    assert removals.erase([JANE, role]) == type(report)(0, 0)
    assert len(removals.erasures()) >= 2
    with pytest.raises(InvalidInput):
        removals.erase(["no address"])

    again = {"README.md": f"{readme}\nAgain.\n"}
    world.build("letters", [Commit(again, author=("J", JANE.lower()), date=1_700_100_000)])
    _read_everything_again(world)
    for address in (JANE, JANE.lower(), role):
        assert removals.places_of(address) == []
    world.registry.close()
    stored = bytes_on_disk(world.settings.home, leave_out="git").lower()
    said = "".join(capfd.readouterr()).lower()
    for address in (JANE, role):
        assert address.lower().encode() not in stored
        assert address.lower() not in said
    world.registry = world.open()
    detail = world.registry.catalogue.component(_found(world, "letters inhabitant")[0])
    assert "[withheld]" in (detail.readme_html or "")


def _read_everything_again(world: World) -> None:
    with world.registry.database.write() as session:
        row = session.get_one(Repository, world.row("letters").id)
        row.refs_digest, row.reader_version = None, 0
    world.ahead += timedelta(days=2)
    assert world.crawl() == 0
