"""What a repository declares of its governance: stored by difference, shown with its lines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from registry.catalogue.record import record_reading
from registry.db.session import Database
from registry.db.tables import Component, GovernanceFileRow, Organisation, Repository
from registry.domain.facts import Claim
from registry.domain.governance_files import Coverage, GovernanceFile, Named, Statement
from registry.governance.declared.readmodels import Declared
from registry.governance.declared.rows import declared_rows
from registry.governance.declared.views import SINCE_VERSION, declared_of
from tests.support.catalogue_rows import HASHER, HEAD, NOW, document, reading, register
from tests.support.databases import fresh_sqlite

OWNERS = GovernanceFile(
    kind="code_owners", path="CODEOWNERS", blob="b" * 40, rules=2, owners=3, teams=1,
    organisations=(Named(name="town", rules=2, line=1), Named(name="other", rules=1, line=2)),
    coverage=Coverage(owned=5, looked_at=9, files=9),
    first_commit="c" * 40, first_time=1_600_000_000, last_commit="d" * 40,
    last_time=1_700_000_000, changes=3,
)  # fmt: skip
TEXT = GovernanceFile(
    kind="governance", path="GOVERNANCE.md", blob="a" * 40,
    statements=(Statement(model="consent", quote="By consent.", line=7),),
)  # fmt: skip
CLAIMS = (
    Claim(property="maintenance_type", value="contract", line=30),
    Claim(
        property="contractors", line=31,
        value=[
            {"name": "Old House", "until": "2020-05-01", "website": "https://house.example/",
             "line": 32},
            {"name": "New House", "until": "2999-01-01", "line": 35},
            {"name": "Odd House", "until": "soon", "line": 38},
        ],
    ),
    Claim(property="funded_by", value=[{"name": "Town", "uri": "https://town.example", "line": 9}],
          line=8),
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = fresh_sqlite(tmp_path)
    yield database
    database.close()


def store(
    session: Session, *files: GovernanceFile, version: int = SINCE_VERSION, **more: object
) -> None:
    row = session.exec(select(Repository)).first() or register(session, "town/letters")
    told = replace(document(*CLAIMS), data={"maintenance": {"contacts": [{}, {}]}})
    found = reading(told, governance=files, **more)
    record_reading(session, row, found, hasher=HASHER, reader_version=version, now=NOW)
    row.last_crawled_at = NOW


def declared(database: Database) -> Declared:
    with database.read() as session:
        repository = session.exec(select(Repository)).one()
        component = Component(
            uuid="u", slug="letters", name="Letters", repository_id=repository.id or 0,
            created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        return declared_of(session, component, NOW)


def test_files_are_shown_with_counts_dates_and_lines(database: Database) -> None:
    with database.write() as session:
        store(session, OWNERS, TEXT)
    found = declared(database)
    assert [file.kind for file in found.files] == ["governance", "code_owners"]
    text, owners = found.files
    assert text.statements[0].place.line == 7
    assert text.statements[0].place.url.endswith(f"/blob/{HEAD}/GOVERNANCE.md#L7")
    assert (owners.rules, owners.owners, owners.teams, owners.changes) == (2, 3, 1, 3)
    assert (owners.first_on, owners.last_on) == (date(2020, 9, 13), date(2023, 11, 14))
    assert owners.coverage == Coverage(owned=5, looked_at=9, files=9)
    assert found.looked_at == NOW


def test_organisations_at_the_forge_and_of_addresses_are_linked(database: Database) -> None:
    with database.write() as session:
        store(session, OWNERS)
        session.add(
            Organisation(
                slug="house", uri="https://x.example/house", name="House", created_at=NOW,
                website="https://www.house.example",
            )
        )  # fmt: skip
        town = session.exec(select(Organisation)).first()
        assert town is not None
        town.website = "https://town.example/"
    found = declared(database)
    names = {x.name: x.known and x.known.slug for x in found.files[0].organisations}
    assert names["other"] is None
    assert names["town"] is not None
    assert [x.known and x.known.slug for x in found.contractors] == ["house", None, None]
    assert found.funders[0].known is not None


def test_a_contract_whose_last_day_is_over_has_ended(database: Database) -> None:
    with database.write() as session:
        store(session)
    found = declared(database)
    assert [(x.name, x.has_ended) for x in found.contractors] == [
        ("Old House", True), ("New House", False), ("Odd House", False),
    ]  # fmt: skip
    assert found.contractors[2].until is None
    assert [x.place.line for x in found.contractors] == [32, 35, 38]
    assert found.maintenance is not None
    assert (found.maintenance.kind, found.maintenance.contacts) == ("contract", 2)
    assert (found.funders[0].name, found.funders[0].place.line) == ("Town", 9)


def test_read_again_it_is_the_same_and_what_is_gone_goes(database: Database) -> None:
    def rows() -> list[dict[str, object]]:
        with database.read() as session:
            return [row.model_dump() for row in session.exec(select(GovernanceFileRow))]

    with database.write() as session:
        store(session, OWNERS, TEXT)
    before = rows()
    with database.write() as session:
        store(session, OWNERS, TEXT)
    assert rows() == before
    with database.write() as session:
        store(session, replace(OWNERS, coverage=Coverage(owned=6, looked_at=9, files=9)))
    (left,) = rows()
    assert left["data"] != before[0]["data"]


def test_nothing_declared_and_not_looked_at_are_told_apart(database: Database) -> None:
    with database.write() as session:
        store(session, version=SINCE_VERSION - 1)
    assert declared(database).looked_at is None
    with database.write() as session:
        store(session)
    found = declared(database)
    assert (found.looked_at, found.files) == (NOW, ())


def test_rows_for_the_command_line_say_what_and_where(database: Database) -> None:
    with database.write() as session:
        store(session, OWNERS, TEXT)
    rows = declared_rows(declared(database))
    assert [(row.part, row.what, row.value) for row in rows[:2]] == [
        ("governance", "last_on", "not known"), ("governance", "consent", "By consent."),
    ]  # fmt: skip
    assert ("code_owners", "files_with_an_owner", "5 of 9") in [
        (row.part, row.what, row.value) for row in rows
    ]
    ended = next(row for row in rows if row.value == "Old House")
    assert (ended.what, ended.source.endswith("publiccode.yml#L32")) == (
        "contract ended on 2020-05-01", True,
    )  # fmt: skip


def test_an_example_in_a_folder_says_nothing_of_the_repository(database: Database) -> None:
    with database.write() as session:
        row = register(session, "town/letters")
        found = reading(document(*CLAIMS, path="docs/example/publiccode.yml"))
        record_reading(
            session, row, found, hasher=HASHER, reader_version=SINCE_VERSION, now=NOW
        )  # fmt: skip
    found_here = declared(database)
    assert (found_here.maintenance, found_here.contractors, found_here.funders) == (None, (), ())
