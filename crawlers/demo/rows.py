"""The rows of the demo: added like any source, removed without a trace but the index's outbox."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from crawlers.adding import Entry, add_entry
from crawlers.demo.body import remove_demo_body
from crawlers.demo.story import Story, publishers, stories
from crawlers.forges.infer import parse_source
from registry.db.changes import note_change
from registry.db.tables import ChangeKind, Component, IndexOutbox, Organisation, Repository, Source

Marked = type[Component | Repository | Source | Organisation]
# References that no database clears by itself; rows that stay may point at the demo as well.
_REFERENCES: Final[tuple[tuple[Marked, str, Marked], ...]] = (
    (Component, "origin_id", Component),
    (Component, "organisation_id", Organisation),
    (Repository, "moved_to_id", Repository),
    (Repository, "source_id", Source),
    (Repository, "organisation_id", Organisation),
    (Source, "organisation_id", Organisation),
)


def add_demo(session: Session, now: datetime) -> list[int]:
    """Add the sources of the demo where they are missing; return the ids of all of them."""
    added = [add_entry(session, _entry(story), now)[0] for story in stories().values()]
    return [source.id for source in added if source.id is not None]


def _entry(story: Story) -> Entry:
    body = publishers()[story.repository.partition("/")[0]]
    return Entry(
        spec=parse_source(f"git:{story.url}"),
        country=body.country,
        region=body.region,
        level=body.level,
        name=f"{body.name} (demo)",
        organisation_uri=body.uri,
        is_demo=True,
    )


def remove_demo(session: Session, now: datetime) -> int:
    """Remove all that is marked as demo; return how many components that were.

    The index learns of it from the outbox. What the work queue still holds for the repositories
    ends by itself, because they are no longer found.
    """
    remove_demo_body(session)
    rows = session.scalars(select(Component).where(col(Component.is_demo))).all()
    session.add_all(
        IndexOutbox(component_id=row.id or 0, revision=row.revision + 1, removed=True)
        for row in rows
    )
    for row in rows:
        note_change(session, row, ChangeKind.REMOVED, now)
    session.flush()
    for table, name, kind in _REFERENCES:
        demo = select(col(kind.id)).where(col(kind.is_demo))
        points_at_demo = col(getattr(table, name)).in_(demo)
        session.execute(update(table).where(points_at_demo).values({name: None}))
    # Facts, documents, claims, aliases and log lines go with their repository or source.
    for kind in (Component, Repository, Source, Organisation):
        session.execute(delete(kind).where(col(kind.is_demo)))
    return len(rows)
