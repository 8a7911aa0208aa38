"""The inventory of an organisation, asked of the tables."""

from collections.abc import Iterator, Sequence

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.edges import is_counted
from registry.db.organisations import find_organisation
from registry.db.session import Database
from registry.db.tables import Component, Organisation, Repository
from registry.db.tables.lineage import Edge, EdgeTag
from registry.publishing.exports.codejson import agency_index
from registry.publishing.exports.loading import body_of, load_outlines, load_subjects
from registry.publishing.exports.subject import Body, Subject
from registry.publishing.inventory.models import (
    MAX_ROWS,
    Inventory,
    InventoryQuery,
    InventoryRow,
)
from registry.publishing.inventory.rows import inventory_row
from registry.publishing.inventory.selecting import PROPERTIES, selected, totals
from registry.search.indexing import listed

_BATCH = 200
ALL = InventoryQuery(limit=MAX_ROWS)


class Inventories:
    """Answers what code an organisation has; every question raises `NotFound` for an unknown one.

    Components that were taken down, or whose repository moved, are not in an inventory; those
    whose repository is gone are, with that state.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, organisation: str, query: InventoryQuery, base_url: str) -> Inventory:
        """Return a page of rows with the totals of all; addresses begin with `base_url`."""
        with self._database.read() as session:
            row = find_organisation(session, organisation)
            every = _outlines(session, row)
            found = selected(every, query)
            place = query.after + query.limit
            shown = _whole(session, found[query.after : place])
            counted = {**_reusers(session, row), **_repositories(session, row)}
        return Inventory(
            rows=tuple(inventory_row(x, base_url) for x in shown),
            totals=totals(every, **counted),
            matching=len(found),
            next=place if len(found) > place else None,
        )

    def rows(
        self, organisation: str, query: InventoryQuery, base_url: str
    ) -> Iterator[InventoryRow]:
        """Return all rows that a question is about, in its order, the first 10,000."""
        with self._database.read() as session:
            every = _outlines(session, find_organisation(session, organisation))
        return self._rows(selected(every, query)[:MAX_ROWS], base_url)

    def code_json(self, organisation: str, base_url: str) -> bytes:
        """Return all components as an agency index of SHARE IT."""
        body, subjects = self._all(organisation)
        return agency_index(body, subjects, base_url)

    def _rows(self, outlines: Sequence[Subject], base_url: str) -> Iterator[InventoryRow]:
        for batch in batches(outlines, _BATCH):
            with self._database.read() as session:
                subjects = _whole(session, batch)
            yield from (inventory_row(x, base_url) for x in subjects)

    def _all(self, organisation: str) -> tuple[Body, list[Subject]]:
        with self._database.read() as session:
            row = find_organisation(session, organisation)
            return body_of(row), [
                subject
                for batch in batches(_ids(session, row), _BATCH)
                for subject in load_subjects(session, batch)
            ]


def _ids(session: Session, organisation: Organisation) -> list[int]:
    wanted = listed().where(col(Component.organisation_id) == organisation.id)
    return [key for key in session.scalars(wanted.order_by(col(Component.id))) if key is not None]


def _outlines(session: Session, organisation: Organisation) -> list[Subject]:
    return [
        outline
        for batch in batches(_ids(session, organisation), _BATCH)
        for outline in load_outlines(session, batch, PROPERTIES)
    ]


def _whole(session: Session, outlines: Sequence[Subject]) -> list[Subject]:
    return load_subjects(session, [x.id for x in outlines])


def _reusers(session: Session, organisation: Organisation) -> dict[str, int]:
    """Count who reuses anything of it by what was measured, each once; unknown ones are one."""
    row = session.execute(
        select_columns(
            func.count(func.coalesce(col(Edge.reuser_organisation_id), 0).distinct()),
            func.count(col(Edge.reuser_country).distinct()),
        ).where(
            col(Edge.origin_id).in_(
                listed().where(col(Component.organisation_id) == organisation.id)
            ),
            is_counted(),
            col(Edge.direction) == "known",
            col(Edge.tag) == EdgeTag.MEASURED,
        )
    ).one()
    return {"reusing_organisations": row[0], "reusing_countries": row[1]}


def _repositories(session: Session, organisation: Organisation) -> dict[str, int]:
    never = case((col(Repository.last_crawled_at).is_(None), 1), else_=0)
    row = session.execute(
        select_columns(func.count(), func.coalesce(func.sum(never), 0)).where(
            col(Repository.organisation_id) == organisation.id
        )
    ).one()
    return {"repositories": row[0], "unread": int(row[1])}
