"""Ownership claims over a small database: a clock that tests set, and a finder that they answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from registry.accounts.actors import Actor
from registry.db.session import Database
from registry.db.tables import Account, Membership, OwnershipClaim, ProofMethod
from registry.jobs.embedded import EmbeddedQueue
from registry.jobs.port import RunningJob
from registry.publishing.ownership import NewClaim
from registry.publishing.ownership_service import (
    CHECK,
    OwnershipChecks,
    OwnershipClaims,
    due_checks,
)
from registry.publishing.ownership_views import OwnershipClaimView
from registry.publishing.proofs import PROVEN, Challenge, Finding, missing

START = datetime(2026, 9, 1, 8, tzinfo=UTC)


@dataclass
class Outside:
    """The outside world: the proofs that stand in it, by their token; `answer` overrides all."""

    published: set[str] = field(default_factory=set)
    answer: Finding | None = None
    asked: list[Challenge] = field(default_factory=list)

    def find(self, challenge: Challenge) -> Finding:
        self.asked.append(challenge)
        if self.answer is not None:
            return self.answer
        return PROVEN if challenge.token in self.published else missing("no_record")


class Office:
    """All that people do with claims, at the time of `now`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START
        self.outside = Outside()
        self.queue = EmbeddedQueue(database, clock=self.clock)
        self.claims = OwnershipClaims(database, self.queue, self.clock)
        self.checks = OwnershipChecks(database, self.outside, self.clock)

    def clock(self) -> datetime:
        return self.now

    def actor(self, account: int, *, is_operator: bool = False) -> Actor:
        """Return an account with the roles that it has by now."""
        with self.database.read() as session:
            rows = session.exec(select(Membership).where(col(Membership.account_id) == account))
            roles = {row.organisation_id: row.role for row in rows}
        return Actor(account=account, is_operator=is_operator, roles=roles, is_fresh=True)

    def claim(
        self,
        account: int,
        *,
        organisation: str | None = "town",
        component: str | None = None,
        method: ProofMethod = ProofMethod.DNS,
        domain: str = "town.example.org",
    ) -> OwnershipClaimView:
        new = NewClaim(
            account=account,
            organisation=None if component else organisation,
            component=component,
            method=method,
            domain=domain,
        )
        return self.claims.start(self.actor(account), new)

    def check(self, number: int) -> OwnershipClaim:
        """Have a claim checked now and return its row."""
        self.checks.check(RunningJob(task=CHECK, key=str(number), payload={"claim_id": number}))
        return self.row(number)

    def row(self, number: int) -> OwnershipClaim:
        with self.database.write() as session:
            return session.get_one(OwnershipClaim, number)

    def prove(self, account: int, **claim: Any) -> OwnershipClaim:
        """Claim, publish the proof and have it checked."""
        view = self.claim(account, **claim)
        self.outside.published.add(view.token)
        return self.check(view.id)

    def pass_time(self, hours: float, each: Callable[[], None] = lambda: None) -> None:
        """Let hours go by, and check what is due in each of them as the schedule does."""
        for _ in range(round(hours)):
            self.now += timedelta(hours=1)
            with self.database.write() as session:
                due = due_checks(session, self.clock)
            for job in due:
                self.check(int(job.key))
            each()


def name_of(database: Database, account: int) -> str:
    with database.read() as session:
        return session.get_one(Account, account).name
