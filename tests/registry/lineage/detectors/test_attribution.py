"""Texts that name a source: which become edges, whose they are, and when they are gone."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session

from registry.db.session import Database
from registry.db.tables import AttributionRow, Repository, RepositoryAlias
from registry.lineage.detectors import attribution
from registry.lineage.findings import Finding
from tests.support.lineage_facts import add_cluster, add_files, moment, oid
from tests.support.lineage_rows import World

TIDE = "https://code.example/tide"
FORKED = f"This is forked from [Tide]({TIDE})."


class Texts:
    """A catalogue of some components, into which statements are written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.world = World(session)
        for slug in ("tide", "quay", "pier"):
            self.world.component(slug)

    def say(self, slug: str, text: str = FORKED, **values: Any) -> int:
        """Write a statement; by default of Tide, by a fork, on the first day."""
        given: dict[str, Any] = {
            "path": "README.md", "line": 3, "phrase": "forked_from", "target": "Tide",
            "target_url": TIDE, "blob": oid(f"readme of {slug}").hex(), "commit": oid(slug).hex(),
            "first_seen": moment(1),
        }  # fmt: skip
        row = AttributionRow(
            repository_id=self.world.repositories[slug], text=text, **given | values
        )
        self.session.add(row)
        self.session.flush()
        return row.id or 0

    def find(self, slug: str) -> list[Finding]:
        return attribution.find(self.session, self.world.repositories[slug])

    def change(self, slug: str, **values: Any) -> None:
        row = self.session.get_one(Repository, self.world.repositories[slug])
        row.sqlmodel_update(values)
        self.session.add(row)
        self.session.flush()


@pytest.fixture
def texts(database: Database) -> Iterator[Texts]:
    with database.write() as session:
        yield Texts(session)


@pytest.fixture
def quick(sqlite_database: Database) -> Iterator[Texts]:
    with sqlite_database.write() as session:
        yield Texts(session)


def test_a_text_with_the_address_of_an_entry_is_an_edge(texts: Texts) -> None:
    row = texts.say("quay")
    (found,) = texts.find("quay")
    assert (found.kind, found.tag) == ("attribution_text", "attributed")
    assert found.origin_repository_id == texts.world.repositories["tide"]
    assert found.reuser_repository_id == texts.world.repositories["quay"]
    assert (found.direction, found.direction_basis, found.confidence) == ("known", "text", "likely")
    assert (found.state, found.first_seen, found.last_seen) == ("current", moment(1), None)
    assert found.evidence == {"attribution_id": row}
    assert found.strength == {
        "path": "README.md", "line": 3, "text": FORKED, "phrase": "forked_from",
        "removed_commit": None, "mentions": 1,
    }  # fmt: skip
    assert texts.find("tide") == []


def test_many_sentences_about_one_origin_are_one_edge_with_the_earliest(texts: Texts) -> None:
    for number in range(20):
        texts.say("quay", path=f"d{number}/README.md", first_seen=moment(10 + number))
    first = texts.say("quay", f"Based on {TIDE}.", phrase="based_on", first_seen=moment(2),
                      removed_commit="5" * 40, removed_at=moment(3))  # fmt: skip
    (found,) = texts.find("quay")
    assert found.evidence == {"attribution_id": first}
    assert (found.strength["mentions"], found.strength["removed_commit"]) == (21, "5" * 40)
    assert found.state == "current"
    assert found.locator == ""


def test_what_all_texts_no_longer_say_is_since_removed(texts: Texts) -> None:
    texts.say("quay", removed_commit="5" * 40, removed_at=moment(30))
    texts.say("quay", f"Based on {TIDE}.", phrase="based_on", first_seen=moment(2),
              removed_commit="6" * 40, removed_at=moment(40))  # fmt: skip
    (found,) = texts.find("quay")
    assert (found.state, found.first_seen, found.last_seen) == (
        "since_removed", moment(1), moment(40),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("With thanks to [Tide](https://code.example/tide).", {"phrase": "thanks_to"}),
        ("Inspired by [Tide](https://code.example/tide).", {"phrase": "inspired_by"}),
        ("The code of conduct is adapted from [Tide](https://code.example/tide).",
         {"phrase": "adapted_from"}),
        ("If you forked from Tide, read on.", {}),
        ("Forked from Tide.", {"target_url": None}),
        ("Forked from Tide.", {"target_url": "https://code.example/nobody"}),
        ("A fork of [Quay](https://code.example/quay).",
         {"target_url": "https://code.example/quay"}),
        ("[Pier](https://github.com/a/pier) is a fork of Tide.", {}),
    ],
)  # fmt: skip
def test_no_edge_comes_of(quick: Texts, text: str, values: dict[str, Any]) -> None:
    quick.say("quay", text, **values)
    assert quick.find("quay") == []


def test_a_former_address_is_that_of_the_entry(quick: Texts) -> None:
    old = "https://code.example/old-tide"
    quick.session.add(
        RepositoryAlias(
            url=old, repository_id=quick.world.repositories["tide"],
            since=quick.session.get_one(Repository, 1).added_at,
        )
    )  # fmt: skip
    quick.say("quay", f"Forked from {old}.", target_url=old)
    assert len(quick.find("quay")) == 1


def test_owner_and_name_are_an_address_where_a_fork_is_spoken_of(quick: Texts) -> None:
    quick.change("tide", url="https://github.com/port-city/tide")
    quick.say("quay", "Forked from Port-City/tide.", target="Port-City/tide", target_url=None)
    assert len(quick.find("quay")) == 1
    quick.say("pier", "Based on port-city/tide.", target="port-city/tide", target_url=None,
              phrase="based_on")  # fmt: skip
    assert quick.find("pier") == []


def test_a_source_without_a_repository_is_named(texts: Texts) -> None:
    source = texts.world.source("northland health", "CA", "CA-AB")
    text = "Adapted from and with thanks to Northland Health."
    texts.say("quay", text, phrase="adapted_from", target="Northland Health", target_url=None,
              removed_commit="5" * 40, removed_at=moment(50))  # fmt: skip
    (found,) = texts.find("quay")
    assert (found.origin_repository_id, found.origin_source_id) == (None, source)
    assert (found.state, found.confidence) == ("since_removed", "likely")
    texts.say("pier", "Originally developed by Northland Healthcare.", phrase="developed_by",
              target="Northland Healthcare", target_url=None)  # fmt: skip
    assert texts.find("pier") == []


def test_a_weak_phrase_about_a_named_source_is_only_possible(quick: Texts) -> None:
    quick.world.source("northland health")
    quick.say("quay", "Originally developed by Northland Health.", phrase="developed_by",
              target="Northland Health", target_url=None)  # fmt: skip
    (found,) = quick.find("quay")
    assert found.confidence == "possible"


def test_a_body_that_names_itself_is_no_source(quick: Texts) -> None:
    quick.world.source("body of quay")
    quick.say("quay", "Originally developed by Body of Quay.", phrase="developed_by",
              target="Body of Quay", target_url=None)  # fmt: skip
    assert quick.find("quay") == []


def test_a_fork_does_not_say_what_its_parent_said(texts: Texts) -> None:
    texts.world.component("fork")
    add_cluster(texts.world, "quay", "fork")
    texts.change("fork", is_fork=True)
    shared = {"commit": "7" * 40, "blob": "8" * 40}
    texts.say("quay", **shared)
    texts.say("fork", **shared)
    assert len(texts.find("quay")) == 1
    assert texts.find("fork") == []


def test_the_origin_of_shared_commits_keeps_the_statement(texts: Texts) -> None:
    texts.world.component("fork")
    add_cluster(texts.world, "quay", "fork")
    texts.world.edge("fork", "quay")  # the older entry is the fork of the younger one
    shared = {"commit": "7" * 40, "blob": "8" * 40}
    texts.say("quay", **shared)
    texts.say("fork", **shared)
    assert texts.find("quay") == []
    assert len(texts.find("fork")) == 1


def test_of_two_of_a_cluster_it_is_the_statement_of_the_older(quick: Texts) -> None:
    add_cluster(quick.world, "quay", "pier")
    quick.say("quay", first_seen=moment(9))
    quick.say("pier", FORKED.upper(), first_seen=moment(5))
    assert quick.find("quay") == []
    assert len(quick.find("pier")) == 1


def test_a_fork_that_names_its_own_parent_says_so(quick: Texts) -> None:
    add_cluster(quick.world, "tide", "quay")
    quick.say("quay")
    assert len(quick.find("quay")) == 1


def test_a_copied_file_speaks_for_the_one_that_held_it_before(texts: Texts) -> None:
    add_files(texts.world, "pier", {"README.md": "the readme"}, day=1)
    add_cluster(texts.world, "pier")
    add_cluster(texts.world, "quay")
    texts.say("pier", blob=oid("the readme").hex(), first_seen=moment(1))
    texts.say("quay", blob=oid("the readme").hex(), first_seen=moment(60))
    assert texts.find("quay") == []
    assert len(texts.find("pier")) == 1


def test_two_strangers_with_the_same_words_both_say_them(quick: Texts) -> None:
    quick.say("pier")
    quick.say("quay", first_seen=moment(60))
    assert len(quick.find("quay")) == len(quick.find("pier")) == 1


def test_old_dates_of_a_repository_that_came_late_take_nothing_away(quick: Texts) -> None:
    add_files(quick.world, "pier", {"README.md": "the readme"}, day=1)
    quick.change("pier", added_at=quick.session.get_one(Repository, 2).added_at.replace(year=2090))
    quick.say("pier", blob=oid("the readme").hex(), first_seen=moment(1))
    quick.say("quay", blob=oid("the readme").hex(), first_seen=moment(60))
    assert len(quick.find("quay")) == 1
