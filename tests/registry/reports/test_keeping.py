"""Saved reports: what may be written, and whose they are."""

import pytest

from registry.accounts.actors import VISITOR, Actor
from registry.accounts.own import delete_account
from registry.db.session import Database
from registry.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from registry.reports import keeping
from registry.reports.keeping import Funding, NewReport
from registry.reports.portfolio import Portfolio
from registry.reports.service import Reports
from registry.texts import WrongField
from tests.support.accounts import add_account
from tests.support.lineage_rows import NOW
from tests.support.reports import NoSearch

ROAD = Portfolio(components=("road",), urls=("https://code.example/a",))
PAID = Funding(payer="City of Turku", amount="250 000.50", currency="eur", since="2020-01-01")


def _reports(database: Database) -> Reports:
    return Reports(database, NoSearch(), lambda: NOW)


def test_a_report_is_kept_changed_and_deleted(database: Database) -> None:
    reports, owner = _reports(database), Actor(add_account(database, "Olga"))
    made = reports.keep(
        owner,
        NewReport(title=" Roads ", programme="Connecting", portfolio=ROAD, since="2020-01-01",
                  until="2024-12-31", funding=(Funding(), PAID)),
    )  # fmt: skip
    assert made.key.startswith("rep_")
    assert (made.title, made.portfolio) == ("Roads", ROAD)
    assert made.funding == (
        Funding(payer="City of Turku", amount="250000.50", currency="EUR", since="2020-01-01"),
    )
    assert reports.saved(made.key) == made
    changed = reports.change(owner, made.key, NewReport(title="All", portfolio=ROAD))
    assert (changed.title, changed.funding, changed.since) == ("All", (), None)
    assert [x.key for x in reports.list_own(owner)] == [made.key]
    reports.delete(owner, made.key)
    with pytest.raises(NotFound):
        reports.saved(made.key)


def test_a_report_is_its_owners_alone(database: Database) -> None:
    reports, owner = _reports(database), Actor(add_account(database, "Olga"))
    other = Actor(add_account(database, "Sven"))
    key = reports.keep(owner, NewReport(title="Roads", portfolio=ROAD)).key
    anonymous = reports.keep_as_operator(NewReport(title="Of the operator", portfolio=ROAD)).key
    assert reports.list_own(other) == ()
    for wanted in (key, anonymous, "rep_none"):
        with pytest.raises(NotFound):
            reports.change(other, wanted, NewReport(title="Mine", portfolio=ROAD))
        with pytest.raises(NotFound):
            reports.delete(other, wanted)
    with pytest.raises(Unauthenticated):
        reports.keep(VISITOR, NewReport(title="x", portfolio=ROAD))
    assert reports.saved(key).title == "Roads"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "by jane.doe@town.example"}, "title"),
        ({"portfolio": Portfolio()}, "portfolio"),
        ({"since": "2020-13-01"}, "since"),
        ({"until": "yesterday"}, "until"),
        ({"since": "2020-01-02", "until": "2020-01-01"}, "until"),
        ({"funding": (Funding(payer="x", amount="NaN", currency="EUR"),)}, "amount-1"),
        ({"funding": (Funding(payer="x", amount="-1", currency="EUR"),)}, "amount-1"),
        ({"funding": (Funding(payer="x", amount="1e16", currency="EUR"),)}, "amount-1"),
        ({"funding": (Funding(), Funding(payer="x", amount="1", currency="XYZ"))}, "currency-2"),
        ({"funding": (Funding(payer="", amount="1", currency="EUR"),)}, "payer-1"),
        ({"funding": (Funding(payer="x", amount="1", currency="EUR", until="1"),)}, "until-1"),
    ],
)
def test_a_mistake_names_its_field(values: dict[str, object], field: str) -> None:
    given = {"title": "Roads", "portfolio": ROAD} | values
    with pytest.raises(WrongField) as caught:
        keeping._columns(NewReport(**given))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_only_so_many_lines_and_reports(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple([PAID] * 21)
    with pytest.raises(InvalidInput, match="20 lines"):
        keeping._columns(NewReport(title="x", portfolio=ROAD, funding=many))
    monkeypatch.setattr(keeping, "MAX_REPORTS", 2)
    reports, owner = _reports(database), Actor(add_account(database, "Olga"))
    for _ in range(2):
        reports.keep(owner, NewReport(title="x", portfolio=ROAD))
    with pytest.raises(Conflict, match="at most 2"):
        reports.keep(owner, NewReport(title="x", portfolio=ROAD))


def test_reports_go_with_their_account(database: Database) -> None:
    reports, owner = _reports(database), Actor(add_account(database, "Olga"))
    key = reports.keep(owner, NewReport(title="Roads", portfolio=ROAD)).key
    with database.write() as session:
        delete_account(session, owner.account or 0, NOW)
    with pytest.raises(NotFound):
        reports.saved(key)
