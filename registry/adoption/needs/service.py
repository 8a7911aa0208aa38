"""Needs as the web and the command line use them: each method is one short transaction.

Searching is done outside of a transaction: it may take a second, and writes nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec
from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.adoption.needs import statements, together, views, writing
from registry.adoption.needs.candidates import Catalogue, Lineage, look
from registry.adoption.needs.readmodels import (
    Answer,
    DraftView,
    Found,
    NeedItem,
    NeedQuery,
    NeedView,
    NewNeed,
    OfferView,
    StatementView,
)
from registry.adoption.needs.together import Closing, NewOffer
from registry.catalogue.readmodels import Link
from registry.clock import Clock
from registry.db.organisations import organisation_id
from registry.db.session import Database
from registry.db.tables import Need, OfferState
from registry.errors import Conflict


class Needs:
    """The needs of an instance; safe to share between threads.

    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField` for what
    is to be mended in a form.
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, lineage: Lineage, clock: Clock
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._lineage = lineage
        self._clock = clock

    # Before somebody signs in.

    def search(self, need: NewNeed) -> Found:
        """Return the closest components to a need, with reasons; nothing is kept."""
        return look(self._catalogue, self._lineage, writing.checked_need(need), self._clock())

    def begin(self, need: NewNeed) -> str:
        """Search, keep a draft for 30 days, and return the secret under which it is found."""
        checked = writing.checked_need(need)
        found = look(self._catalogue, self._lineage, checked, self._clock())
        with self._database.write() as session:
            return writing.add_draft(session, checked, found, self._clock())

    def draft(self, secret: str) -> DraftView:
        """Return a draft."""
        with self._database.read() as session:
            now = self._clock()
            return writing.draft_view(writing.find_draft(session, secret, now), now)

    def answer_draft(self, secret: str, answers: Mapping[str, Answer]) -> DraftView:
        """Put down in a draft why candidates are not used."""
        with self._database.write() as session:
            now = self._clock()
            row = writing.find_draft(session, secret, now)
            writing.set_answers(row, answers)
            return writing.draft_view(row, now)

    def forget_draft(self, secret: str) -> None:
        """Remove a draft now."""
        with self._database.write() as session:
            session.delete(writing.find_draft(session, secret, self._clock()))

    # In the name of an organisation.

    def open_draft(self, actor: Actor, secret: str, organisation: str) -> int:
        """Make a draft public and return the number of the need."""
        with self._database.write() as session:
            row = writing.find_draft(session, secret, self._clock())
            return self._open(session, actor, row, organisation)

    def create(self, actor: Actor, need: NewNeed, organisation: str) -> int:
        """Search, and open a need at once; return its number."""
        checked = writing.checked_need(need)
        self._may(actor, Action.MANAGE_NEED, organisation)
        found = look(self._catalogue, self._lineage, checked, self._clock())
        with self._database.write() as session:
            row = writing.new_row(checked, found, self._clock())
            return self._open(session, actor, row, organisation)

    def own(self, actor: Actor, number: int) -> DraftView:
        """Return a need to members of its organisation, with candidates and answers."""
        with self._database.read() as session:
            row = self._owned(session, actor, number)
            return writing.draft_view(row, self._clock())

    def answer(self, actor: Actor, number: int, answers: Mapping[str, Answer]) -> DraftView:
        """Put down why candidates of an open need are not used."""
        with self._changing(actor, number) as (session, row):
            writing.set_answers(row, answers)
            session.flush()
            return writing.draft_view(row, self._clock())

    def search_again(self, actor: Actor, number: int) -> DraftView:
        """Search once more; answers to candidates that are found again stay."""
        with self._database.read() as session:
            need = writing.need_of(self._owned(session, actor, number))
        found = look(self._catalogue, self._lineage, need, self._clock())
        with self._changing(actor, number) as (session, row):
            row.found = msgspec.to_builtins(found)
            kept = {x.slug for x in found.candidates}
            row.answers = {slug: x for slug, x in row.answers.items() if slug in kept}
            session.flush()
            return writing.draft_view(row, self._clock())

    def state(self, actor: Actor, number: int) -> StatementView:
        """Issue the next statement of a need."""
        with self._changing(actor, number) as (session, row):
            made = statements.issue_statement(session, row, actor=actor.account, now=self._clock())
            return statements.view_of(made, made.number)

    def renew(self, actor: Actor, number: int) -> None:
        """Let a need be open for another year."""
        with self._changing(actor, number) as (session, row):
            together.renew(session, row, account=actor.account, now=self._clock())

    def close(self, actor: Actor, number: int, closing: Closing) -> None:
        """Close a need with what became of it."""
        with self._changing(actor, number) as (session, row):
            together.close(session, row, closing, account=actor.account, now=self._clock())

    def waiting_offers(self, actor: Actor, number: int) -> tuple[OfferView, ...]:
        """Return the offers of a need that wait to be looked at."""
        with self._database.read() as session:
            self._owned(session, actor, number)
            return views.offers_of(session, number, (OfferState.WAITING,))

    def decide_offer(self, actor: Actor, number: int, offer: int, *, show: bool) -> None:
        """Show or refuse an offer."""
        with self._changing(actor, number) as (session, row):
            together.decide_offer(
                session, row, offer, show=show, account=actor.account, now=self._clock()
            )

    # By others.

    def join(self, actor: Actor, number: int, organisation: str) -> None:
        """Let an organisation say that it needs the same."""
        body = self._may(actor, Action.JOIN_NEED, organisation)
        with self._database.write() as session:
            row = together.need_row(session, number, lock=True)
            together.join(session, row, body, account=actor.account, now=self._clock())

    def leave(self, actor: Actor, number: int, organisation: str) -> None:
        """Take back that an organisation needs the same."""
        body = self._may(actor, Action.JOIN_NEED, organisation)
        with self._database.write() as session:
            row = together.need_row(session, number, lock=True)
            together.leave(session, row, body, account=actor.account, now=self._clock())

    def offer(self, actor: Actor, number: int, new: NewOffer, organisation: str = "") -> OfferView:
        """Offer something; in the name of an organisation it is shown at once."""
        authorise(actor, Action.OFFER_TO_NEED)
        body = self._may(actor, Action.JOIN_NEED, organisation) if organisation else None
        with self._database.write() as session:
            row = together.need_row(session, number, lock=True)
            made = together.offer(
                session, row, new, organisation=body, account=actor.account, now=self._clock()
            )
            shown = views.offers_of(session, number, (made.state,))
            return next(x for x in shown if x.id == made.id)

    def own_offers(self, actor: Actor, number: int) -> tuple[OfferView, ...]:
        """Return what somebody offers to a need, also what waits."""
        authorise(actor, Action.OFFER_TO_NEED)
        states = OfferState.WAITING, OfferState.SHOWN
        with self._database.read() as session:
            return views.offers_of(session, number, states, account=actor.account or 0)

    def withdraw_offer(self, actor: Actor, number: int, offer: int) -> None:
        """Take back one's own offer."""
        authorise(actor, Action.OFFER_TO_NEED)
        with self._database.write() as session:
            row = together.need_row(session, number, lock=True)
            together.withdraw_offer(
                session, row, offer, account=actor.account or 0, now=self._clock()
            )

    # By everybody.

    def list(self, query: NeedQuery) -> tuple[tuple[NeedItem, ...], int | None]:
        """Return a page of needs, the newest first, and the number to go on after."""
        with self._database.read() as session:
            return views.list_needs(session, query, self._clock())

    def need(self, number: int) -> NeedView:
        """Return a need."""
        with self._database.read() as session:
            return views.load_need(session, number, self._clock())

    def joined(
        self, number: int, *, after: int = 0, limit: int = 100
    ) -> tuple[tuple[Link, ...], int | None]:
        """Return organisations that joined a need, and the number to go on after."""
        with self._database.read() as session:
            together.need_row(session, number)
            return views.joined(session, number, after=after, limit=limit)

    def statement(self, number: int, which: int | None = None) -> StatementView:
        """Return a statement of a need: the last one without a number."""
        with self._database.read() as session:
            together.need_row(session, number)
            return statements.statement(session, number, which)

    def may_manage(self, actor: Actor, need: NeedView) -> bool:
        """Say whether somebody may change a need."""
        return is_allowed(actor, Action.MANAGE_NEED, need.organisation_id)

    def _open(self, session: Session, actor: Actor, row: Need, organisation: str) -> int:
        body = _organisation(session, organisation)
        authorise(actor, Action.MANAGE_NEED, body)
        together.open_need(session, row, body, account=actor.account, now=self._clock())
        return row.id or 0

    def _owned(self, session: Session, actor: Actor, number: int, *, lock: bool = False) -> Need:
        row = together.need_row(session, number, lock=lock)
        authorise(actor, Action.MANAGE_NEED, row.organisation_id)
        return row

    @contextmanager
    def _changing(self, actor: Actor, number: int) -> Iterator[tuple[Session, Need]]:
        """Yield a need that the actor may change, in a write transaction."""
        with self._database.write() as session:
            row = self._owned(session, actor, number, lock=True)
            yield session, row
            session.add(row)

    def _may(self, actor: Actor, action: Action, organisation: str) -> int:
        with self._database.read() as session:
            body = _organisation(session, organisation)
        authorise(actor, action, body)
        return body


def _organisation(session: Session, slug: str) -> int:
    if not slug.strip():
        raise Conflict("choose the organisation in whose name this is done")
    return organisation_id(session, slug)
