"""Hooks by which forges tell of pushes: making them, and what a message leads to."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.accounts.sealing import Sealer
from registry.clock import Clock
from registry.db.organisations import organisation_id
from registry.db.session import Database
from registry.db.tables import (
    InboundDelivery,
    InboundHook,
    Organisation,
    Repository,
    RepositoryAlias,
    Source,
)
from registry.errors import Conflict, InvalidInput, NotFound
from registry.jobs.port import JobQueue, NewJob
from registry.jobs.rows import insert_missing
from registry.webhooks import inbound
from registry.webhooks.signing import new_secret

Received = Literal["queued", "ignored", "duplicate", "refused"]
MAX_SECRET: Final = 200
MAX_HOOKS: Final = 20
KEPT: Final = timedelta(days=30)
REFUSALS_EVERY: Final = timedelta(minutes=1)
# Verified where there is no hook, so that an unknown one takes as long to refuse.
_NOBODY: Final = new_secret()


class HookView(Struct, frozen=True, kw_only=True):
    """A hook without its secret; `path` is where the forge sends to."""

    key: str
    forge: str
    path: str
    organisation: str | None
    source: str | None
    created_at: datetime
    last_received_at: datetime | None
    last_refused_at: datetime | None = None


class ReceivedView(Struct, frozen=True, kw_only=True):
    """A message that a hook took: `queued` where a crawl followed, `ignored` where none did."""

    hook: str
    forge: str
    delivery: str
    outcome: str | None
    received_at: datetime


class NewHook(Struct, frozen=True):
    """A hook that was just made, with its secret: nobody is told it again."""

    key: str
    path: str
    secret: str


def add_hook(
    session: Session,
    sealer: Sealer,
    *,
    forge: str,
    organisation_id: int | None = None,
    source_id: int | None = None,
    secret: str | None = None,
    actor: int | None,
    now: datetime,
) -> NewHook:
    """Make a hook for the repositories of an organisation or a source."""
    if forge not in inbound.FORGES:
        raise InvalidInput(f"forge must be one of {', '.join(inbound.FORGES)}")
    if (organisation_id is None) == (source_id is None):
        raise InvalidInput("a hook is for one organisation or for one source")
    if secret is not None and not (16 <= len(secret) <= MAX_SECRET and secret.isascii()):
        raise InvalidInput(f"a secret has 16 to {MAX_SECRET} ASCII characters")
    key, chosen = f"hk_{secrets.token_hex(16)}", secret or new_secret()
    session.add(
        InboundHook(
            key=key, forge=forge, organisation_id=organisation_id, source_id=source_id,
            secret=sealer.seal(chosen, key), created_at=now,
        )
    )  # fmt: skip
    session.flush()
    audit.append(
        session, actor=actor, action="hook.added", subject=f"hook:{key}",
        detail={"forge": forge, "organisation": organisation_id, "source": source_id}, at=now,
    )  # fmt: skip
    return NewHook(key, _path(forge, key), chosen)


def list_hooks(session: Session, organisation_id: int | None = None) -> tuple[HookView, ...]:
    """Return the hooks, of one organisation where it is given, the oldest first."""
    query = (
        select(InboundHook, col(Organisation.slug), col(Source.spec))
        .outerjoin(Organisation, col(Organisation.id) == col(InboundHook.organisation_id))
        .outerjoin(Source, col(Source.id) == col(InboundHook.source_id))
        .order_by(col(InboundHook.id))
    )
    if organisation_id is not None:
        query = query.where(col(InboundHook.organisation_id) == organisation_id)
    return tuple(
        HookView(
            key=hook.key, forge=hook.forge, path=_path(hook.forge, hook.key), organisation=slug,
            source=spec, created_at=hook.created_at, last_received_at=hook.last_received_at,
            last_refused_at=hook.last_refused_at,
        )
        for hook, slug, spec in session.execute(query)
    )  # fmt: skip


def remove_hook(session: Session, key: str, *, actor: int | None, now: datetime) -> None:
    """Remove a hook; raises `NotFound`."""
    hook = find_hook(session, key)
    session.delete(hook)
    session.flush()
    audit.append(session, actor=actor, action="hook.removed", subject=f"hook:{key}", at=now)


def find_hook(session: Session, key: str) -> InboundHook:
    """Return a hook by its key, or raise `NotFound`."""
    wanted = key[:40].replace("\0", "")
    hook = session.scalars(select(InboundHook).where(col(InboundHook.key) == wanted)).first()
    if hook is None:
        raise NotFound("there is no such hook")
    return hook


def _path(forge: str, key: str) -> str:
    return f"/hooks/{forge}/{key}"


def prune_received(session: Session, now: datetime) -> None:
    """Forget messages longer than 30 days ago."""
    received = col(InboundDelivery.received_at)
    session.execute(delete(InboundDelivery).where(received < now - KEPT))


class Hooks:
    """Takes what forges send; `crawl` makes the job of a repository, none for one not crawled."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        queue: JobQueue,
        crawl: Callable[[Repository], NewJob | None],
        clock: Clock,
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._queue = queue
        self._crawl = crawl
        self._clock = clock
        self._allow = allow_http_hosts

    def receive(self, forge: str, key: str, headers: Mapping[str, str], body: bytes) -> Received:
        """Take a message, and have the repository that it is about looked at.

        An unknown hook and a wrong signature are both `refused`.
        """
        now = self._clock()
        with self._database.read() as session:
            hook = session.scalars(
                select(InboundHook).where(
                    col(InboundHook.key) == key[:40].replace("\0", ""),
                    col(InboundHook.forge) == forge[:20].replace("\0", ""),
                )
            ).first()
        secret = self._sealer.open(hook.secret, hook.key) if hook else _NOBODY
        is_signed = inbound.is_signed(forge, secret, headers, body, now)
        if hook is None or not is_signed:
            if hook is not None:
                self._note_refusal(hook, now)
            return "refused"
        named = inbound.named_repositories(body, headers.get("content-type", ""), self._allow)
        with self._database.write() as session:
            kept = session.get(InboundHook, hook.id)
            if kept is None:
                return "refused"
            if not _note(session, kept, inbound.delivery_id(forge, headers, body), body, now):
                return "duplicate"
            repository = _repository(session, hook, named)
            job = self._crawl(repository) if repository else None
            outcome: Received = "queued" if job else "ignored"
            session.execute(
                update(InboundDelivery)
                .where(
                    col(InboundDelivery.hook_id) == hook.id,
                    col(InboundDelivery.body_hash) == inbound.body_hash(body),
                )
                .values(outcome=outcome)
            )
            self._queue.enqueue(session, [job] if job else [])
        return outcome

    def _note_refusal(self, hook: InboundHook, now: datetime) -> None:
        """Keep when a hook last refused a message, to the minute: who sends many writes little."""
        seen = hook.last_refused_at
        if seen is not None and now - seen < REFUSALS_EVERY:
            return
        with self._database.write() as session:
            session.execute(
                update(InboundHook)
                .where(col(InboundHook.id) == hook.id)
                .values(last_refused_at=now)
            )


class OrganisationHooks:
    """The hooks of an organisation, managed by its maintainers.

    Every method raises what `authorise` raises, and `NotFound` for an unknown organisation.
    """

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def list(self, actor: Actor, slug: str) -> tuple[HookView, ...]:
        """Return the hooks, the oldest first."""
        with self._database.read() as session:
            return list_hooks(session, _permitted(session, actor, slug))

    def all(self, actor: Actor) -> tuple[HookView, ...]:
        """Return every hook, for operators."""
        authorise(actor, Action.MANAGE_FEDERATION)
        with self._database.read() as session:
            return list_hooks(session)

    def received(self, actor: Actor, limit: int = 50) -> tuple[ReceivedView, ...]:
        """Return the messages that hooks took last, the newest first, for operators."""
        authorise(actor, Action.MANAGE_FEDERATION)
        query = (
            select(InboundDelivery, col(InboundHook.key), col(InboundHook.forge))
            .join(InboundHook, col(InboundHook.id) == col(InboundDelivery.hook_id))
            .order_by(col(InboundDelivery.received_at).desc(), col(InboundDelivery.delivery_id))
            .limit(limit)
        )
        with self._database.read() as session:
            return tuple(
                ReceivedView(
                    hook=key, forge=forge, delivery=row.delivery_id, outcome=row.outcome,
                    received_at=row.received_at,
                )
                for row, key, forge in session.execute(query)
            )  # fmt: skip

    def add(self, actor: Actor, slug: str, forge: str, secret: str | None = None) -> NewHook:
        """Make a hook; raises `Conflict` where there are many."""
        with self._database.write() as session:
            organisation = _permitted(session, actor, slug)
            if len(list_hooks(session, organisation)) >= MAX_HOOKS:
                raise Conflict(f"an organisation has at most {MAX_HOOKS} hooks: remove one first")
            return add_hook(
                session, self._sealer, forge=forge, organisation_id=organisation, secret=secret,
                actor=actor.account, now=self._clock(),
            )  # fmt: skip

    def remove(self, actor: Actor, slug: str, key: str) -> None:
        """Remove a hook of the organisation."""
        with self._database.write() as session:
            organisation = _permitted(session, actor, slug)
            if find_hook(session, key).organisation_id != organisation:
                raise NotFound("there is no such hook")
            remove_hook(session, key, actor=actor.account, now=self._clock())


def _permitted(session: Session, actor: Actor, slug: str) -> int:
    """Return the id of an organisation whose hooks the actor may manage."""
    found = organisation_id(session, slug)
    authorise(actor, Action.MANAGE_WEBHOOKS, found)
    return int(found)


def _note(session: Session, hook: InboundHook, delivery: str, body: bytes, now: datetime) -> bool:
    """Write a message down; False when it was there already, by its id or by its body."""
    row = {
        "hook_id": hook.id, "delivery_id": delivery, "body_hash": inbound.body_hash(body),
        "received_at": now,
    }  # fmt: skip
    if not insert_missing(session, InboundDelivery, [row], col(InboundDelivery.hook_id)):
        return False
    hook.last_received_at = now
    return True


def _repository(session: Session, hook: InboundHook, named: frozenset[str]) -> Repository | None:
    """Return the repository that is named, if the registry has it and it belongs to the hook."""
    aliased = select(col(RepositoryAlias.repository_id)).where(col(RepositoryAlias.url).in_(named))
    owner = (
        col(Repository.source_id) == hook.source_id
        if hook.source_id is not None
        else col(Repository.organisation_id) == hook.organisation_id
    )
    query = (
        select(Repository)
        .where(owner, or_(col(Repository.url).in_(named), col(Repository.id).in_(aliased)))
        .order_by(col(Repository.id))
        .limit(1)
    )
    return session.scalars(query).first()
