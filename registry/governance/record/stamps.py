"""In whose name something is recorded: a member's, or nobody's by the operator."""

from datetime import datetime

from sqlmodel import Session

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.db.organisations import organisation_id
from registry.db.tables import JointBody
from registry.errors import NotFound
from registry.governance.record.members import governing_member
from registry.governance.record.writing import Entry, Operator
from registry.texts import WrongField


def stamp(session: Session, actor: Actor, action: Action, by: str, now: datetime) -> Entry:
    """Return the stamp of what somebody records in the name of an organisation."""
    if not by.strip():
        raise WrongField("by", "choice", "must name the organisation that records this")
    try:
        number = organisation_id(session, by.strip())
    except NotFound:
        raise WrongField("by", "organisation", "is no organisation here") from None
    authorise(actor, action, number)
    return Entry(actor.account, number, now)


def stamp_of(
    session: Session, who: Actor | Operator, action: Action, by: str, now: datetime
) -> Entry:
    """Return the stamp of a member, or of the operator at the command line."""
    if isinstance(who, Operator):
        return Entry(None, None, now)
    return stamp(session, who, action, by, now)


def require_governing(session: Session, body: JointBody, entry: Entry) -> None:
    """Raise `Conflict` for who does not govern today; the operator records what sources say."""
    if entry.organisation is not None:
        governing_member(session, body, entry.organisation, entry.at)
