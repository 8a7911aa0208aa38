"""What is offered is documented: commands, settings, jobs, and the pages made from the code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from registry.cli import reference
from registry.cli.build import Registry
from registry.cli.crawling import handlers
from registry.cli.main import cli
from registry.domain.crawl import REASONS, describe
from registry.settings import Settings
from registry.settings import describe as describe_settings

ROOT = Path(__file__).parents[2]


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{path} {name}")


COMMANDS = dict(_commands(cli, "registry"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_every_option_says_what_it_does(path: str) -> None:
    command = COMMANDS[path]
    assert (command.help or "").strip()
    for parameter in command.params:
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            assert parameter.help, f"{path} {parameter.opts[0]}"


def test_the_reference_names_every_command_and_setting() -> None:
    commands, settings = reference.commands_page(), reference.settings_page()
    for path in COMMANDS:
        assert f"## `{path}`" in commands
    for name, *_ in describe_settings(Settings(home=Path())):
        assert f"| `{name}` |" in settings


def test_stale_pages_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "cli.md").write_text("old")
    assert reference.main(["--check"]) == 1


def test_every_variable_of_the_environment_that_the_code_reads_is_documented() -> None:
    page = reference.settings_page()
    named = {
        name
        for package in ("registry", "crawlers", "web")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"\bREGISTRY_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if name not in page} <= {"REGISTRY_SECTION_NAME"}


def test_every_job_that_is_queued_has_a_handler_that_is_documented(tmp_path: Path) -> None:
    registry = Registry(Settings(home=tmp_path))
    tasks = handlers(registry)
    areas = (
        "bulk|crawl|search|lineage|ownership|webhook|drift|advisory|reuse|mail|follow|governance"
        "|demo"
    )
    queued = rf'"((?:{areas})\.[a-z]+)"'
    named = {
        name
        for package in ("registry", "crawlers")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(queued, path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if name in tasks} == set(tasks)
    assert all(handler.__doc__ for handler in tasks.values())
    registry.close()


def test_every_reason_of_a_failure_is_explained_with_a_next_step() -> None:
    for code, (cause, step) in REASONS.items():
        assert re.fullmatch(r"[a-z_]+", code)
        assert cause[0].isupper()
        assert step
    assert "418" in describe("http_418")[0]
    assert describe("unheard_of") == REASONS["internal"]


def test_every_reason_that_the_code_gives_is_a_known_one() -> None:
    given = {
        reason
        for path in [*(ROOT / "crawlers").rglob("*.py"), *(ROOT / "registry").rglob("*.py")]
        for reason in re.findall(r'CrawlFailure\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert given
    assert given <= set(REASONS)
