"""The two sides of what is listed: a component with its repository and organisation."""

from typing import Any

from sqlalchemy import Row
from sqlmodel import col

from registry.adoption.drift.readmodels import Party
from registry.db.tables import RepositoryState
from registry.domain.links import compare_url


def columns(component: Any, repository: Any, body: Any, name: str) -> list[Any]:
    """Return the columns of one side, for `party`."""
    return [
        col(component.slug).label(f"{name}_slug"),
        col(component.name).label(f"{name}_name"),
        col(component.country).label(f"{name}_country"),
        col(component.is_demo).label(f"{name}_is_demo"),
        col(repository.url).label(f"{name}_url"),
        col(repository.web_url).label(f"{name}_web_url"),
        col(repository.forge).label(f"{name}_forge"),
        col(repository.state).label(f"{name}_state"),
        col(body.name).label(f"{name}_body"),
        col(body.slug).label(f"{name}_body_slug"),
    ]


def party(row: Row[Any], name: str) -> Party:
    """Return one side of a row that has the columns of `columns`."""
    values = row._asdict()
    return Party(
        slug=values[f"{name}_slug"],
        name=values[f"{name}_name"],
        url=values[f"{name}_web_url"] or values[f"{name}_url"],
        forge=values[f"{name}_forge"],
        state=RepositoryState(values[f"{name}_state"]).value,
        organisation=values[f"{name}_body"],
        organisation_slug=values[f"{name}_body_slug"],
        country=values[f"{name}_country"],
        is_demo=values[f"{name}_is_demo"],
    )


def changes_url(upstream: Party, base: str | None, head: str | None) -> str | None:
    """Return where an upstream that is still there shows what it did since a commit."""
    if upstream.state == RepositoryState.GONE or base is None or head is None:
        return None
    return compare_url(upstream.url, upstream.forge, base, head)
