"""Reported savings: who may report what, what is refused, and how a grade is reached."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from registry.accounts.actors import VISITOR, Actor, Role
from registry.adoption.savings.assurance import Grade, grade_of
from registry.adoption.savings.checking import checked
from registry.adoption.savings.models import NewAudit, NewConfirmation, SavingView
from registry.adoption.savings.service import ReportedSavings
from registry.db.session import Database
from registry.db.tables import (
    AuditEntry,
    Component,
    Membership,
    Organisation,
    ReportedSaving,
    Takedown,
)
from registry.errors import Conflict, Forbidden, Gone, NotFound, Unauthenticated
from registry.texts import WrongField
from tests.support.accounts import add_account, add_organisation
from tests.support.catalogue_rows import NOW, crawled
from tests.support.databases import fresh_sqlite
from tests.support.savings import SLUG, SOURCE, check_url, reported

REPORT = "https://audit.example/2025/forms"


class Place:
    """A component of a town, a county that reuses it, a city that looks on, and their people."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.savings = ReportedSavings(database, lambda: self.now, check_url)
        crawled(database, "town/forms", country="EE")
        self.county = add_organisation(database, "county")
        self.city = add_organisation(database, "city")
        self.reporter = self.person("ada", self.county)
        self.other = self.person("cy", self.city)

    def person(self, name: str, body: int, role: Role = Role.MAINTAINER) -> Actor:
        return Actor(add_account(self.database, name, {body: role}), roles={body: role})

    def record(self, **values: object) -> SavingView:
        return self.savings.record(self.reporter, reported(**values))

    def confirm(self, number: int, who: Actor | None = None, by: str = "city") -> SavingView:
        return self.savings.confirm(who or self.other, number, NewConfirmation(organisation=by))

    def in_force(self) -> list[int]:
        return [view.id for view in self.savings.list(component=SLUG)[0]]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    database = fresh_sqlite(tmp_path)
    yield Place(database)
    database.close()


def test_what_was_reported_is_shown_with_its_source_and_audited(place: Place) -> None:
    made = place.record()
    (shown,) = place.savings.list(organisation="county")[0]
    assert shown == made == place.savings.saving(made.id)
    assert (shown.low, shown.high, shown.currency) == (120_000, 150_000, "EUR")
    assert (shown.since, shown.until) == ("2024", None)
    assert (shown.source.url, shown.source.on) == (SOURCE, "2026-04-30")
    assert (shown.tag, shown.grade, shown.is_by_operator) == ("reported", 2, False)
    with place.database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(col(AuditEntry.index).desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail["low"]) == ("saving.recorded", 120_000)


def test_a_cost_is_a_negative_saving_and_one_figure_has_no_range(place: Place) -> None:
    made = place.record(low="-5 800 000", high="", currency="aud", until="2025-06")
    assert (made.low, made.high, made.currency) == (-5_800_000, -5_800_000, "AUD")
    assert (made.since, made.until) == ("2024", "2025-06")


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"low": "NaN"}, "low", "amount"),
        ({"low": "Infinity"}, "low", "amount"),
        ({"low": "1e6"}, "low", "amount"),
        ({"low": "1,200"}, "low", "amount"),
        ({"low": "1.200"}, "low", "amount"),
        ({"low": ""}, "low", "amount"),
        ({"low": "1" * 5_000}, "low", "amount"),
        ({"low": "0", "high": str(10**12)}, "high", "amount"),
        ({"low": str(-(10**12))}, "low", "amount"),
        ({"low": "5", "high": "4"}, "high", "amount"),
        ({"currency": "XYZ"}, "currency", "choice"),
        ({"currency": ""}, "currency", "empty"),
        ({"kind": "demand"}, "kind", "choice"),
        ({"since": "2025", "until": "2024"}, "until", "day"),
        ({"since": "2024-05-05", "until": "2024-05-05"}, "until", "day"),
        ({"since": "2999"}, "since", "day"),
        ({"until": "2999-01-01"}, "until", "day"),
        ({"since": "last year"}, "since", "day"),
        ({"on": "2999-01-01"}, "on", "day"),
        ({"method": ""}, "method", "empty"),
        ({"method": "x" * 501}, "method", "long"),
        ({"method": "Ask ada.lovelace@county.example"}, "method", "address"),
        ({"sha256": "abc"}, "sha256", "digest"),
        ({"url": "http://county.example/report"}, "url", "source"),
        ({"url": "https://10.0.0.1/report"}, "url", "source"),
        ({"url": "https://[::1]/report"}, "url", "source"),
        ({"url": "https://localhost/report"}, "url", "source"),
        ({"url": "https://files.county.internal/report"}, "url", "source"),
        ({"url": "javascript:alert(1)"}, "url", "url"),
        ({"url": "https://ada:secret@county.example/"}, "url", "url"),
        ({"url": "", "sha256": "a" * 64}, "url", "empty"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, object], field: str, problem: str) -> None:
    with pytest.raises(WrongField) as error:
        checked(reported(**values), NOW, check_url)
    assert (error.value.field, error.value.problem) == (field, problem)


def test_of_what_is_wrong_nothing_is_written(place: Place) -> None:
    for values, field in (({"low": "NaN"}, "low"), ({"supersedes": 99}, "supersedes")):
        with pytest.raises(WrongField, match=field):
            place.record(**values)
    with place.database.read() as session:
        assert session.scalars(select(ReportedSaving)).all() == []


def test_a_formula_in_the_method_is_kept_as_text(place: Place) -> None:
    formula = '=HYPERLINK("https://evil.example","x") + @SUM(1)'
    assert place.record(method=formula).method == formula


def test_only_maintainers_of_the_organisation_report_for_it(place: Place) -> None:
    for who, refusal in (
        (VISITOR, Unauthenticated),
        (place.other, Forbidden),
        (place.person("member", place.county, Role.MEMBER), Forbidden),
    ):
        with pytest.raises(refusal):
            place.savings.record(who, reported())
    with pytest.raises(NotFound):
        place.savings.record(place.reporter, reported(organisation="nobody"))
    with pytest.raises(NotFound):
        place.savings.record(place.reporter, reported(component="nothing"))


def test_who_has_the_component_itself_saves_nothing_by_reuse(place: Place) -> None:
    with place.database.write() as session:
        component = session.scalars(select(Component)).one()
        component.organisation_id = place.county
    with pytest.raises(WrongField, match="has the component itself"):
        place.record()


def test_an_operator_enters_only_what_a_public_document_says(place: Place) -> None:
    operator = Actor(add_account(place.database, "op"), is_operator=True)
    with pytest.raises(WrongField, match="url"):
        place.savings.record(operator, reported(url="", on=""))
    assert place.savings.record(operator, reported()).is_by_operator
    made = place.savings.record(VISITOR, reported(low="1"), as_operator=True)
    assert made.is_by_operator


def test_the_word_of_the_organisation_alone_is_the_lowest_grade(place: Place) -> None:
    made = place.record(url="", on="")
    assert (made.grade, made.source.url) == (1, None)
    with pytest.raises(Conflict, match="public source"):
        place.confirm(made.id)


def test_what_was_sent_twice_is_recorded_once(place: Place) -> None:
    assert place.record().id == place.record().id
    assert len(place.in_force()) == 1


def test_two_for_the_same_time_are_both_shown_and_warned_of(place: Place) -> None:
    first = place.record(since="2024-03", until="2024-08")
    second = place.record(low="90000", since="2024-06-15")
    third = place.record(low="1", since="2025")
    assert (first.overlaps, second.overlaps, third.overlaps) == ((), (first.id,), ())
    fourth = place.record(low="7", since="2024-08", until="2025-01")
    by_id = {view.id: view.overlaps for view in place.savings.list(component=SLUG)[0]}
    assert by_id == {
        first.id: (second.id, fourth.id), second.id: (first.id,), third.id: (fourth.id,),
        fourth.id: (first.id, third.id),
    }  # fmt: skip


def test_one_is_never_changed_but_superseded(place: Place) -> None:
    first = place.record()
    second = place.record(low="100000", supersedes=first.id)
    assert place.in_force() == [second.id]
    old = place.savings.saving(first.id)
    assert (old.state, old.superseded_by, old.low) == ("superseded", second.id, 120_000)
    assert second.supersedes == first.id
    with pytest.raises(Conflict, match="superseded already"):
        place.record(low="1", supersedes=first.id)
    with pytest.raises(Conflict, match="not confirmed"):
        place.confirm(first.id)
    foreign = place.savings.record(place.other, reported(organisation="city"))
    with pytest.raises(WrongField, match="supersedes"):
        place.record(low="2", supersedes=foreign.id)


def test_one_that_was_withdrawn_is_in_no_list_but_keeps_its_address(place: Place) -> None:
    made = place.record()
    with pytest.raises(Forbidden):
        place.savings.withdraw(place.other, made.id)
    for _ in range(2):
        ended = place.savings.withdraw(place.reporter, made.id)
    assert (ended.state, place.in_force()) == ("withdrawn", [])
    assert place.savings.of_components([SLUG]) == ()
    assert place.savings.saving(made.id).withdrawn_at == NOW
    again = place.record()
    assert again.id != made.id
    with pytest.raises(NotFound):
        place.savings.withdraw(place.reporter, 99)


def test_another_organisation_confirms_and_an_operator_records_an_audit(place: Place) -> None:
    made = place.record()
    for _ in range(2):
        seen = place.confirm(made.id)
    assert (seen.grade, len(seen.confirmations)) == (3, 1)
    assert seen.confirmations[0].organisation is not None
    assert seen.confirmations[0].organisation.slug == "city"
    found = NewAudit(auditor="National Audit Office", url=REPORT)
    with pytest.raises(Forbidden):
        place.savings.add_audit(place.other, made.id, found)
    audited = place.savings.add_audit(VISITOR, made.id, found, as_operator=True)
    assert (audited.grade, audited.confirmations[1].auditor) == (4, "National Audit Office")
    assert audited.confirmations[1].source.url == REPORT
    own = NewAudit(auditor="county", url=REPORT)
    with pytest.raises(WrongField, match="auditor"):
        place.savings.add_audit(VISITOR, made.id, own, as_operator=True)
    with place.database.read() as session:
        told = session.scalars(select(col(AuditEntry.action)).order_by(col(AuditEntry.index))).all()
    assert told[-3:] == ["saving.recorded", "saving.confirmed", "saving.audited"]


def test_a_confirmation_is_taken_back_by_who_gave_it(place: Place) -> None:
    made = place.record()
    first = place.confirm(made.id).confirmations[0].id
    found = NewAudit(auditor="Audit Office", url=REPORT)
    audited = place.savings.add_audit(VISITOR, made.id, found, as_operator=True)
    audit = audited.confirmations[1].id
    # Neither the organisation that reported it, nor a visitor; an audit is of operators.
    for who, which in ((place.reporter, first), (place.other, audit)):
        with pytest.raises(Forbidden):
            place.savings.unconfirm(who, made.id, which)
    with pytest.raises(Unauthenticated):
        place.savings.unconfirm(VISITOR, made.id, first)
    other = place.record(since="2023")
    with pytest.raises(NotFound):
        place.savings.unconfirm(place.other, other.id, first)
    assert place.savings.unconfirm(VISITOR, made.id, audit, as_operator=True).grade == 3
    assert place.savings.unconfirm(place.other, made.id, first).grade == 2
    with pytest.raises(NotFound):
        place.savings.unconfirm(place.other, made.id, first)
    with place.database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(col(AuditEntry.index).desc())).first()
        assert last is not None
        assert (last.action, last.detail["by"]) == ("saving.unconfirmed", "city")
    assert place.confirm(made.id).grade == 3


def test_nobody_confirms_an_own_saving(place: Place) -> None:
    made = place.record()
    with pytest.raises(WrongField, match="organisation"):
        place.confirm(made.id, place.reporter, by="county")
    with pytest.raises(WrongField, match="organisation"):
        place.confirm(made.id, place.person("colleague", place.county), by="county")
    # Both organisations: also where a token shows only one of the two.
    both = {place.county: Role.MEMBER, place.city: Role.OWNER}
    account = add_account(place.database, "both", both)
    for roles in (both, {place.city: Role.OWNER}):
        with pytest.raises(Forbidden, match="members of the organisation"):
            place.confirm(made.id, Actor(account, roles=roles))
    with pytest.raises(Forbidden):
        place.confirm(made.id, place.person("m", place.city, Role.MEMBER))
    with pytest.raises(Unauthenticated):
        place.confirm(made.id, VISITOR)
    assert place.savings.saving(made.id).grade == 2


def test_who_recorded_one_does_not_confirm_it_for_another_place_later(place: Place) -> None:
    made = place.record()
    with place.database.write() as session:
        session.execute(delete(Membership).where(col(Membership.organisation_id) == place.county))
    moved = Actor(place.reporter.account, roles={place.city: Role.OWNER})
    with pytest.raises(Forbidden, match="who recorded"):
        place.confirm(made.id, moved)


def test_what_is_taken_down_hides_what_was_reported_of_it(place: Place) -> None:
    made = place.record()
    with place.database.write() as session:
        component = session.scalars(select(Component)).one()
        component.is_taken_down = True
        session.add(
            Takedown(
                repository_id=component.repository_id,
                slug=SLUG,
                category="other",
                former_state="active",
                taken_down_at=NOW,
            )
        )
    assert place.in_force() == []
    with pytest.raises(NotFound):
        place.savings.saving(made.id)
    with pytest.raises(Gone):
        place.record(low="1")
    for change in (place.confirm, lambda number: place.savings.withdraw(place.reporter, number)):
        with pytest.raises(NotFound):
            change(made.id)


def test_an_organisation_that_is_removed_takes_its_savings_along(place: Place) -> None:
    place.record()
    with place.database.write() as session:
        session.delete(session.get_one(Organisation, place.county))
    assert place.in_force() == []
    with place.database.read() as session:
        assert session.scalars(select(ReportedSaving)).all() == []


def test_pages_go_on_after_the_last_number(place: Place) -> None:
    for amount in range(5):
        place.record(low=str(amount), high="")
    first, after = place.savings.list(component=SLUG, limit=3)
    rest, end = place.savings.list(component=SLUG, limit=3, after=after)
    assert [view.low for view in (*first, *rest)] == [4, 3, 2, 1, 0]
    assert end is None


def test_what_is_read_today_needs_no_day(place: Place) -> None:
    place.now = NOW + timedelta(days=3)
    assert place.record(on="").source.on == place.now.date().isoformat()


@pytest.mark.parametrize(
    ("has_source", "is_confirmed", "is_audited", "grade"),
    [
        (False, False, False, Grade.STATED),
        (False, True, False, Grade.STATED),
        (True, False, False, Grade.DOCUMENTED),
        (True, True, False, Grade.CONFIRMED),
        (True, False, True, Grade.AUDITED),
        (False, False, True, Grade.AUDITED),
    ],
)
def test_the_grade_follows_from_what_is_on_record(
    has_source: bool, is_confirmed: bool, is_audited: bool, grade: Grade
) -> None:
    found = grade_of(has_source=has_source, is_confirmed=is_confirmed, is_audited=is_audited)
    assert found is grade
