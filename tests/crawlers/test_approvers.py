"""Who approved a commit: merges that brought it in, committers, reviewers; never the author."""

from pathlib import Path

import pytest

from crawlers.approvals import Authors, is_pull, mark_mergers
from crawlers.history import mark_main_line, parse_commit, read_commits
from registry.domain.facts import Commit as Fact
from tests.support.git_repos import Commit, build_repository, git

NOW = 1_800_000_000
ANN = ("Ann", "ann@town.example")
BO = ("Bo", "bo@house.example")


def commit(author: str, message: str, *, committer: str = "", parents: int = 1) -> Fact:
    lines = [
        "a" * 40, f"tree {'d' * 40}", *(f"parent {'b' * 40}" for _ in range(parents)),
        f"author {author} 1600000000 +0000", f"committer {committer or author} 1600000000 +0000",
    ]  # fmt: skip
    indented = "\n".join(f"    {line}" for line in message.split("\n"))
    return parse_commit(f"{chr(10).join(lines)}\n\n{indented}".encode(), NOW)


def trailers(message: str, author: str = "Ann <ann@town.example>", parents: int = 1) -> list[str]:
    found = commit(author, message, parents=parents)
    return [f"{role} {email}" for role, email in found.trailers]


def test_a_reviewer_counts_and_the_author_does_not() -> None:
    assert trailers("T\n\nReviewed-by: Bo <bo@house.example>") == ["reviewed bo@house.example"]
    assert trailers("T\n\nReviewed-by: A. <ann@town.example>") == []
    assert trailers('T\n\nReviewed-by: "ANN" <ann@elsewhere.example>') == []
    assert trailers("T\n\nSigned-off-by: Ann <ann@town.example>") == ["signed_off ann@town.example"]


def test_a_co_author_who_reviewed_is_no_reviewer() -> None:
    both = "T\n\nCo-authored-by: Bo <bo@house.example>\nReviewed-by: Bo <bo@other.example>"
    assert trailers(both) == ["co_authored bo@house.example"]


@pytest.mark.parametrize(
    "reviewer",
    ["mergify[bot] <m@x.example>", "Renovate <bot@renovateapp.com>", "GitHub <noreply@github.com>"],
)
def test_programs_and_forges_review_nothing(reviewer: str) -> None:
    assert trailers(f"T\n\nReviewed-by: {reviewer}") == []


def test_merges_and_work_of_programs_are_reviewed_by_nobody() -> None:
    text = "T\n\nReviewed-by: Bo <bo@house.example>"
    assert trailers(text, parents=2) == []
    assert trailers(text, author="renovate[bot] <bot@renovateapp.com>") == []


def test_more_trailers_than_are_read_are_flagged() -> None:
    many = "\n".join(f"Reviewed-by: A{n} <a{n}@x.example>" for n in range(150))
    found = commit("Ann <ann@town.example>", f"T\n\n{many}")
    assert (len(found.trailers), found.flags) == (100, ("trailers",))


def test_who_commits_by_another_address_of_the_author_is_the_author() -> None:
    other = commit("Ann <ann@town.example>", "T", committer="ann <ann@home.example>")
    assert other.committer == ""
    assert commit("Ann <ann@town.example>", "T", committer="Bo <bo@x.example>").committer


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Merge branch 'develop' of github.com:town/forms into develop", True),
        ("Merge branch 'main' of https://code.example/town/forms", True),
        ("Merge remote-tracking branch 'origin/develop' into develop", True),
        ("Merge remote-tracking branch 'upstream/main'", True),
        ("Merge branch 'fix' into 'main'", False),
        ("Merge branch 'fix' of github.com:other/forms", False),
        ("Merge pull request #12 from town/fix", False),
        ("Merge branch 'main' into develop", False),
        ("Merge branch '" + "x" * 10_000, False),
    ],
)
def test_a_branch_that_is_merged_into_itself_was_pulled(subject: str, expected: bool) -> None:
    assert is_pull(f"    {subject}\n\n    More.".encode()) is expected


def mergers(place: Path) -> dict[str, str]:
    """Return by whom each commit was merged, by their subjects."""
    authors = Authors()
    head = git(place, "rev-parse", "HEAD")
    commits, _ = read_commits(place, NOW, authors)
    commits = mark_mergers(mark_main_line(commits, head), head, authors)
    titles = dict(
        line.split(" ", 1) for line in git(place, "log", "--all", "--format=%H %s").splitlines()
    )
    return {titles[x.id]: x.merger for x in commits if x.merger}


def test_the_author_of_a_merge_approves_what_it_brought(tmp_path: Path) -> None:
    place = tmp_path / "forms.git"
    build_repository(place, [
        Commit({"a": "1"}, "root", author=ANN),
        Commit({"b": "1"}, "one", branch="side", start="main", author=BO),
        Commit({"b": "2"}, "two", branch="side", author=ANN),
        Commit({"c": "1"}, "between", author=BO),
        Commit({"d": "1"}, "deep", branch="deeper", start="side", author=BO),
        Commit({}, "Merge deeper", branch="side", merge=["deeper"], author=BO),
        Commit({}, "Merge pull request #1", merge=["side"], author=ANN),
        Commit({"e": "1"}, "mine", branch="own", start="main", author=ANN),
        Commit({}, "Merge branch 'own'", merge=["own"], author=("ann", "ann@home.example")),
        Commit({"f": "1"}, "bots", branch="bots", start="main", author=BO),
        Commit({}, "Merge pull request #2", merge=["bots"], author=("mergify[bot]", "m@x.example")),
        Commit({"g": "1"}, "theirs", branch="pulled", start="main", author=BO),
        Commit({}, "Merge branch 'main' of x:town/forms", merge=["pulled"], author=ANN),
    ])  # fmt: skip
    assert mergers(place) == dict.fromkeys(("one", "deep"), ANN[1])


def test_a_squashed_history_shows_no_approval(tmp_path: Path) -> None:
    place = tmp_path / "squashed.git"
    build_repository(place, [Commit({"a": "1"}, "All of it (#1)", author=BO)])
    assert mergers(place) == {}


def test_a_co_author_who_merges_approves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "pair.git"
    build_repository(place, [
        Commit({"a": "1"}, "root", author=ANN),
        Commit({"b": "1"}, "pair\n\nCo-authored-by: Ann <ann@town.example>", branch="side",
               start="main", author=BO),
        Commit({}, "Merge pull request #1", merge=["side"], author=ANN),
    ])  # fmt: skip
    assert mergers(place) == {}
