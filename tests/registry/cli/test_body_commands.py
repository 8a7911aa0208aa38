"""`registry body`: what is typed is recorded and shown, and a mistake is told with its code."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from registry.cli.build import Registry
from registry.cli.commands.serve import _queue_due
from registry.db.tables import Decision, Job
from registry.governance.measures.approval_rows import ApprovalRow
from registry.governance.measures.recording import COLUMNS
from registry.settings import Settings
from tests.support.command_line import CommandLine
from tests.support.databases import migrated_sqlite
from tests.support.needs import BODY, add_bodies, add_component

URL = "https://example.org/statute"
FOUNDED = ("body", "create", "Forms Together", "--by", BODY, "--instrument", "contract",
           "--url", URL, "--founded-on", "2017-06", "--component", "forms",
           "--member", "town-1:strategic", "--rule-name", "General meeting",
           "--rule-quorum", "50")  # fmt: skip
SLUG = "forms-together"
WRONG = "joint_body: 1\nname: A\nlang: en\nsource: {{url: https://a.example}}\nmembers: [{}]\n"


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    migrated_sqlite(tmp_path / "registry.db")
    registry = Registry(Settings(home=tmp_path))
    add_bodies(registry.database)
    add_component(registry.database)
    add_component(registry.database, "tool")
    registry.close()
    return CommandLine(tmp_path, monkeypatch, capsys)


@pytest.fixture
def founded(line: CommandLine) -> CommandLine:
    assert line(*FOUNDED).strip() == SLUG
    return line


def test_a_body_is_founded_listed_and_shown(founded: CommandLine) -> None:
    (item,) = founded.json("body", "list", "--country", "ee")
    assert (item["slug"], item["founded_on"], item["members"]) == (SLUG, "2017-06", 2)
    assert founded.json("body", "list", "--component", "tool") == []
    assert founded.json("body", "list", "--organisation", BODY)[0]["slug"] == SLUG
    shown = founded.json("body", "show", SLUG)
    assert {x["state"] for x in shown["members"]} == {"stated"}
    assert "exit_clause" in shown["missing"]


def test_rules_decisions_and_votes(founded: CommandLine) -> None:
    rule = founded("body", "rule", SLUG, "Board", "--threshold", "unanimous", "--url", URL,
                   "--open-days", "3").strip()  # fmt: skip
    assert rule == "2"
    number = founded("body", "decide", SLUG, "Go on", "--text", "We go on.", "--state",
                     "voting", "--rule", rule).strip()  # fmt: skip
    founded("body", "vote", SLUG, number, "for", "--by", BODY)
    shown = founded.json("body", "decision", SLUG, number)
    assert (shown["item"]["state"], len(shown["votes"])) == ("voting", 1)
    founded("body", "vote", SLUG, number, "for", "--by", "town-1")
    assert founded.json("body", "decisions", SLUG, "--state", "adopted")[0]["title"] == "Go on"
    founded("body", "vote", SLUG, number, "against", "--by", BODY, code=1)
    assert "adopted" in founded.talk
    past = founded("body", "decide", SLUG, "Long ago", "--state", "rejected", "--decided-on",
                   "2018", "--vote", f"{BODY}=against", "--url", URL).strip()  # fmt: skip
    assert founded.json("body", "decision", SLUG, past)["item"]["decided_on"] == "2018"


def test_tables_tell_roles_and_votes_with_their_sources(founded: CommandLine) -> None:
    shown = founded("body", "show", SLUG)
    lines = [line.split() for line in shown.splitlines() if "stated" in line]
    assert any("strategic" in words and URL in words for words in lines)
    assert "exit_clause" in shown
    past = founded("body", "decide", SLUG, "Long ago", "--state", "rejected", "--decided-on",
                   "2018", "--vote", f"{BODY}=against", "--url", URL).strip()  # fmt: skip
    decided = founded("body", "decision", SLUG, past)
    (vote,) = [line for line in decided.splitlines() if "against" in line]
    assert vote.split()[-4:] == [BODY, "against", "1", "True"]


def test_dues_of_founders_on_the_command_line(line: CommandLine) -> None:
    line(*FOUNDED, "--dues", "900", "--member", "digital-service:associate:70")
    found = {
        x["organisation"]["slug"]: x["dues"] for x in line.json("body", "show", SLUG)["members"]
    }
    assert (found[BODY], found["digital-service"]) == (900, 70)
    line(*FOUNDED[:2], "Again", *FOUNDED[3:], "--member", "town-1:strategic:many", code=2)
    assert "dues must be a whole number" in line.talk


def test_facts_money_suppliers_and_components(founded: CommandLine) -> None:
    founded("body", "fact", SLUG, "exit_clause", "--choice", "none", "--url", URL)
    founded("body", "funding", SLUG, BODY, "--since", "2026", "--until", "2026", "--amount", "5",
            "--currency", "EUR", "--url", URL)  # fmt: skip
    founded("body", "contract", SLUG, "House Ltd", "--on-behalf-of", BODY, "--since", "2026-01",
            "--url", URL)  # fmt: skip
    founded("body", "component", SLUG, "tool", "--on", "2026-01-01")
    founded("body", "component", SLUG, "forms", "--remove", "--on", "2026-01-01")
    shown = founded.json("body", "show", SLUG)
    assert (shown["funding"][0]["until"], shown["contracts"][0]["since"]) == ("2026", "2026-01")
    assert {x["component"]["slug"]: x["until"] for x in shown["components"]} == {
        "tool": None, "forms": "2026-01-01",
    }  # fmt: skip


def test_what_is_exported_is_imported_again(founded: CommandLine, tmp_path: Path) -> None:
    text = founded("body", "export", SLUG)
    file = tmp_path / "body.yaml"
    file.write_text(text.replace("Forms Together", "Forms Again"), "utf-8")
    assert founded("body", "import", str(file), "--component", "tool").strip() == "forms-again"
    assert len(founded.json("body", "show", "forms-again")["components"]) == 2
    founded("body", "import", str(file), code=1)
    assert "recorded already" in founded.talk


def test_commitments_and_affiliations(founded: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = "name,Ministry of Examples,ministry,Ministry,government,EE,,,,https://example.org/\n"
    file.write_text(f"{','.join(COLUMNS)}\n{rows}", "utf-8")
    founded("affiliation", "import", str(file))
    found = {x["name"]: x for x in founded.json("body", "commitments", SLUG)}
    assert found["Ministry of Examples"]["affiliation"] == "ministry"
    lines = founded("body", "commitments", SLUG, "--format", "csv").splitlines()
    assert lines[0].startswith("kind,name,affiliation,roles")


def test_approvals_of_a_body_of_which_nothing_was_read_yet(founded: CommandLine) -> None:
    assert founded.json("body", "approvals", SLUG)["all"]["commits"] == 0
    lines = founded("body", "approvals", SLUG, "--format", "csv").splitlines()
    assert lines == [",".join(ApprovalRow.__struct_fields__)]
    founded("body", "approvals", "none", code=3)


MISTAKES = (
    (("body", "show", "none"), 3, "no body"),
    (("body", "rule", SLUG, "x"), 2, "url"),
    (("body", "fact", SLUG, "exit_clause", "--choice", "maybe", "--url", URL), 2, "choice"),
    (("body", "fact", SLUG, "colour", "--url", URL), 2, "colour"),
    (("body", "funding", SLUG, "x", "--since", "soon", "--url", URL), 2, "since"),
    (("body", "component", SLUG, "none"), 2, "component"),
    (("body", "component", SLUG, "forms"), 2, "already"),
    (("body", "decide", SLUG, "x", "--state", "adopted", "--decided-on", "2018"), 2, "url"),
    (("body", "decide", SLUG, "x"), 2, "rule"),
    (("body", "vote", SLUG, "9", "for", "--by", BODY), 3, "decision"),
    (("body", "create", "Other", "--by", "none", "--instrument", "law", "--url", URL), 3, ""),
)


def test_a_mistake_ends_with_its_code_and_names_what_is_wrong(founded: CommandLine) -> None:
    for words, code, told in MISTAKES:
        founded(*words, code=code)
        assert told in " ".join(founded.talk.split()), words


def test_what_is_no_file_of_a_body_is_told_with_its_place(
    line: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    for text, told in (
        ("{", "not valid YAML"), ("joint_body: 1\n", "name"),
        (WRONG.format("{role: king, since: '2017'}"), "member 1"),
        (WRONG.format("{role: owner, name: B, since: 2017}"), "since"),
    ):  # fmt: skip
        file.write_text(text, "utf-8")
        line("body", "import", str(file), code=2)
        assert told in " ".join(line.talk.split()), "however lines are broken"
    assert line.json("body", "list") == []


def test_the_schedule_ends_votings_and_asks_for_measuring_once(founded: CommandLine) -> None:
    founded("body", "decide", SLUG, "Go on", "--text", "x", "--state", "voting", "--rule", "1")
    founded("body", "vote", SLUG, "1", "for", "--by", BODY)
    registry = Registry(Settings(home=founded.home))
    with registry.database.write() as session:
        row = session.exec(select(Decision)).one()
        row.voting_since = registry.clock() - timedelta(days=14)
    for _ in range(2):
        _queue_due(registry)
    with registry.database.read() as session:
        row = session.exec(select(Decision)).one()
        assert (row.state.value, row.outcome_reason) == ("adopted", "carried")
        jobs = [(x.task, x.payload.get("kind")) for x in session.exec(select(Job))]
        assert jobs.count(("governance.measure", "body")) == 1
    registry.close()
