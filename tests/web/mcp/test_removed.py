"""What was taken down is nowhere in what agents are told, over a real database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from registry.db.session import Database
from registry.lineage.reading.reuse import load_page
from registry.lineage.readmodels import ReuseQuery
from registry.lineage.removal import withdraw_edges
from registry.publishing.takedowns import take_down
from tests.support.agents import agent_sources, answered, called
from tests.support.api_samples import NOW, filled_database, sample_catalogue
from tests.support.reuse_samples import ORIGIN, lineage_over
from web.mcp.toolbox import Sources

SLUG = f"part-{ORIGIN:02}"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sources, str]]:
    """Yield the sources after a takedown, and the key of an edge of what was taken down."""
    with filled_database(tmp_path_factory.mktemp("removed")) as database:
        key = _edge(database)
        with database.write() as session:
            take_down(
                session, SLUG, category="court_order", note="", now=NOW, withdraw=withdraw_edges
            )
        yield _sources(database), key


def _edge(database: Database) -> str:
    sources = _sources(database)
    before = answered("get_reuse_evidence", sources, component=SLUG)
    assert before["items"], "there is something to take down"
    assert answered("search_components", sources, query="part", limit=20)["total"] > 1
    with database.read() as session:
        return load_page(session, ReuseQuery(component=SLUG, limit=1)).items[0].key


def _sources(database: Database) -> Sources:
    return replace(
        agent_sources(), catalogue=sample_catalogue(database), lineage=lineage_over(database)
    )


@pytest.mark.parametrize(
    ("tool", "sent"),
    [
        ("get_component", {"component": SLUG}),
        ("get_reuse_evidence", {"component": SLUG}),
        ("reuse_instructions", {"component": SLUG}),
    ],
)
def test_it_is_said_to_be_removed_and_why(
    asked: tuple[Sources, str], tool: str, sent: dict[str, Any]
) -> None:
    outcome = called(tool, asked[0], **sent)
    assert outcome.found is None
    assert "removed on 2025-06-01: court order" in outcome.problem


def test_its_evidence_is_removed_with_it(asked: tuple[Sources, str]) -> None:
    sources, key = asked
    assert "removed" in called("get_reuse_evidence", sources, evidence=key).problem
    cells = answered("country_matrix", sources)["cells"]
    assert all(cell["pairs"] > 0 for cell in cells)


def test_it_is_in_no_list(asked: tuple[Sources, str]) -> None:
    sources, _ = asked
    for arguments in ({"query": "part"}, {"query": SLUG}, {"min_reuse": 1}):
        page = answered("search_components", sources, limit=20, fields=["country"], **arguments)
        assert SLUG not in [item["slug"] for item in page["items"]]
    missing = called("get_component", sources, component="part-5")
    assert SLUG not in missing.problem
