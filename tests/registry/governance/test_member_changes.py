"""Members of a body: who answers for an organisation, and which changes two have to sign off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.accounts.actors import Actor, Role
from registry.errors import Conflict, Forbidden, NotFound
from registry.governance.record.readmodels import MemberView, NewMember
from registry.governance.record.service import Bodies
from registry.texts import WrongField
from tests.support.bodies import FOUNDED, member_of
from tests.support.databases import fresh_sqlite
from tests.support.hard_cases import NOW
from tests.support.needs import BODY, add_bodies, add_component

TOWN, SERVICE = "town-1", "digital-service"


class Land:
    """A body that a ministry founds with a town, and a service that is no member."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        numbers = add_bodies(self.database)
        add_component(self.database)
        self.bodies = Bodies(self.database, lambda: NOW)
        self.people = {slug: member_of(self.database, x) for slug, x in numbers.items()}
        self.numbers = numbers
        self.slug = self.bodies.create(self.people[BODY], FOUNDED, BODY)

    def members(self) -> dict[str, MemberView]:
        found = self.bodies.body(self.slug).members
        return {x.organisation.slug: x for x in found if x.organisation}

    def answer(self, slug: str, *, agrees: bool = True) -> None:
        number = self.members()[slug].id
        self.bodies.answer(self.people[slug], self.slug, number, agrees=agrees)

    def propose(self, by: str) -> None:
        asked = NewMember(organisation=SERVICE, role="associate", since="2026-01-01")
        self.bodies.propose_member(self.people[by], self.slug, asked, by)

    def leave(self, slug: str, by: str) -> None:
        self.bodies.propose_leaving(self.people[by], self.slug, slug, by)

    def sign(self, by: str) -> None:
        change = self.bodies.waiting_changes(self.slug)[0]
        self.bodies.sign_off(self.people[by], self.slug, change.id, by)


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    made = Land(tmp_path)
    yield made
    made.database.close()


def test_only_maintainers_of_the_organisation_answer_for_it_and_once(land: Land) -> None:
    number = land.members()[TOWN].id
    member = member_of(land.database, land.numbers[TOWN], Role.MEMBER)
    for actor in (land.people[BODY], member, Actor(1)):
        with pytest.raises(Forbidden):
            land.bodies.answer(actor, land.slug, number, agrees=True)
    with pytest.raises(NotFound):
        land.bodies.answer(land.people[TOWN], land.slug, 99, agrees=True)
    land.answer(TOWN)
    assert land.members()[TOWN].state == "confirmed"
    with pytest.raises(Conflict):
        land.answer(TOWN, agrees=False)


def test_who_declined_is_no_member_and_cannot_act(land: Land) -> None:
    land.answer(TOWN, agrees=False)
    assert not land.members()[TOWN].is_current
    with pytest.raises(Conflict):
        land.propose(TOWN)


def test_the_only_member_signs_alone_and_of_two_both_have_to(land: Land) -> None:
    land.propose(BODY)
    assert land.members()[SERVICE].state == "invited"
    land.answer(TOWN)
    land.answer(SERVICE)
    land.leave(SERVICE, BODY)
    (change,) = land.bodies.waiting_changes(land.slug)
    assert (change.signed, change.needed) == (1, 2)
    with pytest.raises(Conflict):
        land.sign(BODY)
    with pytest.raises(Conflict, match="same change"):
        land.leave(SERVICE, TOWN)
    land.sign(TOWN)
    assert land.bodies.waiting_changes(land.slug) == ()
    assert not land.members()[SERVICE].is_current


def test_one_person_does_not_sign_for_two_members(land: Land) -> None:
    land.answer(TOWN)
    roles = {land.numbers[BODY]: Role.OWNER, land.numbers[TOWN]: Role.OWNER}
    both = Actor(land.people[BODY].account, roles=roles)
    land.propose(BODY)
    change = land.bodies.waiting_changes(land.slug)[0]
    with pytest.raises(Conflict):
        land.bodies.sign_off(both, land.slug, change.id, TOWN)


def test_two_that_leave_at_once_leave_nobody_behind_who_cannot_act(land: Land) -> None:
    land.answer(TOWN)
    land.leave(BODY, BODY)
    land.leave(TOWN, TOWN)
    land.sign(TOWN)
    assert not any(x.is_current for x in land.members().values())
    assert land.bodies.waiting_changes(land.slug) == ()
    with pytest.raises(Conflict):
        land.propose(BODY)


def test_the_sign_off_of_who_has_left_does_not_count_while_others_stay(land: Land) -> None:
    land.propose(BODY)
    land.answer(SERVICE)
    land.answer(TOWN)
    land.leave(TOWN, BODY)
    land.leave(BODY, BODY)
    leaving = land.bodies.waiting_changes(land.slug)[1]
    land.bodies.sign_off(land.people[SERVICE], land.slug, leaving.id, SERVICE)
    assert not land.members()[BODY].is_current
    (change,) = land.bodies.waiting_changes(land.slug)
    assert (change.name, change.signed, change.needed) == (land.members()[TOWN].name, 0, 2)


def test_the_same_organisation_is_no_member_twice_at_a_time(land: Land) -> None:
    asked = NewMember(organisation=TOWN, role="observer")
    with pytest.raises(WrongField) as raised:
        land.bodies.propose_member(land.people[BODY], land.slug, asked, BODY)
    assert raised.value.problem == "overlap"


@pytest.mark.parametrize("slug", [SERVICE, "nobody", "", "\0"])
def test_who_is_no_member_cannot_leave(land: Land, slug: str) -> None:
    with pytest.raises(WrongField) as raised:
        land.leave(slug, BODY)
    assert raised.value.field == "member"


def test_a_change_is_taken_back_by_who_asked_for_it_and_can_be_asked_anew(land: Land) -> None:
    land.answer(TOWN)
    land.propose(BODY)  # with a day that was mistyped, say
    change = land.bodies.waiting_changes(land.slug)[0]
    assert change.proposed_by is not None
    assert (change.proposed_by.slug, [x.slug for x in change.signed_by]) == (BODY, [BODY])
    with pytest.raises(Conflict, match="already"):
        land.propose(BODY)
    with pytest.raises(Conflict, match="only the member that asked"):
        land.bodies.withdraw_change(land.people[TOWN], land.slug, change.id, TOWN)
    with pytest.raises(Conflict, match="no member"):
        land.bodies.withdraw_change(land.people[SERVICE], land.slug, change.id, SERVICE)
    land.bodies.withdraw_change(land.people[BODY], land.slug, change.id, BODY)
    assert land.bodies.waiting_changes(land.slug) == ()
    for act in (land.bodies.withdraw_change, land.bodies.sign_off):
        with pytest.raises(Conflict, match="withdrawn already"):
            act(land.people[BODY], land.slug, change.id, BODY)
    land.propose(BODY)
    land.sign(TOWN)
    assert land.members()[SERVICE].state == "invited"


def test_what_a_former_member_asked_for_is_taken_back_by_those_that_govern(land: Land) -> None:
    land.answer(TOWN)
    land.propose(TOWN)
    change = land.bodies.waiting_changes(land.slug)[0]
    land.leave(TOWN, TOWN)
    leaving = land.bodies.waiting_changes(land.slug)[1]
    land.bodies.sign_off(land.people[BODY], land.slug, leaving.id, BODY)
    land.bodies.withdraw_change(land.people[BODY], land.slug, change.id, BODY)
    assert land.bodies.waiting_changes(land.slug) == ()
