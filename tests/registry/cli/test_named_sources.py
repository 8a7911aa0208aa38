"""`registry lineage source`: sources without a repository on the command line."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine


@pytest.fixture
def registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(tmp_path, monkeypatch, capsys)


def test_sources_are_listed_added_and_removed(registry: CommandLine) -> None:
    (shipped,) = [
        row for row in registry.json("lineage", "source", "list")
        if row["slug"] == "alberta-health-services"
    ]  # fmt: skip
    assert (shipped["country"], shipped["region"], shipped["edges"]) == ("CA", "CA-AB", 0)
    registry("lineage", "source", "add", "Port Authority", "--country", "EE",
             "--pattern", "Port Digital", "--reference", "https://port.example/news")  # fmt: skip
    assert "0 repositories name it" in registry.talk
    rows = {row["slug"]: row for row in registry.json("lineage", "source", "list")}
    assert rows["port-authority"]["patterns"] == ["port digital", "port authority"]
    registry("lineage", "source", "remove", "port-authority")
    assert "port-authority" not in registry("lineage", "source", "list", "--format", "json")
    registry("lineage", "source", "remove", "port-authority", code=3)
    assert "there is no source" in registry.talk
