"""Reports of the tests: a portfolio with every kind of row, and with what tries to break pages."""

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import col, select

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.db.session import Database
from registry.db.tables import Component, Organisation
from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag
from registry.reports.service import Reports
from tests.support.catalogue_fakes import InMemoryCatalogue
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import EVIL, LONG_WORD, NOW
from tests.support.lineage_rows import World, day


class NoSearch:
    """A catalogue in which no search finds anything."""

    def search(self, query: ComponentQuery) -> SearchPage:
        """Find nothing."""
        return SearchPage(items=(), total=0)


def sample_reports(*, is_empty: bool = False) -> Reports:
    """Return reports over a database that is made once, and only read."""
    return _reports(is_empty)


@cache
def _reports(is_empty: bool) -> Reports:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    if not is_empty:
        fill_portfolio(database)
    return Reports(database, InMemoryCatalogue(is_empty=is_empty), lambda: NOW)


def fill_portfolio(database: Database) -> None:
    """Write a portfolio of the organisation `ria` with rows of every tag and state."""
    with database.write() as session:
        world = World(session)
        for number, slug in enumerate(("road", "form", "quiet", "evil", "long", "old")):
            world.component(slug, "EE", body="ria", activity="active" if number % 2 else "quiet")
        takers = (("FI", "vrk"), ("IS", "island"), ("FO", None), ("CA", "ontario"), ("GB", "gds"))
        for country, body in takers:
            region = "CA-ON" if country == "CA" else None
            world.component(
                f"road-{country.lower()}", country, body=body, region=region, activity="active"
            )
        for number, (country, _) in enumerate(takers):
            for origin in ("road", "form", "evil")[: 1 + number % 3]:
                world.edge(
                    origin, f"road-{country.lower()}", first_seen=day(90 + 300 * number),
                    strength={"commits": 30, "own_commits_origin": 10},
                )  # fmt: skip
        world.edge("road", "road-gb", kind=EdgeKind.SHARED_FILES, state=EdgeState.SINCE_REMOVED)
        world.edge("form", "road-is", state=EdgeState.DISPUTED, kind=EdgeKind.SHARED_FILES)
        world.edge("long", "road-ca", kind=EdgeKind.ATTRIBUTION_TEXT, tag=EdgeTag.ATTRIBUTED,
                   first_seen=None, confidence="likely")  # fmt: skip
        world.edge("old", "road-fi", kind=EdgeKind.DECLARED, tag=EdgeTag.DECLARED,
                   confidence="possible", is_confirmed=True)  # fmt: skip
        for values in (
            {"state": EdgeState.WITHDRAWN}, {"state": EdgeState.SUPERSEDED},
            {"confidence": "possible"}, {"is_mirror": True}, {"is_internal": True},
            {"direction": "unknown"},
        ):  # fmt: skip
            world.edge("old", "road-is", locator=f"left-out-{world.count}", **values)
        names = {"evil": EVIL[:400], "long": LONG_WORD[:400]}
        for slug, name in names.items():
            session.exec(select(Component).where(col(Component.slug) == slug)).one().name = name
        taker = session.exec(select(Organisation).where(col(Organisation.slug) == "gds")).one()
        taker.name = EVIL[:400]
