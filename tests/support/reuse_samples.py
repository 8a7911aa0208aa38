"""Edges between the components of `tests.support.api_samples`, in a real database.

`part-03` (Estonia) is reused by thirty Canadian components; every tag, state and mark is there,
with text that a spreadsheet or a feed would trip over.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from registry.db.session import Database
from registry.db.tables import CommitRow, FileArtefact, PackageSpan, PathRow
from registry.db.tables.lineage import Edge, EdgeEvent, EdgeKind, EdgeState, EdgeTag
from registry.db.tables.lineage_facts import NamedSource
from registry.domain.fingerprints import file_hash
from registry.lineage.background import Background
from registry.lineage.service import Lineage
from registry.lineage.totals import refresh_totals
from tests.support.api_samples import FORMULA, HOSTILE, NOW

ORIGIN = 3
FORKS = 30
# Counted: the forks and a package are measured; a text without a repository, and a statement.
COUNTED = {"attributed": 1, "declared": 1, "measured": FORKS + 2}
# A file of `part-05`, and the id that git gives it.
CONTENT = "print('forms')\n"
BLOB = "ae8ac9994a2a3d1a4b4f1571f0f51223573aeb54"
COMMIT_ID = "ab" * 20
PURL = "pkg:npm/%40city/forms"
SECONDS = 1_500_000_000
# The ends of the first fork and the edges with names, by their keys.
FIRST, TEXT, DENIED = (f"ev_{number:016x}" for number in (1, 100, 107))


def fill_reuse(session: Session) -> None:
    """Write edges, events and the facts that lookups find; the components are there already."""
    session.add(
        NamedSource(
            id=1, slug="health", name=FORMULA, patterns="health", country="CA", region="CA-AB",
            reference="https://health.example", created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    for number in range(FORKS):
        session.add(_edge(number + 1, ORIGIN, _canadian(number), first_seen=_day(number)))
    for number, values in enumerate(_special()):
        session.add(_edge(100 + number, **values))
    session.flush()
    session.add(EdgeEvent(edge_id=1, at=NOW, state="current", reason="found"))
    session.add_all(_facts())
    session.flush()
    refresh_totals(session, [ORIGIN, 5], NOW)


def lineage_over(database: Database) -> Lineage:
    """Return the real questions about a database, with no third-party code known."""
    return Lineage(database, Background.empty())


def _canadian(number: int) -> int:
    """Return a component that is not Estonian: two of three are not."""
    return 4 + number // 2 * 3 + number % 2


def _day(number: int) -> Any:
    return NOW - timedelta(days=365 * 3 - 30 * number)


def _country(component: int) -> tuple[str, str | None, int]:
    body = 1 + component % 3
    return ("EE" if body == 1 else "CA", "CA-ON" if body == 2 else None, body)


def _edge(number: int, origin: int | None, reuser: int, **values: Any) -> Edge:
    country, region, body = _country(origin) if origin else ("CA", "CA-AB", None)
    here, part, taker = _country(reuser)
    given: dict[str, Any] = {
        "kind": EdgeKind.SHARED_COMMITS, "tag": EdgeTag.MEASURED, "state": EdgeState.CURRENT,
        "first_seen": NOW - timedelta(days=400), "last_seen": NOW, "confidence": "verified",
        "strength": {"commits": 7}, "proof": {"kind": "shared_commits", "digest": "d" * 64},
        "proof_digest": "d" * 64, "found_at": NOW - timedelta(days=1),
        "changed_at": NOW - timedelta(minutes=number),
    }  # fmt: skip
    return Edge(
        key=f"ev_{number:016x}", origin_id=origin, reuser_id=reuser,
        origin_source_id=None if origin else 1,
        origin_country=country, origin_region=region, origin_organisation_id=body,
        reuser_country=here, reuser_region=part, reuser_organisation_id=taker,
        **given | values,
    )  # fmt: skip


def _special() -> list[dict[str, Any]]:
    return [
        {"origin": None, "reuser": 4, "kind": EdgeKind.ATTRIBUTION_TEXT,
         "tag": EdgeTag.ATTRIBUTED, "state": EdgeState.SINCE_REMOVED, "locator": FORMULA,
         "strength": {"mentions": 4}},
        {"origin": 5, "reuser": 6, "kind": EdgeKind.DECLARED, "tag": EdgeTag.DECLARED,
         "locator": HOSTILE, "strength": {}},
        {"origin": 5, "reuser": 9, "kind": EdgeKind.PACKAGE_DEPENDENCY,
         "locator": "npm:@city/forms", "confidence": "likely", "first_seen": None,
         "last_seen": None},
        {"origin": 7, "reuser": 3, "direction": "unknown", "kind": EdgeKind.SIMILAR_FILES},
        {"origin": 3, "reuser": 6, "is_internal": True},
        {"origin": 3, "reuser": 7, "is_mirror": True, "kind": EdgeKind.SHARED_FILES},
        {"origin": 8, "reuser": 9, "confidence": "possible"},
        {"origin": 8, "reuser": 12, "state": EdgeState.WITHDRAWN},
        {"origin": 8, "reuser": 15, "state": EdgeState.WITHDRAWN},
    ]  # fmt: skip


def _facts() -> list[Any]:
    blob, commit = bytes.fromhex(BLOB), bytes.fromhex(COMMIT_ID)
    return [
        PathRow(repository_id=5, blob=blob, path="src/forms.py", commit=commit,
                first_seen=SECONDS, in_head=True),
        FileArtefact(hash=file_hash(blob), repository_id=5, first_seen=SECONDS),
        CommitRow(repository_id=5, id=commit, parents=b"", author_time=SECONDS,
                  commit_time=SECONDS, author_key=b"k" * 16, author_domain="", flags=""),
        PackageSpan(repository_id=5, ecosystem="npm", name="@city/forms", path="package.json",
                    private=False, blob=BLOB, commit=COMMIT_ID, first_seen=SECONDS),
    ]  # fmt: skip
