"""One pass along the main line: which contents are wanted, and what watched paths held when."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers import mainline
from crawlers.mainline import EARLY_COMMITS, MainLine, read_main_line
from registry.domain.dates import EARLIEST
from registry.domain.facts import Version
from tests.support.git_histories import State, blob_id, import_history
from tests.support.git_repos import Commit, RawRepository, build_repository, git, names

NOW = 1_800_000_000
DAY = 86_400
START = int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())


def _read(place: Path, *, limit: int = 1_000) -> MainLine:
    return read_main_line(
        place, NOW, limit=limit,
        is_source=lambda path: path.endswith(".py"),
        is_watched=lambda path: path.endswith(".json"),
    )  # fmt: skip


def _year(year: int, day: int = 0) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) + day * DAY


def test_contents_of_head_come_first_then_the_first_commits_then_the_years(
    tmp_path: Path,
) -> None:
    place = tmp_path / "a.git"
    early: list[State] = [(START + n * 60, {"a.py": f"early {n}\n"}) for n in range(EARLY_COMMITS)]
    later: list[State] = [
        (_year(2019, 40), {"a.py": "lost between\n"}),
        (_year(2019, 300), {"a.py": "end of 2019\n", "b.py": "b of 2019\n"}),
        (_year(2021, 3), {"a.py": "lost in 2021\n"}),
        (_year(2021, 9), {"a.py": "end of 2021\n", "b.py": None}),
        (_year(2024, 1), {"a.py": "head\n", "notes.txt": "no source\n"}),
    ]
    import_history(place, [*early, *later])
    found = _read(place)
    first = sorted(blob_id(place, f"early {n}\n") for n in range(EARLY_COMMITS))
    assert found.sources == (
        blob_id(place, "head\n"),
        *first,
        *sorted([blob_id(place, "end of 2019\n"), blob_id(place, "b of 2019\n")]),
        blob_id(place, "end of 2021\n"),
    )
    assert found.caps == ()


def test_a_sample_of_too_many_contents_begins_with_those_of_head(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    import_history(place, [
        (START, {f"{n}.py": f"old {n}\n" for n in range(6)}),
        (START + DAY, {f"{n}.py": f"new {n}\n" for n in range(6)}),
    ])  # fmt: skip
    head = sorted(blob_id(place, f"new {n}\n") for n in range(6))
    assert _read(place, limit=4).sources == tuple(head[:4])
    assert _read(place, limit=8).sources[:6] == tuple(head)
    assert len(_read(place, limit=8).sources) == 8
    assert _read(place, limit=0).sources == ()


def test_versions_of_watched_paths_are_dated_and_a_removal_is_one(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    ids = import_history(place, [
        (START, {"package.json": "1"}),
        (START + DAY, {"other.txt": "x"}),
        (START + 2 * DAY, {"package.json": "2", "lib/x.json": "3"}),
        (START + 3 * DAY, {"package.json": None}),
    ])  # fmt: skip
    assert _read(place).versions == {
        "package.json": (
            Version(ids[0], START, blob_id(place, "1")),
            Version(ids[2], START + 2 * DAY, blob_id(place, "2")),
            Version(ids[3], START + 3 * DAY, ""),
        ),
        "lib/x.json": (Version(ids[2], START + 2 * DAY, blob_id(place, "3")),),
    }


def test_a_merge_brings_what_the_main_line_did_not_have(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    ids = build_repository(place, [
        Commit({"main.py": "main\n"}),
        Commit({"side.py": "draft\n"}, branch="side", start="main"),
        Commit({"side.py": "done\n", "p.json": "side"}, branch="side"),
        Commit({"main.py": "more\n"}),
        Commit(merge=["side"]),
    ])  # fmt: skip
    found = _read(place)
    assert set(found.sources) == {
        blob_id(place, text) for text in ("main\n", "more\n", "done\n")
    }  # fmt: skip
    # It counts from the merge on: before, it was no part of this code.
    assert [(x.commit, x.time) for x in found.versions["p.json"]] == [
        (ids[4], 1_600_000_000 + 4 * DAY)
    ]


def test_a_renamed_and_a_replaced_path_are_followed_by_their_contents(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [
        Commit({"old.py": "same\n", "gone.py": "gone\n"}),
        Commit(rename={"old.py": "new.py"}),
        Commit({"gone.py": None}, submodule={"gone.py": ("https://x.example/a", "1" * 40)}),
    ])  # fmt: skip
    # A year ends: what stood there then is the same, and a gitlink is no content.
    build_repository(place, [Commit({"later.py": "later\n"}, date=_year(2022))])
    assert set(_read(place).sources) == {
        blob_id(place, text) for text in ("same\n", "gone\n", "later\n")
    }


def test_years_that_go_back_end_no_year_twice(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    filler: list[State] = [(_year(2015, n), {"f.txt": str(n)}) for n in range(EARLY_COMMITS)]
    import_history(place, [
        *filler,
        (_year(2020), {"a.py": "lost\n"}),
        (_year(2016), {"a.py": "back-dated\n"}),
        (_year(2020, 5), {"a.py": "end of 2020\n"}),
        (_year(2021), {"a.py": "head\n"}),
    ])  # fmt: skip
    assert _read(place).sources == (blob_id(place, "head\n"), blob_id(place, "end of 2020\n"))


@pytest.mark.parametrize(
    ("said", "kept"), [(0, EARLIEST), (1, EARLIEST), (99_999_999_999, NOW + DAY)]
)
def test_a_date_outside_of_reason_is_clamped(tmp_path: Path, said: int, kept: int) -> None:
    place = tmp_path / "a.git"
    import_history(place, [(said, {"p.json": "1", "a.py": "x\n"})])
    (version,) = _read(place).versions["p.json"]
    assert version.time == kept


def test_names_that_are_no_text_or_too_long_do_no_harm(tmp_path: Path) -> None:
    raw = RawRepository(tmp_path / "a.git")
    blob = raw.add("blob", b"x\n")
    long = b"n" * 5_000 + b".py"
    tree = raw.tree(sorted([("100644", b"caf\xe9.json", blob), ("100644", long, blob)]))
    raw.branch(raw.commit(tree))
    found = _read(raw.path)
    assert list(found.versions) == ["caf\N{REPLACEMENT CHARACTER}.json"]
    assert (found.sources, found.caps) == ((), ())
    names(tmp_path / "b.git", b"..")
    assert _read(tmp_path / "b.git").caps == ()


def test_caps_are_told_and_what_was_seen_before_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a.git"
    import_history(place, [(START + n, {f"{n}.py": f"{n}\n"}) for n in range(5)])
    monkeypatch.setattr(mainline, "MAX_CHANGES", 3)
    found = _read(place)
    assert (len(found.sources), found.caps) == (4, ("changes",))


def test_of_too_many_watched_paths_and_versions_the_first_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a.git"
    import_history(place, [
        (START + n, {"a.json": f"{n}", "b.json": f"b{n}", "c.json": f"c{n}"}) for n in range(5)
    ])  # fmt: skip
    monkeypatch.setattr(mainline, "MAX_WATCHED", 2)
    monkeypatch.setattr(mainline, "MAX_VERSIONS", 3)
    found = _read(place)
    assert {path: len(versions) for path, versions in found.versions.items()} == {
        "a.json": 3, "b.json": 3,
    }  # fmt: skip


def test_a_broken_history_is_partial(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a.py": "1\n"}), Commit({"a.py": "2\n"})])
    tree = git(place, "rev-parse", "main~1^{tree}")
    (place / "objects" / tree[:2] / tree[2:]).unlink()
    assert _read(place).caps == ("git_error",)


def test_contents_that_are_not_here_need_not_be(tmp_path: Path) -> None:
    place = tmp_path / "a.git"
    build_repository(place, [Commit({"a.py": "1\n"}), Commit({"a.py": "2\n"})])
    whole = _read(place)
    for text in ("1\n", "2\n"):
        blob = blob_id(place, text)
        (place / "objects" / blob[:2] / blob[2:]).unlink()
    assert _read(place) == whole
    assert len(whole.sources) == 2


def test_a_shallow_history_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole, place = tmp_path / "a.git", tmp_path / "b.git"
    import_history(whole, [(START + n, {"a.py": f"{n}\n"}) for n in range(5)])
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{whole}", str(place))
    found = _read(place)
    assert set(found.sources) == {blob_id(whole, "3\n"), blob_id(whole, "4\n")}


def test_rare_paths_have_room_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mainline, "MAX_WATCHED", 1)
    monkeypatch.setattr(mainline, "MAX_RARE", 1)
    place = tmp_path / "a.git"
    files = {f"{name}/README.md": "text" for name in "abc"} | {"z/OWNERS": "x", "zz/OWNERS": "x"}
    build_repository(place, [Commit(files)])
    found = read_main_line(
        place, 1_800_000_000, limit=1, is_source=lambda _: False, is_watched=lambda _: True,
        is_rare=lambda path: path.endswith("OWNERS"),
    )  # fmt: skip
    assert list(found.versions) == ["a/README.md", "z/OWNERS"]
