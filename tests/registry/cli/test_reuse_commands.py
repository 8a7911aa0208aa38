"""`registry reuse`, `matrix`, `lookup`, `dispute` and `lineage tree`, as they are typed."""

import csv
import io
import json
from pathlib import Path
from shutil import copytree

import pytest

from registry.accounts.actors import VISITOR
from registry.cli.build import Registry
from registry.settings import Settings
from tests.support.api_samples import FORMULA, fill
from tests.support.command_line import CommandLine
from tests.support.reuse_samples import (
    BLOB,
    COMMIT_ID,
    CONTENT,
    COUNTED,
    FIRST,
    FORKS,
    PURL,
    TEXT,
    fill_reuse,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a registry with the sample in it."""
    folder = tmp_path_factory.mktemp("home")
    registry = Registry(Settings(home=folder))
    with registry.database.write() as session:
        fill(session)
        fill_reuse(session)
    registry.close()
    return folder


@pytest.fixture
def line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(home, monkeypatch, capsys)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_edges_are_listed_page_by_page_and_whole(line: CommandLine) -> None:
    first = line.json("reuse", "--limit", "10")
    assert len(first) == 10
    assert "1 attributed, 1 declared, 32 measured; next page: --after" in line.talk
    after = line.talk.split("--after ")[1].strip()
    second = line.json("reuse", "--limit", "10", "--after", after)
    assert not {edge["key"] for edge in first} & {edge["key"] for edge in second}
    whole = line("reuse", "--all", "--format", "ndjson").splitlines()
    assert [json.loads(text)["key"] for text in whole[:10]] == [edge["key"] for edge in first]
    assert len(whole) == sum(COUNTED.values())
    assert "--after" not in line.talk
    table = line("reuse", "--limit", "3", "--tag", "attributed")
    assert TEXT in table
    assert "part-04" in table


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--from", "ee", "--to", "CA"), FORKS),
        (("--from-region", "ca-ab"), 1),
        (("--kind", "declared", "--kind", "package_dependency"), 2),
        (("--component", "part-09"), 1),
        (("--foreign", "--tag", "measured"), FORKS + 2),
        (("--domestic",), 1),
        (("--with-mirrors", "--with-internal", "--with-possible"), sum(COUNTED.values()) + 3),
        (("--state", "withdrawn"), 2),
        (("--since", "2023-06-01", "--until", "2023-09-01"), 3),
        (("--direction", "unknown"), 1),
        (("--from", "FR"), 0),
    ],
)
def test_edges_are_filtered_as_in_the_api(
    line: CommandLine, words: tuple[str, ...], count: int
) -> None:
    found = rows(line("reuse", "--all", "--format", "csv", *words))
    assert len(found) == count


def test_crawled_text_does_not_become_a_formula(line: CommandLine) -> None:
    (row,) = rows(line("reuse", "--format", "csv", "--tag", "attributed"))
    assert row["origin"] == f"'{FORMULA}"
    assert (row["reuser"], row["key"]) == ("part-04", TEXT)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("reuse", "--from", "Estonia"), 2),
        (("reuse", "--tag", "gossip"), 2),
        (("reuse", "--since", "yesterday"), 2),
        (("reuse", "--limit", "0"), 2),
        (("reuse", "--sort", "name"), 2),
        (("reuse", "--after", "nonsense"), 2),
        (("matrix", "--group", "village"), 2),
        (("matrix", "--tag", "all"), 2),
        (("matrix", "--to", "UK"), 2),
        (("lookup", "print(1)"), 2),
        (("lookup", "pkg:"), 2),
        (("lookup", "swh:1:dir:" + "a" * 40), 2),
        (("lookup", "file:///etc/passwd"), 2),
        (("lookup", BLOB, "--server", "http://registry.example"), 2),
        (("lookup", BLOB, "--server", "ftp://localhost"), 2),
        (("lookup", BLOB, "--server", "https://user:secret@registry.example"), 2),
        (("lookup", BLOB, "--server", "http://127.0.0.1:9"), 4),
        (("lookup",), 2),
        (("whereis", "/no/such/folder"), 2),
        (("lineage", "tree", "nothing"), 3),
        (("dispute", "list", "--state", "lost"), 2),
        (("dispute", "accept", "99", "--reply", "Yes."), 3),
        (("dispute", "accept", "0", "--reply", "Yes."), 2),
        (("dispute", "reject", "1"), 2),
    ],
)
def test_a_mistake_ends_with_its_code_and_a_sentence(
    line: CommandLine, words: tuple[str, ...], code: int
) -> None:
    assert line(*words, code=code) == ""
    assert line.talk.strip()
    assert "Traceback" not in line.talk
    assert "secret" not in line.talk


def test_numbers_are_of_one_tag_and_tell_what_is_not_in_them(line: CommandLine) -> None:
    found = line.json("matrix", "--from", "EE")
    (cell,) = found["cells"]
    assert (cell["origin"], cell["reuser"], cell["edges"]) == ("EE", "CA", FORKS)
    assert found["unknown_direction"] == 1
    table = rows(line("matrix", "--group", "organisation", "--period", "year", "--format", "csv"))
    assert sum(int(row["edges"]) for row in table) == FORKS + 1 - 1
    assert "1 of unknown direction" in line.talk
    attributed = line.json("matrix", "--tag", "attributed")
    assert [row["edges"] for row in attributed["cells"]] == [1]


def test_things_of_every_kind_are_looked_up_together(line: CommandLine) -> None:
    found = line.json("lookup", BLOB, COMMIT_ID, PURL, f"swh:1:cnt:{BLOB}", "https://a.example/b")
    (hit,) = found["hits"]
    assert (hit["slug"], hit["found"]) == ("part-05", 3)
    assert "part-05" in line("lookup", PURL)
    assert line("lookup", "f" * 40, "--format", "ndjson") == ""
    assert "0 components" in line.talk


def test_files_are_found_in_the_catalogue_of_this_machine(
    line: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(CONTENT)
    (tmp_path / "copy.py").write_text(CONTENT)
    found = line.json("whereis", str(tmp_path))
    (hit,) = found["hits"]
    assert (hit["slug"], hit["samples"]) == ("part-05", [["copy.py", "src/forms.py"]])
    assert (found["files"], found["distinct"], found["known"]) == (2, 1, 1)
    assert "copy.py → src/forms.py" in line("whereis", str(tmp_path / "copy.py"))
    row = json.loads(line("whereis", str(tmp_path), "--format", "ndjson"))
    assert row["slug"] == "part-05"


def test_the_family_is_a_tree(line: CommandLine) -> None:
    nodes = line.json("lineage", "tree", "part-04")["nodes"]
    assert [node["slug"] for node in nodes if node["is_current"]] == ["part-04"]
    table = line("lineage", "tree", "part-04")
    assert "  part-04 *" in table
    assert len(line("lineage", "tree", "part-04", "--format", "ndjson").splitlines()) == len(nodes)


def test_objections_are_reviewed_and_the_edge_leaves_the_numbers(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(line.home, tmp_path / "home")
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    registry = Registry(Settings(home=tmp_path / "home"))
    text = "This is our own code, we wrote it."
    one, two = (
        registry.disputes.object_to_edge(VISITOR, key, category, text).id
        for key, category in ((FIRST, "not_reuse"), (TEXT, "other"))
    )
    registry.close()
    assert [found["id"] for found in line.json("dispute", "list")] == [one, two]
    assert line.json("dispute", "show", str(one))[0]["reason"] == text
    assert text in line("dispute", "list", "--format", "csv")
    line("dispute", "reject", str(two), "--reply", "The commits are the same.")
    line("dispute", "accept", str(one), "--reply", "You are right, thank you.")
    assert "accepted" in line.talk
    line("dispute", "accept", str(one), "--reply", "Again.", code=1)
    assert line.json("dispute", "list") == []
    states = {row["id"]: row["state"] for row in rows(
        line("dispute", "list", "--state", "all", "--format", "csv")
    )}  # fmt: skip
    assert states == {str(one): "accepted", str(two): "rejected"}
    assert (
        len(line("reuse", "--all", "--from", "EE", "--format", "ndjson").splitlines()) == FORKS - 1
    )
    assert f"{COUNTED['measured'] - 1} measured" in (line("reuse") and line.talk)
