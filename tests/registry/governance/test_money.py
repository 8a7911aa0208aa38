"""Money, suppliers and facts of bodies: what is recorded, and what cannot be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from registry.accounts.audit_log import list_entries
from registry.errors import Conflict, Forbidden, NotFound
from registry.governance.record.body_view import BodyView
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import Evidence, NewFact
from registry.governance.record.service import Bodies
from registry.governance.record.writing import OPERATOR
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, SOURCE, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

MONEY = NewFunding(payer=BODY, since="2018-01-01", amount=920_500, currency="eur", share=60.5,
                   purpose="Membership fee")  # fmt: skip
CONTRACT = NewContract(supplier="Gamma Ltd", on_behalf_of=BODY, since="2018-01-01")


class Land:
    """A body with one member, and somebody who acts for it."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        numbers = add_bodies(self.database)
        add_component(self.database)
        self.bodies = Bodies(self.database, lambda: NOW)
        self.facts = self.bodies.facts
        self.owner = member_of(self.database, numbers[BODY])
        self.slug = self.bodies.create(self.owner, replace(FOUNDED, members=()), BODY)

    def view(self) -> BodyView:
        return self.bodies.body(self.slug)

    def contract(self, supplier: str, behalf: str, since: str, until: str = "") -> None:
        new = NewContract(supplier=supplier, on_behalf_of=behalf, since=since, until=until)
        self.facts.add_contract(OPERATOR, self.slug, new, SOURCE)


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    yield made
    made.database.close()


def test_money_is_recorded_with_payer_country_currency_share_and_source(land: Land) -> None:
    land.facts.add_funding(land.owner, land.slug, MONEY, SOURCE, BODY)
    (line,) = land.view().funding
    assert (line.payer, line.country) == ("Ministry of Examples", "EE")
    assert (line.amount, line.currency, line.share) == (920_500, "EUR", 60.5)
    assert (line.source.url, line.source.sha256) == (SOURCE.url, SOURCE.sha256)
    assert line.source.entered_by is not None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"payer": ""}, "payer"),
        ({"payer": "ask ann.smith@town.example"}, "payer"),
        ({"since": ""}, "since"),
        ({"until": "2017-01-01"}, "until"),
        ({"amount": -1}, "amount"),
        ({"amount": None}, "currency"),
        ({"currency": ""}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"share": 0.0}, "share"),
        ({"share": float("nan")}, "share"),
        ({"share": 101.0}, "share"),
        ({"country": "ZZ"}, "country"),
    ],
)
def test_money_that_cannot_be_is_named(land: Land, changed: dict[str, object], field: str) -> None:
    with pytest.raises(WrongField) as raised:
        land.facts.add_funding(OPERATOR, land.slug, replace(MONEY, **changed), SOURCE)
    assert raised.value.field == field
    assert land.view().funding == ()


def test_a_supplier_works_on_behalf_of_somebody_over_a_time(land: Land) -> None:
    land.facts.add_contract(land.owner, land.slug, CONTRACT, SOURCE, BODY)
    (row,) = land.view().contracts
    assert (row.supplier, row.on_behalf_of) == ("Gamma Ltd", "Ministry of Examples")


def test_a_circular_chain_is_refused_and_one_at_other_times_is_not(land: Land) -> None:
    land.contract("Alpha", "Beta", "2018-01-01", "2020-01-01")
    land.contract("Beta", "Gamma", "2019-01-01")
    for supplier, behalf in (("Gamma", "alpha"), ("Beta", "Alpha"), ("Delta", " DELTA ")):
        with pytest.raises(WrongField) as raised:
            land.contract(supplier, behalf, "2019-06-01")
        assert raised.value.field == "on_behalf_of"
    land.contract("Gamma", "Alpha", "2020-01-01")  # Alpha works for nobody then
    assert len(land.view().contracts) == 3


def test_nothing_is_recorded_without_a_source(land: Land) -> None:
    for evidence in (Evidence(), Evidence(url="ftp://x"), replace(SOURCE, sha256="x")):
        with pytest.raises(WrongField):
            land.facts.add_contract(OPERATOR, land.slug, CONTRACT, evidence)


def test_only_members_that_govern_record(land: Land) -> None:
    stranger = member_of(land.database, 2)
    with pytest.raises(Forbidden):
        land.facts.add_contract(stranger, land.slug, CONTRACT, SOURCE, BODY)
    with pytest.raises(Conflict):
        land.facts.add_contract(stranger, land.slug, CONTRACT, SOURCE, "digital-service")


def test_facts_are_recorded_and_what_is_missing_is_said(land: Land) -> None:
    assert "steward" in land.view().missing
    fact = NewFact(kind="steward", text="The joint office", since="2018-01-01")
    land.facts.add_fact(land.owner, land.slug, fact, SOURCE, BODY)
    later = replace(fact, text="Another office", since="2020-01-01")
    land.facts.add_fact(land.owner, land.slug, later, SOURCE, BODY)
    spans = [(x.text, str(x.until)) for x in land.view().facts if x.kind == "steward"]
    assert spans == [("The joint office", "2020-01-01"), ("Another office", "None")]
    assert "steward" not in land.view().missing


def test_what_holds_is_not_ended_by_a_day_that_was_mistyped(land: Land) -> None:
    active = NewFact(kind="lifecycle", choice="active", since="2020")
    land.facts.add_fact(land.owner, land.slug, active, SOURCE, BODY)
    for since in ("2030", "2030-05", "2030-05-06"):
        attic = NewFact(kind="lifecycle", choice="attic", since=since)
        with pytest.raises(WrongField, match="since must not be in the future"):
            land.facts.add_fact(land.owner, land.slug, attic, SOURCE, BODY)
    (fact,) = [x for x in land.bodies.body(land.slug).facts if x.kind == "lifecycle"]
    assert (fact.choice, fact.until) == ("active", None)


def test_what_was_entered_wrongly_is_struck_out_and_kept_in_the_audit_log(land: Land) -> None:
    land.facts.add_funding(land.owner, land.slug, replace(MONEY, amount=9_205_000), SOURCE, BODY)
    (line,) = land.view().funding
    land.facts.strike(land.owner, land.slug, "funding", line.id, "A digit too many", BODY)
    assert land.view().funding == ()
    with land.database.read() as session:
        entry = list_entries(session, limit=100)[-1]
    assert (entry.action, entry.detail["reason"]) == ("body.funding_struck", "A digit too many")
    assert entry.detail["was"] == {
        "payer": "Ministry of Examples", "country": "EE", "amount": 9_205_000, "currency": "EUR",
        "share": 60.5, "purpose": "Membership fee", "since": "2018-01-01",
        "source_url": SOURCE.url, "source_sha256": SOURCE.sha256, "source_on": SOURCE.on,
    }  # fmt: skip
    with pytest.raises(NotFound):
        land.facts.strike(land.owner, land.slug, "funding", line.id, "Again", BODY)


def test_only_who_entered_it_and_the_operator_strike_out(land: Land) -> None:
    land.contract("Delta Ltd", BODY, "2019-01-01")  # by the operator
    (contract,) = land.view().contracts
    with pytest.raises(Forbidden, match="entered it"):
        land.facts.strike(land.owner, land.slug, "contract", contract.id, "Not so", BODY)
    with pytest.raises(WrongField) as error:
        land.facts.strike(OPERATOR, land.slug, "contract", contract.id, " ")
    assert error.value.field == "reason"
    for what, number in (("rule", contract.id), ("fact", 10**6), ("contract", 0)):
        with pytest.raises(NotFound):
            land.facts.strike(OPERATOR, land.slug, what, number, "Not so")
    land.facts.strike(OPERATOR, land.slug, "contract", contract.id, "Not so")
    assert land.view().contracts == ()


def test_the_record_of_another_body_is_not_struck_out(land: Land) -> None:
    other = land.bodies.create(land.owner, replace(FOUNDED, name="Other", members=()), BODY)
    land.facts.add_funding(land.owner, other, MONEY, SOURCE, BODY)
    (line,) = land.bodies.body(other).funding
    with pytest.raises(NotFound):
        land.facts.strike(land.owner, land.slug, "funding", line.id, "Not here", BODY)
    assert len(land.bodies.body(other).funding) == 1


def test_a_fact_that_a_mistake_ended_holds_on(land: Land) -> None:
    def lifecycles() -> list[tuple[str, str | None]]:
        return [(x.choice, x.until) for x in land.view().facts if x.kind == "lifecycle"]

    for choice, since in (("incubating", "2015"), ("active", "2018"), ("attic", "2020-05")):
        fact = NewFact(kind="lifecycle", choice=choice, since=since)
        land.facts.add_fact(land.owner, land.slug, fact, SOURCE, BODY)
    wrong = next(x for x in land.view().facts if x.choice == "attic")
    before = dict(lifecycles())
    assert before["active"] is not None
    land.facts.strike(land.owner, land.slug, "fact", wrong.id, "It goes on", BODY)
    assert dict(lifecycles()) == {"incubating": before["incubating"], "active": None}
