"""`registry validate` as it is typed: what it prints, and the code that it ends with."""

import io
import json
import sys
from pathlib import Path

import pytest

from registry.cli.build import Registry
from tests.support.command_line import CommandLine
from tests.support.publiccode_files import InProcessFiles
from tests.support.publiccode_samples import MINIMAL


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setattr(Registry, "publiccode_files", InProcessFiles())
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "good.yml": MINIMAL,
        "old.yml": MINIMAL.replace('"0"', '"0.2"  # ours'),
        "bad.yml": MINIMAL.replace("stable", "done"),
    }.items():
        (tmp_path / name).write_text(text)
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


def test_the_exit_code_tells_the_worst(line: CommandLine) -> None:
    assert line("validate", "--no-network", "good.yml", "old.yml").startswith(
        "old.yml:1:1: warning:"
    )
    assert "old.yml: valid, grade A: 0 errors, 1 warnings; 1 can be fixed with --fix" in line.talk
    line("validate", "--no-network", "--strict", "old.yml", code=1)
    out = line("validate", "--no-network", "good.yml", "bad.yml", code=1)
    assert out.startswith("bad.yml:6:1: error: `developmentStatus` has an unknown value: 'done'")
    line("validate", code=2)
    line("validate", "--format", "xml", "good.yml", code=2)


@pytest.mark.parametrize("name", ["nothing.yml", ".", "a\0b"])
def test_a_file_that_cannot_be_opened_is_named(line: CommandLine, name: str) -> None:
    assert line("validate", "--no-network", "good.yml", name, code=2) == ""
    assert f"{name}: cannot be read" in line.talk


def test_the_result_as_data(line: CommandLine) -> None:
    (found,) = json.loads(line("validate", "--no-network", "--format", "json", "bad.yml", code=1))
    assert (found["file"], found["status"], found["errors"]) == ("bad.yml", "invalid", 1)
    assert set(found["problems"][0]) == {
        "path", "line", "column", "severity", "message", "advice", "fix",
    }  # fmt: skip
    log = json.loads(line("validate", "--no-network", "--format", "sarif", "bad.yml", code=1))
    assert log["runs"][0]["results"][0]["level"] == "error"
    report = line("validate", "--no-network", "--format", "junit", "good.yml", "bad.yml", code=1)
    assert report.startswith('<testsuites name="registry validate">')
    assert report.count("<failure ") == 1


def test_standard_input_is_read(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: [\n")))
    assert line("validate", "--no-network", "-", code=1).startswith("-:2:1: error: Not valid YAML")


def test_fixes_are_written_and_nothing_else(line: CommandLine, tmp_path: Path) -> None:
    line("validate", "--no-network", "--fix", "old.yml")
    assert (tmp_path / "old.yml").read_text() == MINIMAL.replace('"0"', '"0"  # ours')
    before = (tmp_path / "bad.yml").stat().st_mtime_ns
    line("validate", "--no-network", "--fix", "bad.yml", code=1)
    assert (tmp_path / "bad.yml").stat().st_mtime_ns == before


def test_with_a_network_pictures_and_addresses_are_looked_for(
    line: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "part"
    inner.mkdir()
    private = MINIMAL.replace("https://git.example.org/town/bench-register", "http://127.0.0.1/x")
    (inner / "publiccode.yml").write_text(private + "logo: logo.svg\n")
    out = line("validate", "part/publiccode.yml", code=1)
    assert out.count("\n") == 1, "a private address is refused, so that nobody can tell"
    assert "`logo` names a file that is not there" in out
    (inner / "logo.svg").touch()
    assert line("validate", "part/publiccode.yml") == ""
