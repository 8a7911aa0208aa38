"""Approvals from git to figures: the crawler reads, the registry counts, and is read anew."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import delete, select

from registry.catalogue.readmodels import ComponentQuery
from registry.db.tables import ApprovalCount, Repository, TrailerRow
from registry.governance.measures.approvals import Approvals
from registry.governance.measures.readmodels import ContributionQuery
from tests.support.git_repos import Commit
from tests.support.registries import World, honest_commits, open_world, read_in_process

ANN, BO = ("Ann", "ann@town.example"), ("Bo", "bo@house.example")
REVIEWED = "Mend\n\nThe form lost its end.\n\nReviewed-by: Ann <ann@town.example>\n"
IN_THE_MIDDLE = "Mend more\n\nReviewed-by: Ann <ann@town.example>\n\nAnd a last word.\n"
SPOOFED = "Mend it all\n\nAcked-by: The Minister <minister@state.gov.example>\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    with open_world(tmp_path) as made:
        yield made
        assert made.problems() == []


def approvals(world: World) -> Approvals:
    (card,) = world.registry.catalogue.search(ComponentQuery()).items
    found = world.registry.measures.contributions(card.slug, ContributionQuery())
    assert found.verified == 0.0
    return found.periods[1].approvals


def test_from_commits_to_figures_and_again_with_a_newer_reader(world: World) -> None:
    world.build("letters", [
        *honest_commits("letters"),
        Commit({"a": "1"}, "Side", branch="side", start="main", author=BO),
        Commit({"b": "1"}, REVIEWED, author=BO),
        Commit({"c": "1"}, IN_THE_MIDDLE, author=BO),
        Commit({"d": "1"}, SPOOFED, author=BO),
        Commit({}, "Merge pull request #1", merge=["side"], author=ANN),
    ])  # fmt: skip
    world.add("letters")
    assert world.crawl() == 0
    found = approvals(world)
    assert (found.commits, found.approved) == (7, 3)
    assert (found.merged, found.committed, found.reviewed) == (1, 0, 2)
    assert sum(lens.total for lens in found.lenses) == 6

    with world.registry.database.write() as session:
        session.exec(delete(TrailerRow))
        session.exec(delete(ApprovalCount))
        session.exec(select(Repository)).one().reader_version = 6
    world.ahead += timedelta(days=2)
    assert world.crawl() == 0
    assert approvals(world) == found
    with world.registry.database.read() as session:
        people = {(row.role, row.person_domain) for row in session.exec(select(TrailerRow))}
        assert people == {("reviewed", "town.example"), ("acked", "state.gov.example")}
        counted = session.exec(select(ApprovalCount)).all()
        assert sum(row.commits for row in counted) == 7, "it was read and counted anew"
