"""The generated documents: settings and commands, written from the code that they describe.

`python -m registry.cli.reference` writes them, `--check` fails when they are stale.
"""

import sys
from pathlib import Path

import click

from registry.cli.main import cli
from registry.cli.output import talk
from registry.settings import Settings, describe, variable_name

DOCS = Path(__file__).parents[2] / "docs"


def settings_page() -> str:
    """Return `docs/settings.md`."""
    rows = describe(Settings(home=Path("~/.public-code-registry")))
    lines = [
        "# Settings", "",
        "Each can be set by its variable, or in `<REGISTRY_HOME>/config.toml` (table = section).",
        "Lists and maps are JSON in a variable. Made from the code by `make docs`.", "",
        "| setting | variable | default | meaning |", "|---|---|---|---|",
        *(_setting_row(name, value, meaning) for name, value, meaning in rows),
        "", "`REGISTRY_PUBLISH_TOKEN` is the forge's token for `registry publish --open-pr` alone.",
        "`REGISTRY_SERVER_TOKEN` is your API token at the instance that `--server` names, for",
        "commands that write there.", "",
        "Two variables serve tests and operators alone: `REGISTRY_CRASH_AT` ends the process",
        "at a named point, `REGISTRY_REQUIRE` makes the tests fail where they would skip.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _setting_row(name: str, value: str, meaning: str) -> str:
    section, _, key = name.partition(".")
    variable = variable_name(section, key) if key else "REGISTRY_HOME"
    shown = f"`{value}`" if value else ""
    return f"| `{name}` | `{variable}` | {shown} | {meaning} |"


def commands_page() -> str:
    """Return `docs/cli.md`."""
    lines = [
        "# Commands", "",
        "Data goes to standard output, talk and progress to standard error. Exit codes: 0 ok,",
        "1 failed, 2 wrong usage, 3 not found, 4 unavailable (try again), 5 a check found a",
        "difference. Made from the code by `make docs`.", "",
    ]  # fmt: skip
    return "\n".join([*lines, *_commands(cli, "registry")]) + "\n"


def _commands(command: click.Command, path: str) -> list[str]:
    lines = [f"## `{path}`", "", *_paragraphs(command.help or ""), *_parameters(command)]
    for name, child in sorted(getattr(command, "commands", {}).items()):
        lines += _commands(child, f"{path} {name}")
    return lines


def _paragraphs(text: str) -> list[str]:
    return [*(line.strip() for line in text.strip().splitlines()), ""]


def _parameters(command: click.Command) -> list[str]:
    rows = [_parameter(parameter) for parameter in command.params]
    return ["| parameter | meaning |", "|---|---|", *rows, ""] if rows else []


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"| `{', '.join(parameter.opts)}` | {parameter.help or ''} |"
    return f"| `{(parameter.name or '').upper()}` | argument |"


PAGES = {"settings.md": settings_page, "cli.md": commands_page}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` return 1 when one is stale."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        talk.print(f"stale: {', '.join(stale)}; run `make docs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
