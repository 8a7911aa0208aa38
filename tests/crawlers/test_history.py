"""Reading histories: honest ones of every shape, and headers that no git would write today."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import history
from crawlers.history import parse_commit, read_commits, read_paths
from registry.domain.dates import EARLIEST
from tests.support import git_repos as repos
from tests.support.git_repos import Commit, build_repository, git

NOW = 1_800_000_000
DAY = 86_400
OID, PARENT, OTHER = b"a" * 40, b"b" * 40, b"c" * 40


def record(
    author: bytes = b"Ada <ada@gov.example> 1600000000 +0200",
    *,
    committer: bytes = b"Ada <ada@gov.example> 1600000100 +0200",
    oid: bytes = OID,
    parents: tuple[bytes, ...] = (PARENT,),
) -> bytes:
    lines = [oid, b"tree " + b"d" * len(oid), *(b"parent " + parent for parent in parents)]
    return b"\n".join([*lines, b"author " + author, b"committer " + committer, b"", b"    Hello"])


def test_a_commit_is_parsed_with_its_parents_times_and_lower_case_address() -> None:
    found = parse_commit(record(b"Ada <Ada@Gov.Example> 1600000000 +0200"), NOW)
    assert (found.id, found.parents) == (OID.decode(), (PARENT.decode(),))
    assert (found.author_time, found.commit_time) == (1_600_000_000, 1_600_000_100)
    assert (found.email, found.flags) == ("ada@gov.example", ())


def test_merges_roots_and_sha256_ids_keep_all_their_parents() -> None:
    assert parse_commit(record(parents=(PARENT, OTHER)), NOW).parents == ("b" * 40, "c" * 40)
    assert parse_commit(record(parents=()), NOW).parents == ()
    long = parse_commit(record(oid=b"a" * 64, parents=(b"b" * 64, b"c" * 64)), NOW)
    assert (long.id, long.parents) == ("a" * 64, ("b" * 64, "c" * 64))


@pytest.mark.parametrize(
    ("author", "time", "flags"),
    [
        (b"A <a@x.example> 0 +0000", EARLIEST, ("date",)),
        (b"A <a@x.example> -5 +0000", EARLIEST, ("date",)),
        (b"A <a@x.example> 99999999999999999999 +0000", NOW + DAY, ("date",)),
        (b"A <a@x.example> 16725225600 +0000", NOW + DAY, ("date",)),
        (b"A <a@x.example> 1600000000 -2500", 1_600_000_000, ("zone",)),
        (b"A <a@x.example> 1600000000", 1_600_000_000, ("zone",)),
        (b"A <a@x.example> 1600000000 +051800", 1_600_000_000, ("zone",)),
        (b"A <nobody> 1600000000 +0000", 1_600_000_000, ("email",)),
        (b"A <> 1600000000 +0000", 1_600_000_000, ("email",)),
        (b"A <\xff@x.example> 1600000000 +0000", 1_600_000_000, ("encoding",)),
        (b"Ada 1600000000 +0000", EARLIEST, ("identity",)),
        (b"", EARLIEST, ("identity",)),
        (b"A <a@x.example> soon +0000", EARLIEST, ("identity",)),
    ],
)
def test_what_is_odd_in_a_line_is_flagged_and_never_fails(
    author: bytes, time: int, flags: tuple[str, ...]
) -> None:
    found = parse_commit(record(author), NOW)
    assert (found.author_time, found.flags) == (time, flags)
    assert found.commit_time == 1_600_000_100


@given(st.binary(max_size=300))
def test_any_bytes_give_a_commit_with_a_date_in_range(raw: bytes) -> None:
    found = parse_commit(raw, NOW)
    assert EARLIEST <= found.author_time <= NOW + DAY
    found.email.encode()


def test_all_commits_of_an_odd_history_are_read(tmp_path: Path) -> None:
    ids = repos.odd(tmp_path / "odd.git")
    commits, caps = read_commits(tmp_path / "odd.git", NOW)
    assert ([c.id for c in commits], caps) == (ids[::-1], [])


def test_only_what_head_reaches_is_on_the_main_line(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    first, side, second = build_repository(
        place,
        [
            Commit({"a": "1\n"}),
            Commit({"b": "1\n"}, branch="side", start="main"),
            Commit({"a": "2\n"}),
        ],
    )
    commits, _ = read_commits(place, NOW)
    marked = {c.id: c.on_main for c in history.mark_main_line(commits, second)}
    assert marked == {first: True, second: True, side: False}


def _seen(place: Path) -> dict[str, tuple[str, int]]:
    paths, caps = read_paths(place, frozenset(), NOW)
    assert caps == []
    return {f"{p.path}@{git(place, 'cat-file', 'blob', p.blob)}": (p.commit, p.time) for p in paths}


def test_a_file_is_dated_by_the_first_commit_that_brought_it(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    ids = build_repository(
        place,
        [
            Commit({"a": "one", "same": "x"}),
            Commit({"a": "two"}),
            Commit({"a": "one"}, message="Revert"),
            Commit({"a": None}, rename={"same": "moved"}),
        ],
    )
    seen = _seen(place)
    assert {name: ids.index(commit) for name, (commit, _) in seen.items()} == {
        "a@one": 0, "same@x": 0, "a@two": 1, "moved@x": 3,
    }  # fmt: skip
    assert seen["moved@x"][1] == repos.FIRST_DATE + 3 * DAY


def test_a_merged_branch_brings_its_files_at_its_own_date(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    ids = build_repository(
        place,
        [
            Commit({"a": "one"}),
            Commit({"b": "side"}, branch="side", start="main"),
            Commit({"a": "two"}),
            Commit(merge=["side"]),
        ],
    )
    git(place, "update-ref", "-d", "refs/heads/side")
    assert _seen(place)["b@side"][0] == ids[3], "the main line got it by the merge"
    git(place, "update-ref", "refs/heads/side", ids[1])
    assert _seen(place)["b@side"][0] == ids[1]


def test_of_commits_with_one_date_the_ancestor_counts(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    date = repos.FIRST_DATE
    ids = build_repository(
        place,
        [
            Commit({"a": "one"}, date=date),
            Commit({"a": None}, date=date),
            Commit({"a": "one"}, date=date),
        ],
    )
    assert _seen(place)["a@one"][0] == ids[0]


def test_submodules_and_deleted_files_are_no_paths(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    url = ("https://x.example/a", "1" * 40)
    build_repository(place, [Commit({"a": "x"}, submodule={"lib": url}), Commit({"a": None})])
    paths, _ = read_paths(place, frozenset(), NOW)
    assert {path.path for path in paths} == {"a", ".gitmodules"}


def test_what_stands_at_head_is_marked(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a": "one"}), Commit({"a": "two"})])
    blob = git(place, "rev-parse", "main:a")
    paths, _ = read_paths(place, frozenset({(blob, "a")}), NOW)
    assert {path.blob for path in paths if path.in_head} == {blob}
    assert len(paths) == 2


def test_caps_end_the_reading_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({f"f{n}": str(n)}) for n in range(4)])
    monkeypatch.setattr(history, "MAX_COMMITS", 2)
    monkeypatch.setattr(history, "MAX_PATHS", 2)
    commits, caps = read_commits(place, NOW)
    assert (len(commits), caps) == (2, ["commits"])
    assert read_paths(place, frozenset(), NOW)[1] == ["paths"]
    monkeypatch.setattr(history, "MAX_RECORD", 10)
    assert read_commits(place, NOW)[1] == ["commits"]


def test_a_record_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a": "x"}, message="long " * 40_000)])
    monkeypatch.setattr(history, "MAX_RECORD", 1_000)
    assert read_commits(place, NOW) == ([], ["record_size"])


def test_a_path_longer_than_an_index_takes_is_left_out(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"/".join(["d" * 200] * 11): "x", "short": "y"})])
    paths, caps = read_paths(place, frozenset(), NOW)
    assert ([path.path for path in paths], caps) == (["short"], ["path_length"])


def test_a_folder_that_is_no_repository_is_read_as_nothing_and_says_so(tmp_path: Path) -> None:
    assert read_commits(tmp_path, NOW) == ([], ["git_error"])
    assert read_paths(tmp_path, frozenset(), NOW) == ([], ["paths"])
