"""Ownership claims as the web, the worker and operators use them: one object over the database.

Looking for a proof is work for the queue: what asks for it gets an answer at once, and the page of
the claim tells what came of it.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace
from sqlmodel import Session, col, or_, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import OwnershipClaim, OwnershipState
from registry.errors import Conflict, Forbidden, NotFound
from registry.jobs.port import JobQueue, NewJob, RunningJob
from registry.publishing import ownership
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_checks import challenge_of, record_check
from registry.publishing.ownership_rules import OPEN, RECHECK, RECHECK_SOON, STANDING
from registry.publishing.ownership_views import (
    Ownership,
    OwnershipClaimView,
    claim_view,
    claim_views,
    ownership_of,
)
from registry.publishing.proofs import ProofFinder

CHECK: Final = "ownership.check"
LANE: Final = "ownership"


class OwnershipClaims:
    """Takes ownership claims, has them checked, and lets people decide on them."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    def start(self, actor: Actor, new: NewClaim) -> OwnershipClaimView:
        """Write down a claim of the actor and return it with what is to be proven."""
        authorise(actor, Action.CLAIM_OWNERSHIP)
        with self._database.write() as session:
            claim = ownership.start_claim(session, new, self._clock())
            return claim_view(session, claim.id or 0)

    def claim(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Return a claim to its claimant, to operators, and to owners who may confirm it."""
        with self._database.read() as session:
            view = claim_view(session, number)
        if view.account != actor.account and not is_allowed(
            actor, Action.CONFIRM_OWNERSHIP_CLAIM, view.organisation
        ):
            raise NotFound(f"there is no ownership claim {number}")
        return view if view.account == actor.account else replace(view, token="")

    def mine(self, actor: Actor) -> list[OwnershipClaimView]:
        """Return the claims of the actor, the newest first."""
        authorise(actor, Action.CLAIM_OWNERSHIP)
        with self._database.read() as session:
            return claim_views(session, account=actor.account)

    def all(
        self, states: Sequence[OwnershipState] = (), limit: int = 100
    ) -> list[OwnershipClaimView]:
        """Return claims of everybody, for operators."""
        with self._database.read() as session:
            return claim_views(session, states=states, limit=limit)

    def overview(
        self,
        actor: Actor,
        *,
        states: Sequence[OwnershipState] = (),
        level: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[OwnershipClaimView]:
        """Return claims of everybody to an operator, the newest first; without their tokens."""
        authorise(actor, Action.DECIDE_OWNERSHIP_CLAIM)
        with self._database.read() as session:
            found = claim_views(session, states=states, level=level, before=before, limit=limit)
        return [replace(x, token="") for x in found]

    def check(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Have a claim checked soon; asking twice is asking once."""
        view = self.claim(actor, number)
        if view.state not in OPEN:
            raise Conflict(f"ownership claim {number} is {view.state}: claim it anew")
        with self._database.write() as session:
            self._queue.enqueue(session, [check_job(number, priority=50)])
        return view

    def recheck(self, number: int) -> None:
        """Have a claim checked, as the operator at the command line."""
        with self._database.write() as session:
            claim_view(session, number)
            self._queue.enqueue(session, [check_job(number, priority=50)])

    def confirm(self, actor: Actor, number: int) -> OwnershipClaimView:
        """Vouch for a proven claim as a second person."""
        view = self.claim(actor, number)
        if not is_allowed(actor, Action.CONFIRM_OWNERSHIP_CLAIM, view.organisation):
            raise Forbidden("an operator, or an owner of the organisation, confirms claims")
        authorise(actor, Action.CONFIRM_OWNERSHIP_CLAIM, view.organisation)
        return replace(self._confirm(number, actor.account), token="")

    def confirm_as_operator(self, number: int) -> OwnershipClaimView:
        """Vouch for a proven claim, as the operator at the command line."""
        return self._confirm(number, None)

    def withdraw(self, actor: Actor, number: int) -> OwnershipClaimView:
        """End one's own claim."""
        authorise(actor, Action.CLAIM_OWNERSHIP)
        with self._database.write() as session:
            ownership.withdraw_claim(session, number, account=actor.account or 0, now=self._clock())
            return claim_view(session, number)

    def revoke(self, number: int, *, by: int | None = None) -> OwnershipClaimView:
        """End a wrong claim together with the role that it gave."""
        with self._database.write() as session:
            ownership.revoke_claim(session, number, by=by, now=self._clock())
            return claim_view(session, number)

    def revoke_as(self, actor: Actor, number: int) -> OwnershipClaimView:
        """End a wrong claim together with the role that it gave, as an operator."""
        authorise(actor, Action.DECIDE_OWNERSHIP_CLAIM)
        return replace(self.revoke(number, by=actor.account), token="")

    def of_organisation(self, slug: str) -> tuple[Ownership, ...]:
        """Return who claims an organisation: what everybody may see."""
        with self._database.read() as session:
            return ownership_of(session, organisation=slug)

    def of_component(self, slug: str) -> tuple[Ownership, ...]:
        """Return who claims a component: what everybody may see."""
        with self._database.read() as session:
            return ownership_of(session, component=slug)

    def _confirm(self, number: int, by: int | None) -> OwnershipClaimView:
        with self._database.write() as session:
            ownership.confirm_claim(session, number, by=by, now=self._clock())
            return claim_view(session, number)


class OwnershipChecks:
    """Checks one claim after the other: the handler of the queue."""

    def __init__(self, database: Database, finder: ProofFinder, clock: Clock) -> None:
        self._database = database
        self._finder = finder
        self._clock = clock

    def check(self, job: RunningJob) -> None:
        """Handle one `ownership.check` job."""
        number = int(job.payload["claim_id"])
        with self._database.read() as session:
            claim = session.get(OwnershipClaim, number)
            if claim is None or claim.state not in OPEN:
                return
            challenge = challenge_of(session, claim)
        finding = self._finder.find(challenge)
        with self._database.write() as session:
            job.complete(session)
            stored = session.get(OwnershipClaim, number, with_for_update=True)
            if stored is not None and stored.state in OPEN:
                record_check(session, stored, finding, self._clock())


def check_job(number: int, *, priority: int = 0) -> NewJob:
    """Return the job that looks for the proof of a claim."""
    return NewJob(
        task=CHECK, key=str(number), payload={"claim_id": number}, lane=LANE, priority=priority
    )


def due_checks(session: Session, clock: Clock) -> list[NewJob]:
    """End claims that nobody proved in time, and return the checks of those that stand."""
    now = clock()
    ownership.expire_claims(session, now)
    seen = col(OwnershipClaim.checked_at)
    rows = session.exec(
        select(OwnershipClaim.id).where(
            col(OwnershipClaim.state).in_(STANDING),
            or_(
                seen.is_(None),
                seen <= now - RECHECK,
                (col(OwnershipClaim.failures) > 0) & (seen <= now - RECHECK_SOON),
            ),
        )
    )
    return [check_job(number) for number in rows if number is not None]
