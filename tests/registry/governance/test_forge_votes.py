"""Decisions from votes at a forge: once each, by member where a handle was given, immutable."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import select

from registry.catalogue.record import AuthorHasher
from registry.db.tables import ImportedVote, VoterHandle
from registry.domain.votes import ForgeVote, ForgeVotes
from registry.errors import Conflict, Forbidden, InvalidInput
from registry.governance.record.body_file import parse_file
from registry.governance.record.forge_votes import BodyVotes, Imported
from registry.governance.record.writing import OPERATOR
from tests.registry.governance.test_body_files import Land
from tests.support.bodies import member_of
from tests.support.hard_cases import NOW
from tests.support.needs import BODY

URL = "https://git.example.org/examples/forms/issues"
SLUG = "forms-together"
VOTE = ForgeVote(
    title="Rules for jane@town.example and @joe", thread_url=f"{URL}/1",
    url=f"{URL}/1#issuecomment-2", opened_at=datetime(2025, 2, 2, tzinfo=UTC),
    ended_at=datetime(2025, 2, 16, tzinfo=UTC), outcome="adopted", voters_for=("ann", "bob"),
    voters_against=("cy",), count_for=2, count_against=1, sha256="a" * 64,
)  # fmt: skip


class Forge:
    """A forge with some votes."""

    def __init__(self, *votes: ForgeVote) -> None:
        self.votes = votes
        self.asked: list[tuple[str, str, str]] = []

    def read(self, url: str, forge: str = "", bot: str = "") -> ForgeVotes:
        self.asked.append((url, forge, bot))
        return ForgeVotes(host="git.example.org", path="examples/forms", votes=self.votes)


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    members = [
        {"organisation": BODY, "role": "owner", "since": "2017"},
        {"organisation": "town-1", "role": "strategic", "since": "2017"},
        {"name": "Later", "role": "partner", "since": "2026"},
    ]
    start: dict[str, Any] = {
        "joint_body": 1, "name": "Forms Together", "lang": "en", "components": ["forms"],
        "source": {"url": "https://example.org/statute"}, "members": members,
    }  # fmt: skip
    made.bodies.import_file(parse_file(start))
    owner = member_of(made.database, made.numbers[BODY])
    number = next(x.id for x in made.bodies.body(SLUG).members if x.role == "owner")
    made.bodies.answer(owner, SLUG, number, agrees=True)
    yield made
    made.database.close()


def votes_of(land: Land, forge: Forge) -> BodyVotes:
    return BodyVotes(land.database, lambda: NOW, forge, lambda: AuthorHasher(b"k" * 32))


def test_a_vote_becomes_a_decision_with_its_source(land: Land) -> None:
    votes = votes_of(land, Forge(VOTE))
    votes.give_handle(OPERATOR, SLUG, BODY, "git.example.org", "@Ann")
    votes.give_handle(OPERATOR, SLUG, "town-1", "git.example.org", "cy")
    votes.give_handle(OPERATOR, SLUG, "town-1", "git.example.org", "elsewhere")
    owner = member_of(land.database, land.numbers[BODY])
    assert votes.import_votes(owner, SLUG, URL, BODY) == Imported(decisions=(1,), known=0, open=0)
    found = land.bodies.decisions.decision(SLUG, 1)
    assert (found.item.state, found.item.decided_on) == ("adopted", "2025-02-16")
    assert found.item.is_recorded
    assert found.item.title == "Rules for [withheld] and [withheld]"
    assert {x.slug: x.choice for x in found.votes} == {BODY: "for", "town-1": "against"}
    assert "2 for, 1 against; adopted. Not attributed to a member: 1." in found.text
    assert (found.source.url, found.source.sha256) == (VOTE.url, "a" * 64)
    assert found.thread_url == VOTE.thread_url
    with land.database.read() as session:
        row = session.exec(select(ImportedVote)).one()
        assert row.tally == {
            "for": 2, "against": 1, "not_attributed_for": 1, "not_attributed_against": 0,
        }  # fmt: skip
        handles = session.exec(select(VoterHandle)).all()
        assert len(handles) == 3
        assert not any(b"ann" in x.handle_key for x in handles)


def test_imported_again_nothing_is_doubled_and_nothing_changes(land: Land) -> None:
    votes = votes_of(land, Forge(VOTE, replace(VOTE, url="x", outcome="open")))
    first = votes.import_votes(OPERATOR, SLUG, URL)
    before = land.bodies.decisions.decision(SLUG, 1)
    assert votes_of(land, Forge(replace(VOTE, outcome="rejected"))).import_votes(
        OPERATOR, SLUG, URL
    ) == Imported(decisions=(), known=1, open=0)
    assert (first.decisions, first.open) == ((1,), 1)
    assert land.bodies.decisions.decision(SLUG, 1) == before


def test_who_was_no_member_on_that_day_has_no_vote(land: Land) -> None:
    votes = votes_of(land, Forge(VOTE))
    votes.give_handle(OPERATOR, SLUG, "Later", "git.example.org", "ann")
    votes.import_votes(OPERATOR, SLUG, URL)
    found = land.bodies.decisions.decision(SLUG, 1)
    assert found.votes == ()
    assert "Not attributed to a member: 3." in found.text


def test_a_member_for_which_people_voted_both_ways_has_no_vote(land: Land) -> None:
    votes = votes_of(land, Forge(VOTE))
    for handle in ("ann", "cy"):
        votes.give_handle(OPERATOR, SLUG, BODY, "git.example.org", handle)
    votes.import_votes(OPERATOR, SLUG, URL)
    found = land.bodies.decisions.decision(SLUG, 1)
    assert found.votes == ()
    assert "Not attributed to a member: 3." in found.text


def test_members_import_from_what_the_body_governs_alone(land: Land) -> None:
    forge = Forge(VOTE)
    owner = member_of(land.database, land.numbers[BODY])
    with pytest.raises(InvalidInput, match="no repository"):
        votes_of(land, forge).import_votes(owner, SLUG, "https://github.com/a/b/issues", BODY)
    stranger = member_of(land.database, land.numbers["digital-service"])
    with pytest.raises(Conflict):
        votes_of(land, forge).import_votes(stranger, SLUG, URL, "digital-service")
    with pytest.raises(Forbidden):
        votes_of(land, forge).import_votes(stranger, SLUG, URL, BODY)
    assert forge.asked == []


def test_a_handle_is_of_one_member_and_can_be_taken_back(land: Land) -> None:
    votes = votes_of(land, Forge(VOTE))
    owner = member_of(land.database, land.numbers[BODY])
    votes.give_handle(owner, SLUG, BODY, "git.example.org", "ann")
    votes.give_handle(owner, SLUG, BODY, "git.example.org", "ANN")
    with pytest.raises(InvalidInput, match="another member"):
        votes.give_handle(OPERATOR, SLUG, "town-1", "git.example.org", "ann")
    votes.give_handle(owner, SLUG, BODY, "git.example.org", "ann", removes=True)
    with pytest.raises(InvalidInput):
        votes.give_handle(owner, SLUG, BODY, "git.example.org", "ann", removes=True)
    votes.import_votes(OPERATOR, SLUG, URL)
    assert land.bodies.decisions.decision(SLUG, 1).votes == ()


@pytest.mark.parametrize(
    ("host", "handle"),
    [("", "ann"), ("nowhere", "ann"), ("a b", "ann"), ("git.example.org", ""),
     ("git.example.org", "a b"), ("git.example.org", "ann@town.example"),
     ("git.example.org", "x" * 200)],
)  # fmt: skip
def test_a_handle_that_is_none_is_refused(land: Land, host: str, handle: str) -> None:
    with pytest.raises(InvalidInput):
        votes_of(land, Forge()).give_handle(OPERATOR, SLUG, BODY, host, handle)


def test_a_vote_that_ended_in_the_future_is_refused_whole(land: Land) -> None:
    late = replace(VOTE, url="late", ended_at=datetime(2999, 1, 1, tzinfo=UTC))
    with pytest.raises(InvalidInput):
        votes_of(land, Forge(VOTE, late)).import_votes(OPERATOR, SLUG, URL)
    assert land.bodies.body(SLUG).item.decisions == 0
