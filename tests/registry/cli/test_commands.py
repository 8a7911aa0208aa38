"""The command line as it is typed: what it prints where, and the code that it ends with."""

import json
from pathlib import Path

import pytest

from registry.cli.output import cell, show_rows
from registry.domain.cells import cell_text
from registry.jobs.port import NewJob
from tests.support.command_line import CommandLine
from tests.support.registries import PUBLIC, World, read_in_process


class Line(CommandLine):
    """A line over a world of repositories."""

    def __init__(
        self, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        super().__init__(world.settings.home, monkeypatch, capsys)
        self.world = world
        monkeypatch.setenv("REGISTRY_CRAWL_MIRRORS", json.dumps(world.settings.crawl.mirrors))


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Line:
    read_in_process(monkeypatch)
    return Line(World(tmp_path), monkeypatch, capsys)


@pytest.fixture
def new_line(line: Line) -> Line:
    """Return a line over a registry that was never started: it has no database yet."""
    (line.world.settings.home / "registry.db").unlink()
    return line


def test_from_an_empty_folder_to_a_component_and_back(new_line: Line) -> None:
    line = new_line
    line.world.build("letters")
    url = f"{PUBLIC}/town/letters"
    line("source", "add", f"git:{url}.git", "--country", "EE", "--level", "local")
    assert "crawl run" in line.talk
    assert "crawl.repository" in line("crawl", "run", "--dry-run")
    line("crawl", "run")
    assert "1 components of 1 organisations in 1 countries" in line.talk
    (found,) = line.json("search", "letters")
    shown = line.json("show", url)
    assert shown["card"]["slug"] == found["slug"]
    assert shown["card"]["licence"] == shown["licence_source"] or shown["card"]["country"] == "EE"
    assert line("search", "letters", "--format", "csv").splitlines()[0].startswith("slug,name")
    assert line("search", "letters", "--country", "FR", "--format", "ndjson") == ""
    (source,) = line.json("source", "list")
    assert (source["repositories"], source["failed"]) == (1, 0)
    assert line.json("crawl", "status")["states"] == {"active": 1}
    line("crawl", "--help")
    line("check")
    line("search-index", "rebuild")
    line("search-index", "check")
    line("db", "check")
    line("source", "remove", source["spec"])
    assert line.json("source", "list") == []
    assert line.json("show", url)["card"]["slug"] == found["slug"]


def test_a_failed_crawl_names_the_cause_and_the_next_step(line: Line) -> None:
    line("source", "add", f"git:{PUBLIC}/town/nothing")
    line("crawl", "run", code=1)
    assert "The mirror has no copy" in line.talk
    assert line.json("crawl", "status")["failures"][0]["reason"] == "no_mirror"
    line("crawl", "retry")
    assert "1 jobs wait again" in line.talk


def test_a_broken_promise_ends_with_5_and_is_named(line: Line) -> None:
    line.world.build("letters")
    line("source", "add", f"git:{PUBLIC}/town/letters")
    line("crawl", "run")
    area = line.world.settings.home / "git/.quarantine/dead"
    area.mkdir(parents=True)
    stored = next(line.world.settings.home.glob("git/*/*.git"))
    stored.rename(stored.with_suffix(".away"))
    out = line("check", code=5)
    assert "a dead crawl left objects in quarantine" in out
    assert "the objects of a repository are not in the store" in out
    assert {row["invariant"] for row in json.loads(line("check", "--format", "json", code=5))} == {
        "I1", "I9",
    }  # fmt: skip
    stored.with_suffix(".away").rename(stored)
    line("crawl", "run")
    line("check")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("source", "add", "ext::sh -c evil"), 2),
        (("source", "add", "file:///etc"), 2),
        (("source", "add", "https://user:secret@github.com/a/b"), 2),
        (("source", "add", "--", "--upload-pack=evil"), 2),
        (("source", "add", "github:town", "--level", "galactic"), 2),
        (("source", "remove", "nothing"), 3),
        (("crawl", "run", "--source", "nothing"), 3),
        (("show", "nothing"), 3),
        (("show", f"{PUBLIC}/town/nothing"), 3),
        (("search", "--limit", "0"), 2),
        (("search", "--sort", "stars"), 2),
        (("no-such-command",), 2),
        (("source", "import", "/no/such/file"), 2),
    ],
)
def test_a_mistake_ends_with_its_code_and_a_sentence(
    line: Line, words: tuple[str, ...], code: int
) -> None:
    assert line(*words, code=code) == ""
    assert line.talk.strip()
    assert "Traceback" not in line.talk
    assert "secret" not in line.talk


def test_a_setting_that_is_wrong_is_named_before_anything_is_done(
    new_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_CRAWL_WORKERS", "none")
    new_line("crawl", "status", code=2)
    assert "crawl.workers" in new_line.talk
    assert not (new_line.world.settings.home / "registry.db").exists()


def test_settings_are_shown_and_secrets_are_not(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql://u:hunter2@db.lan/r")
    out = line("config")
    assert "crawl.interval_hours" in out
    assert "hunter2" not in out + line.talk


def test_the_doctor_looks_at_every_part(new_line: Line) -> None:
    line = new_line
    line("db", "upgrade", "--dry-run")
    assert "0001" in line.talk
    line("db", "check", code=5)
    line("doctor", code=1)
    line("db", "upgrade")
    line("doctor")
    names = {row["name"] for row in line.json("doctor")}
    assert {"database", "disk", "git", "sandbox", "search index", "queue", "keys"} <= names


def test_a_list_is_imported_with_what_was_left_out(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("url,country\nhttps://github.com/town,EE\nfile:///etc,EE\n")
    assert "github" in line("source", "import", str(file), "--dry-run")
    assert line.json("source", "list") == []
    line("source", "import", str(file))
    assert "1 added, 0 known, 1 left out" in line.talk
    (tmp_path / "empty.csv").write_text("url\nfile:///etc\n")
    line("source", "import", str(tmp_path / "empty.csv"), code=2)


def test_crawled_text_steers_neither_the_terminal_nor_a_spreadsheet() -> None:
    assert cell_text("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert [cell_text(text)[0] for text in ("+1", "-1", "@x", "\tx")] == ["'"] * 4
    assert cell_text("plain") == "plain"
    assert cell({"value": "text", "lang": "en"}) == "text"
    assert cell([{"name": "a"}, {"slug": "b"}, None]) == "a, b, "


def test_a_search_says_why_it_finds_nothing(new_line: Line) -> None:
    assert new_line.json("search", "letters") == []
    assert "Nothing was crawled yet. Next: registry up" in new_line.talk
    new_line("search", "--country", "ZZ", code=2)
    assert "'ZZ' is no ISO 3166 code" in new_line.talk
    new_line("search", "--licence-fits", "EUPL 1.2", code=2)
    assert "did you mean EUPL-1.2" in new_line.talk


def test_a_table_rounds_fractions_and_json_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"share": 0.8351254480286738, "amount": 250000.5}]
    show_rows(rows, ("share", "amount"), "table")
    assert capsys.readouterr().out.split()[2:] == ["0.8351", "250000.5"]
    show_rows(rows, ("share", "amount"), "csv")
    assert "0.8351254480286738" in capsys.readouterr().out


def test_a_report_about_what_nobody_knows_ends_as_not_found(new_line: Line) -> None:
    new_line("report", "show", "--organisation", "nobody", "--format", "csv", code=3)
    assert "organisation 'nobody' is not in this registry" in new_line.talk


def test_the_doctor_notices_work_that_nobody_does(line: Line) -> None:
    def queue() -> dict[str, str]:
        return next(x for x in line.json("doctor") if x["name"] == "queue")

    assert (queue()["state"], queue()["next_step"]) == ("ok", "")
    registry = line.world.registry
    with registry.database.write() as session:
        registry.queue.enqueue(session, [NewJob(task="crawl.repository", key="1", payload={})])
    found = queue()
    assert (found["state"], found["next_step"]) == ("warning", "registry work")
    assert "1 wait; worker last seen never" in found["finding"]
    assert "warnings: 1" in line.talk
