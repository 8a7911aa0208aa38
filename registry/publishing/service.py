"""What is published for other catalogues, as the web and the command line ask for it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select
from sqlmodel import col

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Component
from registry.publishing.changes import ChangeLog
from registry.publishing.exports.dcat import dcat_catalogue
from registry.publishing.exports.forms import ExportForm, OfferedForm, made, offered
from registry.publishing.exports.loading import load_subject, load_subjects
from registry.publishing.exports.subject import Subject
from registry.publishing.inventory.service import Inventories
from registry.publishing.software import SoftwareCatalog
from registry.search.indexing import listed


class Exported(Struct, frozen=True):
    """The content of a file, and when the component that it is about last changed."""

    content: bytes
    updated_at: datetime


class Publishing:
    """Gives the catalogue to other catalogues; addresses in files begin with `base_url`.

    `changes` is the change log, `software` the catalogue as the Software Catalog API has it,
    `inventories` the code of organisations.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.changes = ChangeLog(database, clock)
        self.software = SoftwareCatalog(database, clock)
        self.inventories = Inventories(database)

    def export(
        self, slug: str, form: ExportForm, base_url: str, profile: str | None = None
    ) -> Exported:
        """Return a component in a form; raises `NotFound`, `InvalidInput` or `Incomplete`."""
        with self._database.read() as session:
            subject = load_subject(session, slug)
        return Exported(made(form, subject, base_url, profile), subject.updated_at)

    def offered(self, slug: str, base_url: str) -> tuple[OfferedForm, ...]:
        """Return the forms of a component, each with what is missing for it."""
        with self._database.read() as session:
            subject = load_subject(session, slug)
        return offered(subject, base_url)

    def subjects(self, uuids: Sequence[str]) -> dict[str, Subject]:
        """Return the components that are listed now, by uuid, of at most some hundreds."""
        with self._database.read() as session:
            wanted = listed().where(col(Component.uuid).in_(uuids))
            ids = [key for key in session.scalars(wanted) if key is not None]
            return {subject.uuid: subject for subject in load_subjects(session, ids)}

    def dcat_page(
        self, after: int, limit: int, base_url: str, next_url: Callable[[int], str]
    ) -> tuple[bytes, int | None]:
        """Return a page of the whole catalogue by row id, and the id to go on after."""
        with self._database.read() as session:
            wanted = _in_order().where(col(Component.id) > after).limit(limit + 1)
            ids = [key for key in session.scalars(wanted) if key is not None]
            subjects = load_subjects(session, ids[:limit])
        place = ids[limit - 1] if len(ids) > limit else None
        following = None if place is None else next_url(place)
        return dcat_catalogue(subjects, base_url, following), place

    def pages(self, after: int, limit: int) -> tuple[list[tuple[str, datetime]], int | None]:
        """Return slugs of listed components with the time of their change, by row id."""
        columns = (col(Component.slug), col(Component.updated_at))
        wanted = _in_order().where(col(Component.id) > after).add_columns(*columns)
        with self._database.read() as session:
            rows = session.execute(wanted.limit(limit + 1)).all()
        place = rows[limit - 1].id if len(rows) > limit else None
        return [(row.slug, row.updated_at) for row in rows[:limit]], place


def _in_order() -> Select[Any]:
    return listed().order_by(col(Component.id))
