"""Actions of reuse whose copy never comes, and requests that are sent twice."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import Session

from registry.adoption import actions
from registry.adoption.actions import KEPT, PATIENCE, NewReuse, new_key
from registry.adoption.destinations import destination_of, push_commands
from registry.adoption.instructions import instructions_of
from registry.db.tables import (
    Component,
    Repository,
    RepositoryState,
    ReuseAction,
    ReuseState,
)
from registry.errors import Conflict, NotFound
from tests.support.databases import fresh_sqlite
from tests.support.needs import add_component

NOW = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
NEW = NewReuse(
    key=new_key(), component="forms", forge="gitlab", owner="https://git.example.org/town",
    name="forms",
)  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = fresh_sqlite(tmp_path)
    add_component(database)
    with database.write() as opened:
        yield opened
    database.close()


def recorded(session: Session, new: NewReuse = NEW, way: str = "api") -> tuple[ReuseAction, bool]:
    to = destination_of(new.forge, new.owner, new.name, allow_http_hosts=frozenset())
    return actions.record(
        session, new, session.get_one(Component, 1), to, way=way, account=None, now=NOW
    )


def test_a_copy_that_never_comes_is_missing_after_a_month_and_not_looked_for(
    session: Session,
) -> None:
    action, _ = recorded(session)
    assert actions.note_look(session, action, NOW + PATIENCE).state != "measured"
    assert action.state is ReuseState.FORKING
    assert actions.due_actions(session, NOW + PATIENCE + timedelta(days=9)) == [NEW.key]
    actions.note_look(session, action, NOW + PATIENCE + timedelta(seconds=1))
    assert (action.state, action.look_at) == (ReuseState.MISSING, None)
    assert actions.due_actions(session, NOW + PATIENCE + timedelta(days=9)) == []
    actions.expect_at(session, action, action.url, NOW + PATIENCE + timedelta(days=1))
    assert action.state is ReuseState.RECORDED
    assert actions.forget_old(session, NOW + PATIENCE + KEPT + timedelta(days=2)) == 1
    with pytest.raises(NotFound):
        actions.find_action(session, NEW.key)


def test_the_same_request_twice_is_one_action_and_another_under_its_key_is_refused(
    session: Session,
) -> None:
    first, is_new = recorded(session)
    again, is_new_too = recorded(session)
    assert (is_new, is_new_too, again.id) == (True, False, first.id)
    with pytest.raises(Conflict, match="another reuse action"):
        recorded(session, replace(NEW, name="other"))


def test_a_copy_that_is_gone_before_it_was_measured_stays_found_and_is_not_looked_for(
    tmp_path: Path,
) -> None:
    database = fresh_sqlite(tmp_path)
    add_component(database)
    copy = add_component(database, "copy")
    new = replace(NEW, owner="https://git.example.org/examples", name="copy")
    with database.write() as session:
        action, _ = recorded(session, new)
        repository = session.get_one(Repository, session.get_one(Component, copy).repository_id)
        repository.state, repository.last_crawled_at = RepositoryState.ACTIVE, NOW
        session.flush()
        assert actions.note_look(session, action, NOW).state == "found"
        repository.state = RepositoryState.GONE
        session.flush()
        actions.note_look(session, action, NOW + PATIENCE + timedelta(seconds=1))
        assert (action.state, action.look_at, action.found_at) == (ReuseState.FOUND, None, NOW)
    database.close()


def test_no_address_makes_more_of_a_command_than_one_word(session: Session) -> None:
    url = "https://git.example.org/a/$(id);rm&x'y|z"
    session.get_one(Repository, 1).url = url
    (clone, _) = instructions_of(session, "forms").commands
    assert shlex.split(clone, comments=True) == ["git", "clone", url]
    assert clone != f"git clone {url}"
    to = destination_of("gitlab", "town", "forms", allow_http_hosts=frozenset())
    commands = push_commands(url, to, default_branch_only=False)
    assert shlex.split(commands[0]) == ["git", "clone", "--bare", url, "forms.git"]
    assert commands[1] == f"git -C forms.git push --all {to.url}"
