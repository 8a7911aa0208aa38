"""Use cases of reuse actions: planned, recorded, looked for and removed, in the caller's
transaction.

Nobody has to sign in to fork: an action is found by the random key in its address alone. So that
this costs little, actions are few, and are gone 90 days after their last change.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from registry.adoption.destinations import (
    DEFAULT_HOSTS,
    PURPOSES,
    Destination,
    Original,
    WrongDestination,
    destination_of,
)
from registry.adoption.evidence import Proven, proven
from registry.db.tables import Adoption, Component, Repository, ReuseAction, ReuseState
from registry.db.tables.repository import UNLISTED
from registry.db.tombstones import missing_component
from registry.errors import Conflict, InvalidInput, NotFound
from registry.jobs.rows import insert_missing

KEPT: Final = timedelta(days=90)
PATIENCE: Final = timedelta(days=30)
MAX_ACTIONS: Final = 20_000
# Looked for: nobody said yet that it cannot be.
OPEN: Final = (ReuseState.RECORDED, ReuseState.FORKING, ReuseState.FOUND, ReuseState.FAILED)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22,32}", re.ASCII)
# Seconds until the next look, by the number of looks so far; the last one is repeated.
_WAITS: Final = (15, 60, 300, 1800, 7200, 21600, 86400)


class NewReuse(Struct, frozen=True, kw_only=True):
    """What somebody wants to take over, and where to; `key` makes the same request twice one."""

    key: str
    component: str
    forge: str
    owner: str
    name: str
    purpose: str = "evaluate"
    default_branch_only: bool = False


def new_key() -> str:
    """Return the key of an action that is to be: 192 random bits."""
    return secrets.token_urlsafe(24)


def find_component(session: Session, slug: str) -> tuple[Component, Repository]:
    """Return a listed component with its repository, or raise `NotFound` or `Gone`."""
    row = session.exec(
        select(Component, Repository)
        .join(Repository, col(Repository.id) == col(Component.repository_id))
        .where(
            col(Component.slug) == slug,
            col(Component.is_taken_down).is_(False),
            col(Repository.state).not_in(UNLISTED),
        )
    ).first()
    if row is None:
        raise missing_component(session, slug)
    return row


def original_of(repository: Repository) -> Original:
    """Return a repository as what is copied; the large sites tell their forge by their host."""
    known = next((forge for forge, host in DEFAULT_HOSTS.items() if host == repository.host), None)
    return Original(
        url=repository.url, forge=known or repository.forge, forge_id=repository.forge_id,
        web_url=repository.web_url or "", default_branch=repository.default_branch,
    )  # fmt: skip


def checked(new: NewReuse, original: Original, allow_http_hosts: frozenset[str]) -> Destination:
    """Return where the copy goes, or raise `InvalidInput` saying what to mend."""
    if not _KEY.fullmatch(new.key):
        raise InvalidInput("the key of an action is 22 to 32 random letters, digits, - and _")
    if new.purpose not in PURPOSES:
        raise InvalidInput(f"purpose must be one of {', '.join(PURPOSES)}")
    to = destination_of(new.forge, new.owner, new.name, allow_http_hosts=allow_http_hosts)
    if to.url == original.url:
        raise WrongDestination("owner", "this is the repository itself: name another account")
    return to


def record(
    session: Session,
    new: NewReuse,
    component: Component,
    to: Destination,
    *,
    way: str,
    account: int | None,
    now: datetime,
) -> tuple[ReuseAction, bool]:
    """Write an action down; return it and whether it is new.

    The same key again is the action that there is. Raises `Conflict` where it is of another
    request, or where too many are kept.
    """
    if session.exec(select(func.count()).select_from(ReuseAction)).one() >= MAX_ACTIONS:
        raise Conflict("too many reuse actions are kept: try again tomorrow")
    row = {
        "key": new.key, "component_id": component.id, "account_id": account, "url": to.url,
        "forge": to.forge, "way": way, "purpose": new.purpose,
        "default_branch_only": new.default_branch_only, "problem": "", "detail": "", "looks": 0,
        "state": ReuseState.FORKING if way == "api" else ReuseState.RECORDED,
        "look_at": now + timedelta(seconds=_WAITS[1]), "created_at": now, "changed_at": now,
    }  # fmt: skip
    is_new = bool(insert_missing(session, ReuseAction, [row], col(ReuseAction.key)))
    action = find_action(session, new.key)
    if (action.component_id, action.url) != (component.id, to.url):
        raise Conflict("this key belongs to another reuse action: begin anew")
    return action, is_new


def find_action(session: Session, key: str) -> ReuseAction:
    """Return an action by its key, or raise `NotFound`."""
    found = None
    if _KEY.fullmatch(key):
        found = session.exec(select(ReuseAction).where(col(ReuseAction.key) == key)).first()
    if found is None:
        raise NotFound("there is no such reuse action: it may have been removed")
    return found


def expect_at(session: Session, action: ReuseAction, url: str, now: datetime) -> None:
    """Look for the copy at another address from now on, and soon."""
    if action.url != url:
        action.url, action.edge_key, action.found_at, action.measured_at = url, None, None, None
        action.state, action.problem, action.detail = ReuseState.RECORDED, "", ""
    elif action.state is ReuseState.MISSING:
        action.state = ReuseState.RECORDED
    action.looks, action.look_at, action.changed_at = 0, now, now
    session.add(action)
    follow(session, action)


def follow(session: Session, action: ReuseAction) -> None:
    """Let the statement that came with an action name the copy where it really is."""
    stated = session.get(Adoption, action.adoption_id) if action.adoption_id else None
    if stated is not None and stated.withdrawn_at is None:
        stated.repository_url = action.url
        session.add(stated)


def note_look(session: Session, action: ReuseAction, now: datetime) -> Proven:
    """Write down what is known of the copy by now, and when to look again."""
    known = proven(session, action.component_id, action.url)
    action.looks += 1
    wait = _WAITS[min(action.looks, len(_WAITS)) - 1]
    action.look_at = now + timedelta(seconds=wait)
    if known.state == "measured":
        action.look_at = None
        _move(action, ReuseState.MEASURED, now)
        action.measured_at, action.edge_key = action.measured_at or now, known.edge_key
        action.found_at = action.found_at or now
    elif known.state == "found":
        _move(action, ReuseState.FOUND, now)
        action.found_at = action.found_at or now
    if action.state is not ReuseState.MEASURED and now - action.created_at > PATIENCE:
        _move(action, ReuseState.FOUND if action.found_at else ReuseState.MISSING, now)
        action.look_at = None
    session.add(action)
    return known


def due_actions(session: Session, now: datetime) -> list[str]:
    """Return the keys of the actions whose copy is to be looked for now."""
    due = select(ReuseAction.key).where(col(ReuseAction.look_at) <= now).limit(500)
    return list(session.exec(due))


def forget_old(session: Session, now: datetime) -> int:
    """Remove the actions that did not change for 90 days; return how many."""
    old = delete(ReuseAction).where(col(ReuseAction.changed_at) <= now - KEPT)
    return int(session.exec(old).rowcount)


def _move(action: ReuseAction, state: ReuseState, now: datetime) -> None:
    if action.state is not state:
        action.state, action.changed_at = state, now
        action.problem, action.detail = "", ""
