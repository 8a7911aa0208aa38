"""`registry saving` as it is typed: an operator enters what public documents say."""

from pathlib import Path

import pytest

from registry.cli.build import Registry, read_settings
from tests.support.accounts import add_organisation
from tests.support.catalogue_rows import crawled
from tests.support.command_line import CommandLine

SLUG = "code-example-town-forms"
SAID = (
    "--class", "avoided", "--low", "-5800000", "--currency", "AUD", "--since", "2020",
    "--method", "Cost of development, as told to the parliament.",
    "--url", "https://parliament.example/answers#12", "--on", "2026-04-30",
)  # fmt: skip


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    line = CommandLine(tmp_path, monkeypatch, capsys)
    line("db", "upgrade")
    registry = Registry(read_settings())
    crawled(registry.database, "town/forms", country="EE")
    for name in ("county", "city"):
        add_organisation(registry.database, name)
    registry.close()
    return line


def test_a_saving_is_recorded_confirmed_audited_and_withdrawn(line: CommandLine) -> None:
    line("saving", "record", SLUG, "county", *SAID)
    assert "-5,800,000 AUD (avoided)" in line.talk
    (made,) = line.json("saving", "list", "--component", SLUG)
    assert (made["low"], made["grade"], made["is_by_operator"]) == (-5_800_000, 2, True)
    number = str(made["id"])
    line("saving", "confirm", number, "city", "--url", "https://city.example/minutes")
    assert "grade 3 of 4" in line.talk
    line("saving", "audit", number, "Audit Office", "--url", "https://audit.example/2021")
    assert "grade 4 of 4" in line.talk
    shown = line.json("saving", "show", number)
    assert [x["auditor"] for x in shown["confirmations"]] == ["", "Audit Office"]
    line("saving", "unconfirm", number, str(shown["confirmations"][1]["id"]))
    assert "grade 3 of 4" in line.talk
    line("saving", "withdraw", number)
    assert line.json("saving", "list") == []


def test_a_csv_keeps_numbers_and_texts_apart(line: CommandLine) -> None:
    said = [*SAID]
    said[said.index("--method") + 1] = "=1+1 is the method of this"
    line("saving", "record", SLUG, "county", *said)
    written = line("saving", "list", "--format", "csv")
    assert ",-5800000,-5800000,AUD,2020," in written
    assert ",'=1+1 is the method of this," in written


def test_what_is_wrong_ends_with_an_error_that_names_it(line: CommandLine) -> None:
    without = SAID[: SAID.index("--url")]
    line("saving", "record", SLUG, "county", *without, code=2)
    assert "url must name the public document" in line.talk
    line("saving", "record", SLUG, "county", *SAID, "--high", "NaN", code=2)
    assert "high must be a whole number" in line.talk
    line("saving", "record", "nothing", "county", *SAID, code=3)
    line("saving", "show", "99", code=3)
    line("saving", "list", "--server", "https://registry.example", code=2)
