"""Proofs: the same facts give the same bytes, and what the facts do not hold is not proven."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from registry.db.session import Database
from registry.db.tables import (
    AttributionRow,
    ClaimRow,
    CommitRow,
    DependencySpan,
    DocumentRow,
    EdgeKind,
    EdgeState,
    EdgeTag,
    FingerprintRow,
    PathRow,
    Repository,
)
from registry.lineage.findings import Finding
from registry.lineage.proofs import build_proof
from registry.verifier.canonical import canonical, digest
from registry.verifier.shape import faults
from tests.support.databases import fresh_database
from tests.support.lineage_facts import (
    add_commits,
    add_dependency,
    add_files,
    add_package,
    add_prints,
    add_submodule,
    hash_of,
    moment,
    oid,
)
from tests.support.lineage_rows import NOW, World

KEY = "ev_0123456789abcdef"
ORIGIN, REUSER = "town/maps", "lake/maps"
SHARED = {f"src/{n}.py": f"code {n}" for n in range(30)}


def findings(session: Session, *, others_first: bool) -> dict[EdgeKind, Finding]:
    """Write facts of every kind, and return what detectors would say of them."""
    world = World(session)
    slugs = ("some/other", REUSER, ORIGIN) if others_first else (ORIGIN, REUSER)
    for slug in slugs:
        world.component(slug)
        row = session.get_one(Repository, world.repositories[slug])
        row.head_commit = oid(f"{slug} head").hex()
        session.add(row)
    if others_first:
        add_package(world, "some/other", "npm:other")
        add_dependency(world, "some/other", "npm:left")
    names = sorted(SHARED, reverse=others_first)
    for slug, day in ((REUSER, 9), (ORIGIN, 1)) if others_first else ((ORIGIN, 1), (REUSER, 9)):
        add_commits(world, slug, reversed(range(5)) if others_first else range(5))
        add_files(world, slug, {name: SHARED[name] for name in names}, day=day, commit=f"{slug} 1")
        add_prints(world, slug, names[0] if slug == ORIGIN else names[-1], "code 0", [5, -6], day=1)
    add_files(world, REUSER, {".gitmodules": "modules", "publiccode.yml": "document"}, day=9)
    add_submodule(world, REUSER, "vendor/maps", f"https://code.example/{ORIGIN}")
    hashes = sorted(map(hash_of, SHARED.values()))
    package = add_package(world, ORIGIN, "npm:maps")
    said: dict[EdgeKind, dict[str, Any]] = {
        EdgeKind.SHARED_COMMITS: {},
        EdgeKind.SHARED_FILES: {"hashes": hashes},
        EdgeKind.SIMILAR_FILES: {"hashes": [-6, 5]},
        EdgeKind.PACKAGE_DEPENDENCY: {
            "dependency_span_id": add_dependency(world, REUSER, "npm:maps"),
            "package_span_id": package,
        },
        EdgeKind.SUBMODULE: {"path": "vendor/maps"},
        EdgeKind.VENDORED_COMPONENT: {
            "package": "npm:maps@1.0.0", "hashes": hashes, "package_span_id": package
        },
        EdgeKind.ATTRIBUTION_TEXT: {"attribution_id": _attribution(world)},
        EdgeKind.DECLARED: {"claim_id": _claim(world)},
    }  # fmt: skip
    return {
        kind: Finding(
            kind=kind, tag=EdgeTag.MEASURED, origin_repository_id=world.repositories[ORIGIN],
            reuser_repository_id=world.repositories[REUSER], state=EdgeState.SINCE_REMOVED,
            strength={"commit": "3" * 40}, evidence=evidence,
        )
        for kind, evidence in said.items()
    }  # fmt: skip


def _attribution(world: World) -> int:
    row = AttributionRow(
        repository_id=world.repositories[REUSER], path="README.md", line=3, blob="4" * 40,
        commit="5" * 40, text="This is based on Maps of the town.", phrase="en-based-on",
        lang="en", target="Maps of the town", target_url=f"https://code.example/{ORIGIN}",
        first_seen=moment(3), removed_commit="6" * 40, removed_at=moment(8),
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    return row.id or 0


def _claim(world: World) -> int:
    key = world.repositories[REUSER]
    document = DocumentRow(
        repository_id=key, kind="publiccode", path="publiccode.yml", blob=oid("document").hex(),
        commit="1" * 40, sha256="2" * 64, size=9, status="valid", read_at=NOW,
    )  # fmt: skip
    world.session.add(document)
    world.session.flush()
    claim = ClaimRow(
        repository_id=key, document_id=document.id, property="is_based_on",
        value=[{"url": f"https://code.example/{ORIGIN}"}], basis="publiccode",
        path="publiccode.yml", line=6, observed_at=NOW,
    )  # fmt: skip
    world.session.add(claim)
    world.session.flush()
    return claim.id or 0


def test_the_same_facts_give_the_same_bytes_whatever_their_rows(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with database.write() as session:
        found = findings(session, others_first=False)
        one = {kind: build_proof(session, finding, KEY) for kind, finding in found.items()}
    folder = tmp_path_factory.mktemp("other")
    with fresh_database("sqlite", folder) as other, other.write() as session:
        found = findings(session, others_first=True)
        two = {kind: build_proof(session, finding, KEY) for kind, finding in found.items()}
    assert set(one) == set(EdgeKind)
    assert {kind: canonical(proof) for kind, proof in one.items()} == {
        kind: canonical(proof) for kind, proof in two.items()
    }
    for kind, proof in one.items():
        assert proof is not None
        assert (faults(proof), proof["digest"]) == ([], digest(proof)), kind


Loss = Callable[[Session], object]
LOST: dict[EdgeKind, Loss] = {
    EdgeKind.SHARED_COMMITS: lambda s: s.execute(delete(CommitRow)),
    EdgeKind.SHARED_FILES: lambda s: s.execute(delete(PathRow)),
    EdgeKind.SIMILAR_FILES: lambda s: s.execute(delete(FingerprintRow)),
    EdgeKind.PACKAGE_DEPENDENCY: lambda s: s.execute(delete(DependencySpan)),
    EdgeKind.SUBMODULE: lambda s: s.execute(delete(PathRow).where(col(PathRow.in_head))),
    EdgeKind.VENDORED_COMPONENT: lambda s: s.execute(delete(PathRow)),
    EdgeKind.ATTRIBUTION_TEXT: lambda s: s.execute(delete(AttributionRow)),
    EdgeKind.DECLARED: lambda s: s.execute(delete(ClaimRow)),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(EdgeKind))
def test_what_the_facts_do_not_hold_is_not_proven(
    kind: EdgeKind, sqlite_database: Database
) -> None:
    with sqlite_database.write() as session:
        finding = findings(session, others_first=False)[kind]
        assert build_proof(session, finding, KEY) is not None
        LOST[kind](session)
        session.expire_all()
        assert build_proof(session, finding, KEY) is None


def test_a_repository_whose_head_nobody_knows_is_not_proven(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        finding = findings(session, others_first=False)[EdgeKind.SHARED_COMMITS]
        row = session.get_one(Repository, finding.origin_repository_id)
        row.head_commit = None
        session.add(row)
        session.flush()
        assert build_proof(session, finding, KEY) is None


def test_a_proof_is_bounded_however_much_is_shared(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        finding = findings(session, others_first=False)[EdgeKind.SHARED_FILES]
        proof = build_proof(session, finding, KEY)
    assert proof is not None
    assert (proof["claim"]["count"], len(proof["samples"])) == (len(SHARED), 20)
    assert proof["claim"]["at_least"] is False


def test_a_file_whose_name_cannot_be_written_is_no_sample(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        finding = findings(session, others_first=False)[EdgeKind.SHARED_FILES]
        rows = session.exec(select(PathRow).where(PathRow.path == "src/0.py")).all()
        for row in rows:
            session.delete(row)
            session.add(PathRow(**row.model_dump() | {"path": "src/\ufffd.py"}))
        session.flush()
        proof = build_proof(session, finding, KEY)
    assert proof is not None
    assert (len(rows), proof["claim"]["count"], proof["claim"]["at_least"]) == (2, 29, True)
    assert "\ufffd" not in str(proof)


@pytest.mark.parametrize(
    ("flags", "is_timed"), [("", True), ("encoding,zone", True), ("date", False),
                            ("email,identity", False)],
)  # fmt: skip
def test_a_date_that_is_not_believed_is_not_in_a_proof(
    flags: str, is_timed: bool, sqlite_database: Database
) -> None:
    with sqlite_database.write() as session:
        finding = findings(session, others_first=False)[EdgeKind.SHARED_COMMITS]
        session.execute(update(CommitRow).values(flags=flags))
        proof = build_proof(session, finding, KEY)
    assert proof is not None
    assert faults(proof) == []
    assert {"time" in place for sample in proof["samples"] for place in sample.values()} == {
        is_timed
    }
