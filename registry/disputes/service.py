"""Objections as pages, API and command line use them: one object over the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Affiliation, Dispute, Edge, Organisation
from registry.disputes import affiliations, edges, labels, reading, savings
from registry.disputes.attributions import object_to_attribution, settle_attribution
from registry.disputes.fields import object_to_field, settle_field
from registry.disputes.readmodels import DisputeCase, DisputeView, LabelView, Standing
from registry.disputes.reasons import MAX_REASON, known_state
from registry.disputes.sides import OTHER_SIDE, name_of, sides_of
from registry.errors import Conflict, Forbidden, NotFound
from registry.texts import plain_text


class Disputes:
    """Takes objections, answers and decisions; what the actor may not do is refused."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        affiliation_changed: Callable[[Session, str], None] = lambda _session, _key: None,
    ) -> None:
        """`affiliation_changed` is told of affiliations by their key, in the same transaction."""
        self._database = database
        self._clock = clock
        self._affiliation_changed = affiliation_changed

    def object_to_edge(self, actor: Actor, key: str, category: str, reason: str) -> DisputeView:
        """Take an objection to an edge; of one of its organisations it disputes the edge."""
        authorise(actor, Action.OPEN_DISPUTE)
        with self._database.write() as session:
            made = edges.object_to_edge(session, actor, key, category, reason, self._clock())
            return reading.one_dispute(session, made.id or 0)

    def object_to_attribution(
        self, actor: Actor, slug: str, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to the organisation of a component."""
        authorise(actor, Action.OPEN_DISPUTE)
        with self._database.write() as session:
            made = object_to_attribution(session, actor, slug, category, reason, self._clock())
            return reading.one_dispute(session, made.id or 0)

    def object_to_field(
        self, actor: Actor, slug: str, field: tuple[str, str | None], category: str, reason: str
    ) -> DisputeView:
        """Take an objection to what is shown for a property of a component, and a language."""
        authorise(actor, Action.OPEN_DISPUTE)
        with self._database.write() as session:
            made = object_to_field(session, actor, slug, field, category, reason, self._clock())
            return reading.one_dispute(session, made.id or 0)

    def object_to_affiliation(
        self, actor: Actor | None, key: str, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to whom somebody works for; `None` is the operator."""
        if actor is not None:
            authorise(actor, Action.OPEN_DISPUTE)
        with self._database.write() as session:
            made = affiliations.object_to_affiliation(
                session, actor, key, category, reason, self._clock()
            )
            self._affiliation_changed(session, key)
            return reading.one_dispute(session, made.id or 0)

    def object_to_saving(
        self, actor: Actor, number: int, category: str, reason: str
    ) -> DisputeView:
        """Take an objection to a saving that an organisation reports."""
        authorise(actor, Action.OPEN_DISPUTE)
        with self._database.write() as session:
            made = savings.object_to_saving(session, actor, number, category, reason, self._clock())
            return reading.one_dispute(session, made.id or 0)

    def speaks_of_saving(self, actor: Actor, number: int) -> tuple[str, ...]:
        """Return the organisations, by name, for which somebody may object to a saving."""
        with self._database.read() as session:
            return tuple(savings.speakers(session, actor, number))

    def speaks_of(self, actor: Actor, key: str) -> tuple[str, ...]:
        """Return the organisations, by name, for which somebody may object to an affiliation."""
        with self._database.read() as session:
            row = session.exec(select(Affiliation).where(col(Affiliation.key) == key)).first()
            found = affiliations.bodies_of(session, actor, row) if row is not None else []
            return tuple(body.name for body in found)

    def decide_affiliation(self, key: str, *, accept: bool, reply: str) -> DisputeView:
        """Decide on what an affiliation is disputed for, as the operator at the command line."""
        with self._database.read() as session:
            number = affiliations.open_objection(session, key)
        return self._decide(number, None, accept=accept, reply=reply)

    def answer(self, actor: Actor, number: int, text: str) -> DisputeView:
        """Put down what the other side says to an objection of an organisation."""
        with self._database.write() as session:
            dispute = _locked(session, number)
            edges.answer_objection(session, actor, dispute, text, self._clock())
            return reading.one_dispute(session, number)

    def decide(self, actor: Actor, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Accept or reject an objection, as an operator; the reply is public."""
        authorise(actor, Action.DECIDE_DISPUTE)
        return self._decide(number, actor.account, accept=accept, reply=reply)

    def decide_as_operator(self, number: int, *, accept: bool, reply: str) -> DisputeView:
        """Accept or reject an objection, as the operator at the command line."""
        return self._decide(number, None, accept=accept, reply=reply)

    def withdraw(self, actor: Actor, number: int) -> DisputeView:
        """Withdraw one's own objection while it waits: what it disputed stands as before."""
        authorise(actor, Action.WITHDRAW_DISPUTE)
        now = self._clock()
        with self._database.write() as session:
            dispute = _locked(session, number)
            if dispute.account_id != actor.account:
                raise Forbidden("only who sent an objection withdraws it")
            if dispute.state != "open":
                raise Conflict(f"objection {number} was {dispute.state} already")
            dispute.state, dispute.reviewed_at = "withdrawn", now
            session.flush()
            self._settle(session, dispute, now)
            edges.note_audit(session, dispute, "withdrawn", actor.account, now, {})
            return reading.one_dispute(session, number)

    def confirm(self, actor: Actor, key: str) -> None:
        """Let an owner of an organisation on one side say that an edge is right."""
        with self._database.write() as session:
            labels.confirm_edge(session, actor, key, self._clock())

    def standing(self, actor: Actor, key: str) -> Standing:
        """Return for which organisations, by name, somebody may object to an edge or confirm it."""
        if not actor.roles:
            return Standing()
        with self._database.read() as session:
            edge = session.exec(select(Edge).where(col(Edge.key) == key)).first()
            if edge is None:
                return Standing()
            objects, confirms = (
                tuple(dict.fromkeys(name_of(session, x.organisation) for x in found))
                for found in (
                    sides_of(session, actor, action, edge)
                    for action in (Action.DISPUTE_AT_ONCE, Action.CONFIRM_EDGE)
                )
            )
        return Standing(objects_for=objects, confirms_for=confirms)

    def speaks_for(self, actor: Actor, slug: str) -> bool:
        """Say whether somebody may object for an organisation, by its slug."""
        if not actor.roles:
            return False
        with self._database.read() as session:
            found = select(Organisation.id).where(col(Organisation.slug) == slug)
            body = session.exec(found).first()
        return body is not None and is_allowed(actor, Action.DISPUTE_AT_ONCE, body)

    def case(self, actor: Actor, number: int) -> DisputeCase:
        """Return an objection with what the actor may do about it; operators read every text."""
        may_decide = is_allowed(actor, Action.DECIDE_DISPUTE)
        with self._database.read() as session:
            view = reading.one_dispute(session, number, with_text=may_decide)
            is_open = view.state == "open"
            return DisputeCase(
                dispute=view,
                may_answer=is_open and view.answer is None and _may_answer(session, actor, view),
                may_decide=is_open and may_decide,
                may_withdraw=is_open and _is_of(session, actor, number),
            )

    def log(
        self,
        *,
        state: str | None = None,
        evidence: str | None = None,
        component: str | None = None,
        affiliation: str | None = None,
        saving: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[tuple[DisputeView, ...], int | None]:
        """Return objections as everybody may read them, the newest first, and where to go on."""
        state = known_state(state)
        asked: list[Any] = [col(Dispute.state) == state] if state else []
        asked += [reading.of_edge(evidence)] if evidence else []
        asked += [reading.of_component(component)] if component else []
        asked += [reading.of_affiliation(affiliation)] if affiliation else []
        asked += [reading.of_saving(saving)] if saving is not None else []
        asked += [col(Dispute.id) < after] if after is not None else []
        with self._database.read() as session:
            found = reading.list_disputes(session, *asked, limit=limit + 1)
        page = found[:limit]
        return page, page[-1].id if len(found) > limit else None

    def waiting(self, state: str | None = "open", limit: int = 100) -> tuple[DisputeView, ...]:
        """Return objections with their text, the oldest first: only for those who review."""
        state = known_state(state)
        asked = [col(Dispute.state) == state] if state else []
        with self._database.read() as session:
            return reading.list_disputes(
                session, *asked, limit=limit, newest_first=False, with_text=True
            )

    def one(self, number: int) -> DisputeView:
        """Return an objection with its text: only for those who review."""
        with self._database.read() as session:
            return reading.one_dispute(session, number, with_text=True)

    def labels(self, key: str) -> tuple[LabelView, ...]:
        """Return what organisations on its sides say of an edge."""
        with self._database.read() as session:
            return reading.labels_of(session, key)

    def _decide(self, number: int, by: int | None, *, accept: bool, reply: str) -> DisputeView:
        now = self._clock()
        with self._database.write() as session:
            dispute = _locked(session, number)
            if dispute.state != "open":
                raise Conflict(f"objection {number} was {dispute.state} already")
            dispute.reply, dispute.reviewed_at = plain_text(reply, "reply", MAX_REASON), now
            dispute.state = "accepted" if accept else "rejected"
            session.flush()
            self._settle(session, dispute, now)
            edges.note_audit(session, dispute, dispute.state, by, now, {})
            return reading.one_dispute(session, number, with_text=True)

    def _settle(self, session: Session, dispute: Dispute, now: datetime) -> None:
        """Do what follows once an objection waits no more."""
        if dispute.affiliation_id is not None:
            key = affiliations.settle_affiliation(session, dispute, now)
            self._affiliation_changed(session, key)
        elif dispute.saving_id is not None:
            savings.settle_saving(session, dispute, now)
        elif dispute.property is not None:
            settle_field(session, dispute, now)
        elif dispute.component_id is not None:
            settle_attribution(session, dispute, now)
        elif dispute.state == "withdrawn":
            edges.settle_withdrawn(session, dispute, now)
        else:
            edges.settle_decided(session, dispute, now)


def _locked(session: Session, number: int) -> Dispute:
    """Return an objection for a change: of two operators at once, the second sees the first."""
    dispute = session.get(Dispute, number, with_for_update=True)
    if dispute is None:
        raise NotFound(f"there is no objection {number}")
    return dispute


def _is_of(session: Session, actor: Actor, number: int) -> bool:
    """Say whether an objection is the actor's own."""
    if actor.account is None:
        return False
    return session.get_one(Dispute, number).account_id == actor.account


def _may_answer(session: Session, actor: Actor, view: DisputeView) -> bool:
    if view.edge is None or view.side is None or not actor.roles:
        return False
    edge = session.exec(select(Edge).where(col(Edge.key) == view.edge.key)).one()
    found = sides_of(session, actor, Action.ANSWER_DISPUTE, edge)
    return any(x.side == OTHER_SIDE[view.side] for x in found)
