"""Rows of drift for tests: a component, its fork, an advisory, and the fix that the fork misses."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from registry.db.tables import (
    Advisory,
    Component,
    ComponentAdvisory,
    Drift,
    MissedFix,
    Repository,
)

WHEN = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
COMMIT = "c" * 40
HEADS = ("a" * 40, "b" * 40)


def component(session: Session, name: str, **values: Any) -> int:
    """Add a component with its repository and return its id."""
    repository = Repository(
        url=f"https://code.example/town/{name}", host="code.example", path=f"town/{name}",
        state="active", state_since=WHEN, added_at=WHEN, head_commit=HEADS[0],
    )  # fmt: skip
    session.add(repository)
    session.flush()
    row = Component(
        uuid=f"uuid-{name}", slug=f"town-{name}", repository_id=repository.id or 0, name=name,
        created_at=WHEN, updated_at=WHEN, **values,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def advisory(session: Session, key: str = "GHSA-2345-6789-cfgh", **values: Any) -> int:
    """Add an advisory and return its id."""
    row = Advisory(
        key=key, summary="Names are not escaped", severity="high", published_at=WHEN,
        modified_at=WHEN, imported_at=WHEN, **values,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def missed_fix(session: Session, organisation: int | None = None, key: str = "fix_0a1b2c") -> str:
    """Add a fork of an organisation that misses a fix, and return the key of that."""
    origin = component(session, f"upstream-{key[4:]}")
    reuser = component(session, f"fork-{key[4:]}", organisation_id=organisation)
    told = advisory(session, f"GHSA-{key[4:]}")
    session.add(
        Drift(
            origin_id=origin, reuser_id=reuser, state="measured", is_related=True, behind=3,
            missing=2, ahead=1, looked_at=WHEN, origin_head=HEADS[0], reuser_head=HEADS[1],
        )
    )  # fmt: skip
    session.add(
        ComponentAdvisory(
            component_id=origin, advisory_id=told, basis="repository", matched_at=WHEN
        )
    )
    session.add(
        MissedFix(
            key=key, origin_id=origin, reuser_id=reuser, advisory_id=told, verdict="missing",
            basis="commit", commit=COMMIT, commit_at=WHEN, subject="Escape names", found_at=WHEN,
            changed_at=WHEN,
        )
    )  # fmt: skip
    session.flush()
    return key
