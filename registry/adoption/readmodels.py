"""What pages, API and command line read of taking over: frozen structs, never table rows."""

from datetime import date, datetime

from msgspec import Struct

from registry.catalogue.readmodels import Link


class ReuseActionView(Struct, frozen=True, kw_only=True):
    """Somebody takes a component over: how, where to, and how far that is.

    `state` is a value of `ReuseState`. `page` is where the forge makes the copy, and `commands` do
    it with git; `problem` says why the forge refused, with its words in `detail`, and until when it
    asked to be left alone in `ask_again_at`. `copy` is the component that was found at the
    destination, `edge_key` the evidence that it is a copy.
    """

    key: str
    component: Link
    url: str
    forge: str
    name: str
    source: str
    way: str
    purpose: str
    default_branch_only: bool
    state: str
    problem: str
    detail: str
    ask_again_at: datetime | None = None
    page: str
    is_same_forge: bool
    commands: tuple[str, ...]
    copy: Link | None
    edge_key: str | None
    adopter: Link | None
    looks: int
    created_at: datetime
    changed_at: datetime


class Plan(Struct, frozen=True, kw_only=True):
    """What an action would do, before anything is written.

    `known` tells what the catalogue holds at the destination already: `nothing`, a `copy`, or
    `other`, a repository that has nothing in common with the component.
    """

    component: Link
    url: str
    forge: str
    owner: str
    name: str
    source: str
    way: str
    page: str
    commands: tuple[str, ...]
    known: str


class AdoptionView(Struct, frozen=True, kw_only=True):
    """A verified organisation states that it uses a component: declared, and never measured.

    `state` is current, due (it ends within 30 days), expired or withdrawn. `evidence` is the key
    of an edge from the component to something of the organisation, where there is one, and
    `evidence_tag` says whether it is measured or attributed.
    """

    id: int
    component: Link
    organisation: Link
    organisation_id: int
    country: str | None
    version: str
    used_since: date | None
    in_production: bool | None
    how: str | None
    contact: str
    repository_url: str | None
    state: str
    declared_at: datetime
    confirmed_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    evidence: str | None = None
    evidence_tag: str | None = None
