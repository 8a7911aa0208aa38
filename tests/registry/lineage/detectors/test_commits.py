"""Forks: who is the origin of a shared history, and who only mirrors it."""

from typing import Any

import pytest

from registry.db.session import Database
from registry.db.tables import AttributionRow, Component, Repository
from registry.lineage.clusters import join_cluster
from registry.lineage.detectors import commits
from registry.lineage.findings import Finding
from tests.support.lineage_facts import add_commits, moment
from tests.support.lineage_rows import World

A, B = 1, 2
ADA, BOB = "ada", "bob"


class Pair:
    """Two repositories, `a` and `b`, with ten commits in common."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            world = World(session)
            for slug in "ab":
                world.component(slug)
                add_commits(world, slug, range(10), author=ADA)

    def go_on(self, slug: str, days: range, author: str, **values: Any) -> None:
        """Add commits of its own to a repository."""
        with self.database.write() as session:
            world = World(session, repositories={"a": A, "b": B})
            add_commits(world, slug, days, line=slug, author=author, **values)

    def change(self, key: int, **values: Any) -> None:
        with self.database.write() as session:
            row = session.get(Repository, key)
            assert row is not None
            row.sqlmodel_update(values)
            session.add(row)

    def say(self, key: int, url: str, phrase: str = "forked_from") -> None:
        """Let a text of a repository name a source."""
        with self.database.write() as session:
            session.add(
                AttributionRow(
                    repository_id=key, path="README.md", line=1,
                    text=f"This project was forked from {url}.", phrase=phrase, target=url,
                    target_url=url, blob="1" * 40, commit="2" * 40, first_seen=moment(11),
                )
            )  # fmt: skip

    def found(self) -> Finding:
        with self.database.write() as session:
            for key in (A, B):
                join_cluster(session, key)
            (finding,) = commits.find(session, B)
            assert commits.find(session, A) == [finding]
        return finding

    def direction(self) -> tuple[int | None, str]:
        found = self.found()
        origin = found.origin_repository_id if found.direction == "known" else None
        return origin, found.direction_basis


@pytest.fixture
def pair(sqlite_database: Database) -> Pair:
    return Pair(sqlite_database)


def test_a_fork_is_told_with_what_the_two_share_and_what_each_has(database: Database) -> None:
    pair = Pair(database)
    pair.go_on("a", range(10, 14), ADA)
    pair.go_on("b", range(20, 23), BOB)
    found = pair.found()
    assert (found.origin_repository_id, found.reuser_repository_id) == (A, B)
    assert (found.direction, found.direction_basis) == ("known", "authors")
    assert (found.kind, found.tag, found.confidence) == ("shared_commits", "measured", "verified")
    # Reuse begins with the first commit that only the fork has.
    assert found.first_seen == moment(20)
    assert found.strength == {
        "commits": 10, "own_commits_origin": 4, "own_commits_reuser": 3, "is_mirror": False,
        "first_shared": moment(0), "last_shared": moment(9),
    }  # fmt: skip


def test_the_forge_s_word_comes_first(pair: Pair) -> None:
    pair.go_on("a", range(10, 14), BOB)
    pair.go_on("b", range(20, 23), ADA)
    assert pair.direction() == (B, "authors")
    pair.change(B, is_fork=True, parent_url="https://code.example/a")
    assert pair.direction() == (A, "forge")


def test_a_fork_of_somebody_else_is_not_a_fork_of_this_one(pair: Pair) -> None:
    pair.go_on("a", range(10, 14), BOB)
    pair.go_on("b", range(20, 23), ADA)
    pair.change(B, is_fork=True, parent_url="https://code.example/stranger")
    assert pair.direction() == (B, "authors")


def test_a_text_that_names_the_other_decides_unless_both_do(pair: Pair) -> None:
    pair.go_on("a", range(10, 14), ADA)
    pair.go_on("b", range(20, 23), BOB)
    # Thanks alone do not say that code was taken.
    pair.say(A, "https://code.example/b", "thanks_to")
    assert pair.direction() == (A, "authors")
    pair.say(A, "https://CODE.example/b")
    assert pair.direction() == (B, "text")
    pair.say(B, "https://code.example/a")
    assert pair.direction() == (A, "authors")


@pytest.mark.parametrize("mirror", ["a", "b"])
def test_one_without_a_commit_of_its_own_is_a_mirror(pair: Pair, mirror: str) -> None:
    other = "b" if mirror == "a" else "a"
    pair.go_on(other, range(10, 14), BOB)
    # Commits on a branch beside the main line are not its own work on it.
    pair.go_on(mirror, range(30, 33), BOB, on_main=False)
    found = pair.found()
    assert found.direction_basis == "no_own_commits"
    assert found.reuser_repository_id == (A if mirror == "a" else B)
    assert found.strength["is_mirror"] is True
    assert found.first_seen == moment(9)


def test_a_fork_that_the_origin_did_not_go_on_from_is_reuse_and_no_mirror(pair: Pair) -> None:
    pair.change(B, is_fork=True, parent_url="https://code.example/a")
    pair.go_on("b", range(10, 14), BOB)
    found = pair.found()
    assert (found.origin_repository_id, found.strength["is_mirror"]) == (A, False)


def test_identical_histories_tell_no_direction_unless_the_forge_does(pair: Pair) -> None:
    assert pair.direction() == (None, "identical")
    pair.change(A, is_fork=True)
    assert pair.direction() == (B, "forge")
    assert pair.found().strength["is_mirror"] is True


@pytest.mark.parametrize(
    ("familiar_in_a", "familiar_in_b", "of", "expected"),
    [
        (4, 0, 4, (A, "authors")),
        (0, 4, 4, (B, "authors")),
        (2, 1, 4, (A, "authors")),  # a quarter apart
        (2, 2, 4, (None, "conflict")),
        (3, 1, 10, (None, "conflict")),  # a fifth apart, with few commits
        (6, 2, 20, (A, "authors")),  # a fifth apart, with enough commits
        (3, 2, 20, (None, "conflict")),
    ],
)
def test_those_who_wrote_what_is_shared_go_on_in_the_origin(
    pair: Pair, familiar_in_a: int, familiar_in_b: int, of: int, expected: tuple[int | None, str]
) -> None:
    for slug, familiar in (("a", familiar_in_a), ("b", familiar_in_b)):
        pair.go_on(slug, range(10, 10 + familiar), ADA)
        pair.go_on(slug, range(10 + familiar, 10 + of), f"new people of {slug}")
    assert pair.direction() == expected


def test_where_the_people_say_nothing_a_fork_by_the_forge_is_the_reuser(pair: Pair) -> None:
    pair.go_on("a", range(10, 14), BOB)
    pair.go_on("b", range(10, 14), "cy")
    assert pair.direction() == (None, "conflict")
    pair.change(A, is_fork=True)
    assert pair.direction() == (B, "forge")


def test_a_spoofed_author_of_many_commits_counts_by_the_first_ones_alone(pair: Pair) -> None:
    pair.go_on("a", range(10, 30), ADA)
    # A stranger's first 200 commits are his own; afterwards he signs as the origin's author.
    pair.go_on("b", range(10, 210), "eve")
    pair.go_on("b", range(210, 900), ADA)
    assert pair.direction() == (A, "authors")


def test_only_links_of_the_tree_are_told(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        world = World(session)
        for slug, own in (("a", range(10, 30)), ("b", range(40, 43)), ("c", range(50, 53))):
            world.component(slug)
            add_commits(world, slug, range(10), author=ADA)
            add_commits(world, slug, own, line=slug, author=ADA if slug == "a" else slug)
            join_cluster(session, world.repositories[slug])
        pairs = [
            {(x.origin_repository_id, x.reuser_repository_id) for x in commits.find(session, key)}
            for key in (1, 2, 3)
        ]
        assert pairs == [{(1, 2), (1, 3)}, {(1, 2)}, {(1, 3)}]


def test_a_repository_without_an_entry_in_the_catalogue_is_no_end(pair: Pair) -> None:
    with pair.database.write() as session:
        for key in (A, B):
            join_cluster(session, key)
        session.delete(session.get(Component, A))
        session.flush()
        assert commits.find(session, B) == []
