"""How commands end on what they cannot do: one line, the next command, a code; no traceback."""

import errno
import json
import sqlite3
from pathlib import Path

import click
import pytest
from sqlalchemy.exc import OperationalError

from registry.cli import endings
from registry.cli.main import cli
from registry.errors import Conflict, InvalidInput, NotFound, Unavailable
from tests.support.command_line import CommandLine

FULL = OSError(errno.ENOSPC, "No space left on device", "/srv/registry.db")
READING = (("search", "x"), ("show", "x"), ("reuse",), ("crawl", "status"), ("db", "upgrade"),
           ("source", "list"), ("backup", "create"))  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code", "text", "following"),
    [
        (NotFound("there is no component 'x'"), 3, "there is no component 'x'",
         "registry search WORDS"),
        (NotFound("there is no source '7': see `registry source list`"), 3,
         "there is no source '7': see `registry source list`", ""),
        (InvalidInput("limit must be from 1 to 100"), 2, "limit must be from 1 to 100", ""),
        (Conflict("it is there already"), 1, "it is there already", ""),
        (Unavailable("the database does not answer: database is locked"), 4,
         "the database does not answer: database is locked", "registry doctor"),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")), 4,
         "the database does not answer: disk I/O error", "registry doctor"),
        (FULL, 4, "/srv/registry.db: No space left on device", "registry doctor"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv"), 1,
         "/srv: Permission denied", "registry doctor"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_with_a_code_and_what_to_do(
    error: Exception, code: int, text: str, following: str
) -> None:
    assert endings.exit_code(error) == code
    assert endings.what_is_wrong(error) == text
    assert endings.next_command(error) == following


def test_the_next_commands_are_commands() -> None:
    for line in endings._LISTS.values():
        group: click.Command = cli
        for word in line.removeprefix("registry ").removesuffix(" WORDS").split():
            assert isinstance(group, click.Group), line
            group = group.commands[word]


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    home = tmp_path / "home"
    home.mkdir()
    (home / "registry.db").write_bytes(b"no database at all" * 1000)
    return CommandLine(home, monkeypatch, capsys)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_file_that_is_no_database_ends_every_command_in_one_line(
    line: CommandLine, words: tuple[str, ...]
) -> None:
    assert line(*words, code=4) == ""
    assert line.talk.splitlines() == [
        "Error: the database does not answer: file is not a database", "Next: registry doctor",
    ]  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_home_that_is_a_file_ends_every_command_in_one_line(
    line: CommandLine, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_HOME", str(line.home / "registry.db"))
    assert line(*words, code=1) == ""
    assert "Traceback" not in line.talk
    assert "registry.db: " in line.talk
    assert line.talk.endswith("Next: registry doctor\n")


def test_the_doctor_finds_both_and_says_what_to_do(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {row["name"]: row for row in _doctor(line)}
    assert found["database"]["state"] == "failed"
    assert "restore a copy" in found["database"]["next_step"]
    monkeypatch.setenv("REGISTRY_HOME", str(line.home / "registry.db"))
    found = {row["name"]: row for row in _doctor(line)}
    assert "REGISTRY_HOME" in found["disk"]["next_step"]


def _doctor(line: CommandLine) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(line("doctor", "--format", "json", code=1))
    return rows


def test_a_list_that_is_no_text_is_named(line: CommandLine) -> None:
    packages = line.home / "packages.txt"
    packages.write_bytes(b"\xff\xfe")
    out = str(line.home / "background.bin")
    line("lineage", "background", "build", str(packages), "--out", out, code=2)
    assert "packages.txt is not UTF-8" in line.talk
