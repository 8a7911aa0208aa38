"""Adopters: who may state what, what is refused, how long it holds, and that it stays declared."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen
from sqlmodel import col

from crawlers.metadata import opencatalogi
from registry.accounts.actors import VISITOR, Actor, Role
from registry.adoption.adopter_service import Adopters
from registry.adoption.adopters import DUE, VALID, NewAdoption
from registry.db.bulk import insert_rows
from registry.db.session import Database
from registry.db.tables import Adoption, AuditEntry, Component, Edge, Organisation
from registry.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from registry.texts import WrongField
from tests.support.accounts import add_account, add_organisation
from tests.support.catalogue_rows import NOW, crawled
from tests.support.databases import fresh_sqlite

SLUG = "code-example-town-forms"
MANY = 10_000


class Place:
    """A component of a town, a county that uses it, and people with roles; `now` moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.adopters = Adopters(database, lambda: self.now)
        self.component = crawled(database, "town/forms", country="EE")
        self.county = add_organisation(database, "county")
        self.maintainer = self.person(Role.MAINTAINER)

    def person(self, role: Role) -> Actor:
        roles = {self.county: role}
        return Actor(add_account(self.database, role.value, roles), roles=roles)

    def in_force(self) -> list[int]:
        found, _ = self.adopters.list(component=SLUG)
        return [view.id for view in found]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    database = fresh_sqlite(tmp_path)
    yield Place(database)
    database.close()


def stated(**values: Any) -> NewAdoption:
    return NewAdoption(**{"component": SLUG, "organisation": "county"} | values)


def test_a_statement_is_shown_with_what_was_said_and_is_no_edge(place: Place) -> None:
    made = place.adopters.declare(
        place.maintainer,
        stated(version=" 2.1 ", used_since="2025-04", in_production=True, how="adapted",
               contact="OpenSource@county.example", repository_url="https://code.example/county/f"),
    )  # fmt: skip
    (shown,) = place.adopters.list(organisation="county")[0]
    assert shown == made
    assert (shown.version, shown.used_since, shown.how) == ("2.1", date(2025, 4, 1), "adapted")
    assert shown.contact == "opensource@county.example"
    assert (shown.state, shown.evidence) == ("current", None)
    assert place.adopters.count(SLUG) == 1
    with place.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Edge)) == 0
        assert "adoption.declared" in session.scalars(select(col(AuditEntry.action))).all()


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"contact": "ada.lovelace@county.example"}, "contact", "address"),
        ({"contact": "javascript:alert(1)"}, "contact", "address"),
        ({"contact": "https://user:pass@county.example"}, "contact", "url"),
        ({"used_since": "2027-01"}, "used_since", "date"),
        ({"used_since": "1989"}, "used_since", "date"),
        ({"used_since": "soon"}, "used_since", "date"),
        ({"version": "1" * 101}, "version", "long"),
        ({"version": "2\u202e1"}, "version", "direction"),
        ({"how": "somehow"}, "how", "choice"),
        ({"repository_url": "file:///etc/passwd"}, "repository_url", "url"),
        ({"repository_url": "https://code.example/town/forms"}, "repository_url", "own"),
    ],
)
def test_what_cannot_be_stated_names_its_field(
    place: Place, values: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(WrongField) as refused:
        place.adopters.declare(place.maintainer, stated(**values))
    assert (refused.value.field, refused.value.problem) == (field, problem)
    assert place.in_force() == []


def test_only_who_speaks_for_an_organisation_states_for_it(place: Place) -> None:
    for actor, error in (
        (VISITOR, Unauthenticated),
        (place.person(Role.MEMBER), Forbidden),
        (Actor(add_account(place.database, "Eve")), Forbidden),
    ):
        with pytest.raises(error):
            place.adopters.declare(actor, stated())
    for unknown in ({"organisation": "nowhere"}, {"component": "nothing"}):
        with pytest.raises(NotFound):
            place.adopters.declare(place.maintainer, stated(**unknown))


def test_an_organisation_does_not_adopt_its_own(place: Place) -> None:
    with place.database.read() as session:
        town = session.scalars(
            select(col(Organisation.id)).where(col(Organisation.slug) != "county")
        ).one()
        slug = session.get_one(Organisation, town).slug
    owner = Actor(place.maintainer.account, roles={int(town or 0): Role.OWNER})
    with pytest.raises(WrongField, match="has the component itself"):
        place.adopters.declare(owner, stated(organisation=slug))


def test_a_statement_ends_after_a_year_unless_it_is_confirmed(place: Place) -> None:
    made = place.adopters.declare(place.maintainer, stated())
    place.now += VALID - DUE
    assert place.adopters.own(place.maintainer, made.id).state == "due"
    place.adopters.renew(place.maintainer, made.id)
    place.now += VALID - timedelta(seconds=1)
    assert place.in_force() == [made.id]
    place.now += timedelta(seconds=1)
    assert place.in_force() == []
    assert place.adopters.count(SLUG) == 0
    assert [x.state for x in place.adopters.mine(place.maintainer)] == ["expired"]
    with pytest.raises(NotFound):
        place.adopters.adoption(made.id)


def test_what_is_withdrawn_is_gone_with_its_contact_and_stated_anew(place: Place) -> None:
    made = place.adopters.declare(place.maintainer, stated(contact="it@county.example"))
    for _ in range(2):
        ended = place.adopters.withdraw(place.maintainer, made.id)
    assert (ended.state, ended.contact) == ("withdrawn", "")
    assert place.in_force() == []
    with pytest.raises(InvalidInput, match="declare it anew"):
        place.adopters.renew(place.maintainer, made.id)
    place.now += timedelta(days=3)
    again = place.adopters.declare(place.maintainer, stated())
    assert (again.id, again.declared_at) == (made.id, place.now)


@pytest.mark.slow
def test_ten_thousand_adopters_are_read_page_by_page(place: Place) -> None:
    bodies = range(1_000, 1_000 + MANY)
    with place.database.write() as session:
        insert_rows(session, Organisation, (
            Organisation(id=n, slug=f"o{n}", uri=f"https://o{n}.example", name=f"O {n}",
                         created_at=NOW).model_dump() for n in bodies
        ))  # fmt: skip
        insert_rows(session, Adoption, (
            Adoption(component_id=place.component, organisation_id=n, declared_at=NOW,
                     confirmed_at=NOW, expires_at=NOW + VALID).model_dump(exclude={"id"})
            for n in bodies
        ))  # fmt: skip
    assert place.adopters.count(SLUG) == MANY
    seen: set[int] = set()
    after = None
    asked_for: list[str] = []
    listen(
        place.database.engine, "before_cursor_execute", lambda *given: asked_for.append(given[2])
    )
    for _ in range(3):
        page, after = place.adopters.list(component=SLUG, after=after)
        assert len(page) == 50
        seen |= {view.organisation_id for view in page}
    assert len(asked_for) <= 3 * 6, "a page costs a few statements, however many adopters there are"
    assert seen == set(bodies[-150:])


def test_what_an_organisation_states_is_read_back_from_its_file(place: Place) -> None:
    place.adopters.declare(place.maintainer, stated())
    written = place.adopters.organisation_file("county")
    document = opencatalogi.read(written, path="openCatalogi.yaml", blob="b")
    assert (document.status, document.version, document.data["name"]) == ("valid", "0.2", "County")
    assert [x["url"] for x in document.data["software_used"]] == ["https://code.example/town/forms"]
    (of_component,) = place.adopters.adopter_files(SLUG).split(b"---\n")[1:]
    same = opencatalogi.read(of_component, path="openCatalogi.yaml", blob="b")
    assert same.data["name"] == "County"
    assert same.data["software_used"][0]["url"] == "https://code.example/town/forms"
    with place.database.read() as session:
        owner = session.execute(
            select(Organisation.slug)
            .join(Component, col(Component.organisation_id) == col(Organisation.id))
            .where(col(Component.slug) == SLUG)
        ).scalar_one()
    owned = opencatalogi.read(place.adopters.organisation_file(owner), path="o.yaml", blob="b")
    assert [x["url"] for x in owned.data["software_owned"]] == ["https://code.example/town/forms"]


def test_a_file_has_neither_what_ended_nor_what_was_taken_down(place: Place) -> None:
    made = place.adopters.declare(place.maintainer, stated())
    with place.database.write() as session:
        body = session.execute(select(Organisation).where(col(Organisation.slug) == "county"))
        body.scalar_one().name = "no: [1]\n- x"
    assert b"town/forms" in place.adopters.organisation_file("county")
    written = place.adopters.organisation_file("county")
    name = opencatalogi.read(written, path="openCatalogi.yaml", blob="b").data["name"]
    assert name.split() == ["no:", "[1]", "-", "x"]
    place.adopters.withdraw(place.maintainer, made.id)
    assert b"softwareUsed" not in place.adopters.organisation_file("county")
    assert place.adopters.adopter_files(SLUG) == b""
    with pytest.raises(NotFound):
        place.adopters.organisation_file("nobody")
