"""Commands ask another instance, and write there with a token: `--server`, over a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.cli.commands import copying
from tests.support.api_samples import api_app
from tests.support.browser import served
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.command_line import CommandLine


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served(api_app(InMemoryCatalogue())) as url:
        yield url


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


def test_adopters_of_another_instance_are_listed(line: CommandLine, server: str) -> None:
    found = line.json("adopt", "list", "--component", "forms", "--server", server)
    assert {x["component"]["slug"] for x in found} == {"forms"}
    assert line("adopt", "list", "--server", server, code=2) == ""
    assert "name --component or --organisation" in line.talk
    assert line("adopt", "list", "--component", "nobody", "--server", server, code=3) == ""
    assert not (line.home / "registry.db").exists()


def test_a_need_is_searched_for_elsewhere(line: CommandLine, server: str) -> None:
    asked = ("need", "search", "Forms for citizens", "--description", "Online forms for permits.")
    found = line.json(*asked, "--server", server)
    assert found[0]["slug"] == "forms"
    assert found[0]["reasons"]
    assert "components were searched" in line.talk
    wrong = line("need", "search", "x", "--description", "x", "--lang", "zz", "--server", server,
                 code=2)  # fmt: skip
    assert (wrong, "lang" in line.talk) == ("", True)


def test_the_source_is_named_by_another_instance(
    line: CommandLine, server: str, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    line("init-reuse", "forms", str(folder), "--server", server)
    assert "https://" in (folder / "NOTICE.md").read_text()
    line("init-reuse", "forms", str(folder), "--check", "--server", server)
    assert "named already" in line.talk


def test_a_fork_is_fetched_from_where_the_other_instance_says(
    line: CommandLine, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []

    def git(*arguments: str, quiet: bool = False) -> str:
        ran.append(arguments)
        return ""

    monkeypatch.setattr(copying, "_git", git)
    line("fork", "forms", "https://forge.example/mine/forms", "--dry-run", "--server", server)
    url = InMemoryCatalogue().component("forms").repository.url
    assert url in ran[0]
    assert ran[-1][-3:-2] == ("https://forge.example/mine/forms",)


def test_what_another_instance_names_is_no_option_and_no_other_transport(
    line: CommandLine, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for named in ("--upload-pack=touch x", "ext::sh -c touch% x", "file:///etc", "/etc"):
        monkeypatch.setattr("registry.cli.asking.Server.component", lambda *_, n=named: ("x", n))
        assert line("fork", "forms", "https://forge.example/x", "--server", server, code=2) == ""
        assert "git is not asked for" in line.talk


@pytest.mark.parametrize(
    "address", ["ftp://a.example", "http://elsewhere.example", "https://u:p@a.example", "https://"]
)
def test_only_an_address_of_a_server_is_asked(line: CommandLine, address: str) -> None:
    assert line("adopt", "list", "--component", "x", "--server", address, code=2) == ""
    assert json.dumps(line.talk)
