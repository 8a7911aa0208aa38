"""From the tables to the index: the outbox, the rebuild and the check.

Use cases write a row to the outbox in the transaction that changes a component. A drain builds
the present documents, writes them, and only then deletes the rows: killed anywhere it repeats
work, and never loses any.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, delete, func, select
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches
from registry.db.session import Database
from registry.db.tables import Component, IndexOutbox, Repository
from registry.db.tables.repository import UNLISTED
from registry.search.documents import SearchDocument
from registry.search.documents_from_tables import read_documents
from registry.search.port import SearchIndex

BATCH: Final = 500
# No parity report names more ids than this of each kind; the counts are always exact.
MAX_NAMED: Final = 1_000


class Parity(Struct, frozen=True):
    """How the index differs from the database: components it lacks, has older, or has too many."""

    missing: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    missing_count: int = 0
    stale_count: int = 0
    extra_count: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether index and database hold the same (id, revision) pairs."""
        return not (self.missing_count or self.stale_count or self.extra_count)


def build_documents(session: Session, ids: Iterable[int]) -> list[SearchDocument]:
    """Return the documents of those of the components that may be listed, by few queries."""
    found: list[SearchDocument] = []
    for batch in batches(ids, BATCH):
        found_ids = session.scalars(listed().where(col(Component.id).in_(batch))).all()
        found += read_documents(session, [i for i in found_ids if i is not None])
    return found


def drain_outbox(database: Database, index: SearchIndex, batch: int = BATCH) -> int:
    """Bring the changes of the outbox to the index; return how many rows are done.

    The rows are deleted after the index acknowledged. Raises `Unavailable` when the index is down
    or another process writes it: the rows wait.
    """
    done = 0
    while True:
        with database.read() as session:
            rows = session.execute(
                select(col(IndexOutbox.id), col(IndexOutbox.component_id))
                .order_by(col(IndexOutbox.id))
                .limit(batch)
            ).all()
            # A row's own revision does not matter: what is written is the present state.
            changed = dict.fromkeys(row.component_id for row in rows)
            documents = build_documents(session, changed)
        if not rows:
            return done
        index.upsert(documents)
        index.remove(changed.keys() - {document.id for document in documents})
        with database.write() as session:
            session.execute(
                delete(IndexOutbox).where(col(IndexOutbox.id).in_([r.id for r in rows]))
            )
        done += len(rows)


def rebuild(
    database: Database, index: SearchIndex, progress: Callable[[int, int], None] | None = None
) -> int:
    """Build the whole index anew from the database; return how many documents it holds.

    `progress` is called with the number done and the number of all. Rows of the outbox stay and
    are drained afterwards.
    """
    with database.read() as session:
        total = count_listed(session)

    def counted() -> Iterator[SearchDocument]:
        for done, document in enumerate(all_documents(database), 1):
            yield document
            if progress is not None and (done % BATCH == 0 or done == total):
                progress(done, total)

    index.rebuild(counted())
    repair(database, index)
    return index.count()


def repair(database: Database, index: SearchIndex) -> int:
    """Write what the index lacks or has older, remove what it has too many; return how many.

    Called after a rebuild: a change that was drained while it ran went to the index before.
    """
    missing, stale, extra = _differences(database, index)
    for batch in batches([*missing, *stale], BATCH):
        with database.read() as session:
            documents = build_documents(session, batch)
        index.upsert(documents)
    index.remove(extra)
    return len(missing) + len(stale) + len(extra)


def count_listed(session: Session) -> int:
    """Return how many components an index has to hold."""
    return session.scalar(select(func.count()).select_from(listed().subquery())) or 0


def count_waiting(session: Session) -> int:
    """Return of how many components a change has not reached the index."""
    return session.scalar(select(func.count(func.distinct(col(IndexOutbox.component_id))))) or 0


def hidden_in_index(session: Session) -> frozenset[int]:
    """Return the components that were taken down, and that the index may still hold."""
    # By the table: where the class is asked, what was taken down is not there.
    components = Model.metadata.tables["component"]
    waiting = select(col(IndexOutbox.component_id)).where(
        col(IndexOutbox.removed),
        col(IndexOutbox.component_id).in_(
            select(components.c.id).where(components.c.is_taken_down)
        ),
    )
    return frozenset(session.scalars(waiting))


def is_waiting(session: Session) -> bool:
    """Tell whether any change has not reached the index."""
    return session.scalar(select(col(IndexOutbox.id)).limit(1)) is not None


def all_documents(database: Database) -> Iterator[SearchDocument]:
    """Yield the documents of all listed components in order of id, in short transactions."""
    last = 0
    while True:
        with database.read() as session:
            page = listed().where(col(Component.id) > last).order_by(col(Component.id))
            ids = [i for i in session.scalars(page.limit(BATCH)) if i is not None]
            documents = read_documents(session, ids)
        if not ids:
            return
        yield from documents
        last = ids[-1]


def check(database: Database, index: SearchIndex) -> Parity:
    """Compare the (id, revision) pairs of index and database; changes in the outbox count too."""
    missing, stale, extra = _differences(database, index)
    return Parity(
        tuple(missing[:MAX_NAMED]),
        tuple(stale[:MAX_NAMED]),
        tuple(extra[:MAX_NAMED]),
        len(missing),
        len(stale),
        len(extra),
    )


def _differences(database: Database, index: SearchIndex) -> tuple[list[int], list[int], list[int]]:
    held = dict(index.ids_and_revisions())
    with database.read() as session:
        rows = session.execute(listed().add_columns(col(Component.revision)))
        truth = {row.id: row.revision for row in rows}
    missing = sorted(truth.keys() - held.keys())
    stale = sorted(i for i in truth.keys() & held.keys() if truth[i] != held[i])
    return missing, stale, sorted(held.keys() - truth.keys())


def needs_rebuild(database: Database, index: SearchIndex) -> bool:
    """Tell whether the index is empty although there are components, as after an upgrade."""
    if index.count():
        return False
    with database.read() as session:
        return session.scalar(listed().limit(1)) is not None


def listed() -> Select[Any]:
    """Return the statement that selects the ids of the components that have a page."""
    return (
        select(col(Component.id).label("id"))
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(col(Repository.state).not_in(UNLISTED))
    )
