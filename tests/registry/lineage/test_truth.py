"""Labelled pairs as a CSV file: what cannot be used is named with its line."""

from pathlib import Path

import pytest

from registry.errors import InvalidInput
from registry.lineage import truth
from registry.lineage.truth import Label, countries, read_truth, url_of

HEAD = "repo_a,repo_b,relation,direction,family,country_a,country_b,split"
GOOD = "town/forms,city/copy,copied_no_history,a->b squashed,forms,EE,FI,tune"


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_pairs_are_read_with_their_addresses(tmp_path: Path) -> None:
    path = _file(tmp_path, HEAD, GOOD, 'https://Code.example/A/b.git,"Town/Forms",unrelated,,,,,')
    first, second = read_truth(path)
    assert first == Label(
        repo_a="https://github.com/town/forms", repo_b="https://github.com/city/copy",
        relation="copied_no_history", direction="a->b squashed", family="forms", country_a="EE",
        country_b="FI", split="tune",
    )  # fmt: skip
    assert (second.repo_a, second.repo_b, second.split) == (
        "https://code.example/A/b", "https://github.com/town/forms", "all",
    )  # fmt: skip


def test_only_three_columns_are_needed_and_a_mark_of_the_order_of_bytes_is_none(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"\xef\xbb\xbfrepo_a,repo_b,relation\r\na/b,c/d,submodule\r\n")
    assert [x.relation for x in read_truth(path)] == ["submodule"]


@pytest.mark.parametrize(
    ("direction", "arrow", "dependent"),
    [
        ("a->b", "a->b", None), ("b->a (2020)", "b->a", None), ("siblings of ckan", None, None),
        ("a depends on b", None, "a"), ("b contains a", None, "b"), ("", None, None),
        ("unknown", None, None), ("about", None, None),
    ],
)  # fmt: skip
def test_a_direction_is_text_that_begins_with_what_it_means(
    direction: str, arrow: str | None, dependent: str | None
) -> None:
    label = Label(repo_a="a", repo_b="b", relation="unrelated", direction=direction)
    assert (label.arrow, label.dependent) == (arrow, dependent)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("town/forms,city/copy,cousins,,,,,", r"line 3: .*cousins"),
        ("town/forms,,unrelated,,,,,", "line 3"),
        ("http://town.example/a,city/copy,unrelated,,,,,", "line 3"),
        ("--upload-pack=x,city/copy,unrelated,,,,,", "line 3"),
        ("https://u:p@town.example/a,city/copy,unrelated,,,,,", "line 3.*credentials"),
        ("town/forms", "line 3"),
        ("town/forms,city/copy,unrelated,,,,,,too,many", None),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, says: str | None) -> None:
    path = _file(tmp_path, HEAD, GOOD, line)
    if says is None:
        assert len(read_truth(path)) == 2
        return
    with pytest.raises(InvalidInput, match=says):
        read_truth(path)


def test_files_that_are_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="no file"):
        read_truth(tmp_path / "nothing.csv")
    with pytest.raises(InvalidInput, match="no file"):
        read_truth(tmp_path)
    with pytest.raises(InvalidInput, match="relation, repo_b"):
        read_truth(_file(tmp_path, "repo_a,b", "x,y"))
    with pytest.raises(InvalidInput, match="lacks the columns"):
        read_truth(_file(tmp_path))
    path = tmp_path / "pairs.csv"
    path.write_bytes(HEAD.encode() + b"\ntown/\xff,city/copy,unrelated,,,,,\n")
    with pytest.raises(InvalidInput, match="UTF-8"):
        read_truth(path)
    path.write_text(f"{HEAD}\n{'x' * 200_000},city/copy,unrelated,,,,,\n")
    with pytest.raises(InvalidInput, match="CSV"):
        read_truth(path)
    monkeypatch.setattr(truth, "MAX_BYTES", 10)
    with pytest.raises(InvalidInput, match="larger"):
        read_truth(path)


def test_a_short_name_is_one_of_the_largest_forge() -> None:
    assert url_of("Town/Forms") == "https://github.com/town/forms"
    assert url_of("https://code.example/Town/Forms/") == "https://code.example/Town/Forms"


def test_a_repository_has_the_country_that_any_label_gives_it(tmp_path: Path) -> None:
    labels = read_truth(_file(
        tmp_path, HEAD, "town/forms,city/copy,unrelated,,,,EU and more,", GOOD,
        "city/copy,lake/own,unrelated,,,SE,,",
    ))  # fmt: skip
    assert countries(labels) == {
        "https://github.com/town/forms": "EE", "https://github.com/city/copy": "FI",
        "https://github.com/lake/own": "",
    }  # fmt: skip
