"""Takedown: a component leaves every view, its tombstone stays, and it can come back.

Nothing of the component is deleted: it is hidden from every reading transaction, its edges are
withdrawn, the search index drops it, and the crawler leaves its repository alone.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlmodel import Session, col, select

from registry.db.changes import note_change
from registry.db.tables import (
    ChangeKind,
    Component,
    IndexOutbox,
    Repository,
    RepositoryState,
    Takedown,
)
from registry.errors import Conflict, InvalidInput, NotFound

CATEGORIES: Final = (
    "court_order", "copyright", "personal_data", "security", "published_by_mistake", "other",
)  # fmt: skip
MAX_NOTE: Final = 500
MAX_LIMIT: Final = 100
_SPACES: Final = re.compile(r"\s+")

ChangeEdges = Callable[[Session, int, datetime], int]
"""(session, component, now) → how many edges were changed."""


class TakedownView(Struct, frozen=True, kw_only=True):
    """A line of the public log of takedowns; `slug` is empty where no component was there yet."""

    id: int
    slug: str
    category: str
    note: str
    taken_down_at: datetime
    lifted_at: datetime | None


def take_down(
    session: Session,
    subject: str,
    *,
    category: str,
    note: str,
    now: datetime,
    withdraw: ChangeEdges,
) -> TakedownView:
    """Remove a component, named by its slug, or a repository, by its canonical URL, from view.

    `note` is public. Raises `InvalidInput`, `NotFound`, or `Conflict` where it is removed already.
    """
    if category not in CATEGORIES:
        raise InvalidInput(f"category must be one of {', '.join(CATEGORIES)}")
    text = _SPACES.sub(" ", "".join(x if x.isprintable() else " " for x in note)).strip()
    if len(text) > MAX_NOTE:
        raise InvalidInput(f"note must have at most {MAX_NOTE} characters")
    repository, component = _subject(session, subject)
    if repository.state == RepositoryState.TAKEN_DOWN:
        raise Conflict(f"{subject} is taken down already: see `registry takedown list`")
    row = Takedown(
        repository_id=repository.id or 0,
        component_id=component.id if component else None,
        slug=component.slug if component else "",
        category=category,
        note=text,
        former_state=repository.state.value,
        taken_down_at=now,
    )
    session.add(row)
    _set_state(session, repository, RepositoryState.TAKEN_DOWN, now)
    if component is not None:
        withdraw(session, component.id or 0, now)
        _hide(session, component, now, is_taken_down=True)
    session.flush()
    return _view(row)


def lift(session: Session, number: int, *, now: datetime, restore: ChangeEdges) -> TakedownView:
    """Bring back what a takedown removed: same slug, same history, former states of its edges."""
    row = session.get(Takedown, number)
    if row is None:
        raise NotFound(f"there is no takedown {number}")
    if row.lifted_at is not None:
        raise Conflict(f"takedown {number} was lifted already")
    row.lifted_at = now
    session.add(row)
    repository = session.get_one(Repository, row.repository_id)
    _set_state(session, repository, RepositoryState(row.former_state), now)
    component = session.get(Component, row.component_id) if row.component_id else None
    if component is not None:
        _hide(session, component, now, is_taken_down=False)
        restore(session, component.id or 0, now)
    session.flush()
    return _view(row)


def list_takedowns(
    session: Session, *, after: int | None = None, limit: int = 50
) -> tuple[list[TakedownView], int | None]:
    """Return takedowns, the newest first, and the number to go on after (`None` at the end)."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be from 1 to {MAX_LIMIT}")
    statement = select(Takedown).order_by(col(Takedown.id).desc()).limit(limit + 1)
    if after is not None:
        statement = statement.where(col(Takedown.id) < after)
    rows: Sequence[Takedown] = session.exec(statement).all()
    return [_view(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def _subject(session: Session, subject: str) -> tuple[Repository, Component | None]:
    found = session.execute(
        select(Repository, Component)
        .outerjoin(Component, col(Component.repository_id) == col(Repository.id))
        .where((col(Component.slug) == subject) | (col(Repository.url) == subject))
    ).first()
    if found is None:
        raise NotFound(f"there is no component and no repository {subject[:200]!r}")
    repository, component = found
    return repository, component


def _set_state(
    session: Session, repository: Repository, state: RepositoryState, now: datetime
) -> None:
    repository.state, repository.state_since = state, now
    session.add(repository)


def _hide(session: Session, component: Component, now: datetime, *, is_taken_down: bool) -> None:
    component.is_taken_down, component.updated_at = is_taken_down, now
    component.revision += 1
    session.add(component)
    session.flush()
    session.add(
        IndexOutbox(
            component_id=component.id or 0, revision=component.revision, removed=is_taken_down
        )
    )
    note_change(session, component, ChangeKind.CREATED, now)  # a removal, where it is hidden


def _view(row: Takedown) -> TakedownView:
    return TakedownView(
        id=row.id or 0,
        slug=row.slug,
        category=row.category,
        note=row.note,
        taken_down_at=row.taken_down_at,
        lifted_at=row.lifted_at,
    )
