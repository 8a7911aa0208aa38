"""`registry takedown`, `erase` and `domain`, as an operator types them."""

import io
import sys
from pathlib import Path

import pytest

from registry.domain.facts import Commit
from tests.support.catalogue_rows import HEAD, document, reading, record, register
from tests.support.command_line import CommandLine
from tests.support.real_data import real_data
from tests.support.registries import World

URL = "https://code.example/town/letters"
JANE = "jane.roe@town.example"
HOSTILE = '<img src=x onerror=alert(1)>\x1b[2J"'


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    world = World(tmp_path)
    commit = Commit(HEAD, (), 1_600_000_000, 1_600_000_000, JANE, True)
    found = reading(document(), commits=(commit,))
    with world.registry.database.write() as session:
        row = register(session, "town/letters", country="EE")
        record(session, row, found, hasher=world.registry.author_hasher)
    world.close()
    return CommandLine(world.settings.home, monkeypatch, capsys)


def test_a_component_is_taken_down_listed_and_brought_back(line: CommandLine) -> None:
    slug = line.json("show", URL)["card"]["slug"]
    line("takedown", "add", slug, "--category", "dislike", code=2)
    line("takedown", "add", "nothing", "--category", "copyright", code=3)
    line("takedown", "add", slug, "--category", "copyright", "--note", "n" * 501, code=2)
    line("takedown", "add", slug, "--category", "copyright", "--note", HOSTILE)
    assert "takedown lift 1" in line.talk
    line("show", slug, code=3)
    assert "removed on" in line.talk
    (row,) = line.json("takedown", "list")
    assert (row["slug"], row["category"], row["lifted_at"]) == (slug, "copyright", None)
    assert "\x1b" not in row["note"]
    line("check")
    line("takedown", "lift", "1")
    assert line.json("show", URL)["card"]["slug"] == slug
    line("takedown", "lift", "1", code=1)
    line("takedown", "lift", "2", code=3)
    actions = [entry["action"] for entry in line.json("audit", "show")]
    assert sorted(actions) == ["takedown.added", "takedown.lifted"]


def test_a_person_is_masked_without_being_named(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    given(f"{JANE}\n")
    assert line("erase", "check", code=5).split() == ["commit_fact.author_key"]
    given("")
    line("erase", "add", code=2)
    given("not an address")
    line("erase", "add", code=2)
    assert "not an address" not in line.talk
    given(f"  {JANE}\nJ.Roe@Town.example\n")
    line("erase", "add")
    assert "Masked: 1 commits" in line.talk
    given(JANE)
    assert line("erase", "check") == ""
    rows = line.json("erase", "list")
    assert len(rows) == 3
    assert JANE not in repr(rows) + line.talk + repr(line.json("audit", "show"))


def test_the_list_of_government_domains(line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "domains.csv"
    path.write_text(
        "domain,country\ncanada.ca,CAN_canada\nria.ee,EST_estonia\nco.uk,GBR_x\n<b>,GBR_x\n"
    )
    line("domain", "import", str(path))
    assert "2 added, 0 known, 1 left out" in line.talk
    assert "co.uk: anybody may register below it" in line.talk
    line("domain", "import", str(path))
    assert "0 added, 2 known" in line.talk
    line("domain", "add", "on.ca", code=2)
    line("domain", "add", "alberta.ca", "--country", "XX", code=2)
    line("domain", "add", "Alberta.CA", "--country", "CA", "--label", HOSTILE)
    line("domain", "add", "alberta.ca")
    assert "already" in line.talk
    assert [x["suffix"] for x in line.json("domain", "list", "--country", "CA")] == [
        "alberta.ca", "canada.ca",
    ]  # fmt: skip
    line("domain", "remove", "alberta.ca")
    line("domain", "remove", "alberta.ca", code=3)
    assert line.json("domain", "list", "--contains", "alberta") == []


@pytest.mark.real_data
def test_the_public_lists_can_be_imported(line: CommandLine) -> None:
    folder = real_data("sources")
    line("domain", "import", str(folder / "gman/domains.txt"))
    assert "20300 added" in line.talk.replace(",", "")
    line("domain", "import", str(folder / "world-gov-domain-names/domain-regexes.csv"))
    assert " 0 left out" in line.talk
    for name in ("alberta.ca", "ontario.ca", "gov.bc.ca", "ria.ee", "gov.uk", "vic.gov.au"):
        assert [x["suffix"] for x in line.json("domain", "list", "--contains", name)].count(name)
