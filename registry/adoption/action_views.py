"""Reuse actions as they are read: what was written down, and what the crawler knows by now."""

from urllib.parse import urlsplit

import msgspec
from sqlmodel import Session

from registry.adoption.actions import original_of
from registry.adoption.destinations import Destination, Forge, Instructions, instructions_for
from registry.adoption.evidence import proven
from registry.adoption.readmodels import Plan, ReuseActionView
from registry.catalogue.readmodels import Link
from registry.db.tables import (
    Adoption,
    Component,
    Organisation,
    Repository,
    ReuseAction,
    ReuseState,
)


def destination_of_action(action: ReuseAction) -> Destination:
    """Return where the copy of an action is expected."""
    owner, _, name = urlsplit(action.url).path.strip("/").rpartition("/")
    return Destination(
        forge=msgspec.convert(action.forge, Forge),
        url=action.url,
        owner=owner,
        name=name,
    )


def action_view(session: Session, action: ReuseAction) -> ReuseActionView:
    """Return an action; evidence counts from the moment at which it is there."""
    component = session.get_one(Component, action.component_id)
    repository = session.get_one(Repository, component.repository_id)
    to = destination_of_action(action)
    original = original_of(repository)
    how = instructions_for(original, to, default_branch_only=action.default_branch_only)
    known = proven(session, action.component_id, action.url)
    copy = session.get(Component, known.component) if known.component else None
    state = action.state if known.state == "unknown" else ReuseState(known.state)
    return ReuseActionView(
        key=action.key,
        component=Link(component.slug, component.name),
        url=action.url,
        forge=action.forge,
        name=to.name,
        source=repository.url,
        way=action.way,
        purpose=action.purpose,
        default_branch_only=action.default_branch_only,
        state=state.value,
        problem=action.problem if state is ReuseState.FAILED else "",
        detail=action.detail if state is ReuseState.FAILED else "",
        ask_again_at=action.ask_again_at if state is ReuseState.FAILED else None,
        page=how.page,
        is_same_forge=how.way == "fork_page",
        commands=how.commands,
        copy=Link(copy.slug, copy.name) if copy else None,
        edge_key=known.edge_key,
        adopter=_adopter(session, action),
        looks=action.looks,
        created_at=action.created_at,
        changed_at=action.changed_at,
    )


def plan_of(component: Component, to: Destination, how: Instructions, known: str) -> Plan:
    """Return what an action would do."""
    return Plan(
        component=Link(component.slug, component.name), url=to.url, forge=to.forge,
        owner=to.owner, name=to.name, source=how.source, way=how.way, page=how.page,
        commands=how.commands, known=known,
    )  # fmt: skip


def known_at(session: Session, component_id: int, url: str) -> str:
    """Return what the catalogue holds at an address: `nothing`, a `copy`, or `other`."""
    states = {"unknown": "nothing", "measured": "copy", "found": "other"}
    return states[proven(session, component_id, url).state]


def _adopter(session: Session, action: ReuseAction) -> Link | None:
    stated = session.get(Adoption, action.adoption_id) if action.adoption_id else None
    if stated is None or stated.withdrawn_at is not None:
        return None
    body = session.get_one(Organisation, stated.organisation_id)
    return Link(body.slug, body.name)
