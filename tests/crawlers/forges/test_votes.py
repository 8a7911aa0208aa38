"""Votes in threads of forges: found by two comments of an account that the forge vouches for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.forges.budget import InMemoryRateBudgets
from crawlers.forges.cache import InMemoryConditionalCache
from crawlers.forges.client import ForgeClient
from crawlers.forges.votes import ForgeVoteReader, thread_of
from registry.domain.votes import ForgeVote
from registry.errors import CrawlFailure, InvalidInput, NotFound
from tests.support.forge_doubles import Reply

OPENED = "<!-- ##bot-voting-marker## -->\n**Voting is now open on this proposal!**\n\nVote here."
API = "https://api.github.com/repos/town/rules"


def result(yes: str, no: str, outcome: str) -> str:
    """Return the text of a result as the bot writes it."""
    counts = [text.count("@") for text in (yes, no)]
    return (
        "# Vote results\n\nThe results of [the vote](https:&#x2F;&#x2F;x) are:\n\n"
        "|Vote|Members|Votes count|Percentage|\n|-|-|-|-|\n"
        f"|:+1: Approve | {yes}   | {counts[0]}   | 100.0%   |\n"
        f"|:-1: Reject  | {no} | {counts[1]} | - |\n\n**{outcome}** :+1:\n\ncc @town/maintainers\n"
        "\n- <strong>mallory</strong> voted :+1:\n"
    )


def said(number: int, body: str, day: int, *, by: str = "yaml-9000", **more: Any) -> dict[str, Any]:
    """Return a comment as GitHub tells it."""
    return {
        "body": body, "created_at": f"2026-02-{day:02}T09:00:00Z", "author_association": "MEMBER",
        "user": {"login": by, "type": "User"}, "issue_url": f"{API}/issues/{number}",
        "html_url": f"https://github.com/town/rules/pull/{number}#issuecomment-{day}",
    } | more  # fmt: skip


class Scripted:
    """An HTTP client that knows some addresses, told without their query."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def request(self, method: str, url: str, **_: Any) -> Reply:
        self.asked.append(url)
        found = self.answers.get(url.partition("?")[0])
        if found is None:
            return Reply(404, {}, b"{}", url)
        return Reply(200, {"content-type": "application/json"}, json.dumps(found).encode(), url)


def read(answers: Mapping[str, Any], url: str, **more: str) -> tuple[ForgeVote, ...]:
    client = ForgeClient(Scripted(answers), InMemoryConditionalCache(), InMemoryRateBudgets())
    return ForgeVoteReader(client).read(url, **more).votes


def at_github(
    *comments: dict[str, Any], url: str = "https://github.com/town/rules/issues"
) -> tuple[ForgeVote, ...]:
    threads = {
        f"{API}/issues/{number}": {
            "title": f"Proposal {number}", "html_url": f"https://github.com/town/rules/pull/{number}"
        }
        for number in (1, 2)
    }  # fmt: skip
    lists = {f"{API}/issues/comments": list(comments), f"{API}/issues/1/comments": list(comments)}
    return read({**threads, **lists}, url)


def test_votes_of_a_repository_are_told_as_they_ended() -> None:
    found = at_github(
        said(1, "@yaml-9000 vote-start", 1, by="olga"), said(1, OPENED, 2), said(2, OPENED, 3),
        said(1, result("@Ann @bob", "", "Proposal approved"), 16),
        said(2, result("@ann", "@bob @cy", "Proposal rejected"), 17),
    )  # fmt: skip
    first, second = found
    assert (first.title, first.outcome, first.voters_for, first.count_for) == (
        "Proposal 1", "adopted", ("ann", "bob"), 2,
    )  # fmt: skip
    assert first.opened_at == datetime(2026, 2, 2, 9, tzinfo=UTC)
    assert first.url.endswith("pull/1#issuecomment-16")
    assert first.thread_url == "https://github.com/town/rules/pull/1"
    assert (second.outcome, second.voters_against, second.count_against) == (
        "rejected", ("bob", "cy"), 2,
    )  # fmt: skip
    assert len(first.sha256) == 64


def test_one_thread_alone_is_asked_for() -> None:
    comments = said(1, OPENED, 2), said(1, result("@a", "", "Proposal approved"), 16)
    (found,) = at_github(*comments, url="https://github.com/town/rules/pull/1")
    assert found.outcome == "adopted"


def test_a_vote_without_unanimity_goes_on_and_a_second_round_ends_it() -> None:
    found = at_github(
        said(1, OPENED, 1), said(1, result("@a", "@b", "No unanimity"), 2),
        said(1, OPENED, 3), said(1, result("@a @c @d", "@b", "Proposal approved"), 4),
    )  # fmt: skip
    assert [vote.outcome for vote in found] == ["open", "adopted"]


@pytest.mark.parametrize(
    "forged",
    [
        {"author_association": "NONE"},
        {"author_association": "CONTRIBUTOR"},
        {"user": {"login": "mallory", "type": "User"}},  # a member, but not who opened the polls
        {"body": "> # Vote results\n" + result("@a", "", "Proposal approved")},
        {"body": None},
        {"created_at": "soon"},
    ],
)
def test_what_somebody_else_writes_is_no_result(forged: dict[str, Any]) -> None:
    end = said(1, result("@a", "", "Proposal approved"), 16) | forged
    assert at_github(said(1, OPENED, 2), end) == ()


def test_polls_that_nobody_opened_do_not_end() -> None:
    assert at_github(said(1, result("@a", "", "Proposal approved"), 16)) == ()


def test_a_result_without_a_table_states_nothing() -> None:
    (found,) = at_github(said(1, OPENED, 2), said(1, "# Vote results\n**Proposal approved**", 3))
    assert (found.outcome, found.count_for) == ("not_stated", 0)


def test_a_program_of_the_forge_is_vouched_for() -> None:
    bot = {"author_association": "NONE", "user": {"login": "x[bot]", "type": "Bot"}}
    found = at_github(
        said(1, OPENED, 2) | bot, said(1, result("@a", "", "Proposal approved"), 3) | bot
    )
    assert len(found) == 1


def test_gitlab_and_forgejo_need_the_name_of_the_bot() -> None:
    for url in (
        "https://gitlab.com/town/rules/-/issues/1",
        "https://codeberg.org/town/rules/issues",
    ):
        with pytest.raises(InvalidInput, match="bot"):
            read({}, url)
    root = "https://gitlab.com/api/v4/projects/town%2Frules/issues/1"
    notes = [
        {"id": day, "body": body, "created_at": f"2026-02-{day:02}T09:00:00Z",
         "author": {"username": "Votes"}}
        for day, body in ((2, OPENED), (3, result("@a", "", "Proposal approved")))
    ]  # fmt: skip
    about = {"title": "Rules", "web_url": "https://gitlab.com/town/rules/-/issues/1"}
    answers = {root: about, f"{root}/notes": notes}
    (found,) = read(answers, "https://gitlab.com/town/rules/-/issues/1", bot="votes")
    assert found.url == "https://gitlab.com/town/rules/-/issues/1#note_3"
    with pytest.raises(InvalidInput, match="one issue"):
        read(answers, "https://gitlab.com/town/rules/-/issues", bot="votes")


def test_forgejo_is_read_like_github() -> None:
    root = "https://codeberg.org/api/v1/repos/town/rules/issues"
    plain = [
        {"body": body, "created_at": f"2026-02-{day:02}T09:00:00Z", "user": {"login": "votes"},
         "issue_url": "https://codeberg.org/town/rules/issues/1",
         "html_url": f"https://codeberg.org/town/rules/issues/1#issuecomment-{day}"}
        for day, body in ((2, OPENED), (3, result("@a", "", "Proposal approved")))
    ]  # fmt: skip
    about = {"title": "Rules", "html_url": "https://codeberg.org/town/rules/issues/1"}
    answers = {f"{root}/comments": plain, f"{root}/1": about}
    (found,) = read(answers, "https://codeberg.org/town/rules/issues", bot="votes")
    assert found.voters_for == ("a",)


@pytest.mark.parametrize(
    "url",
    ["", "http://github.com/town/rules/issues", "https://github.com/town", "https://x",
     "https://u:p@github.com/town/rules/issues", "https://github.com/town/../x/issues", "ftp://[",
     "https://github.com/town/rules/issues/x", "https://bitbucket.org/town/rules/issues",
     "https://unknown.example/town/rules/issues"],
)  # fmt: skip
def test_an_address_of_no_thread_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        read({}, url)


def test_what_is_not_there_and_what_is_no_json_is_told() -> None:
    with pytest.raises(NotFound):
        read({}, "https://github.com/town/rules/issues/1")
    with pytest.raises(CrawlFailure):
        read(
            {f"{API}/issues/1/comments": {"message": "x"}}, "https://github.com/town/rules/issues/1"
        )
    assert thread_of("https://github.com/town/rules/issues?q=is%3Aopen").number == ""
