"""Bodies as the web and the command line use them: each method is one short transaction."""

from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.clock import Clock
from registry.db.organisations import find_organisation, organisation_id
from registry.db.session import Database
from registry.errors import NotFound
from registry.governance.record import members, views, writing
from registry.governance.record.readmodels import BodyItem, BodyQuery, BodyView, NewBody
from registry.governance.record.writing import Entry
from registry.texts import WrongField


class Bodies:
    """The record of joint bodies of an instance; safe to share between threads.

    Every method raises what `authorise` raises, `NotFound`, `Conflict`, and `WrongField` for what
    is to be mended in a form.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, actor: Actor, new: NewBody, organisation: str) -> str:
        """Record a body that an organisation founds with others; return its slug."""
        with self._database.write() as session:
            entry = self._entry(session, actor, Action.FOUND_BODY, organisation)
            return self._found(session, new, entry, organisation)

    def write_down(self, new: NewBody, organisation: str) -> str:
        """Record a body as the operator: its members are stated, until each confirms it."""
        with self._database.write() as session:
            return self._found(session, new, Entry(None, None, self._clock()), organisation)

    def list(self, query: BodyQuery) -> tuple[tuple[BodyItem, ...], int | None]:
        """Return a page of bodies by number, and the number to go on after."""
        with self._database.read() as session:
            return views.list_bodies(session, query, self._clock().date())

    def body(self, slug: str) -> BodyView:
        """Return a body with all that is recorded of it."""
        with self._database.read() as session:
            return views.load_body(session, slug, self._clock())

    def of_component(self, slug: str) -> tuple[BodyItem, ...]:
        """Return the bodies that govern a component."""
        return self.list(BodyQuery(component=slug))[0]

    def _found(self, session: Session, new: NewBody, entry: Entry, founder: str) -> str:
        row = writing.add_body(session, new, entry)
        found = find_organisation(session, founder.strip())
        members.add_founders(session, row, new, found, entry)
        return row.slug

    def _entry(self, session: Session, actor: Actor, action: Action, organisation: str) -> Entry:
        """Return the stamp of what somebody records in the name of an organisation."""
        if not organisation.strip():
            raise WrongField("by", "choice", "must name the organisation that records this")
        try:
            number = organisation_id(session, organisation.strip())
        except NotFound:
            raise WrongField("by", "organisation", "is no organisation here") from None
        authorise(actor, action, number)
        return Entry(actor.account, number, self._clock())
