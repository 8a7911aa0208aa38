"""`registry fork` and `registry init-reuse` over a real git server and a real catalogue."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from registry.domain.attribution import statements
from registry.domain.attribution_notice import Source, notice_of
from registry.domain.attribution_sense import says_reuse
from registry.settings import LogSettings
from tests.support.command_line import CommandLine
from tests.support.git_repos import Commit, build_repository, git
from tests.support.hostile_servers import git_server
from tests.support.registries import honest_commits, open_world, publiccode, read_in_process

NAMES = ("Letters", "Docker image", "to which. The MIT thing", "<script>", "x\ny", "", "سجل")


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_read_back_as_reuse_whatever_the_component_is_called(name: str) -> None:
    source = Source(name=name, url="https://github.com/town/letters", licence="MIT")
    found = statements(notice_of(source).encode())[0]
    assert found.target_url == "https://github.com/town/letters"
    assert says_reuse(found.text, found.phrase)


def test_a_component_is_copied_by_push_and_named_as_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read_in_process(monkeypatch)
    root = tmp_path / "served"
    with git_server(root, can_push=True) as server:
        source = f"http://{server.host}/town/letters"
        with open_world(tmp_path, allow_hosts=(server.host,)) as world:
            world.settings = replace(world.settings, log=LogSettings(level="error"))
            build_repository(root / "town/letters", honest_commits("letters"))
            git(root / "town/letters", "branch", "other", "main")
            world.add_url(source)
            world.crawl()
        cli = CommandLine(tmp_path / "home", monkeypatch, capsys)
        copy, other = f"http://{server.host}/city/letters", f"http://{server.host}/city/other"
        build_repository(root / "city/letters", [])
        build_repository(root / "city/other", [Commit({"a": "b"})])
        slug = next(iter(cli("search", "letters", "--format", "csv").splitlines()[1:])).split(",")[
            0
        ]
        cli("fork", slug, copy, "--dry-run")
        assert git(root / "city/letters", "for-each-ref") == ""
        for _ in range(2):
            cli("fork", slug, copy)
        refs = git(root / "city/letters", "for-each-ref", "--format=%(refname)").split()
        assert refs == ["refs/heads/main", "refs/heads/other", "refs/tags/v1.0.0"]
        cli("fork", slug, other, code=1)
        assert "another history" in cli.talk
        cli("fork", slug, f"http://{server.host}/city/nowhere", code=4)
        cli("fork", slug, "ext::sh", code=2)
        cli("fork", "nothing", copy, code=3)

        work = tmp_path / "work"
        work.mkdir()
        text = publiccode("own").replace("legal:", "isBasedOn: https://a.example/b/c\nlegal:")
        (work / "publiccode.yml").write_text(text)
        (work / "NOTICE").write_text("Thanks.\n")
        cli("init-reuse", slug, str(work), "--check", code=5)
        assert (work / "NOTICE").read_text() == "Thanks.\n"
        cli("init-reuse", slug, str(work))
        kept = {path.name: path.read_text() for path in work.iterdir()}
        assert f"adapted from {source}." in kept["NOTICE"]
        assert kept["NOTICE"].startswith("Thanks.\n")
        assert "https://a.example/b/c" in kept["publiccode.yml"]
        assert source in kept["publiccode.yml"]
        cli("init-reuse", slug, str(work))
        assert {path.name: path.read_text() for path in work.iterdir()} == kept
        cli("init-reuse", slug, str(work), "--check")
        (work / "NOTICE").write_bytes("Gr\u00fc\u00dfe".encode("latin-1"))
        cli("init-reuse", slug, str(work), code=2)
        assert "NOTICE is not UTF-8" in cli.talk
        empty = tmp_path / "empty"
        empty.mkdir()
        cli("init-reuse", slug, str(empty))
        assert f"isBasedOn: {source}" in cli.talk
