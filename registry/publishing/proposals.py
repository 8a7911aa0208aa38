"""Proposals: organisations at a forge that the registry does not know, and people ask it to crawl.

Nothing is asked of the address, nor of the page that shows that the body is a public one, before an
operator accepted; then it is a source as one that the operator added.
"""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise, is_allowed
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import ProposalState, Source, SourceProposal
from registry.domain.countries import COUNTRIES
from registry.errors import Conflict, InvalidInput, NotFound
from registry.publishing.port import OrganisationSources
from registry.texts import WrongField, public_line, public_text, web_address

MAX_NAME: Final = 200
MAX_REPLY: Final = 1_000
MAX_WAITING: Final = 10
MAX_WAITING_IN_ALL: Final = 1_000


class NewProposal(Struct, frozen=True, kw_only=True):
    """What somebody proposes: an organisation's address at its forge, what it is called, its
    country (ISO 3166-1), and the address of a page that shows that it is public."""

    url: str
    name: str
    country: str
    evidence_url: str


class ProposalView(Struct, frozen=True, kw_only=True):
    """A proposal: waiting, accepted or refused; `reply` is what the operator said."""

    id: int
    url: str
    name: str
    country: str
    evidence_url: str
    state: str
    reply: str
    created_at: datetime
    decided_at: datetime | None


class ProposalCase(Struct, frozen=True, kw_only=True):
    """A proposal, and whether the reader may decide on it."""

    proposal: ProposalView
    may_decide: bool


class Proposals:
    """Takes proposals and lets operators decide on them; what the actor may not do is refused."""

    def __init__(self, database: Database, sources: OrganisationSources, clock: Clock) -> None:
        self._database = database
        self._sources = sources
        self._clock = clock

    def propose(self, actor: Actor, new: NewProposal) -> ProposalView:
        """Keep a proposal until an operator decides.

        Raises `InvalidInput` for an address that is no organisation's, `WrongField` for a field
        that says nothing, `Conflict` where it is crawled or proposed already, or too many wait.
        """
        authorise(actor, Action.PROPOSE_SOURCE)
        row = self._row(new, actor.account)
        with self._database.write() as session:
            _refuse_known(session, row.spec)
            _refuse_many(session, actor)
            session.add(row)
            session.flush()
            _note(session, row, "made", actor.account)
            return _view(row)

    def standing(self, url: str) -> str:
        """Say where an organisation stands: `crawled` as a source is, `waiting` as a proposal, or
        `new`. Raises `InvalidInput`."""
        spec, _ = self._sources.address(url)
        with self._database.read() as session:
            return _standing(session, spec)

    def case(self, actor: Actor, number: int) -> ProposalCase:
        """Return a proposal to who made it and to operators; of others `NotFound`."""
        authorise(actor, Action.READ_ACCOUNT)
        may_decide = is_allowed(actor, Action.DECIDE_PROPOSAL)
        with self._database.read() as session:
            row = _found(session, number)
            if not may_decide and row.account_id != actor.account:
                raise _missing(number)
            is_waiting = row.state is ProposalState.WAITING
            return ProposalCase(proposal=_view(row), may_decide=may_decide and is_waiting)

    def page(
        self, actor: Actor, *, state: str | None = None, after: int | None = None, limit: int = 50
    ) -> tuple[tuple[ProposalView, ...], int | None]:
        """Return the actor's own proposals, of operators all, the newest first, and where to go
        on."""
        authorise(actor, Action.READ_ACCOUNT)
        asked: list[Any] = []
        if not is_allowed(actor, Action.DECIDE_PROPOSAL):
            asked.append(col(SourceProposal.account_id) == actor.account)
        return self._listed(asked, state, after, limit)

    def latest(self, state: str | None = None, limit: int = 100) -> tuple[ProposalView, ...]:
        """Return proposals, the newest first: for the operator at the command line."""
        return self._listed([], state, None, limit)[0]

    def decide(self, actor: Actor, number: int, *, accept: bool, reply: str) -> ProposalView:
        """Accept a proposal, so that the organisation is crawled, or refuse it, as an operator."""
        authorise(actor, Action.DECIDE_PROPOSAL)
        return self._decide(number, actor.account, accept=accept, reply=reply)

    def decide_as_operator(self, number: int, *, accept: bool, reply: str) -> ProposalView:
        """Accept or refuse a proposal, as the operator at the command line."""
        return self._decide(number, None, accept=accept, reply=reply)

    def _row(self, new: NewProposal, account: int | None) -> SourceProposal:
        try:
            spec, url = self._sources.address(new.url)
        except InvalidInput as error:
            raise WrongField("url", "url", f"is not of an organisation: {error}") from None
        name = public_line(new.name, "name", MAX_NAME, least=2)
        country = new.country.strip().upper()
        if country not in COUNTRIES:
            raise WrongField("country", "choice", "must be a country code of ISO 3166-1")
        return SourceProposal(
            spec=spec, url=url, country=country, account_id=account,
            name=name,
            evidence_url=web_address(new.evidence_url, "evidence_url"),
            created_at=self._clock(),
        )  # fmt: skip

    def _listed(
        self, asked: list[Any], state: str | None, after: int | None, limit: int
    ) -> tuple[tuple[ProposalView, ...], int | None]:
        asked = [*asked, *([col(SourceProposal.state) == known_state(state)] if state else [])]
        asked += [col(SourceProposal.id) < after] if after is not None else []
        query = select(SourceProposal).where(*asked).order_by(col(SourceProposal.id).desc())
        with self._database.read() as session:
            found = [_view(row) for row in session.exec(query.limit(limit + 1))]
        page = tuple(found[:limit])
        return page, page[-1].id if len(found) > limit else None

    def _decide(self, number: int, by: int | None, *, accept: bool, reply: str) -> ProposalView:
        text = public_text(reply, "reply", MAX_REPLY)
        with self._database.write() as session:
            row = _found(session, number, for_change=True)
            if row.state is not ProposalState.WAITING:
                raise Conflict(f"proposal {number} was {row.state.value} already")
            row.state = ProposalState.ACCEPTED if accept else ProposalState.REFUSED
            row.reply, row.decided_at = text, self._clock()
            session.add(row)
            if accept:
                self._sources.add(session, row.spec, name=row.name, country=row.country)
            _note(session, row, row.state.value, by)
            return _view(row)


def known_state(state: str) -> ProposalState:
    """Return a state of proposals, or raise `InvalidInput`."""
    try:
        return ProposalState(state)
    except ValueError:
        known = ", ".join(x.value for x in ProposalState)
        raise InvalidInput(f"state must be one of {known}, not {state[:60]!r}") from None


def _standing(session: Session, spec: str) -> str:
    if session.exec(select(Source.id).where(col(Source.spec) == spec)).first() is not None:
        return "crawled"
    waiting = select(SourceProposal.id).where(
        col(SourceProposal.spec) == spec, col(SourceProposal.state) == ProposalState.WAITING
    )
    return "waiting" if session.exec(waiting).first() is not None else "new"


def _refuse_known(session: Session, spec: str) -> None:
    standing = _standing(session, spec)
    if standing == "crawled":
        raise Conflict("this organisation is crawled already")
    if standing == "waiting":
        raise Conflict("this organisation was proposed already: an operator decides")


def _refuse_many(session: Session, actor: Actor) -> None:
    waiting = select(func.count()).select_from(SourceProposal).where(
        col(SourceProposal.state) == ProposalState.WAITING
    )  # fmt: skip
    own = waiting.where(col(SourceProposal.account_id) == actor.account)
    if session.exec(own).one() >= MAX_WAITING:
        raise Conflict("many proposals of yours wait: they will be read first")
    if session.exec(waiting).one() >= MAX_WAITING_IN_ALL:
        raise Conflict("too many proposals wait: please come back later")


def _found(session: Session, number: int, *, for_change: bool = False) -> SourceProposal:
    row = session.get(SourceProposal, number, with_for_update=for_change or None)
    if row is None:
        raise _missing(number)
    return row


def _missing(number: int) -> NotFound:
    return NotFound(f"there is no proposal {number}")


def _note(session: Session, row: SourceProposal, happening: str, by: int | None) -> None:
    audit.append(
        session, actor=by, action=f"proposal.{happening}", subject=f"proposal:{row.id}",
        detail={"source": row.spec, "country": row.country}, at=row.decided_at or row.created_at,
    )  # fmt: skip


def _view(row: SourceProposal) -> ProposalView:
    return ProposalView(
        id=row.id or 0, url=row.url, name=row.name, country=row.country,
        evidence_url=row.evidence_url, state=row.state.value, reply=row.reply,
        created_at=row.created_at, decided_at=row.decided_at,
    )  # fmt: skip
