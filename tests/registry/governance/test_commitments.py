"""Who is bound to a body, beside what was measured of each: both lenses, and nothing left over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from registry.db.session import Database
from registry.db.tables import Affiliation
from registry.governance.measures.commitments import Commitment, commitment_rows
from registry.governance.measures.counting import count_contributions
from registry.governance.measures.recording import COLUMNS
from registry.governance.measures.service import Measures
from registry.governance.measures.views import component_of
from registry.governance.record.body_file import parse_file
from registry.governance.record.service import Bodies
from tests.support.contribution_rows import add_commit
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import add_bodies, add_component

SOURCE = "https://example.org/record"
AFFILIATIONS = (
    "domain,town.example,town,Town of Tartu,government,EE,,,,",
    "domain,gofore.example,gofore,Gofore,supplier,FI,,,,",
    "domain,nortal.example,nortal,Nortal,supplier,EE,,,,",
    "name,Gofore Oyj,gofore,Gofore,supplier,FI,,,,",
)
BODY = {
    "joint_body": 1, "name": "Together", "lang": "en", "source": {"url": SOURCE},
    "founded_on": "2020-01-01", "components": ["forms"],
    "members": [
        {"name": "TOWN OF  Tartu", "country": "EE", "role": "owner", "since": "2020-01-01"},
        {"name": "Elsewhere", "country": "IS", "role": "partner", "since": "2020-01-01"},
    ],
    "rules": [{"name": "Meeting", "weight": "one_each", "roles": ["owner", "partner"]}],
    "funding": [{"payer": "Elsewhere", "since": "2026-01-01", "until": "2027-01-01",
                 "amount": 10, "currency": "EUR"}],
    "contracts": [{"supplier": "Gofore Oyj", "on_behalf_of": "Town of Tartu",
                   "since": "2020-01-01"}],
}  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = fresh_sqlite(tmp_path)
    add_bodies(made)
    add_component(made)
    yield made
    made.close()


@pytest.fixture
def measures(database: Database) -> Measures:
    found = Measures(database, lambda: NOW, lambda _session, _jobs: None)
    lines = [",".join(COLUMNS), *(f"{line}{SOURCE}" for line in AFFILIATIONS)]
    found.record("\n".join(lines).encode())
    with database.write() as session:
        repository = component_of(session, "forms").repository_id
        for number, domain in enumerate(("gofore", "gofore", "nortal", "town", "nobody")):
            add_commit(session, repository, f"c{number}", domain=f"{domain}.example",
                       at=NOW - timedelta(days=30), author=domain)  # fmt: skip
        count_contributions(session, repository, NOW)
    Bodies(database, lambda: NOW).import_file(parse_file(BODY))
    return found


def by_name(found: tuple[Commitment, ...]) -> dict[str, Commitment]:
    return {x.name or x.kind: x for x in found}


def share(item: Commitment, lens: str, period: str = "window") -> float:
    return next(x.share for x in item.efforts if (x.lens, x.period) == (lens, period))


def test_roles_stand_beside_measured_effort_in_both_lenses(measures: Measures) -> None:
    found = by_name(measures.body_measures("together").commitments)
    assert set(found) == {
        "Together", "TOWN OF Tartu", "Elsewhere", "Gofore Oyj", "Nortal", "unattributed",
    }  # fmt: skip
    town, gofore = found["TOWN OF Tartu"], found["Gofore Oyj"]
    assert (town.affiliation, share(town, "wrote"), share(town, "behalf")) == ("town", 0.2, 0.6)
    assert (gofore.affiliation, share(gofore, "wrote")) == ("gofore", 0.4)
    assert share(gofore, "behalf") == 0.0, "a supplier works on behalf of its client"
    assert [x.role for x in gofore.roles] == ["supplier"]
    assert found["Nortal"].kind == "not_recorded"
    assert (found["Elsewhere"].efforts, found["Elsewhere"].votes) == ((), 0.5)
    assert [x.role for x in found["Elsewhere"].roles] == ["partner", "payer"]
    assert found["Elsewhere"].money == 1.0


def test_shares_of_each_lens_and_period_add_up_to_one(measures: Measures) -> None:
    rows = list(commitment_rows(measures.body_measures("together").commitments))
    for lens in ("wrote", "behalf"):
        for period in ("window", "all"):
            held = [x.share for x in rows if (x.lens, x.period) == (lens, period)]
            assert sum(x for x in held if x is not None) == pytest.approx(1.0)
    silent = [x for x in rows if not x.lens]
    assert {x.name for x in silent} == {"Together", "Elsewhere"}
    assert all(x.share is None and x.commits is None for x in silent), "not known is no zero"


def test_a_disputed_name_leads_nowhere(measures: Measures, database: Database) -> None:
    with Session(database.engine) as session:
        row = next(x for x in session.exec(select(Affiliation)) if x.kind == "name")
        row.state, row.changed_at = "disputed", NOW
        session.commit()
        measures.affiliation_changed(session, row.key)
        session.commit()
    found = by_name(measures.body_measures("together").commitments)
    assert (found["Gofore Oyj"].affiliation, found["Gofore Oyj"].efforts) == (None, ())
    assert found["Gofore"].kind == "not_recorded"


def test_forged_addresses_of_a_member_prove_nothing_of_a_body(measures: Measures) -> None:
    """Commits from a member's domain are counted as what they say, and as verified none is."""
    found = measures.body_measures("together")
    town = by_name(found.commitments)["TOWN OF Tartu"]
    assert share(town, "wrote") > 0
    assert found.work.verified == 0.0


def test_a_supplier_that_works_for_itself_by_another_name_is_not_attributed(
    measures: Measures, database: Database
) -> None:
    file = {**BODY, "name": "Circular", "members": [], "rules": [], "funding": [],
            "contracts": [{"supplier": "Gofore Oyj", "on_behalf_of": "Gofore",
                           "since": "2021-01-01"}]}  # fmt: skip
    Bodies(database, lambda: NOW).import_file(parse_file(file))
    gofore = by_name(measures.body_measures("circular").commitments)["Gofore Oyj"]
    assert share(gofore, "wrote") == 0.4
    assert share(gofore, "behalf") == 0.0


def test_the_body_itself_and_dates_are_told(measures: Measures) -> None:
    body = measures.body_measures("together").commitments[0]
    assert (body.name, body.roles[0].role) == ("Together", "body")
    assert body.roles[0].since == "2020-01-01"
