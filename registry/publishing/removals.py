"""Takedown and erasure as operators use them: one object, every act in the audit log."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, select

from registry.accounts import audit
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Component, IndexOutbox
from registry.jobs.indexing import index_job
from registry.jobs.port import JobQueue
from registry.publishing import erasure, takedowns
from registry.publishing.erasure import ErasureReport, ErasureView
from registry.publishing.takedowns import ChangeEdges, TakedownView


class Removals:
    """Removes what the law or a person asks to remove.

    `withdraw` and `restore` change the edges of a component; `hasher` gives an author's key, and
    is only called by what needs it.
    """

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        clock: Clock,
        *,
        withdraw: ChangeEdges,
        restore: ChangeEdges,
        hasher: Callable[[], erasure.Hasher],
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._withdraw = withdraw
        self._restore = restore
        self._hasher = hasher

    def take_down(
        self, subject: str, *, category: str, note: str = "", actor: int | None = None
    ) -> TakedownView:
        """Remove a component or repository from view; see `takedowns.take_down`."""
        now = self._clock()
        with self._database.write() as session:
            view = takedowns.take_down(
                session, subject, category=category, note=note, now=now, withdraw=self._withdraw
            )
            self._queue.enqueue(session, [index_job()])
            self._note(session, "takedown.added", view, actor)
        return view

    def lift(self, number: int, *, actor: int | None = None) -> TakedownView:
        """Bring back what a takedown removed."""
        now = self._clock()
        with self._database.write() as session:
            view = takedowns.lift(session, number, now=now, restore=self._restore)
            self._queue.enqueue(session, [index_job()])
            self._note(session, "takedown.lifted", view, actor)
        return view

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[list[TakedownView], int | None]:
        """Return takedowns, the newest first, and the number to go on after."""
        with self._database.read() as session:
            return takedowns.list_takedowns(session, after=after, limit=limit)

    def erase(self, addresses: Sequence[str], *, actor: int | None = None) -> ErasureReport:
        """Mask the person behind these e-mail addresses, now and at every later reading."""
        now = self._clock()
        hasher = self._hasher()
        with self._database.write() as session:
            report = erasure.erase(session, addresses, hasher=hasher, now=now)
            if report.texts:
                self._index_all(session)
            detail = {"commits": report.commits, "texts": report.texts}
            audit.append(
                session, actor=actor, action="erasure.added", subject="person", detail=detail,
                at=now,
            )  # fmt: skip
        self._database.forget_deleted()
        return report

    def erasures(self) -> list[ErasureView]:
        """Return who is masked, by the beginning of the hash."""
        with self._database.read() as session:
            return erasure.list_erasures(session)

    def places_of(self, address: str) -> list[str]:
        """Return the `table.column` places that still name an address, in clear or as a hash."""
        with self._database.read() as session:
            return erasure.places_of(session, address, hasher=self._hasher())

    def _index_all(self, session: Session) -> None:
        """Let the index read everything again: nobody can ask it which texts held the address."""
        for number, revision in session.exec(select(Component.id, Component.revision)):
            session.add(IndexOutbox(component_id=number or 0, revision=revision))
        self._queue.enqueue(session, [index_job()])

    def _note(self, session: Session, action: str, view: TakedownView, actor: int | None) -> None:
        detail: dict[str, audit.JsonValue] = {"category": view.category, "takedown": view.id}
        subject = f"component:{view.slug}" if view.slug else f"takedown:{view.id}"
        audit.append(
            session, actor=actor, action=action, subject=subject, detail=detail, at=self._clock()
        )
