"""What follows a find, written in bulk: forks with drift and missed fixes, adopters, needs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from registry.cli.build import Registry
from registry.db.bulk import insert_rows
from registry.db.tables import (
    Adoption,
    Advisory,
    ComponentAdvisory,
    Drift,
    MissedFix,
    Need,
    NeedJoin,
    Organisation,
    VainSearch,
)
from tests.bench.catalogue_rows import NOW, ORGANISATIONS

# One component that ten thousand bodies say they use, and a need that they all join.
ADOPTED: Final = 1
FORKS: Final = 20  # of each upstream
_BEYOND: Final = NOW + timedelta(days=36_500)
_SHOWN: Final = 200


def fill_reuse(registry: Registry, components: int, bodies: int) -> None:
    """Write rows about the components of `catalogue_rows.fill`, and `bodies` organisations more."""
    with registry.database.write() as session:
        for table, rows in (
            (Organisation, _bodies(bodies)),
            (Adoption, _adoptions(components, bodies)),
            (Advisory, [_advisory()]),
            (ComponentAdvisory, _about(components)),
            (Drift, _drifts(components)),
            (MissedFix, _fixes(components)),
            (Need, _needs(components)),
            (NeedJoin, _joins(bodies)),
            (VainSearch, _searches()),
        ):
            insert_rows(session, table, rows)


def upstreams(components: int) -> list[int]:
    """Return the numbers of components that others forked."""
    return list(range(1, components // 4, FORKS + 1))


def _pairs(components: int) -> Iterator[tuple[int, int]]:
    for upstream in upstreams(components):
        yield from ((upstream, upstream + fork) for fork in range(1, FORKS + 1))


def _bodies(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "id": ORGANISATIONS + 1 + number, "slug": f"town-{number}", "name": f"Town {number}",
            "names": {}, "uri": f"https://bench.example/town-{number}", "country": "FI",
            "level": "local", "basis": "source", "is_demo": False, "created_at": NOW,
        }  # fmt: skip


def _adoptions(components: int, bodies: int) -> Iterator[dict[str, Any]]:
    for number in range(bodies):
        for component in {ADOPTED, 2 + number % (components - 1)}:
            yield {
                "component_id": component, "organisation_id": ORGANISATIONS + 1 + number,
                "version": "2.1", "used_since": None, "in_production": True, "how": "as_is",
                "contact": "", "repository_url": None, "declared_at": NOW, "confirmed_at": NOW,
                "expires_at": _BEYOND, "withdrawn_at": None,
            }  # fmt: skip


def _advisory() -> dict[str, Any]:
    return {
        "id": 1, "key": "GHSA-2345-6789-cfgh", "summary": "Names are not escaped",
        "severity": "high", "published_at": NOW, "modified_at": NOW, "imported_at": NOW,
    }  # fmt: skip


def _about(components: int) -> Iterator[dict[str, Any]]:
    for upstream in upstreams(components):
        yield {
            "component_id": upstream, "advisory_id": 1, "basis": "repository", "matched_at": NOW
        }  # fmt: skip


def _drifts(components: int) -> Iterator[dict[str, Any]]:
    commits = [
        {"commit": f"{at:040x}", "time": 1_750_000_000, "subject": f"Change {at}",
         "state": "missing", "files": 2, "is_clean": True}
        for at in range(_SHOWN)
    ]  # fmt: skip
    for origin, reuser in _pairs(components):
        yield {
            "origin_id": origin, "reuser_id": reuser, "distance": 1, "state": "measured",
            "is_related": True, "behind": 400, "missing": 200, "ahead": 12, "parallel": 3,
            "synced_at": NOW, "base_at": NOW, "looked_at": NOW, "base_commit": "c" * 40,
            "origin_head": "a" * 40, "reuser_head": "b" * 40, "detail": {"commits": commits},
        }  # fmt: skip


def _fixes(components: int) -> Iterator[dict[str, Any]]:
    for origin, reuser in _pairs(components):
        yield {
            "key": f"fix_{origin:010x}{reuser:010x}", "origin_id": origin, "reuser_id": reuser,
            "advisory_id": 1, "verdict": "missing", "basis": "commit", "commit": "c" * 40,
            "commit_at": NOW, "subject": "Escape names", "found_at": NOW, "changed_at": NOW,
        }  # fmt: skip


def _needs(components: int) -> Iterator[dict[str, Any]]:
    for number in range(1, components // 4 + 1):
        yield {
            "id": number, "title": f"Permits for {number} events", "lang": "en",
            "description": "Citizens ask, the town answers within ten days.", "functions": [],
            "state": "open", "organisation_id": 1 + number % ORGANISATIONS, "country": "FI",
            "found": None, "answers": {}, "created_at": NOW, "updated_at": NOW,
            "opened_at": NOW, "expires_at": _BEYOND,
        }  # fmt: skip


def _joins(bodies: int) -> Iterator[dict[str, Any]]:
    for number in range(bodies):
        yield {
            "need_id": 1, "organisation_id": ORGANISATIONS + 1 + number, "joined_at": NOW
        }  # fmt: skip


def _searches() -> Iterator[dict[str, Any]]:
    for word in range(2_000):
        for back in range(6):
            day = (NOW - timedelta(days=back)).date()
            yield {"words": f"snow word{word}", "day": day, "searches": 3}
