"""Roles in organisations, and the owner who is always there."""

import threading

import pytest

from registry.accounts.actors import Role
from registry.accounts.members import grant_role, list_members, remove_member
from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import Account, AccountState
from registry.errors import Conflict, NotFound
from tests.support.accounts import add_account, add_organisation

NOW = utc_now()


def roles(database: Database, organisation: int) -> dict[str, Role]:
    with database.read() as session:
        return {m.name: m.role for m in list_members(session, organisation)}


def test_a_role_is_given_changed_and_taken_away(database: Database) -> None:
    town = add_organisation(database)
    ada, bob = add_account(database, "Ada"), add_account(database, "Bob")
    with database.write() as session:
        grant_role(session, ada, town, Role.OWNER, None, NOW)
        grant_role(session, bob, town, Role.MEMBER, ada, NOW)
        grant_role(session, bob, town, Role.OWNER, ada, NOW)
        grant_role(session, ada, town, Role.MAINTAINER, bob, NOW)
    assert roles(database, town) == {"Ada": Role.MAINTAINER, "Bob": Role.OWNER}
    with database.write() as session:
        remove_member(session, ada, town, bob, NOW)
        with pytest.raises(NotFound):
            remove_member(session, ada, town, bob, NOW)
    assert roles(database, town) == {"Bob": Role.OWNER}


def test_the_last_owner_neither_leaves_nor_steps_down(database: Database) -> None:
    town = add_organisation(database)
    ada = add_account(database, "Ada", {town: Role.OWNER})
    add_account(database, "Bob", {town: Role.MAINTAINER})
    add_account(database, "Eve", {town: Role.OWNER}, state=AccountState.SUSPENDED)
    for change in (
        lambda session: remove_member(session, ada, town, ada, NOW),
        lambda session: grant_role(session, ada, town, Role.MEMBER, ada, NOW),
    ):
        with pytest.raises(Conflict), database.write() as session:
            change(session)
    assert roles(database, town)["Ada"] is Role.OWNER


def test_nobody_gets_a_role_who_is_not_there(sqlite_database: Database) -> None:
    town = add_organisation(sqlite_database)
    gone = add_account(sqlite_database, state=AccountState.DELETED)
    ada = add_account(sqlite_database)
    with sqlite_database.write() as session:
        for account, organisation in ((gone, town), (999, town), (ada, 999)):
            with pytest.raises(NotFound):
                grant_role(session, account, organisation, Role.OWNER, None, NOW)
        assert session.get(Account, ada) is not None


def test_of_two_owners_who_remove_each_other_one_stays(database: Database) -> None:
    town = add_organisation(database)
    pair = [add_account(database, name, {town: Role.OWNER}) for name in ("Ada", "Bob")]
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def remove(account: int, by: int) -> None:
        both.wait()
        try:
            with database.write() as session:
                remove_member(session, account, town, by, NOW)
            outcomes.append("removed")
        except Conflict:
            outcomes.append("refused")

    threads = [
        threading.Thread(target=remove, args=order) for order in (pair, list(reversed(pair)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "removed"]
    assert list(roles(database, town).values()) == [Role.OWNER]
