"""Telling webhooks of components and repositories, in the transaction of the change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.db.tables import ChangeKind, Component, Organisation, Repository
from registry.webhooks.events import emit


def announce_component(
    session: Session,
    component: Component,
    *,
    changed: Sequence[str],
    is_new: bool,
    is_release: bool,
    now: datetime,
) -> None:
    """Tell that a component changed, and in which columns; also that it has a new release."""

    def data() -> dict[str, Any]:
        return {
            "component": component.slug, "name": component.name, "version": component.version,
            "is_new": is_new, "changed": sorted(changed),
            "href": f"/api/v1/components/{component.slug}",
        }  # fmt: skip

    for event in ("component.updated", *(("release.published",) if is_release else ())):
        emit(
            session, event, subject=f"component:{component.slug}", data=data,
            components=[component.id], organisations=[component.organisation_id], at=now,
        )  # fmt: skip


def announce_owner(
    session: Session, component: Component, former: int | None, now: datetime
) -> None:
    """Tell both organisations that a component is attributed to another one than before."""

    def data() -> dict[str, Any]:
        return {
            "component": component.slug, "state": "attributed",
            "organisation": _slug(session, component.organisation_id),
            "former_organisation": _slug(session, former),
            "href": f"/api/v1/components/{component.slug}",
        }  # fmt: skip

    emit(
        session, "ownership.changed", subject=f"component:{component.slug}", data=data,
        components=[component.id], organisations=[former, component.organisation_id], at=now,
    )  # fmt: skip


def _slug(session: Session, organisation: int | None) -> str | None:
    body = session.get(Organisation, organisation) if organisation is not None else None
    return body.slug if body else None


def is_release(component: Component, values: dict[str, Any]) -> bool:
    """Say whether new values hold another version than before that is not an older one."""
    version, day = values.get("version"), values.get("released_at")
    if component.revision == 0 or not version or version == component.version:
        return False
    before = component.released_at
    return not (before and day and day < before)


def announce_failure(session: Session, repository: Repository, reason: str, now: datetime) -> None:
    """Tell that a repository cannot be read, with the reason of the public crawl log."""
    component = session.exec(
        select(Component).where(col(Component.repository_id) == repository.id)
    ).first()

    def data() -> dict[str, Any]:
        return {
            "repository": repository.url, "reason": reason,
            "component": component.slug if component else None,
            "href": f"/api/v1/crawls/repositories/{repository.id}",
        }  # fmt: skip

    emit(
        session, "crawl.failed", subject=f"repository:{repository.id}", data=data,
        components=[component.id if component else None],
        organisations=[repository.organisation_id], at=now,
    )  # fmt: skip


def changes_of(
    component: Component, values: dict[str, Any]
) -> list[tuple[ChangeKind, dict[str, Any]]]:
    """Return what the change log says of new values."""
    if component.revision == 0:
        return [(ChangeKind.CREATED, {})]
    found: list[tuple[ChangeKind, dict[str, Any]]] = []
    before, after = component.licence, values.get("licence", component.licence)
    if before != after:
        found.append((ChangeKind.LICENCE, {"before": before, "after": after}))
    if is_release(component, values):
        found.append((ChangeKind.RELEASE, {"version": values["version"]}))
    return found or [(ChangeKind.UPDATED, {})]
