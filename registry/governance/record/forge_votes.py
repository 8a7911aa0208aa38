"""Decisions imported from votes in threads of a forge: each once, immutable, with its source.

A vote counts for a member where the member gave the handle of who votes for it there; all others
are counted as not attributed. Handles are kept as keyed hashes alone.
"""

import re
from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct
from sqlmodel import Session, col, select

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import (
    BodyComponent,
    BodyMember,
    Component,
    ImportedVote,
    JointBody,
    Organisation,
    Repository,
    VoterHandle,
)
from registry.domain.addresses import ADDRESS, WITHHELD
from registry.domain.reduced_dates import ReducedDate
from registry.domain.votes import ForgeVote, ForgeVotes
from registry.errors import InvalidInput
from registry.governance.record.decision_models import NewDecision, PastDecision
from registry.governance.record.decisions import record_past
from registry.governance.record.members import acting_member, member_named, was_member
from registry.governance.record.readmodels import Evidence
from registry.governance.record.stamps import require_governing, stamp_of
from registry.governance.record.writing import Entry, Operator, body_row

MAX_HANDLES: Final = 20
"""Handles that one member may have."""

ENDED: Final = frozenset({"adopted", "rejected"})
_HANDLE: Final = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}(?::\d{1,5})?")
_AT: Final = re.compile(r"(?<![\w.])@[\w][\w.-]{0,99}")
Hasher = Callable[[str], tuple[bytes, str]]


class VoteReader(Protocol):
    """Reads votes from a forge."""

    def read(self, url: str, forge: str = "", bot: str = "") -> ForgeVotes:
        """Return the votes that ended in a thread, or in all of a repository."""


class Imported(Struct, frozen=True, kw_only=True):
    """What an import did: numbers of the new decisions, how many were known before, and how many
    votes have no outcome yet: they go on, or their comment states none."""

    decisions: tuple[int, ...]
    known: int
    open: int


class BodyVotes:
    """Imports votes of bodies; without a `reader` there is no forge to read."""

    def __init__(
        self, database: Database, clock: Clock, reader: VoteReader, hasher: Callable[[], Hasher]
    ) -> None:
        self._database = database
        self._clock = clock
        self._reader = reader
        self._hasher = hasher

    def give_handle(
        self, who: Actor | Operator, slug: str, member: str, host: str, handle: str, *,
        removes: bool = False,
    ) -> None:  # fmt: skip
        """Say, or no longer, that a handle at a host votes for a member, in that member's name."""
        with self._database.write() as session:
            by = "" if isinstance(who, Operator) else member
            entry = stamp_of(session, who, Action.RECORD_IN_BODY, by, self._clock())
            body = body_row(session, slug, lock=True)
            key = self._key(host, handle)
            row = _member(session, body, member, entry)
            known = session.get(VoterHandle, (row.id, key))
            if removes:
                if known is None:
                    raise InvalidInput("handle: it does not vote for this member")
                session.delete(known)
            elif known is None:
                _refuse_taken(session, body, row, key)
                session.add(
                    VoterHandle(
                        member_id=row.id or 0, handle_key=key, host=host.strip().lower(),
                        account_id=entry.account, given_at=entry.at,
                    )
                )  # fmt: skip
            what = "handle_removed" if removes else "handle_given"
            entry.note(session, body, what, member=row.id, host=host.strip().lower())

    def import_votes(
        self, who: Actor | Operator, slug: str, url: str, by: str = "", bot: str = ""
    ) -> Imported:
        """Import the votes that ended at an address, in the name of a member that governs.

        Members import from repositories of components of the body alone. Raises `InvalidInput`,
        `NotFound`, and `Unavailable` where the forge does not answer.
        """
        with self._database.read() as session:  # before a forge is asked for nothing
            self._allowed(session, who, slug, by)
            forge = _forge_of(session, body_row(session, slug), url, who)
        found = self._reader.read(url, forge, bot)
        with self._database.write() as session:
            entry = self._allowed(session, who, slug, by)
            body = body_row(session, slug, lock=True)
            return _record(session, body, found, self._hasher(), entry)

    def _allowed(self, session: Session, who: Actor | Operator, slug: str, by: str) -> Entry:
        entry = stamp_of(session, who, Action.RECORD_IN_BODY, by, self._clock())
        require_governing(session, body_row(session, slug), entry)
        return entry

    def _key(self, host: str, handle: str) -> bytes:
        host, handle = host.strip().lower(), handle.strip()
        if not _HOST.fullmatch(host) or "." not in host:
            raise InvalidInput("host: it must be the host of a forge such as github.com")
        if not _HANDLE.fullmatch(handle):
            raise InvalidInput("handle: it must be the name of an account at the forge")
        return _key(self._hasher(), host, handle.removeprefix("@"))


def _key(hasher: Hasher, host: str, handle: str) -> bytes:
    return hasher(f"vote at {host} by {handle.lower()}")[0]


def _member(session: Session, body: JointBody, name: str, entry: Entry) -> BodyMember:
    if entry.organisation is not None:
        return acting_member(session, body, entry.organisation, entry.at)
    return member_named(session, body, name, ReducedDate(entry.at.date()), "member")


def _refuse_taken(session: Session, body: JointBody, row: BodyMember, key: bytes) -> None:
    others = session.exec(
        select(VoterHandle)
        .join(BodyMember, col(BodyMember.id) == col(VoterHandle.member_id))
        .where(BodyMember.body_id == body.id)
    ).all()
    if any(x.handle_key == key and x.member_id != row.id for x in others):
        raise InvalidInput("handle: it votes for another member of this body already")
    if sum(x.member_id == row.id for x in others) >= MAX_HANDLES:
        raise InvalidInput(f"handle: a member has at most {MAX_HANDLES}")


def _forge_of(session: Session, body: JointBody, url: str, who: Actor | Operator) -> str:
    """Return the forge of a governed repository; others the operator alone reads."""
    rows = session.exec(
        select(Repository)
        .join(Component, col(Component.repository_id) == col(Repository.id))
        .join(BodyComponent, col(BodyComponent.component_id) == col(Component.id))
        .where(BodyComponent.body_id == body.id, col(BodyComponent.until).is_(None))
    ).all()
    asked = url.strip().lower()
    for row in rows:
        base = (row.web_url or row.url).removesuffix(".git").rstrip("/").lower()
        if asked.startswith(base + "/"):
            return row.forge if row.forge not in {"git", "unknown"} else ""
    if isinstance(who, Operator):
        return ""
    raise InvalidInput("url: it is of no repository of a component that this body governs")


def _record(
    session: Session, body: JointBody, found: ForgeVotes, hasher: Hasher, entry: Entry
) -> Imported:
    known = set(session.exec(select(ImportedVote.url).where(ImportedVote.body_id == body.id)))
    ended = [vote for vote in found.votes if vote.outcome in ENDED]
    fresh = [vote for vote in ended if vote.url not in known]
    numbers = [_import(session, body, found, vote, hasher, entry) for vote in fresh]
    return Imported(
        decisions=tuple(numbers), known=len(ended) - len(fresh),
        open=len(found.votes) - len(ended),
    )  # fmt: skip


def _import(
    session: Session, body: JointBody, found: ForgeVotes, vote: ForgeVote, hasher: Hasher,
    entry: Entry,
) -> int:  # fmt: skip
    votes, unattributed = _attributed(session, body, found.host, vote, hasher)
    day = vote.ended_at.date().isoformat()
    what = NewDecision(
        title=_nameless(vote.title)[:200], text=_text(found.host, vote, unattributed), lang="en",
        thread_url=vote.thread_url,
        evidence=Evidence(url=vote.url, on=day, sha256=vote.sha256),
    )  # fmt: skip
    past = PastDecision(what=what, state=vote.outcome, decided_on=day, votes=votes)
    row = record_past(session, body, past, entry)
    session.add(
        ImportedVote(
            decision_id=row.id or 0, body_id=body.id or 0, url=vote.url, host=found.host,
            opened_at=vote.opened_at, ended_at=vote.ended_at, imported_at=entry.at,
            tally={"for": vote.count_for, "against": vote.count_against, **unattributed},
        )
    )  # fmt: skip
    session.flush()
    return row.number


def _nameless(title: str) -> str:
    return _AT.sub(WITHHELD, ADDRESS.sub(WITHHELD, title)).strip() or WITHHELD


def _text(host: str, vote: ForgeVote, unattributed: dict[str, int]) -> str:
    nobody = sum(unattributed.values())
    return (
        f"Imported from a vote at {host}, open from {vote.opened_at.date()} to "
        f"{vote.ended_at.date()}. As stated there: {vote.count_for} for, "
        f"{vote.count_against} against; {vote.outcome}. Not attributed to a member: {nobody}."
    )


def _attributed(
    session: Session, body: JointBody, host: str, vote: ForgeVote, hasher: Hasher
) -> tuple[dict[str, str], dict[str, int]]:
    """Return the votes of members by slug or name, and how many votes are nobody's, by choice.

    A member for which people voted both ways has no vote here.
    """
    day = vote.ended_at.date()
    rows = session.exec(
        select(VoterHandle.handle_key, BodyMember.name, Organisation.slug)
        .join(BodyMember, col(BodyMember.id) == col(VoterHandle.member_id))
        .outerjoin(Organisation, col(Organisation.id) == col(BodyMember.organisation_id))
        .where(BodyMember.body_id == body.id, was_member(day, day))
    )
    members = {bytes(key): slug or name for key, name, slug in rows}
    sides = {"for": vote.voters_for, "against": vote.voters_against}
    by_side = {
        side: [members.get(_key(hasher, host, handle)) for handle in handles]
        for side, handles in sides.items()
    }
    torn = {name for name in by_side["for"] if name in by_side["against"]}
    votes = {
        name: side for side, names in by_side.items() for name in names if name and name not in torn
    }
    counts = {"for": vote.count_for, "against": vote.count_against}
    given = {side: sum(bool(x) and x not in torn for x in names) for side, names in by_side.items()}
    return votes, {
        f"not_attributed_{side}": max(0, counts[side] - given[side]) for side in sides
    }  # fmt: skip
