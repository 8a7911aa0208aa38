"""`registry publish` as it is typed: the draft of a real repository, its sources, the exit code."""

from pathlib import Path

import pytest

from registry.domain.publiccode_lists import RECOMMENDED_VERSION
from tests.support.command_line import CommandLine
from tests.support.git_repos import Commit, build_repository
from tests.support.publiccode_samples import MINIMAL
from tests.support.registries import bytes_on_disk, read_in_process
from tests.support.request_doubles import request_double

URL = "https://git.example.org/town/letters"
VENDORED = '{"name": "handsome-table", "version": "9.9.9", "license": "MIT"}\n'


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    read_in_process(monkeypatch)
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


def repository(folder: Path, **files: str) -> str:
    build_repository(folder, [Commit({name.replace("__", "/"): x for name, x in files.items()})])
    return str(folder)


def test_a_draft_says_what_is_known_and_what_is_missing(line: CommandLine, tmp_path: Path) -> None:
    files = {
        "README.md": "# Letters\n\nSends letters of the town.\n",
        "assets/table/package.json": VENDORED,
    }
    folder = repository(tmp_path / "letters", **files)
    text = line("publish", folder, "--check", "--url", URL, code=1)
    assert text.startswith(f'publiccodeYmlVersion: "{RECOMMENDED_VERSION}"\nname: letters\n')
    assert "shortDescription: Sends letters of the town." in text
    assert "license" not in text, "a copied library does not tell the licence of the whole"
    assert "description.en.shortDescription: from README.md" in line.talk
    assert "`softwareType` is missing" in line.talk
    assert not (tmp_path / "letters" / "publiccode.yml").exists()


def test_a_valid_file_is_left_to_the_letter(line: CommandLine, tmp_path: Path) -> None:
    text = MINIMAL.rstrip("\n") + "  # ours\n"
    folder = repository(tmp_path / "letters", **{"publiccode.yml": text})
    assert line("publish", folder, "--check", "--url", URL).rstrip("\n") == text.rstrip("\n")
    line("publish", folder, "--url", URL)
    assert (tmp_path / "letters" / "publiccode.yml").read_text() == text


def test_what_cannot_be_read_is_named(line: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    line("publish", str(tmp_path / "plain"), "--check", code=2)
    assert "give its --url" in line.talk
    line("publish", URL, code=2)
    assert "add --check" in line.talk
    line("publish", URL, "--check", code=3)
    assert "registry source add" in " ".join(line.talk.split())


def test_ci_gets_the_problems_of_a_draft_as_a_report(line: CommandLine, tmp_path: Path) -> None:
    folder = repository(tmp_path / "letters", **{"README.md": "# Letters\n"})
    wanted = ("publish", folder, "--check", "--url", URL, "--format", "junit")
    report = line(*wanted, code=1)
    assert report.startswith("<testsuites")
    assert "`license` is missing" in report
    line("publish", folder, "--url", URL, "--format", "junit", code=2)
    assert not (tmp_path / "letters" / "publiccode.yml").exists()


def test_a_request_is_opened_at_the_forge_with_the_file_that_stands_here(
    line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with request_double("gitea") as forge:
        monkeypatch.setenv("REGISTRY_CRAWL_ALLOW_HOSTS", f'["{forge.host}"]')
        folder = repository(tmp_path / "letters", **{"README.md": "# Letters\n"})
        wanted = ("publish", folder, "--open-pr", "--url", forge.url)
        line(*wanted, "--check", code=2)
        line(*wanted, code=2)
        assert "nothing was opened: publiccode.yml has" in line.talk
        text = MINIMAL.replace("https://git.example.org/town/bench-register", forge.url)
        (tmp_path / "letters" / "publiccode.yml").write_text(text)
        line(*wanted, code=1)
        assert "set REGISTRY_PUBLISH_TOKEN" in line.talk
        assert forge.asked == []
        monkeypatch.setenv("REGISTRY_PUBLISH_TOKEN", "a-token-of-somebody")
        printed = line(*wanted)
        assert f"Opened {forge.url}/request/1" in line.talk
        line(*wanted)
        assert f"Open already, with this file: {forge.url}/request/1" in line.talk
        assert "a-token-of-somebody" not in printed + line.talk
    assert forge.branches["add-publiccode-yml"]["publiccode.yml"] == text
    assert b"a-token-of-somebody" not in bytes_on_disk(tmp_path)
