"""Reports of the tests: a portfolio with every kind of row, and with what tries to break pages."""

import atexit
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace
from sqlmodel import Session, col, select

from registry.catalogue.readmodels import ComponentQuery, SearchPage
from registry.db.session import Database
from registry.db.tables import (
    Component,
    Contribution,
    LanguageRow,
    Organisation,
    ReportedSaving,
    SavingClass,
    SavingConfirmation,
)
from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag
from registry.publishing.bulk.editions import BulkData
from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import assumptions_of
from registry.reports.savings.service import ReportSavings
from registry.reports.service import Report, Reports
from registry.reports.snapshots.service import Snapshots
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


def sample_savings(*, is_empty: bool = False) -> ReportSavings:
    """Return the savings of the same reports."""
    return ReportSavings(_database(is_empty))


def sample_snapshots(*, is_empty: bool = False) -> Snapshots:
    """Return snapshots in the same database: one of `ria`, one of it with other inputs."""
    return _snapshots(is_empty)


@cache
def _snapshots(is_empty: bool) -> Snapshots:
    reports, savings = _reports(is_empty), sample_savings(is_empty=is_empty)
    found = Snapshots(_database(is_empty), reports, savings, lambda: NOW)
    if not is_empty:
        for pairs in ([], [("kappa", "1.5")]):
            found.keep(Portfolio(organisations=("ria",)), assumptions_of(pairs))
    return found


@cache
def sample_bulk(*, is_empty: bool = False) -> BulkData:
    """Return bulk data of the same database, with one edition."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    found = BulkData(_database(is_empty), Path(folder.name), lambda: NOW)
    if not is_empty:
        found.write()
    return found


@cache
def _reports(is_empty: bool) -> Reports:
    catalogue = InMemoryCatalogue(is_empty=is_empty)
    return Reports(_database(is_empty), catalogue, lambda: NOW)


@cache
def _database(is_empty: bool) -> Database:
    folder = TemporaryDirectory()
    database = fresh_sqlite(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(database.close)
    if not is_empty:
        fill_portfolio(database)
    return database


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
        _write_work(session)
        _write_savings(session)
        names = {"evil": EVIL[:400], "long": LONG_WORD[:400]}
        for slug, name in names.items():
            session.exec(select(Component).where(col(Component.slug) == slug)).one().name = name
        taker = session.exec(select(Organisation).where(col(Organisation.slug) == "gds")).one()
        taker.name = EVIL[:400]


def _write_work(session: Session) -> None:
    """Write the sizes of two components, and who worked on one of them, half of it inherited."""
    for slug, size in (("road", 2_700_000), ("form", 135_000)):
        found = session.exec(select(Component).where(col(Component.slug) == slug)).one()
        key = found.repository_id
        session.add(LanguageRow(repository_id=key, name="Java", size=size, files=9))
        for day_number, is_own in ((737_000, True), (737_100, True), (737_200, False)):
            session.add(
                Contribution(
                    repository_id=key, day=day_number, author_key=b"a" * 16, is_bot=False,
                    author_domain="ria.ee", is_own=is_own, commits=5 if is_own else 10,
                )
            )  # fmt: skip


def _write_savings(session: Session) -> None:
    """Write what organisations report of a component: a range, a cost, and one superseded."""
    found = session.exec(select(Component).where(col(Component.slug) == "road")).one()
    bodies = {x.slug: x.id for x in session.exec(select(Organisation))}
    shared = {
        "component_id": found.id, "currency": "EUR", "since": date(2024, 1, 1),
        "method": "=1+1 hours of our own staff, as they were recorded.", "recorded_at": NOW,
        "precision": {"since": "year"},
    }  # fmt: skip
    source = {"source_url": "https://vrk.example/report", "source_on": date(2026, 7, 30)}
    rows = [
        ReportedSaving(organisation_id=bodies["vrk"], kind=SavingClass.NON_CASH, low=90_000,
                       high=90_000, **shared, **source),
        ReportedSaving(organisation_id=bodies["ontario"], kind=SavingClass.AVOIDED,
                       low=-5_800_000, high=-5_800_000, **shared | {"currency": "CAD"}),
        ReportedSaving(organisation_id=bodies["vrk"], kind=SavingClass.CASH_RELEASING, low=120_000,
                       high=150_000, **shared, **source),
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    amended = ReportedSaving(
        organisation_id=bodies["vrk"], kind=SavingClass.NON_CASH, low=80_000, high=95_000,
        supersedes_id=rows[0].id, **shared, **source,
    )  # fmt: skip
    session.add(amended)
    session.add(
        SavingConfirmation(saving_id=rows[2].id, organisation_id=bodies["gds"], confirmed_at=NOW)
    )


def hostile_names() -> Report:
    """Return a report in which names are formulas of spreadsheets, and hold what XML cannot."""
    whole = sample_reports().report(Portfolio(organisations=("ria",)))
    names = ('=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)", "\x00\ud800 end")
    rows = tuple(
        replace(row, reuser_name=names[number % len(names)], organisation_name=names[0])
        for number, row in enumerate(whole.data.rows)
    )
    components = tuple(replace(item, name=names[0]) for item in whole.data.components)
    return replace(whole, data=replace(whole.data, rows=rows, components=components))
