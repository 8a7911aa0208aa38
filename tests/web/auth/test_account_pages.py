"""The pages of accounts: what people see of themselves, and what they change."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select
from sqlmodel import col

from registry.accounts.actors import Role
from registry.accounts.authorise import Scope
from registry.accounts.invitations import VALID
from registry.accounts.service import Accounts
from registry.accounts.tokens import is_token
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Account, AccountState, AuditEntry, Membership
from tests.support.account_apps import SLUG, Browser, Town, town_in
from tests.support.accounts import Person, add_account, add_token, sign_in
from tests.support.databases import empty_sqlite

MEMBERS = f"/organisations/{SLUG}/members"


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Town, TestClient[Litestar]]]:
    with town_in() as made:
        yield made


@pytest.fixture
def town(place: tuple[Town, TestClient[Litestar]]) -> Town:
    """Return the people of a new town; the application is the same for all tests."""
    database = place[0].database
    empty_sqlite(database)
    return Town(database)


@pytest.fixture
def client(place: tuple[Town, TestClient[Litestar]]) -> TestClient[Litestar]:
    return place[1]


def role_of(database: Database, account: int, organisation: int) -> Role | None:
    with database.read() as session:
        held = session.get(Membership, (account, organisation))
        return held and held.role


def told(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.execute(select(col(AuditEntry.action)).order_by("index")).scalars())


def test_a_visitor_is_led_to_sign_in_and_back(client: TestClient[Litestar]) -> None:
    nobody = Browser(client)
    for path in ("/account", "/account/tokens", MEMBERS, "/fr/account"):
        answer = nobody.get(path)
        assert answer.status_code == 302
        prefix = "/fr" if path.startswith("/fr") else ""
        assert answer.headers["location"].startswith(f"{prefix}/sign-in?next=")
    page = nobody.get("/sign-in?next=/account/tokens")
    assert 'value="/account/tokens"' in page.text
    assert "City of Examples" in page.text
    assert "set-cookie" not in page.headers


def test_two_people_see_each_their_own(client: TestClient[Litestar], town: Town) -> None:
    for person, name, other in (
        (town.owner, "Olga Owner", "Mina Member"),
        (town.member, "Mina Member", "Olga Owner"),
    ):
        page = Browser(client, person).get("/account")
        assert name in page.text
        assert other not in page.text
        assert page.headers["cache-control"] == "private, no-store"
        assert '<meta name="robots" content="noindex">' in page.text


def test_a_name_is_changed_and_no_address_taken(client: TestClient[Litestar], town: Town) -> None:
    browser = Browser(client, town.member)
    assert browser.post("/account/name", name="Mina  M.").status_code == 303
    assert "Mina M." in browser.get("/account").text
    for name in ("", "x" * 101, "mina@example.org", "\u202etxt"):
        assert browser.post("/account/name", name=name).status_code == 400
    evil = browser.post("/account/name", name="<b>Mina</b>")
    assert evil.status_code == 303
    assert "&lt;b&gt;Mina" in browser.get("/account").text


def test_sessions_are_seen_and_ended(client: TestClient[Litestar], town: Town) -> None:
    browser, other = Browser(client, town.member), sign_in(town.database, town.member.account)
    number = re.search(r"/account/sessions/(\d+)/end", browser.get("/account").text)
    assert number is not None
    stranger = Browser(client, town.stranger)
    assert stranger.post(f"/account/sessions/{number[1]}/end").status_code == 404
    assert Browser(client, other).get("/account").status_code == 200
    assert browser.post(f"/account/sessions/{number[1]}/end").status_code == 303
    assert Browser(client, other).get("/account").status_code == 302
    assert browser.post("/account/sessions/99999999999999999999/end").status_code == 404
    third = sign_in(town.database, town.member.account)
    browser.post("/account/sessions/end-others")
    assert Browser(client, third).get("/account").status_code == 302
    out = browser.post("/account/sign-out")
    assert "session=" in out.headers["set-cookie"]
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert browser.get("/account").status_code == 302


def test_a_token_is_shown_once_and_revoked_at_once(
    client: TestClient[Litestar], town: Town
) -> None:
    browser = Browser(client, town.maintainer)
    made = browser.post(
        "/account/tokens", **{"name": "CI", "days": "30", "scope-read": "1", "organisation": ""}
    )
    found = re.search(r"gcr_\w{38}", made.text)
    assert made.status_code == 200
    assert found is not None
    assert is_token(found[0])
    page = browser.get("/account/tokens").text
    assert found[0] not in page
    assert found[0][-4:] in page
    accounts = Accounts(town.database)
    actor = accounts.actor_of_token(found[0])
    assert (actor.account, actor.scopes) == (town.maintainer.account, frozenset({Scope.READ}))
    number = re.search(r"/account/tokens/(\d+)/revoke", page)
    assert number is not None
    assert Browser(client, town.owner).post(number[0]).status_code == 404
    assert browser.post(number[0]).status_code == 303
    with pytest.raises(Exception, match="not in force"):
        accounts.actor_of_token(found[0])
    assert told(town.database) == ["token.created", "token.revoked"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "", "days": "30", "scope-read": "1"}, "name"),
        ({"name": "x", "days": "366", "scope-read": "1"}, "days"),
        ({"name": "x", "days": "99999999999999999999", "scope-read": "1"}, "days"),
        ({"name": "x", "days": "-1", "scope-read": "1"}, "days"),
        ({"name": "x", "days": "30"}, "scope-1"),
        ({"name": "x", "days": "30", "scope-read": "1", "organisation": "2"}, "organisation"),
    ],
)
def test_a_token_that_cannot_be_is_refused_beside_the_form(
    client: TestClient[Litestar], town: Town, fields: dict[str, str], problem: str
) -> None:
    answer = Browser(client, town.maintainer).post("/account/tokens", **fields)
    assert answer.status_code == 400
    assert f'href="#{problem}"' in answer.text
    assert f'id="{problem}"' in answer.text


def test_members_are_seen_by_members_alone(client: TestClient[Litestar], town: Town) -> None:
    for person in (town.member, town.operator):
        page = Browser(client, person).get(MEMBERS)
        assert page.status_code == 200
        assert "Olga Owner" in page.text
    assert Browser(client, town.stranger).get(MEMBERS).status_code == 403
    assert "/role" not in Browser(client, town.member).get(MEMBERS).text
    assert Browser(client, town.owner).get("/organisations/nothing/members").status_code == 404


def test_an_owner_changes_roles_after_a_fresh_sign_in(
    client: TestClient[Litestar], town: Town
) -> None:
    path = f"{MEMBERS}/{town.member.account}/role"
    stale = Browser(client, town.stale(town.owner))
    assert "Sign in again" in stale.get(MEMBERS).text
    assert stale.post(path, role="maintainer").status_code == 403
    assert role_of(town.database, town.member.account, town.organisation) is Role.MEMBER
    owner = Browser(client, town.owner)
    assert owner.post(path, role="maintainer").status_code == 303
    assert role_of(town.database, town.member.account, town.organisation) is Role.MAINTAINER
    assert owner.post(path, role="emperor").status_code == 400
    assert owner.post(f"{MEMBERS}/{town.stranger.account}/role", role="owner").status_code == 404
    assert owner.post(f"{MEMBERS}/{town.member.account}/remove").status_code == 303
    assert role_of(town.database, town.member.account, town.organisation) is None


def test_the_last_owner_stays(client: TestClient[Litestar], town: Town) -> None:
    owner = Browser(client, town.owner)
    for answer in (
        owner.post(f"{MEMBERS}/{town.owner.account}/role", role="member"),
        owner.post(f"{MEMBERS}/{town.owner.account}/remove"),
        owner.post(f"{MEMBERS}/leave"),
        owner.post("/account/delete"),
    ):
        assert answer.status_code == 409
    assert role_of(town.database, town.owner.account, town.organisation) is Role.OWNER


def invited(client: TestClient[Litestar], person: Person, role: str = "maintainer") -> str:
    page = Browser(client, person).post(f"{MEMBERS}/invite", role=role)
    assert page.status_code == 200, page.text
    found = re.search(r"/invitations\?key=([\w-]{43})", page.text)
    assert found is not None
    return found[1]


def test_an_invitation_is_taken_once(client: TestClient[Litestar], town: Town) -> None:
    key = invited(client, town.owner)
    assert Browser(client).get(f"/invitations?key={key}").status_code == 302
    stranger = Browser(client, town.stranger)
    assert "Maintainer" in stranger.get(f"/invitations?key={key}").text
    assert Browser(client, town.member).post("/invitations", key=key).status_code == 409
    assert stranger.post("/invitations", key=key).status_code == 303
    assert role_of(town.database, town.stranger.account, town.organisation) is Role.MAINTAINER
    third = Browser(client, sign_in(town.database, add_account(town.database, "Third")))
    assert third.post("/invitations", key=key).status_code == 404
    assert third.get("/invitations?key=invented").status_code == 404
    assert told(town.database) == ["invitation.created", "membership.granted"]


def test_an_invitation_is_void_when_withdrawn_or_old_or_of_no_owner(
    client: TestClient[Litestar], town: Town
) -> None:
    third = Browser(client, sign_in(town.database, add_account(town.database, "Third")))
    withdrawn = invited(client, town.owner)
    path = re.search(r"/invitations/\d+/withdraw", Browser(client, town.owner).get(MEMBERS).text)
    assert path is not None
    assert Browser(client, town.owner).post(f"{MEMBERS}{path[0]}").status_code == 303
    assert third.post("/invitations", key=withdrawn).status_code == 404
    key = invited(client, town.owner)
    late = Accounts(town.database, clock=lambda: utc_now() + VALID)
    with pytest.raises(Exception, match="too old"):
        late.members.invited(key)
    owners = Accounts(town.database)
    with town.database.write() as session:
        session.get_one(Membership, (town.owner.account, town.organisation)).role = Role.MEMBER
    with pytest.raises(Exception, match="withdrawn"):
        owners.members.invited(key)


def test_a_deleted_account_is_forgotten(client: TestClient[Litestar], town: Town) -> None:
    browser = Browser(client, town.member)
    token = add_token(town.database, town.member.account, ("read",))
    assert Browser(client, town.stale(town.member)).post("/account/delete").status_code == 403
    assert browser.post("/account/delete").status_code == 200
    assert browser.get("/account").status_code == 302
    with town.database.read() as session:
        account = session.get_one(Account, town.member.account)
        assert (account.name, account.state) == ("", AccountState.DELETED)
    assert role_of(town.database, town.member.account, town.organisation) is None
    with pytest.raises(Exception, match="not in force"):
        Accounts(town.database).actor_of_token(token)
    assert told(town.database) == ["membership.removed", "account.deleted"]


def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(
    client: TestClient[Litestar], town: Town
) -> None:
    from registry.accounts.sign_in import LINK, new_link

    def link(ago: timedelta = timedelta(0)) -> str:
        with town.database.write() as session:
            return new_link(session, town.operator.account, utc_now() - ago)

    nobody, key = Browser(client), link()
    for _ in range(2):
        assert nobody.get(f"/sign-in/link?key={key}").status_code == 200
    used = nobody.post("/sign-in/link", key=key)
    assert (used.status_code, used.headers["location"]) == (303, "/account")
    secret = used.headers["set-cookie"].partition("session=")[2].partition(";")[0]
    page = client.get("/account", headers={"Cookie": f"session={secret}"})
    assert "Opal Operator" in page.text
    client.cookies.clear()
    for bad in (key, link(LINK), "invented", ""):
        answer = nobody.post("/sign-in/link", key=bad)
        assert answer.status_code == 400
        assert "session=" not in answer.headers.get("set-cookie", "")
    former = link()
    link()
    assert nobody.post("/sign-in/link", key=former).status_code == 400
