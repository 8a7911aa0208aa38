"""Calls as the web and the command line use them: each method is one short transaction."""

from sqlmodel import Session

from registry.accounts.actors import VISITOR, Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.adoption.calls import views, writing
from registry.adoption.calls.readmodels import CallQuery, CallView, NewCall
from registry.clock import Clock
from registry.db.organisations import find_organisation
from registry.db.session import Database
from registry.db.tables import Organisation
from registry.errors import NotFound
from registry.texts import WrongField


class Calls:
    """The calls of an instance; safe to share between threads.

    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField` for what
    is to be mended in a form.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, actor: Actor, new: NewCall) -> CallView:
        """Open a call in the name of an organisation, or change its open one of this kind."""
        with self._database.write() as session:
            organisation = _organisation(session, new.organisation)
            authorise(actor, Action.OPEN_CALL, organisation.id)
            return self._opened(session, new, organisation, actor)

    def open_as_operator(self, new: NewCall) -> CallView:
        """Open a call for an organisation, as the operator at the command line."""
        with self._database.write() as session:
            return self._opened(session, new, _organisation(session, new.organisation), VISITOR)

    def close(self, actor: Actor, number: int, *, as_operator: bool = False) -> CallView:
        """End a call before its day."""
        with self._database.write() as session:
            row = writing.find_call(session, number, lock=True)
            if not as_operator:
                authorise(actor, Action.OPEN_CALL, row.organisation_id)
            writing.close(session, row, account=actor.account, now=self._clock())
            return views.load_call(session, number, self._clock().date())

    def take_down(
        self, actor: Actor, number: int, reason: str, *, as_operator: bool = False
    ) -> None:
        """Remove a call from view, as an operator, with a reason."""
        if not as_operator:
            authorise(actor, Action.TAKE_DOWN_CALL)
        with self._database.write() as session:
            row = writing.find_call(session, number, lock=True)
            writing.take_down(session, row, reason, account=actor.account, now=self._clock())

    def list(self, query: CallQuery) -> tuple[tuple[CallView, ...], int | None]:
        """Return a page of calls, the newest first, and the number to go on after."""
        with self._database.read() as session:
            return views.list_calls(session, query, self._clock().date())

    def call(self, number: int) -> CallView:
        """Return one call, open or not."""
        with self._database.read() as session:
            return views.load_call(session, number, self._clock().date())

    def mine(self, actor: Actor, limit: int = 200) -> tuple[CallView, ...]:
        """Return the calls of the organisations that the actor may call for, in every state."""
        authorise(actor, Action.READ_ACCOUNT)
        own = [x for x in actor.roles if is_allowed(actor, Action.OPEN_CALL, x)]
        query = CallQuery(state=None, limit=limit)
        with self._database.read() as session:
            return views.list_calls(session, query, self._clock().date(), own)[0]

    def may_close(self, actor: Actor, call: CallView) -> bool:
        """Say whether somebody may end a call."""
        return is_allowed(actor, Action.OPEN_CALL, call.organisation_id)

    def may_take_down(self, actor: Actor) -> bool:
        """Say whether somebody may remove calls from view."""
        return is_allowed(actor, Action.TAKE_DOWN_CALL)

    def _opened(
        self, session: Session, new: NewCall, organisation: Organisation, actor: Actor
    ) -> CallView:
        now = self._clock()
        row = writing.open_call(session, new, organisation, account=actor.account, now=now)
        return views.load_call(session, row.id or 0, now.date())


def _organisation(session: Session, slug: str) -> Organisation:
    try:
        return find_organisation(session, slug.strip())
    except NotFound:
        raise WrongField("organisation", "organisation", "is no organisation here") from None
