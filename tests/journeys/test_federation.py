"""Peers over real HTTP: through the egress and the sandbox, crawled, changed and dropped."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from registry.catalogue.peer_views import peer_counts
from tests.support.command_line import CommandLine
from tests.support.git_repos import Commit
from tests.support.peer_doubles import SoftwareCatalogDouble, publisher, software
from tests.support.registries import PUBLIC, World, open_world, publiccode, read_in_process


@contextmanager
def served(double: SoftwareCatalogDouble) -> Iterator[str]:
    """Serve a double on the loopback; yield its `host:port`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = double.request("GET", double.root.removesuffix("/v1") + self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _bare_commits(name: str) -> list[Commit]:
    return [Commit({"src/main.py": f"print({name!r})\n"})]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    read_in_process(monkeypatch)
    with open_world(tmp_path / "world") as made:
        yield made


def test_a_peer_is_harvested_crawled_and_believed_last(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world.build("letters")
    world.build("permits", _bare_commits("permits"))
    double = SoftwareCatalogDouble(
        software=[
            software("letters", publiccodeYml=publiccode("letters", long="Other words. " * 40)),
            software("permits"),
        ],
        publishers=[publisher("Town Hall", f"{PUBLIC}/town", alternativeId="urn:x:town")],
    )
    with served(double) as host:
        spec = f"catalog:http://{host}/v1"
        world.reopen(allow_hosts=(host,))
        run = CommandLine(tmp_path / "world" / "home", monkeypatch, capsys)
        monkeypatch.setenv("REGISTRY_CRAWL_ALLOW_HOSTS", json.dumps([host]))
        mirrors = json.dumps(world.settings.crawl.mirrors)
        monkeypatch.setenv("REGISTRY_CRAWL_MIRRORS", mirrors)

        run("source", "add", spec, "--country", "EE")
        assert "/software?all=true" in run("source", "harvest", "--dry-run")
        assert not double.requests

        run("source", "harvest", spec)
        assert "3 new, 0 changed, 0 unchanged, 0 ended" in run.talk
        world.crawl()

        letters = world.registry.catalogue.component("code-example-town-letters")
        assert letters.descriptions[0].value.startswith("Sends letters to every inhabitant")
        assert "Other words" not in repr(letters.fields[0].value)
        assert [listing.peer for listing in letters.listings] == [spec]
        assert letters.card.country == "EE"
        permits = world.registry.catalogue.component("code-example-town-permits")
        stated = {field.property: field for field in permits.fields}
        assert stated["short_description"].source.basis == "peer"
        assert stated["short_description"].source.path == spec
        assert "licence" not in stated  # only the repository itself can grant one

        run("source", "harvest", spec)
        assert "0 new, 0 changed, 3 unchanged, 0 ended" in run.talk

        del double.software[1]
        run("source", "harvest", spec)
        assert "0 new, 0 changed, 2 unchanged, 1 ended" in run.talk
        dropped = world.registry.catalogue.component("code-example-town-permits")
        assert "short_description" not in {field.property for field in dropped.fields}
        assert dropped.listings == ()
        assert len(run.json("source", "records", spec, "--ended")) == 1

        counts = {row["kind"]: row for row in run.json("source", "records")}
        assert counts["software"]["live"] == 1
        assert counts["software"]["crawled"] == 1

        run("source", "remove", spec)
        assert "2 records that it stated are ended" in run.talk
    assert world.problems() == []


def test_a_peer_that_is_down_is_shown_with_its_cause(world: World) -> None:
    from crawlers.adding import Entry, add_entry
    from crawlers.forges.infer import parse_source

    double = SoftwareCatalogDouble(catalogues=None, publishers=None, software=[])
    with served(double) as host:
        world.reopen(allow_hosts=(host,))
        spec = parse_source(f"catalog:http://{host}/v1", allow_http_hosts=frozenset({host}))
        with world.registry.database.write() as session:
            add_entry(session, Entry(spec=spec), world.now())
        world.crawl()
    (source,) = world.registry.catalogue.crawl_status().sources
    assert source.outcome == "gone"
    assert source.next_step


@pytest.mark.slow
def test_the_same_software_at_two_addresses_is_recognised_by_its_first_commits(
    world: World,
) -> None:
    commits = [
        Commit({"src/main.py": "print('one')\n", "LICENSE": "MIT License\n"}),
        Commit({"src/other.py": "print('two')\n"}),
    ]
    world.build("letters", commits)
    world.build("brieven", commits)
    one = SoftwareCatalogDouble(software=[software("letters")])
    other = SoftwareCatalogDouble(software=[software("brieven")])
    from crawlers.adding import Entry, add_entry
    from crawlers.forges.infer import parse_source

    with served(one) as first, served(other) as second:
        world.reopen(allow_hosts=(first, second))
        with world.registry.database.write() as session:
            for host in (first, second):
                text = f"catalog:http://{host}/v1"
                spec = parse_source(text, allow_http_hosts=frozenset({host}))
                add_entry(session, Entry(spec=spec), world.now())
        world.crawl()
        world.crawl()
    with world.registry.database.read() as session:
        counts = [row for row in peer_counts(session) if row.kind == "software"]
    assert [(row.live, row.also_elsewhere, row.same_history) for row in counts] == [(1, 0, 1)] * 2
    listed = world.registry.catalogue.component("code-example-town-letters").listings
    assert sorted(listing.url or "" for listing in listed) == ["", f"{PUBLIC}/town/brieven"]
