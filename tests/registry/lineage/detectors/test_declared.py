"""What metadata documents declare as reused: a lead at most, and only between entries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session

from registry.db.session import Database
from registry.db.tables import ClaimRow, DocumentRow
from registry.lineage.detectors import declared
from registry.lineage.findings import Finding
from tests.support.lineage_facts import add_files, moment, oid
from tests.support.lineage_rows import NOW, World, day

TIDE = "https://code.example/tide"


class Documents:
    """A catalogue of some components, into which documents are written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.world = World(session)
        for slug in ("tide", "quay", "pier"):
            self.world.component(slug)

    def state(
        self, slug: str, values: dict[str, Any], *, path: str = "publiccode.yml",
        at: datetime = NOW, ended: datetime | None = None,
    ) -> dict[str, int]:  # fmt: skip
        """Write a document with claims: property → value; return the ids of the claims."""
        key = self.world.repositories[slug]
        document = DocumentRow(
            repository_id=key, kind="publiccode", path=path, blob=oid(path).hex(), commit="1" * 40,
            sha256="2" * 64, size=9, status="valid", read_at=at, ended_at=ended,
        )  # fmt: skip
        self.session.add(document)
        self.session.flush()
        claims = {
            name: ClaimRow(
                repository_id=key, document_id=document.id, property=name, value=value,
                basis="publiccode", path=path, line=6, observed_at=at, ended_at=ended,
            )
            for name, value in values.items()
        }  # fmt: skip
        self.session.add_all(claims.values())
        self.session.flush()
        return {name: claim.id or 0 for name, claim in claims.items()}

    def find(self, slug: str) -> list[Finding]:
        return declared.find(self.session, self.world.repositories[slug])


@pytest.fixture
def documents(database: Database) -> Iterator[Documents]:
    with database.write() as session:
        yield Documents(session)


def test_is_based_on_is_a_declaration_of_the_reuser(documents: Documents) -> None:
    add_files(documents.world, "quay", {"publiccode.yml": "publiccode.yml"}, day=4)
    ids = documents.state("quay", {"is_based_on": [f"{TIDE}.git"]})
    (found,) = documents.find("quay")
    assert (found.kind, found.tag, found.confidence) == ("declared", "declared", "possible")
    assert found.origin_repository_id == documents.world.repositories["tide"]
    assert found.reuser_repository_id == documents.world.repositories["quay"]
    assert (found.direction_basis, found.state) == ("declaration", "current")
    assert found.evidence == {"claim_id": ids["is_based_on"]}
    assert (found.first_seen, found.last_seen) == (moment(4), None)
    assert found.strength == {
        "property": "is_based_on", "path": "publiccode.yml", "line": 6, "documents": 1,
    }  # fmt: skip


def test_reused_code_with_an_address_is_one_too(documents: Documents) -> None:
    documents.state("quay", {"reused_code": [{"name": "Tide", "url": TIDE}, {"name": "Pier"}]})
    (found,) = documents.find("quay")
    assert found.origin_repository_id == documents.world.repositories["tide"]


def test_several_documents_about_one_origin_are_one_edge(documents: Documents) -> None:
    documents.state("quay", {"is_based_on": [TIDE, TIDE]})
    documents.state("quay", {"is_based_on": [TIDE]}, path="a/publiccode.yml")
    (found,) = documents.find("quay")
    assert (found.strength["path"], found.strength["documents"]) == ("a/publiccode.yml", 2)


def test_what_no_document_says_any_more_is_since_removed(documents: Documents) -> None:
    documents.state("quay", {"is_based_on": [TIDE]}, at=day(10), ended=day(20))
    (found,) = documents.find("quay")
    assert (found.state, found.last_seen) == ("since_removed", int(day(20).timestamp()))
    again = documents.state("quay", {"is_based_on": [TIDE]}, at=day(30))
    (found,) = documents.find("quay")
    assert (found.state, found.last_seen) == ("current", None)
    assert found.evidence == {"claim_id": again["is_based_on"]}


def test_a_document_of_another_repository_speaks_for_that_one(documents: Documents) -> None:
    documents.state("quay", {"is_based_on": [TIDE], "repository_url": "https://code.example/pier"})
    assert documents.find("quay") == []
    documents.state("pier", {"is_based_on": [TIDE], "repository_url": "https://code.example/gone"})
    assert len(documents.find("pier")) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"is_based_on": ["https://code.example/quay"]},
        {"is_based_on": ["https://code.example/nobody"]},
        {"is_based_on": ["Tide", 7, None, {"url": 3}, {"name": "Tide"}]},
        {"is_based_on": None},
        {"used_by": [{"name": "Tide", "url": TIDE}]},
        {"related_code": [{"name": "Tide", "url": TIDE}]},
        {"depends_on": [{"name": "tide", "kind": "open"}]},
    ],
)
def test_no_edge_comes_of(documents: Documents, values: dict[str, Any]) -> None:
    documents.state("quay", values)
    assert documents.find("quay") == []
