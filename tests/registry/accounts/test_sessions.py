"""Sessions: ids of our own making, hashed, that end by themselves or by hand."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlmodel import col

from registry.accounts.actors import Role
from registry.accounts.service import Accounts
from registry.accounts.sessions import (
    FRESH,
    MAX_SESSIONS,
    Lifetimes,
    end_session,
    end_sessions,
    list_sessions,
    open_session,
    remove_ended,
    renew_session,
)
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import AccountState, WebSession
from registry.errors import NotFound
from tests.support.accounts import add_account, add_organisation, sign_in
from tests.support.registries import bytes_on_disk

NOW = utc_now()
LIFETIMES = Lifetimes()


def accounts(database: Database, after: timedelta = timedelta(0)) -> Accounts:
    return Accounts(database, clock=lambda: NOW + after)


def count(database: Database) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(WebSession)).scalar_one()


def test_a_session_tells_who_acts_in_which_roles(database: Database) -> None:
    town = add_organisation(database)
    person = sign_in(database, add_account(database, roles={town: Role.OWNER}), NOW)
    found = accounts(database).signed_in(person.secret)
    assert found is not None
    assert found.actor.account == person.account
    assert found.actor.roles == {town: Role.OWNER}
    assert found.actor.is_fresh
    assert not found.actor.is_operator
    later = accounts(database, FRESH).signed_in(person.secret)
    assert later is not None
    assert not later.actor.is_fresh


def test_the_id_is_kept_as_a_hash_alone(sqlite_database: Database) -> None:
    person = sign_in(sqlite_database, add_account(sqlite_database), NOW)
    sqlite_database.close()
    written = bytes_on_disk(Path(sqlite_database.url.database or "").parent)
    assert b"Firefox on Linux" in written
    assert person.secret.encode() not in written


@pytest.mark.parametrize("secret", ["", "attackerchosen", "a" * 43, "é" * 43, "a" * 5000, "a\0b"])
def test_an_id_that_we_did_not_make_is_nothing(sqlite_database: Database, secret: str) -> None:
    assert accounts(sqlite_database).signed_in(secret) is None
    assert count(sqlite_database) == 0


def test_an_id_of_another_form_is_not_looked_up(sqlite_database: Database) -> None:
    asked: list[str] = []
    event.listen(
        sqlite_database.engine,
        "before_cursor_execute",
        lambda *arguments: asked.append(arguments[2]),
    )
    accounts(sqlite_database).signed_in("attackerchosen")
    assert [line for line in asked if "web_session" in line] == []


def test_a_session_ends_when_idle_and_when_old(sqlite_database: Database) -> None:
    account = add_account(sqlite_database)
    idle = sign_in(sqlite_database, account, NOW)
    assert accounts(sqlite_database, timedelta(hours=12)).signed_in(idle.secret) is None
    busy = sign_in(sqlite_database, account, NOW)
    for hour in range(11, 7 * 24, 11):
        assert accounts(sqlite_database, timedelta(hours=hour)).signed_in(busy.secret) is not None
    assert accounts(sqlite_database, timedelta(days=7)).signed_in(busy.secret) is None
    with sqlite_database.write() as session:
        remove_ended(session, NOW + timedelta(days=7), LIFETIMES)
    assert count(sqlite_database) == 0


@pytest.mark.parametrize("state", [AccountState.SUSPENDED, AccountState.DELETED])
def test_an_account_out_of_use_is_not_signed_in(
    sqlite_database: Database, state: AccountState
) -> None:
    person = sign_in(sqlite_database, add_account(sqlite_database, state=state), NOW)
    assert accounts(sqlite_database).signed_in(person.secret) is None


def test_sessions_are_listed_and_ended_by_their_owner_alone(database: Database) -> None:
    ada, bob = add_account(database, "Ada"), add_account(database, "Bob")
    here, there = sign_in(database, ada, NOW), sign_in(database, ada, NOW - timedelta(hours=1))
    current = accounts(database).signed_in(here.secret)
    assert current is not None
    with database.write() as session:
        listed = list_sessions(session, ada, current.session, NOW, LIFETIMES)
        assert [view.is_current for view in listed] == [True, False]
        with pytest.raises(NotFound):
            end_session(session, bob, listed[1].id)
        end_session(session, ada, listed[1].id)
    assert accounts(database).signed_in(there.secret) is None
    assert accounts(database).signed_in(here.secret) is not None
    third = sign_in(database, ada, NOW)
    with database.write() as session:
        end_sessions(session, ada, but=current.session)
    assert accounts(database).signed_in(third.secret) is None
    assert accounts(database).signed_in(here.secret) is not None


def test_a_renewed_session_has_another_id(sqlite_database: Database) -> None:
    person = sign_in(sqlite_database, add_account(sqlite_database), NOW)
    found = accounts(sqlite_database).signed_in(person.secret)
    assert found is not None
    with sqlite_database.write() as session:
        secret = renew_session(session, found.session)
    assert accounts(sqlite_database).signed_in(person.secret) is None
    renewed = accounts(sqlite_database).signed_in(secret)
    assert renewed is not None
    assert renewed.session == found.session


def test_an_account_has_a_bounded_number_of_sessions(sqlite_database: Database) -> None:
    account = add_account(sqlite_database)
    with sqlite_database.write() as session:
        first = open_session(session, account, "p", "b", NOW - timedelta(hours=1))
        for _ in range(MAX_SESSIONS):
            last = open_session(session, account, "p", "b" * 999, NOW)
    assert count(sqlite_database) == MAX_SESSIONS
    assert accounts(sqlite_database).signed_in(first) is None
    assert accounts(sqlite_database).signed_in(last) is not None


def test_reading_writes_now_and_then_alone(sqlite_database: Database) -> None:
    person = sign_in(sqlite_database, add_account(sqlite_database), NOW)

    def seen() -> object:
        with sqlite_database.read() as session:
            return session.execute(select(col(WebSession.seen_at))).scalar_one()

    accounts(sqlite_database, timedelta(minutes=4)).signed_in(person.secret)
    assert seen() == NOW
    accounts(sqlite_database, timedelta(minutes=6)).signed_in(person.secret)
    assert seen() == NOW + timedelta(minutes=6)
