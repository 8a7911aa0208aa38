"""A story of reuse on real repositories, from the crawl to what an outsider is told."""

import hashlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from litestar import Litestar
from sqlmodel import select

from registry.cli.web import build_app
from registry.db.tables import ClusterMember, ClusterPair
from registry.lineage.proofs import digest
from registry.lineage.readmodels import MatrixQuery, ReuseSummary
from registry.lineage.verdicts import COMMON_UPSTREAM, DIRECT
from tests.support.command_line import CommandLine
from tests.support.lineage_story import (
    COUNTRIES,
    EXPECTED,
    LEDGER,
    VALLEYS,
    all_edges,
    module,
    short,
    slug_of,
    told,
)
from tests.support.registries import World, open_world

COPIES = ("library/engine", "city-one/site", "city-two/portal")
CELLS = {("EE", "FI"): 1, ("EE", "CA"): 1, ("EE", "PT"): 1, ("NL", "DE"): 1, ("NL", "FR"): 1,
         ("NL", "PT"): 1}  # fmt: skip


@pytest.fixture(scope="module")
def world(story: Path) -> Iterator[World]:
    """Yield the story as it was crawled; nothing here changes it."""
    with open_world(story) as made:
        yield made


def test_every_way_of_reuse_is_found_and_nothing_else(world: World) -> None:
    assert told(world) == EXPECTED
    assert world.problems() == []


def _clusters(world: World) -> dict[str, int]:
    with world.registry.database.read() as session:
        members = {row.repository_id: row.cluster_id for row in session.exec(select(ClusterMember))}
    return {name: members[world.row(f"https://code.example/{name}").id or 0] for name in COUNTRIES}


def test_verdicts_tell_a_common_upstream_from_reuse(world: World) -> None:
    clusters = _clusters(world)
    assert clusters["northern/forms"] == clusters["archive/forms"] == clusters["harbour/forms"]
    with world.registry.database.read() as session:
        pairs = {
            (row.cluster_a, row.cluster_b): (row.verdict, row.upstream_id)
            for row in session.exec(select(ClusterPair))
        }
    engine, site, portal = (clusters[name] for name in COPIES)
    assert pairs.pop((site, portal)) == (COMMON_UPSTREAM, engine)
    assert pairs.pop((engine, site)) == pairs.pop((engine, portal)) == (DIRECT, None)
    assert pairs.pop((clusters["harbour/forms"], clusters["coast/blanks"])) == (DIRECT, None)
    valleys = {clusters[f"valley-{number}/ledger"] for number in range(VALLEYS)}
    assert {key for pair in pairs for key in pair} == valleys
    assert {verdict for verdict, _ in pairs.values()} == {COMMON_UPSTREAM}
    assert len(pairs) == VALLEYS * (VALLEYS - 1) // 2


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def test_edges_tell_how_they_are_known_and_since_when(world: World) -> None:
    found = {(edge.kind, short(edge.reuser.url)): edge for edge in all_edges(world)}
    fork = found["shared_commits", "northern/forms"]
    assert (fork.direction_basis, fork.strength["own_commits_reuser"]) == ("authors", 3)
    assert (fork.tag, fork.confidence, fork.is_mirror) == ("measured", "verified", False)
    assert _day(fork.first_seen) == "2017-01-01"
    assert found["shared_commits", "archive/forms"].is_mirror
    copied = found["shared_files", "coast/blanks"]
    assert (copied.strength["count"], copied.direction_basis) == (6, "first_seen")
    assert _day(copied.first_seen) == "2018-01-01"
    said = found["attribution_text", "island/desk"]
    assert (said.tag, said.strength["path"]) == ("attributed", "README.md")
    assert _day(said.last_seen) == "2017-03-31"
    assert found["package_dependency", "tools/reports"].locator == "npm:harbour-forms"
    assert found["submodule", "tools/reports"].strength["path"] == "engine"
    assert (copied.origin.country, copied.reuser.country) == ("EE", "CA")
    assert copied.reuser.organisation == "Office of coast"


def test_totals_count_neither_mirrors_nor_texts_among_what_is_measured(world: World) -> None:
    summaries = world.registry.lineage.summary(slug_of(world, "harbour/forms"))
    assert {summary.tag: summary for summary in summaries} == {
        "measured": ReuseSummary(
            tag="measured", edges=4, organisations=3, countries=3, foreign_countries=3
        ),
        "attributed": ReuseSummary(
            tag="attributed", edges=1, organisations=1, countries=1, foreign_countries=1
        ),
    }
    for number in range(VALLEYS):
        assert world.registry.lineage.summary(slug_of(world, f"valley-{number}/ledger")) == ()
    assert world.registry.lineage.totals() == {"measured": 9, "attributed": 1}


def test_the_matrix_has_direct_reuse_alone(world: World) -> None:
    matrix = world.registry.lineage.matrix(MatrixQuery())
    assert {(cell.origin, cell.reuser): cell.pairs for cell in matrix.cells} == CELLS
    assert (matrix.edges, matrix.unknown_direction, matrix.unplaced) == (9, 0, 0)
    years = world.registry.lineage.matrix(MatrixQuery(period="year"))
    assert ("NL", "DE", "2016") in {(x.origin, x.reuser, x.period) for x in years.cells}
    texts = world.registry.lineage.matrix(MatrixQuery(tag="attributed"))
    assert [(cell.origin, cell.reuser) for cell in texts.cells] == [("EE", "IE")]


def test_withdrawn_edges_tell_why_and_count_for_nothing(world: World) -> None:
    """Early in a crawl two that share code look like reuse; then more holders of it come."""
    for edge in all_edges(world):
        events = world.registry.lineage.evidence(edge.key).events
        assert events
        assert events[0].reason == "found" or events[-1].reason == "found"
        if edge.state == "withdrawn":
            assert short(edge.origin.url).startswith("valley-")
            assert {event.reason for event in events} == {"found", "no longer found"}


def test_every_edge_has_a_proof_that_stands_for_itself(world: World) -> None:
    for edge in all_edges(world):
        evidence = world.registry.lineage.evidence(edge.key)
        proof = evidence.proof
        assert proof["digest"] == evidence.proof_digest == digest(proof)
        assert (proof["evidence"], proof["kind"]) == (edge.key, edge.kind)
        assert short(proof["origin"]["url"]) == short(edge.origin.url)
        assert short(proof["reuser"]["url"]) == short(edge.reuser.url)
        assert proof["samples"]


def test_the_tree_on_the_command_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = CommandLine(world.settings.home, monkeypatch, capsys)
    found = line.json("lineage", "tree", slug_of(world, "coast/blanks"))
    depths = {node["slug"]: (node["depth"], node["parent"]) for node in found["nodes"]}
    root = slug_of(world, "harbour/forms")
    assert depths == {root: (0, None)} | {
        slug_of(world, name): (1, root)
        for name in ("northern/forms", "archive/forms", "coast/blanks", "island/desk")
    }
    assert {node["slug"] for node in found["nodes"] if node["is_mirror"]} == {
        slug_of(world, "archive/forms")
    }
    (here,) = (node for node in found["nodes"] if node["is_current"])
    assert set(here["kinds"]) == {"shared_files", "similar_files"}
    text = line("lineage", "tree", slug_of(world, "library/engine"))
    assert "city-one" in text
    assert "city-two" in text
    assert "tools" not in text, "a dependency is no descent"


# The same over the wire.


@pytest.fixture(scope="module")
def port(world: World) -> Iterator[int]:
    """Serve the story by a real server and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        app = build_app(world.registry, f"http://127.0.0.1:{number}")
        with _served(app, listener):
            yield number


@contextmanager
def _served(app: Litestar, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def ask(port: int, target: str, body: Any = None) -> Any:
    """Return the JSON of an answer; a full address of this server is taken too."""
    target = target.removeprefix(f"http://127.0.0.1:{port}")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        if body is None:
            connection.request("GET", target)
        else:
            text = json.dumps(body).encode()
            connection.request("POST", target, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        found = answer.read()
        assert answer.status == 200, found
        return json.loads(found)
    finally:
        connection.close()


def test_from_the_matrix_to_the_proof_over_http(world: World, port: int) -> None:
    cells = ask(port, "/api/v1/matrix")["cells"]
    assert {(cell["origin"], cell["reuser"]): cell["pairs"] for cell in cells} == CELLS
    (cell,) = (cell for cell in cells if (cell["origin"], cell["reuser"]) == ("EE", "CA"))
    page = ask(port, cell["reuse_url"])
    assert {item["kind"] for item in page["items"]} == {"shared_files", "similar_files"}
    assert page["by_tag"] == {"measured": cell["edges"]}
    evidence = ask(port, page["items"][0]["api_url"])
    assert ask(port, evidence["proof_url"]) == evidence["proof"]
    assert evidence["edge"]["key"] == evidence["proof"]["evidence"]


def test_reuse_of_a_component_and_of_a_country_over_http(world: World, port: int) -> None:
    slug = slug_of(world, "harbour/forms")
    reuse = ask(port, f"/api/v1/components/{slug}/reuse")
    text = json.dumps(reuse)
    assert all(slug_of(world, name) in text for name in ("northern/forms", "tools/reports"))
    country = ask(port, "/api/v1/countries/PT/reuse")
    assert {place["country"] for place in country["takes"]} == {"EE", "NL"}
    assert country["gives"] == []
    assert ask(port, "/api/v1/countries/SE/reuse")["takes"] == []


def test_a_file_that_several_took_is_found_with_all_of_them(world: World, port: int) -> None:
    data = module(LEDGER[0]).encode()
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    found = ask(port, "/api/v1/lookup", {"blobs": [blob]})
    assert found["known"] == 1
    assert {hit["slug"] for hit in found["hits"]} == {
        slug_of(world, f"valley-{number}/ledger") for number in range(VALLEYS)
    }
