"""Ownership claims: who is believed, how far, since when, and when no longer."""

import json
import threading
from typing import Any

import pytest
from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.authorise import Scope
from registry.accounts.members import remove_member
from registry.db.session import Database
from registry.db.tables import (
    AuditEntry,
    Component,
    Identity,
    Membership,
    Organisation,
    OwnershipState,
    ProofMethod,
    Repository,
    RepositoryState,
    WebhookDelivery,
    WebhookEndpoint,
)
from registry.errors import Conflict, Forbidden, Gone, InvalidInput, NotFound, Unauthenticated
from registry.publishing.government_domains import add_domain
from registry.publishing.proofs import PROVEN, Finding, missing
from tests.support.accounts import add_account, add_organisation
from tests.support.catalogue_rows import crawled
from tests.support.ownership import START, Office

DOMAIN = "alberta.ca"


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    number = add_organisation(sqlite_database, "town")
    with sqlite_database.write() as session:
        body = session.get_one(Organisation, number)
        body.website = "https://www.alberta.ca/page"
    return Office(sqlite_database)


def _roles(office: Office) -> dict[int, Role]:
    with office.database.read() as session:
        return {x.account_id: x.role for x in session.exec(select(Membership))}


def _actions(office: Office) -> list[str]:
    with office.database.read() as session:
        rows = session.exec(select(AuditEntry).order_by(AuditEntry.index))
        return [row.action for row in rows]


def test_a_domain_makes_an_owner_and_is_shown(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    first = office.claim(ada, domain=DOMAIN)
    assert (first.state, first.level, first.claimant) == ("pending", 0, "Ada")
    assert office.claim(ada, domain="ALBERTA.ca.").id == first.id, "the same claim is the same"
    row = office.check(first.id)
    assert (row.state, row.problem, row.failures) == ("pending", "no_record", 0)
    office.outside.published.add(first.token)
    row = office.check(first.id)
    assert (row.state, row.level, row.proven_at) == ("active", 2, START)
    assert _roles(office) == {ada: Role.OWNER}
    (shown,) = office.claims.of_organisation("town")
    assert (shown.claimant, shown.level, shown.domain) == ("Ada", 2, DOMAIN)
    assert office.check(first.id).proven_at == START
    assert _actions(office) == ["ownership.started", "membership.granted", "ownership.proven"]


def test_webhooks_are_told_of_what_is_proven_and_of_its_end(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    with office.database.write() as session:
        session.add(
            WebhookEndpoint(
                key="we_1", account_id=ada, url="https://ci.example/", description="",
                events=["ownership.changed"], organisation_id=1, secret=b"x", created_at=START,
            )
        )  # fmt: skip
    number = office.claim(ada, domain=DOMAIN).id
    assert _told(office) == [], "a claim that is not proven is no news"
    office.outside.answer = PROVEN
    office.check(number)
    told = _told(office)
    assert [(x["organisation"], x["state"], x["level"]) for x in told] == [("town", "active", 2)]
    assert "Ada" not in str(told)
    office.claims.withdraw(office.actor(ada), number)
    assert [x["state"] for x in _told(office)] == ["withdrawn"], "within a minute, the newest stays"


def _told(office: Office) -> list[dict[str, Any]]:
    with office.database.read() as session:
        return [json.loads(x.body)["data"] for x in session.exec(select(WebhookDelivery))]


def test_the_proof_of_one_account_is_none_of_another(office: Office) -> None:
    ada, bob = (add_account(office.database, name) for name in ("Ada", "Bob"))
    mine, other = office.claim(ada, domain=DOMAIN), office.claim(bob, domain=DOMAIN)
    assert mine.token != other.token
    office.outside.published.add(mine.token)
    assert office.check(other.id).state == "pending"
    with pytest.raises(NotFound):
        office.claims.claim(office.actor(bob), mine.id)
    for change in (office.claims.check, office.claims.withdraw, office.claims.confirm):
        with pytest.raises(NotFound):
            change(office.actor(bob), mine.id)


@pytest.mark.parametrize(
    "domain", ["data.alberta.ca", "example.org", "xn--lberta-4nf.ca", "аlberta.ca"]
)
def test_a_domain_that_is_not_known_as_theirs_waits_for_an_operator(
    office: Office, domain: str
) -> None:
    eve = add_account(office.database, "Eve")
    row = office.prove(eve, domain=domain)
    assert (row.state, row.level) == ("unconfirmed", 0)
    assert row.domain.isascii()
    assert _roles(office) == {}
    assert office.claims.of_organisation("town") == ()
    with pytest.raises((Forbidden, NotFound)):
        office.claims.confirm(office.actor(eve), row.id or 0)
    operator = office.actor(add_account(office.database, "Op"), is_operator=True)
    view = office.claims.confirm(operator, row.id or 0)
    assert (view.state, view.level, _roles(office)) == ("active", 2, {eve: Role.OWNER})
    assert office.check(view.id).state == "active"


@pytest.mark.parametrize(
    "domain", ["ca", "gov.uk", "_gcr-challenge.alberta.ca", "", "<b>", "127.0.0.1", "a\0.ca"]
)
def test_what_nobody_can_own_cannot_be_claimed(office: Office, domain: str) -> None:
    ada = add_account(office.database, "Ada")
    with pytest.raises(InvalidInput):
        office.claim(ada, domain=domain)


def test_the_second_of_two_claimants_waits(office: Office) -> None:
    ada, bob = (add_account(office.database, name) for name in ("Ada", "Bob"))
    office.prove(ada, domain=DOMAIN)
    row = office.prove(bob, domain=DOMAIN)
    assert (row.state, row.level, _roles(office)) == ("contested", 0, {ada: Role.OWNER})
    assert [x.state for x in office.claims.all([OwnershipState.CONTESTED])] == ["contested"]
    # An owner of the organisation may settle it too, and never sees the token of somebody else.
    assert office.claims.claim(office.actor(bob), row.id or 0).token == row.token
    assert office.claims.claim(office.actor(ada), row.id or 0).token == ""
    confirmed = office.claims.confirm(office.actor(ada), row.id or 0)
    assert (confirmed.state, confirmed.token) == ("active", "")
    assert _roles(office)[bob] is Role.OWNER


def test_a_government_domain_and_a_second_person_are_the_highest_level(office: Office) -> None:
    with office.database.write() as session:
        add_domain(session, DOMAIN, country="CA", label="", now=START)
    ada, bob = (add_account(office.database, name) for name in ("Ada", "Bob"))
    row = office.prove(ada, domain=DOMAIN)
    assert (row.level, row.government_suffix) == (2, DOMAIN)
    with pytest.raises(Forbidden):
        office.claims.confirm(office.actor(ada), row.id or 0)
    with pytest.raises(NotFound):
        office.claims.confirm(office.actor(bob), row.id or 0)
    view = office.claims.confirm_as_operator(row.id or 0)
    assert (view.level, view.is_confirmed) == (3, True)
    with office.database.write() as session:
        session.delete(session.get_one(Membership, (ada, 1)))
    assert office.check(view.id).level == 3
    assert _roles(office) == {}, "who was removed meanwhile does not come back by a check"


def test_a_proof_that_is_gone_is_seen_within_48_hours(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    row = office.prove(ada, domain=DOMAIN)
    number = row.id or 0
    office.pass_time(24)
    assert office.row(number).checked_at == office.now
    office.outside.published.clear()
    gone = office.now
    states = {}

    def look() -> None:
        states.setdefault(office.row(number).state.value, office.now - gone)

    office.pass_time(48, look)
    assert states["lapsed"].total_seconds() <= 48 * 3600
    row = office.row(number)
    assert (row.state, row.level, row.problem) == ("lapsed", 0, "no_record")
    (shown,) = office.claims.of_organisation("town")
    assert (shown.state, shown.level) == ("lapsed", 0)
    office.outside.published.add(row.token)
    office.pass_time(24)
    assert (office.row(number).state, office.row(number).level) == ("active", 2)
    assert _actions(office).count("ownership.lapsed") == 1


def test_an_outage_takes_nothing_away_for_a_week(office: Office) -> None:
    number = office.prove(add_account(office.database, "Ada"), domain=DOMAIN).id or 0
    office.outside.answer = missing("unreachable")
    office.pass_time(24 * 6)
    assert (office.row(number).state, office.row(number).problem) == ("active", "unreachable")
    office.pass_time(24 * 4)
    assert office.row(number).state == "lapsed"


def test_a_claim_ends_by_itself_after_seven_days(office: Office) -> None:
    view = office.claim(add_account(office.database, "Ada"), domain=DOMAIN)
    office.pass_time(24 * 7)
    assert office.row(view.id).state == "expired"
    office.outside.published.add(view.token)
    assert office.check(view.id).state == "expired"
    with pytest.raises(Conflict):
        office.claims.check(office.actor(view.account), view.id)


def test_a_check_in_the_hour_of_expiry_proves_nothing_any_more(office: Office) -> None:
    view = office.claim(add_account(office.database, "Ada"), domain=DOMAIN)
    office.outside.published.add(view.token)
    office.now = view.expires_at
    assert office.check(view.id).state == "expired"


def test_membership_at_the_forge_makes_a_member(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    with office.database.write() as session:
        session.add(
            Identity(account_id=ada, issuer="https://github.com", subject="77", provider="github",
                     linked_at=START)
        )  # fmt: skip
    row = office.prove(ada, method=ProofMethod.FORGE, domain="ignored.example.org")
    assert (row.state, row.level, row.domain) == ("active", 1, "")
    assert _roles(office) == {ada: Role.MEMBER}
    assert office.outside.asked[-1].identities == (("https://github.com", "77"),)
    # Somebody at level 1 does not stand in the way of who proves the domain.
    bob = add_account(office.database, "Bob")
    assert office.prove(bob, domain=DOMAIN).state == "active"


def test_withdrawn_by_oneself_and_revoked_by_an_operator(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    number = office.prove(ada, domain=DOMAIN).id or 0
    assert office.claims.withdraw(office.actor(ada), number).state == "withdrawn"
    assert _roles(office) == {ada: Role.OWNER}
    with pytest.raises(Conflict):
        office.claims.withdraw(office.actor(ada), number)
    again = office.prove(ada, domain=DOMAIN).id or 0
    assert again != number
    assert office.claims.revoke(again).state == "revoked"
    assert _roles(office) == {}
    assert office.claims.of_organisation("town") == ()


def test_a_component_is_proven_by_its_repository(office: Office) -> None:
    number = crawled(office.database, "town/letters")
    with office.database.read() as session:
        component = session.get_one(Component, number)
        slug, repository = component.slug, component.repository_id
    ada = add_account(office.database, "Ada")
    row = office.prove(ada, component=slug, method=ProofMethod.REPOSITORY)
    assert (row.state, row.level) == ("active", 2)
    assert office.outside.asked[-1].repository_url == "https://code.example/town/letters"
    (shown,) = office.claims.of_component(slug)
    assert (shown.claimant, shown.level, shown.method) == ("Ada", 2, "repository")
    assert _roles(office) == {}, "a component gives no role in the organisation"
    with pytest.raises(InvalidInput):
        office.claim(ada, organisation="town", method=ProofMethod.REPOSITORY)
    # Somebody registered the name again: the proof in the other repository proves nothing.
    with office.database.write() as session:
        session.get_one(Repository, repository).state = RepositoryState.IDENTITY_CHANGED
    office.check(row.id or 0)
    changed = office.check(row.id or 0)
    assert (changed.state, changed.level, changed.problem) == ("lapsed", 0, "repository_changed")


def test_what_is_not_there_cannot_be_claimed(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    with pytest.raises(NotFound):
        office.claim(ada, organisation="nowhere")
    with pytest.raises(NotFound):
        office.claim(ada, component="nothing")
    with pytest.raises(NotFound):
        office.claims.recheck(99)
    number = crawled(office.database, "town/letters")
    with office.database.write() as session:
        row = session.get_one(Component, number)
        row.is_taken_down, slug = True, row.slug
    with pytest.raises(NotFound) as told:
        office.claim(ada, component=slug)
    assert not isinstance(told.value, Gone)  # no tombstone was written by this test


def test_who_may_claim(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    with pytest.raises(Unauthenticated):
        office.claims.mine(VISITOR)
    with pytest.raises(Forbidden):
        office.claims.mine(Actor(account=ada, scopes=frozenset({Scope.READ})))
    assert office.claims.mine(Actor(account=ada, scopes=frozenset({Scope.COMPONENTS_WRITE}))) == []


def test_claims_of_one_account_are_bounded(office: Office) -> None:
    ada = add_account(office.database, "Ada")
    for number in range(20):
        office.claim(ada, domain=f"a{number}.alberta.ca")
    with pytest.raises(Conflict):
        office.claim(ada, domain="one-more.alberta.ca")


def test_of_two_proofs_at_once_one_wins(database: Database) -> None:
    """Two claimants whose proofs are found in the same moment: one owner, one contested."""
    number = add_organisation(database, "town")
    with database.write() as session:
        session.get_one(Organisation, number).website = "https://alberta.ca"
    office = Office(database)
    people = [add_account(database, name) for name in ("Ada", "Bob")]
    views = [office.claim(person, domain=DOMAIN) for person in people]
    office.outside.answer = Finding(True)
    threads = [threading.Thread(target=office.check, args=(view.id,)) for view in views]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(office.row(view.id).state.value for view in views) == ["active", "contested"]
    assert list(_roles(office).values()) == [Role.OWNER]
    with database.write() as session, pytest.raises(Conflict):
        remove_member(session, next(iter(_roles(office))), number, None, office.now)
