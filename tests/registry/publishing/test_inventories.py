"""The inventory of an organisation: what is told of each component, and what all are together."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from registry.db.session import Database
from registry.db.tables import Component, Organisation, Repository, RepositoryState
from registry.db.tables.lineage import LineageState
from registry.db.tables.organisation import Level
from registry.errors import NotFound
from registry.publishing.exports.codejson import MANDATORY, NEVER_HELD, codejson, gaps
from registry.publishing.exports.feedback import CHANNELS, channels
from registry.publishing.exports.subject import Reuse
from registry.publishing.inventory.models import InventoryQuery
from registry.publishing.inventory.rows import inventory_row
from registry.publishing.inventory.selecting import selected, totals
from registry.publishing.inventory.service import Inventories
from tests.support.hard_cases import COMMIT, NOW
from tests.support.publishing_fakes import subject

BASE = "https://registry.example"
REUSED = (
    Reuse(tag="declared", edges=9, organisations=8, countries=3, foreign_countries=2, kinds={}),
    Reuse(tag="measured", edges=9, organisations=4, countries=3, foreign_countries=2,
          kinds={"shared_commits": 3, "similar_files": 2, "package_dependency": 4}),
)  # fmt: skip
SPOKEN: dict[str, Any] = {
    "has_issues": True, "head_commit": COMMIT,
    "community": {"contributing": "CONTRIBUTING.md", "security": ".github/SECURITY.md",
                  "support": "SUPPORT.md"},
    "fields": {"contacts": [{"email": "code@city.example"}],
               "feedback_url": "https://city.example/tell-us"},
}  # fmt: skip


def test_every_channel_for_feedback_is_told_with_its_place() -> None:
    found = channels(subject(**SPOKEN))
    home = "https://git.example.org/examples/forms"
    assert tuple(x.kind for x in found) == CHANNELS
    assert [x.url for x in found] == [
        f"{home}/-/issues",
        "https://city.example/tell-us",
        f"{home}/-/blob/{COMMIT}/CONTRIBUTING.md",
        f"{home}/-/blob/{COMMIT}/.github/SECURITY.md",
        f"{home}/-/blob/{COMMIT}/SUPPORT.md",
        "mailto:code@city.example",
    ]


@pytest.mark.parametrize("said", [None, False])
def test_an_issue_tracker_that_is_off_or_not_told_is_no_channel(said: bool | None) -> None:
    assert channels(subject(has_issues=said)) == ()


def test_hostile_places_are_no_channels() -> None:
    fields = {"feedback_url": "javascript:alert(1)"}
    hostile = subject(has_issues=True, web_url="javascript:alert(1)", fields=fields,
                      community={"contributing": "a"}, head_commit=COMMIT)  # fmt: skip
    assert channels(hostile) == ()


def test_no_number_stands_where_nobody_looked() -> None:
    assert inventory_row(subject(), BASE).reusing_organisations is None
    looked = inventory_row(subject(is_compared=True), BASE)
    assert (looked.reusing_organisations, looked.forks, looked.dependents) == (0, 0, 0)


def test_measured_and_declared_reuse_stand_apart() -> None:
    row = inventory_row(subject(reuse=REUSED), BASE)
    assert (row.reusing_organisations, row.reusing_countries) == (4, 3)
    assert (row.forks, row.copies, row.dependents) == (3, 2, 4)
    assert (row.declared_organisations, row.attributed_organisations) == (8, 0)


@pytest.mark.parametrize(
    ("licence", "stated", "types", "basis"),
    [
        ("EUPL-1.2", [], ("openSource",), "licence"),
        ("CC0-1.0", [], ("openSource",), "licence"),
        ("LicenseRef-x", [], (), "unknown"),
        (None, [], (), "unknown"),
        ("MIT", ["exemptByCIO"], ("exemptByCIO",), "stated"),
        (None, ["exemptByLaw"], ("exemptByLaw",), "stated"),
    ],
)
def test_it_is_said_how_the_use_type_is_known(
    licence: str | None, stated: list[str], types: tuple[str, ...], basis: str
) -> None:
    row = inventory_row(subject(licence=licence, fields={"usage_type": stated}), BASE)
    assert (row.usage_types, row.usage_basis) == (types, basis)


def test_a_word_of_an_older_format_is_told_but_not_exported() -> None:
    fields = {"usage_type": ["exemptByLaw"], "exemption_text": "By act 7.",
              "contract_numbers": ["GS-1", "GS-1"]}  # fmt: skip
    old = subject(fields=fields)
    found = json.loads(codejson(old, BASE))
    assert found["permissions"]["usageType"] == []
    assert found["permissions"]["exemptionText"] == "By act 7."
    assert found["contractNumber"] == ["GS-1"]
    assert inventory_row(old, BASE).exemption_text == "By act 7."


def test_the_completeness_of_metadata_is_that_of_the_file() -> None:
    for one in (subject(), subject(**SPOKEN, licence=None), subject(languages=("Go",))):
        row, missing = inventory_row(one, BASE), gaps(one, BASE)
        told = json.loads(codejson(one, BASE))["x-registry"]["notKnown"]
        assert row.metadata_asked == len(MANDATORY) - len(NEVER_HELD)
        assert row.metadata_known == row.metadata_asked - len(missing)
        assert set(missing) == {x.partition(".")[0] for x in told} - set(NEVER_HELD)


SOME = (
    subject("a", name="Zebra", names={}, activity="active", last_commit_at=NOW, reuse=REUSED),
    subject("b", name="apple", names={}, activity="quiet", is_compared=True,
            last_commit_at=NOW - timedelta(days=400)),
    subject("c", name="Mango", names={}, licence=None, state="gone", **SPOKEN),
    subject("d", name="apple", names={}, activity="archived", licence=None,
            fields={"usage_type": ["exemptByCIO"]}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({}, "b d c a"),
        ({"sort": "changed"}, "a b d c"),
        ({"sort": "reuse"}, "a b d c"),
        ({"activity": "unknown"}, "c"),
        ({"usage": "exempt"}, "d"),
        ({"usage": "licence"}, "b a"),
        ({"usage": "unknown"}, "c"),
        ({"feedback": "some"}, "c"),
        ({"feedback": "none", "reuse": "found"}, "a"),
        ({"reuse": "none"}, "b"),
        ({"reuse": "not_measured"}, "d c"),
    ],
)
def test_rows_are_filtered_and_ordered(asked: dict[str, Any], slugs: str) -> None:
    assert [x.slug for x in selected(SOME, InventoryQuery(**asked))] == slugs.split()


def test_totals_are_those_of_the_rows() -> None:
    found = totals(SOME, repositories=6)
    rows = [inventory_row(x, BASE) for x in SOME]
    assert (
        found.components
        == len(rows)
        == found.usage_stated + found.usage_by_licence + (found.usage_unknown)
    )
    assert found.components == found.active + found.quiet + found.archived + found.activity_unknown
    assert found.reused == sum(bool(x.reusing_organisations) for x in rows) == 1
    assert found.not_measured == sum(x.reusing_organisations is None for x in rows) == 2
    assert found.with_feedback == sum(bool(x.feedback) for x in rows) == 1
    assert (found.exempt, found.declared, found.gone, found.repositories) == (1, 1, 1, 6)


def _fill(session: Session) -> None:
    session.add(Organisation(id=1, slug="gsa", uri="https://gsa.example", name="=1+1", country="US",
                             level=Level.AGENCY, created_at=NOW))  # fmt: skip
    session.add(Organisation(id=2, slug="bare", uri="https://bare.example", name="Bare",
                             level=Level.AGENCY, created_at=NOW))  # fmt: skip
    session.flush()
    for number in range(1, 6):
        url = f"https://code.example/gsa/{number}"
        session.add(
            Repository(id=number, url=url, host="code.example", path=f"gsa/{number}",
                       organisation_id=1, state=RepositoryState.ACTIVE, state_since=NOW,
                       last_crawled_at=NOW if number < 5 else None, added_at=NOW,
                       forge_data={"has_issues": number == 1}, forge="github")
        )  # fmt: skip
    session.flush()
    for number in range(1, 5):
        session.add(
            Component(id=number, uuid=f"u{number}", slug=f"part-{number}", repository_id=number,
                      organisation_id=1, name=f"=Part {number}", created_at=NOW, updated_at=NOW)
        )  # fmt: skip
    session.flush()
    session.add(LineageState(repository_id=1, updated_at=NOW))


def test_what_is_taken_down_is_in_no_inventory_and_what_is_gone_is(database: Database) -> None:
    inventories = Inventories(database)
    with database.write() as session:
        _fill(session)
    with database.write() as session:
        part = session.exec(select(Component).where(col(Component.id) == 2)).one()
        part.is_taken_down = True
        for number, state in ((3, RepositoryState.GONE), (4, RepositoryState.MOVED)):
            place = session.get(Repository, number)
            assert place is not None
            place.state = state
            session.add(place)
        session.add(part)
    found = inventories.page("gsa", InventoryQuery(), BASE)
    assert [(x.component, x.state) for x in found.rows] == [
        ("part-1", "active"), ("part-3", "gone"),
    ]  # fmt: skip
    assert [x.component for x in inventories.rows("gsa", InventoryQuery(), BASE)] == [
        "part-1", "part-3",
    ]  # fmt: skip
    assert (found.totals.components, found.totals.gone, found.totals.not_measured) == (2, 1, 1)
    assert (found.totals.repositories, found.totals.unread) == (5, 1)
    assert found.rows[0].feedback_url == "https://code.example/gsa/1/issues"
    assert found.rows[1].feedback == ()
    names = [x["name"] for x in json.loads(inventories.code_json("gsa", BASE))["releases"]]
    assert names == ["=Part 1", "=Part 3"]


def test_an_inventory_is_paged_without_loss(database: Database) -> None:
    inventories = Inventories(database)
    with database.write() as session:
        _fill(session)
    place: int | None = 0
    seen: list[str] = []
    while place is not None:
        found = inventories.page("gsa", InventoryQuery(after=place, limit=3), BASE)
        seen += [x.component for x in found.rows]
        place = found.next
    assert seen == [f"part-{number}" for number in range(1, 5)]
    far = inventories.page("gsa", InventoryQuery(after=2**63 - 1), BASE)
    assert (far.rows, far.matching, far.next) == ((), 4, None)


def test_an_empty_organisation_has_an_empty_inventory_and_an_unknown_one_none(
    database: Database,
) -> None:
    inventories = Inventories(database)
    with database.write() as session:
        _fill(session)
    found = inventories.page("bare", InventoryQuery(), BASE)
    assert (found.rows, found.matching, found.totals.components) == ((), 0, 0)
    assert json.loads(inventories.code_json("bare", BASE))["releases"] == []
    for ask in (
        lambda: inventories.page("none", InventoryQuery(), BASE),
        lambda: inventories.rows("none", InventoryQuery(), BASE),
        lambda: inventories.code_json("none", BASE),
    ):
        with pytest.raises(NotFound):
            ask()
