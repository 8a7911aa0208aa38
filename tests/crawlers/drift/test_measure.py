"""Drift on real repositories: each way in which a fork takes something over, or does not."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.drift.hunks import holds_fix
from registry.domain.drift import FixVerdict, SoughtFix
from tests.support.drift_repos import LINES, Commit, Pair, edited
from tests.support.examples import share
from tests.support.git_repos import git

FIXED = edited(10, "line 10 escapes the name")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def states(pair: Pair) -> dict[str, int]:
    return pair.measure().counts


def rev_list(pair: Pair) -> tuple[int, int]:
    """Return what git itself counts behind and ahead."""
    pair.fetch()
    shown = git(pair.fork, "rev-list", "--left-right", "--count", "upstream...main").split()
    pair.drop()
    return int(shown[0]), int(shown[1])


def test_behind_and_ahead_are_what_git_counts(pair: Pair) -> None:
    pair.up(*(Commit({"a.py": edited(n, "new")}, f"Up {n}") for n in range(4)))
    pair.own(Commit({"own.py": "1\n"}), Commit({"own.py": "2\n"}))
    found = pair.measure()
    assert (found.behind, found.ahead) == rev_list(pair) == (4, 2)
    assert found.base == git(pair.upstream, "rev-parse", "main~4")
    assert found.sync_basis == "common_commit"


def test_equal_repositories_have_no_drift(pair: Pair) -> None:
    found = pair.measure()
    assert (found.behind, found.ahead, found.counts, found.parallel) == (0, 0, {}, 0)


def test_a_cherry_picked_commit_is_not_missing(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Fix"), Commit({"b.py": "b = 2\n" + LINES}, "Other"))
    pair.own(Commit({"own.py": "1\n"}), Commit({"a.py": FIXED}, "Fix\n\n(cherry picked)"))
    found = pair.measure()
    assert found.counts == {"equivalent": 1, "missing": 1}
    assert found.ahead_equivalent == 1
    assert [commit.subject for commit in found.commits] == ["Other"]
    assert found.commits[0].is_clean


def test_a_cherry_pick_onto_a_changed_file_is_found_by_its_lines(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    mine = edited(25, "a line of the fork")
    pair.own(Commit({"a.py": mine}), Commit({"a.py": edited(10, "line 10 escapes the name", mine)}))
    found = pair.measure()
    assert found.counts == {"equivalent": 1}
    assert (found.compared, found.comparable) == (1, 1)
    assert cherry_marks(pair) == ["-"]


def cherry_marks(pair: Pair) -> list[str]:
    """Return what `git cherry` says of the upstream's commits: `-` where the fork has them."""
    pair.fetch()
    shown = git(pair.fork, "cherry", "main", "upstream").splitlines()
    pair.drop()
    return [line[0] for line in shown]


def test_the_same_lines_in_another_file_are_another_patch(pair: Pair) -> None:
    pair.up(Commit({"b.py": "b = 1\n" + FIXED}, "Fix b"))
    pair.own(Commit({"c.py": "c = 1\n" + FIXED}, "Fix c"))
    assert states(pair) == {"missing": 1}


def test_a_rebased_fork_takes_over_all_it_brought_along(pair: Pair) -> None:
    pair.up(*(Commit({f"n{n}.py": f"{n}\n" + LINES}, f"Add {n}") for n in range(3)))
    pair.own(
        Commit({"own.py": "x\n"}),
        *(Commit({f"n{n}.py": f"{n}\n" + LINES}, f"Add {n}", date=1_700_000_000) for n in range(3)),
    )
    found = pair.measure()
    assert (found.behind, found.counts) == (3, {"equivalent": 3})


def test_a_squashed_update_is_absorbed(pair: Pair) -> None:
    pair.up(
        Commit({"a.py": edited(1, "one")}),
        Commit({"a.py": edited(2, "two")}),
        Commit({"b.py": "b = 3\n"}),
    )
    pair.own(Commit({"a.py": edited(2, "two"), "b.py": "b = 3\n"}, "Update from upstream"))
    found = pair.measure()
    assert (found.counts, found.missing) == ({"absorbed": 3}, 0)


def test_edits_after_a_squashed_update_do_not_hide_it(pair: Pair) -> None:
    pair.up(Commit({"a.py": edited(1, "one")}), Commit({"a.py": edited(2, "two")}))
    pair.own(Commit({"a.py": edited(2, "two")}), Commit({"a.py": edited(2, "two, our way")}))
    assert states(pair).get("missing", 0) == 0
    assert states(pair).get("edited", 0) == 0


def test_what_the_fork_took_and_undid_is_missing(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    pair.own(Commit({"a.py": FIXED}, "Fix, taken over"), Commit({"a.py": LINES}, "Undo"))
    assert states(pair) == {"missing": 1}


def test_what_the_upstream_itself_undid_is_not_missing(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Try"), Commit({"a.py": LINES}, "Undo"))
    pair.own(Commit({"own.py": "1\n"}))
    assert states(pair) == {"absorbed": 2}


def test_files_that_both_changed_are_parallel_and_cannot_be_told(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED, "b.py": "b = 9\n"}))
    pair.own(Commit({"a.py": edited(20, "ours")}))
    found = pair.measure()
    assert found.parallel_paths == ("a.py",)
    assert found.counts == {"missing": 1}
    assert not found.commits[0].is_clean
    pair.up(Commit({"a.py": edited(5, "once more", FIXED)}))
    assert states(pair) == {"missing": 1, "edited": 1}


def test_a_file_that_the_fork_moved_is_found_by_its_content(pair: Pair) -> None:
    pair.own(Commit({}, "Move", rename={"a.py": "src/a.py"}))
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    assert states(pair) == {"missing": 1}
    pair.own(Commit({"src/a.py": FIXED}, "Fix by hand"))
    assert states(pair) == {"absorbed": 1}


def test_files_that_the_fork_dropped_are_of_no_concern(pair: Pair) -> None:
    pair.own(Commit({"a.py": None}, "Drop a"))
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    assert states(pair) == {"gone": 1}


def test_empty_commits_merges_and_modes_have_no_patch(pair: Pair) -> None:
    pair.up(Commit({}, "Empty"), Commit({"s.py": "1\n"}, "Side", branch="side", start="main"))
    pair.up(Commit({}, "Merge", merge=("side",)))
    pair.own(Commit({}, "Empty, our way"))
    found = pair.measure()
    assert (found.behind, found.behind_merges) == (3, 1)
    assert found.counts == {"empty": 1, "missing": 1}
    assert found.ahead_equivalent == 0


def test_binary_files_are_the_same_patch_only_where_they_are_identical(pair: Pair) -> None:
    pair.up(Commit({"logo.png": b"\0\1\2" * 50}, "Logo"))
    pair.own(Commit({"logo.png": b"\0\1\2" * 50}, "Logo, taken over"))
    pair.up(Commit({"logo.png": b"\0\3\4" * 50}, "New logo"))
    pair.own(Commit({"logo.png": b"\0\5\6" * 50}, "Our logo"))
    assert states(pair) == {"equivalent": 1, "edited": 1}


def test_edits_of_white_space_alone_are_no_equal_patches(pair: Pair) -> None:
    pair.own(Commit({"a.py": edited(20, "ours")}))
    pair.up(Commit({"a.py": LINES.replace("line 3", "    line 3")}, "Indent"))
    mine = edited(20, "ours")
    pair.own(Commit({"a.py": mine.replace("line 3", "\tline 3")}, "Indent"))
    assert "equivalent" not in states(pair)


def test_a_merge_of_the_upstream_is_the_last_sync(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    pair.fetch()
    pair.own(Commit({"own.py": "1\n"}))
    pair.own(Commit({}, "Merge upstream", merge=("upstream",), date=1_650_000_000))
    pair.drop()
    pair.up(Commit({"c.py": "c = 2\n"}, "Later"))
    found = pair.measure()
    assert (found.behind, found.counts) == (1, {"missing": 1})
    assert (found.synced_at, found.sync_basis) == (1_650_000_000, "merge")


def test_a_copy_without_history_is_compared_by_its_files(tmp_path: Path) -> None:
    pair = Pair(tmp_path, is_related=False)
    pair.own(Commit({"lib/a.py": LINES, "lib/b.py": "b = 1\n" + LINES, "main.py": "own\n"}))
    pair.up(Commit({"a.py": FIXED}, "Fix a"), Commit({"unrelated.py": "1\n"}, "Other"))
    found = pair.measure(shared=pair.blobs())
    assert (found.is_related, found.behind, found.ahead) == (False, None, None)
    assert (found.files_held, found.files_older) == (2, 1)
    assert [(x.subject, x.state, x.is_clean) for x in found.commits] == [("Fix a", "missing", True)]
    pair.own(Commit({"lib/a.py": FIXED}))
    found = pair.measure(shared=pair.blobs())
    assert (found.files_held, found.files_older, found.commits) == (2, 0, ())


def test_a_rewritten_history_is_compared_by_its_files(tmp_path: Path) -> None:
    pair = Pair(tmp_path, is_related=False)
    pair.up(Commit({"a.py": FIXED}, "Fix a"), Commit({"b.py": "b = 2\n" + LINES}, "Other"))
    pair.own(
        Commit({"a.py": LINES, "b.py": "b = 1\n" + LINES}, "Begin", author=("Bo", "bo@x.example")),
        Commit({"a.py": FIXED}, "Fix a", author=("Bo", "bo@x.example")),
    )
    found = pair.measure(shared=pair.blobs())
    assert not found.is_related
    assert [x.subject for x in found.commits if x.state == "missing"] == ["Other"]


SOUGHT = SoughtFix(7, ("GHSA-2345-6789-CFGH", "CVE-2026-12345"))


def verdicts(pair: Pair, fix: SoughtFix = SOUGHT) -> list[tuple[FixVerdict, str, str]]:
    return [(x.verdict, x.basis, x.reason) for x in pair.measure([fix]).fixes]


def test_a_fix_named_by_its_advisory_or_its_message_is_missing_until_taken(pair: Pair) -> None:
    (commit,) = pair.up(Commit({"a.py": FIXED}, "Escape names\n\nFixes cve-2026-12345."))
    named = SoughtFix(7, ("GHSA-2345-6789-CFGH",), commits=(commit,))
    assert verdicts(pair) == [(FixVerdict.MISSING, "message", "")]
    assert verdicts(pair, named) == [(FixVerdict.MISSING, "commit", "")]
    pair.own(Commit({"a.py": FIXED}, "Taken"))
    assert verdicts(pair, named) == [(FixVerdict.TAKEN, "commit", "same_patch")]
    pair.own(Commit({"a.py": LINES}, "Undone"))
    assert verdicts(pair, named) == [(FixVerdict.MISSING, "commit", "")]


def test_a_fork_that_merged_the_fix_has_it(pair: Pair) -> None:
    (commit,) = pair.up(Commit({"a.py": FIXED}, "Fix"))
    pair.fetch()
    pair.own(Commit({}, "Merge", merge=("upstream",)))
    pair.drop()
    fix = SoughtFix(7, ("CVE-2026-12345",), commits=(commit,))
    assert verdicts(pair, fix) == [(FixVerdict.TAKEN, "commit", "has_commit")]


def test_a_fix_in_a_file_that_the_fork_changed_is_told_by_its_lines(pair: Pair) -> None:
    pair.own(Commit({"a.py": edited(20, "ours")}))
    pair.up(Commit({"a.py": FIXED}, "Fix CVE-2026-12345"))
    assert verdicts(pair) == [(FixVerdict.MISSING, "message", "")]
    by_hand = edited(10, "line 10 escapes the name", edited(20, "ours"))
    pair.own(Commit({"a.py": by_hand, "own.py": "also\n"}))
    assert verdicts(pair) == [(FixVerdict.TAKEN, "message", "same_files")]
    pair.own(Commit({"a.py": edited(10, "done in our way", edited(20, "ours"))}))
    assert verdicts(pair) == [(FixVerdict.NOT_KNOWN, "message", "edited")]


def test_an_older_file_lacks_a_fix_only_where_the_flawed_lines_stand_in_it(pair: Pair) -> None:
    trusting = edited(20, "line 20 trusts the name", FIXED)
    pair.own(Commit({"own.py": "1\n"}))
    pair.up(Commit({"a.py": edited(28, "better")}, "Something"))
    pair.up(Commit({"a.py": edited(28, "better", FIXED)}, "Fix CVE-2026-12345"))
    assert verdicts(pair) == [(FixVerdict.MISSING, "message", "")]
    pair.up(Commit({"a.py": trusting}, "Bring another flaw"))
    pair.up(Commit({"a.py": edited(20, "line 20 asks", FIXED)}, "Fix CVE-2026-54321"))
    late = SoughtFix(8, ("CVE-2026-54321",))
    assert verdicts(pair, late) == [(FixVerdict.NOT_KNOWN, "message", "edited")]


def test_a_fix_that_only_adds_a_file_cannot_be_told(pair: Pair) -> None:
    pair.up(Commit({"guard.py": "guard\n" + LINES}, "Fix CVE-2026-12345"))
    pair.own(Commit({"own.py": "1\n"}))
    assert verdicts(pair) == [(FixVerdict.NOT_KNOWN, "message", "edited")]


def test_a_fix_is_judged_by_its_code_and_not_by_its_tests(pair: Pair) -> None:
    pair.up(
        Commit(
            {"a.py": FIXED, "tests/test_a.py": "t\n", "CHANGELOG.md": "c\n"}, "Fix CVE-2026-12345"
        )
    )
    pair.own(Commit({"a.py": FIXED}, "Only the code"))
    assert verdicts(pair) == [(FixVerdict.TAKEN, "message", "same_files")]


def test_a_flaw_that_came_after_the_fork_does_not_touch_it(pair: Pair) -> None:
    brought, fixed = pair.up(
        Commit({"a.py": edited(10, "line 10 trusts the name")}, "Bring"), Commit({"a.py": FIXED})
    )
    fix = SoughtFix(7, ("CVE-2026-12345",), commits=(fixed,), introduced=(brought,))
    assert verdicts(pair, fix) == [(FixVerdict.NOT_AFFECTED, "commit", "flaw_not_there")]


def test_a_fix_that_nobody_can_find_is_not_known(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Something"))
    assert verdicts(pair) == [(FixVerdict.NOT_KNOWN, "none", "fix_not_found")]


def test_a_fork_without_the_flawed_file_is_not_affected(pair: Pair) -> None:
    pair.up(Commit({"late.py": "late\n" + LINES}, "Add after the fork"))
    pair.up(Commit({"late.py": "late\n" + FIXED}, "Fix CVE-2026-12345"))
    pair.own(Commit({"own.py": "1\n"}))
    assert verdicts(pair) == [(FixVerdict.NOT_AFFECTED, "message", "no_such_files")]


def test_what_the_fork_took_and_then_removed_is_of_no_concern(pair: Pair) -> None:
    pair.up(
        Commit({"late.py": "late\n" + LINES}, "Add"), Commit({"late.py": "late\n" + FIXED}, "Fix")
    )
    pair.own(
        Commit({"late.py": "late\n" + LINES}, "Add, taken over"),
        Commit({"late.py": "late\n" + FIXED}, "Fix, taken over"),
        Commit({"late.py": None}, "Remove"),
    )
    assert states(pair) == {"equivalent": 2}


def test_a_merge_that_fixes_counts_as_what_it_brought(pair: Pair) -> None:
    pair.up(Commit({"a.py": FIXED}, "Work", branch="side", start="main"))
    (merge,) = pair.up(Commit({}, "Merge", merge=("side",)))
    fix = SoughtFix(7, ("CVE-2026-12345",), commits=(merge,))
    found = pair.measure([fix]).fixes[0]
    assert (found.verdict, found.is_merge) == (FixVerdict.MISSING, True)


def test_names_in_messages_that_nobody_looked_for_are_told(pair: Pair) -> None:
    (commit,) = pair.up(Commit({"a.py": FIXED}, "Fix\n\nSee ghsa-2345-6789-cfgh, CVE-2026-12345"))
    assert pair.measure().mentioned == (
        (commit, "GHSA-2345-6789-CFGH"), (commit, "CVE-2026-12345"),
    )  # fmt: skip


def test_hostile_names_and_messages_do_no_harm(pair: Pair) -> None:
    pair.up(
        Commit({":colon": "1\n", "\1header": "2\n", "new\nline": "3\n"}, "Names"),
        Commit({"a.py": FIXED}, "\1deadbeef 1 2\n:100644 x me@home.example"),
    )
    found = pair.measure()
    assert found.counts == {"missing": 2}
    assert all("me@home" not in commit.subject for commit in found.commits)
    assert [commit.files for commit in found.commits] == [1, 3]


def test_missing_contents_are_asked_for_and_not_guessed(pair: Pair, tmp_path: Path) -> None:
    pair.up(Commit({"a.py": FIXED}, "Fix"))
    mine = edited(25, "a line of the fork")
    pair.own(Commit({"a.py": mine}), Commit({"a.py": edited(10, "line 10 escapes the name", mine)}))
    for name in ("upstream", "fork"):
        full = getattr(pair, name)
        git(full, "config", "uploadpack.allowFilter", "true")
        place = tmp_path / f"{name}-blobless.git"
        subprocess.run(
            ["git", "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{full}", place],
            check=True,
        )
        setattr(pair, name, place)
    found = pair.measure()
    assert found.counts == {"edited": 1}
    assert (found.compared, found.comparable) == (0, 1)
    assert len(found.wanted_of_origin) == 2
    assert len(found.wanted_of_reuser) >= 2


@settings(max_examples=share(12), deadline=None)
@given(seed=st.integers(0, 10_000))
def test_equal_patches_are_those_of_git(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Whatever was picked in whatever order: `git cherry` and we name the same commits."""
    chance = random.Random(seed)
    pair = Pair(tmp_path_factory.mktemp("pair"))
    current, edits = LINES, []
    for number in chance.sample(range(0, 28, 4), 5):
        current = edited(number, f"upstream {number}", current)
        edits.append(number)
        pair.up(Commit({"a.py": current}, f"Edit {number}"))
    mine = edited(29, "ours")
    pair.own(Commit({"a.py": mine}))
    for number in chance.sample(edits, chance.randint(0, 4)):
        mine = edited(number, f"upstream {number}", mine)
        pair.own(Commit({"a.py": mine}, f"Pick {number}"))
    pair.fetch()
    marks = git(pair.fork, "cherry", "main", "upstream").splitlines()
    pair.drop()
    found = pair.measure()
    picked = sum(line.startswith("-") for line in marks)
    assert found.counts.get("equivalent", 0) == picked


def test_lines_tell_whether_a_fix_is_there() -> None:
    old, new = LINES.encode(), FIXED.encode()
    assert holds_fix(old, new, old) == "missing"
    assert holds_fix(old, new, new) == "taken"
    assert holds_fix(old, new, b"something else entirely\n") == "unknown"
    assert holds_fix(b"{\n}\n", b"{\n\nx\n}\n", b"{\n}\n" * 9) == "unknown"
    spaced = old.replace(b"line 10", b"   line  10")
    assert holds_fix(old, new, spaced) == "missing"


def test_half_of_the_lines_that_a_fix_takes_away_must_stand() -> None:
    words = [f"the call number {n} of the old way" for n in range(4)]
    old = "\n".join([*LINES.split("\n"), *words]).encode()
    new = "\n".join([*LINES.split("\n"), *(x.replace("old", "new") for x in words)]).encode()

    def fork(standing: int) -> bytes:
        return "\n".join([words[0], "mine", *words[1:standing], "mine too"]).encode()

    spread = (
        old.replace(b"\nthe call", b"\n\nthe call"),
        new.replace(b"\nthe call", b"\n\nthe call"),
    )
    assert [holds_fix(*spread, fork(n)) for n in (1, 2, 3)] == ["unknown", "missing", "missing"]


def test_a_fix_that_only_adds_lines_is_told_where_it_would_add_them() -> None:
    new = LINES.replace("line 10", "guard the name\nline 10").encode()
    assert holds_fix(LINES.encode(), new, LINES.encode()) == "absent"
    assert holds_fix(LINES.encode(), new, b"something else entirely\n") == "unknown"
