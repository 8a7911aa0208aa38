"""`registry report create` as it is typed: programme, days and lines of funding."""

from pathlib import Path

import pytest
import rfc8785

from registry.reports.snapshots.bundle import bundle_of
from registry.reports.snapshots.content import snapshot_of
from tests.registry.reports.snapshots.test_bundle import bundle, frozen
from tests.support.command_line import CommandLine

BASE = ("report", "create", "--title", "Forms", "--component", "forms")


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    found = CommandLine(tmp_path, monkeypatch, capsys)
    found("db", "upgrade")
    return found


def test_a_report_has_programme_days_and_funding(line: CommandLine) -> None:
    made = line.json(
        *BASE, "--programme", "Shared code", "--since", "2021-01-01", "--until", "2023-12-31",
        "--funding", "City of Ghent; 250 000.50 ;eur;2021-01-01;2021-12-31",
        "--funding", '"Fund; and Sons";1000;CAD',
    )  # fmt: skip
    assert (made["programme"], made["since"], made["until"]) == (
        "Shared code", "2021-01-01", "2023-12-31",
    )  # fmt: skip
    assert [tuple(x.values()) for x in made["funding"]] == [
        ("City of Ghent", "250000.50", "EUR", "2021-01-01", "2021-12-31"),
        ("Fund; and Sons", "1000", "CAD", "", ""),
    ]
    (listed,) = line.json("report", "list")
    assert listed["funding"] == made["funding"]


WRONG = (
    (("--funding", "City"), "--funding 1: write PAYER;AMOUNT;CURRENCY"),
    (("--funding", "A;1;EUR", "--funding", "B;1;EUR;2021-01-01;2022-01-01;x"), "--funding 2"),
    (("--funding", "A;NaN;EUR"), "amount-1"),
    (("--funding", "A;-5;EUR"), "amount-1"),
    (("--funding", "A;1e16;EUR"), "amount-1"),
    (("--funding", "A;1;EURO"), "currency-1"),
    (("--funding", ";1;EUR"), "payer-1"),
    (("--funding", "A;1;EUR;yesterday"), "since-1"),
    (("--funding", "A;1;EUR;2022-01-01;2021-01-01"), "until-1"),
    (("--until", "2021-13-01"), "until"),
)


def test_what_is_wrong_is_named_and_nothing_is_kept(line: CommandLine) -> None:
    for words, message in WRONG:
        line(*BASE, *words, code=2)
        assert message in line.talk, words
    assert line.json("report", "list") == []


def test_a_saved_report_is_frozen_by_its_key_as_its_portfolio_is(line: CommandLine) -> None:
    key = line.json(*BASE)["key"]
    dry = ("report", "snapshot", "--dry-run")
    frozen = line(*dry, "--report", key)
    assert frozen.strip() == line(*dry, "--component", "forms").strip() != ""
    copy = line.json("report", "create", "--title", "Copy", "--report", key)
    assert copy["portfolio"] == "component=forms"


def test_a_saved_report_and_a_portfolio_are_not_mixed(line: CommandLine) -> None:
    key = line.json(*BASE)["key"]
    for words in (("show",), ("snapshot",), ("savings",)):
        line("report", *words, "--report", key, "--component", "other", code=2)
        assert "--report is a whole portfolio" in line.talk
    line("report", "snapshot", "--report", "rep_0000000000000000", code=3)
    line("report", "snapshot", code=2)
    assert "--report" in line.talk


def test_what_two_snapshots_differ_in_is_told_for_people(line: CommandLine, tmp_path: Path) -> None:
    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    before.write_bytes(bundle())
    document = frozen().document
    row = document["rows"][0]
    row |= {"first_seen": None, "is_active": None, "contributed": 7}
    changed = snapshot_of(rfc8785.dumps(document))
    after.write_bytes(bundle_of(changed, {}, {}))
    told = line("report", "diff", str(before), str(after))
    assert row["edge"] in told
    assert " → –" in told
    assert " → 7" in told
    (found,) = line.json("report", "diff", str(before), str(after))["rows"]
    assert [found["columns"][0][0], found["columns"][0][2]] == ["contributed", 7]
