"""Facts, money and suppliers of bodies: each method is a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import JointBody
from registry.governance.record.money import add_contract, add_funding
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import Evidence, NewFact
from registry.governance.record.stamps import require_governing, stamp_of
from registry.governance.record.striking import strike
from registry.governance.record.writing import Entry, Operator, add_fact, body_row


class BodyFacts:
    """What members that govern, and the operator, record of a body, each with its source.

    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add_fact(
        self, who: Actor | Operator, slug: str, new: NewFact, evidence: Evidence, by: str = ""
    ) -> None:
        """Record a fact; of some kinds a newer one ends the one before."""
        with self._recording(who, slug, by) as (session, body, entry):
            add_fact(session, body, new, evidence, entry)

    def add_funding(
        self, who: Actor | Operator, slug: str, new: NewFunding, evidence: Evidence, by: str = ""
    ) -> None:
        """Record money for a body."""
        with self._recording(who, slug, by) as (session, body, entry):
            add_funding(session, body, new, evidence, entry)

    def add_contract(
        self, who: Actor | Operator, slug: str, new: NewContract, evidence: Evidence, by: str = ""
    ) -> None:
        """Record a supplier, and on behalf of whom it works."""
        with self._recording(who, slug, by) as (session, body, entry):
            add_contract(session, body, new, evidence, entry)

    def strike(
        self, who: Actor | Operator, slug: str, what: str, number: int, reason: str, by: str = ""
    ) -> None:
        """Strike out a fact, money or a contract that was entered wrongly."""
        with self._recording(who, slug, by) as (session, body, entry):
            strike(session, body, what, number, reason, entry)

    @contextmanager
    def _recording(
        self, who: Actor | Operator, slug: str, by: str
    ) -> Iterator[tuple[Session, JointBody, Entry]]:
        with self._database.write() as session:
            entry = stamp_of(session, who, Action.RECORD_IN_BODY, by, self._clock())
            body = body_row(session, slug, lock=True)
            require_governing(session, body, entry)
            yield session, body, entry
