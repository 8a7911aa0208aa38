"""Reuse actions as the web, the worker and the command line use them: one object over the
database, and the handler of the queue that looks for copies."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace
from sqlmodel import Session

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.adoption import actions
from registry.adoption.action_views import action_view, destination_of_action, known_at, plan_of
from registry.adoption.actions import NewReuse
from registry.adoption.adopters import NewAdoption
from registry.adoption.adopters import declare as declare_adoption
from registry.adoption.adopters import withdraw as withdraw_adoption
from registry.adoption.destinations import Destination, Original, instructions_for
from registry.adoption.instructions import ReuseInstructions, instructions_of
from registry.adoption.port import ForkAnswer, Forker
from registry.adoption.readmodels import Plan, ReuseActionView
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Adoption, Component, Repository, ReuseAction, ReuseState
from registry.domain.identity import canonical_repository_url
from registry.errors import Conflict, Forbidden, InvalidInput, NotFound
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.publishing.port import Repositories

LOOK: Final = "reuse.look"
# Somebody waits on the page.
_PRIORITY: Final = 60


class ReuseActions:
    """Records what people take over, has forges fork for them, and tells how far that is.

    Without `forker` forges are never asked: people fork at the forge itself, or with git.
    """

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        clock: Clock,
        *,
        forker: Forker | None = None,
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._forker = forker
        self._allow = allow_http_hosts

    @property
    def asks_forges(self) -> bool:
        """Whether the operator lets this registry fork through the APIs of forges."""
        return self._forker is not None

    def plan(self, new: NewReuse) -> Plan:
        """Return what an action would do; nothing is written.

        Raises `NotFound`, `Gone`, or `InvalidInput` saying what to mend.
        """
        with self._database.read() as session:
            component, repository = actions.find_component(session, new.component)
            original = actions.original_of(repository)
            to = actions.checked(new, original, self._allow)
            known = known_at(session, component.id or 0, to.url)
            how = instructions_for(original, to, default_branch_only=new.default_branch_only)
            return plan_of(component, to, how, known)

    def start(
        self, actor: Actor, new: NewReuse, *, token: str = "", adopter: NewAdoption | None = None
    ) -> ReuseActionView:
        """Record an action; with a forge's token, ask the forge to fork, once.

        The same request again is answered with the same action, and asks nobody. `adopter` is
        declared in the same transaction. Raises as `plan` does, and `Conflict`.
        """
        authorise(actor, Action.RECORD_REUSE)
        if token:
            authorise(actor, Action.FORK_BY_API)
            if self._forker is None:
                raise Forbidden("this registry does not fork for people: fork at the forge itself")
        with self._database.write() as session:
            component, repository = actions.find_component(session, new.component)
            original = actions.original_of(repository)
            to = actions.checked(new, original, self._allow)
            how = instructions_for(original, to, default_branch_only=new.default_branch_only)
            action, is_new = actions.record(
                session, new, component, to, way="api" if token else how.way,
                account=actor.account, now=self._clock(),
            )  # fmt: skip
            if is_new and adopter is not None:
                own = replace(adopter, component=new.component, repository_url=to.url)
                action.adoption_id = declare_adoption(session, actor, own, self._clock()).id
                session.add(action)
        if token and is_new:
            self._fork(actor, new.key, original, to, token, new.default_branch_only)
        return self.action(new.key)

    def retry(self, actor: Actor, key: str, token: str) -> ReuseActionView:
        """Ask the forge again, after it refused; raises `Conflict` where it did not."""
        authorise(actor, Action.FORK_BY_API)
        if self._forker is None:
            raise Forbidden("this registry does not fork for people: fork at the forge itself")
        with self._database.write() as session:
            action = actions.find_action(session, key)
            if action.state is not ReuseState.FAILED:
                raise Conflict("the forge was asked already, and did not refuse")
            if action.ask_again_at and action.ask_again_at > self._clock():
                until = f"{action.ask_again_at:%Y-%m-%d %H:%M} UTC"
                raise Conflict(f"the forge asks to be left alone until {until}")
            original = actions.original_of(_of_action(session, action)[1])
            action.state = ReuseState.FORKING
            session.add(action)
            only, to = action.default_branch_only, destination_of_action(action)
        self._fork(actor, key, original, to, token, only)
        return self.action(key)

    def action(self, key: str) -> ReuseActionView:
        """Return an action as it is now, or raise `NotFound`."""
        with self._database.read() as session:
            return action_view(session, actions.find_action(session, key))

    def made(self, key: str, url: str = "") -> ReuseActionView:
        """Take somebody's word that the copy is there, at another address perhaps: look now."""
        with self._database.write() as session:
            action = actions.find_action(session, key)
            where = self._canonical(url) if url.strip() else action.url
            component, repository = _of_action(session, action)
            if where == repository.url:
                raise InvalidInput(f"this is the repository of {component.name} itself")
            actions.expect_at(session, action, where, self._clock())
            self._queue.enqueue(session, [look_job(key)])
            return action_view(session, action)

    def instructions(self, slug: str) -> ReuseInstructions:
        """Return how a component is reused so that it can be proven."""
        with self._database.read() as session:
            return instructions_of(session, slug)

    def remove(self, actor: Actor, key: str) -> None:
        """Remove an action, and withdraw the statement of an adopter that came with it.

        Whoever has the key may remove the action; to withdraw takes a role in the organisation.
        """
        with self._database.write() as session:
            action = actions.find_action(session, key)
            stated = session.get(Adoption, action.adoption_id) if action.adoption_id else None
            if stated is not None and stated.withdrawn_at is None:
                withdraw_adoption(session, actor, stated.id or 0, self._clock())
            session.delete(action)

    def _canonical(self, url: str) -> str:
        text = url.strip() if "://" in url else f"https://{url.strip()}"
        return canonical_repository_url(text, allow_http_hosts=self._allow)

    def _fork(
        self, actor: Actor, key: str, original: Original, to: Destination, token: str, only: bool
    ) -> None:
        """Ask the forge, outside of any transaction, and write down what it said."""
        if self._forker is None:
            return
        answer = self._forker.fork(original, to, token, default_branch_only=only)
        now = self._clock()
        with self._database.write() as session:
            action = actions.find_action(session, key)
            _note_answer(action, answer, self._canonical, now)
            session.add(action)
            actions.follow(session, action)
            if action.look_at == now:
                self._queue.enqueue(session, [look_job(key)])
            audit.append(
                session, actor=actor.account, action="reuse.forked" if answer.url
                else "reuse.refused", subject=f"component:{action.component_id}",
                detail={"host": to.host, "refusal": answer.refusal}, at=now,
            )  # fmt: skip


class CopyLooks:
    """Looks for the copies that people said they would make: the handler of the queue."""

    def __init__(
        self, database: Database, queue: JobQueue, repositories: Repositories, clock: Clock
    ) -> None:
        self._database = database
        self._queue = queue
        self._repositories = repositories
        self._clock = clock

    def look(self, job: RunningJob) -> None:
        """Handle one `reuse.look` job: have the destination crawled, and note what is known."""
        key = str(job.payload["key"])
        with self._database.read() as session:
            url = _looked_for(session, key)
        if url:
            try:
                self._repositories.ask_for(url)
            except (Conflict, InvalidInput):
                url = ""  # the queue is full, or the address may not be read: the next look tells
        with self._database.write() as session:
            job.complete(session)
            if _looked_for(session, key) is None:
                return
            action = actions.find_action(session, key)
            actions.note_look(session, action, self._clock())
            if action.look_at is not None and action.looks <= 2:
                # Another key than that of a look that somebody asks for meanwhile.
                later = f"{key}+{action.looks}"
                again = replace(look_job(key), key=later, not_before=action.look_at)
                self._queue.enqueue(session, [again])


def look_job(key: str) -> NewJob:
    """Return the job that looks for the copy of an action."""
    return NewJob(task=LOOK, key=key, payload={"key": key}, priority=_PRIORITY)


def due_looks(session: Session, now: datetime) -> Sequence[NewJob]:
    """Return the jobs of the copies that are to be looked for now."""
    return [look_job(key) for key in actions.due_actions(session, now)]


def _looked_for(session: Session, key: str) -> str | None:
    """Return the address at which the copy of an action is looked for, if any is."""
    try:
        action = actions.find_action(session, key)
    except NotFound:  # removed meanwhile
        return None
    return action.url if action.look_at is not None else None


def _of_action(session: Session, action: ReuseAction) -> tuple[Component, Repository]:
    component = session.get_one(Component, action.component_id)
    return component, session.get_one(Repository, component.repository_id)


def _note_answer(
    action: ReuseAction, answer: ForkAnswer, canonical: Callable[[str], str], now: datetime
) -> None:
    """Take the forge's word for where the fork is, or that it made none."""
    action.changed_at, action.detail = now, answer.detail[:300]
    if answer.url is None:
        action.state, action.problem = ReuseState.FAILED, answer.refusal or "refused"
        wait = answer.wait_seconds
        action.ask_again_at = now + timedelta(seconds=wait) if wait else None
        # What is there may be the fork of before: then it is used.
        action.look_at = now if answer.refusal == "name_taken" else None
        return
    action.url, action.state, action.problem = canonical(answer.url), ReuseState.FORKING, ""
    action.looks, action.look_at = 0, now
