"""Who else than the author is recorded on a commit, as counts: approvals, and acts of review.

Approved is a commit on which somebody else is recorded: who committed it, who made the merge that
brought it to the main line, or whom a trailer names as reviewer. Who is recorded in several ways
approved once. The author and the co-authors approve nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session, col

from registry.db.tables import TrailerRow
from registry.governance.measures.days import day_at

SINCE_READER: Final = 7  # older readings did not look for any of it
REVIEWS: Final = frozenset({"reviewed", "acked", "approved", "merged"})
CO_AUTHORED: Final = "co_authored"
SIGNED_OFF: Final = "signed_off"
MAX_DOMAINS: Final = 1_000
"""Characters of the domains of approvers that are kept of a commit."""

_COUNTS: Final = (
    "commits", "committed", "merged", "reviewed", "signed_off", "co_authored",
)  # fmt: skip
Person = tuple[bytes, str]
Named = tuple[str, bytes, str]
_Group = tuple[int, str, bool, str | None]


class Recorded(Struct, frozen=True):
    """Who is recorded on a commit beside its author: keys with domains, by how."""

    committed: tuple[Person, ...]
    merged: tuple[Person, ...]
    reviewed: tuple[Person, ...]
    is_signed_off: bool = False
    is_co_authored: bool = False

    @property
    def approvers(self) -> dict[bytes, str]:
        """Return everybody who approved, once, with their domain."""
        return dict(reversed((*self.committed, *self.merged, *self.reviewed)))


_NOBODY: Final = Recorded((), (), ())


def recorded_on(commit: Any, named: Sequence[Named]) -> Recorded:
    """Return who is recorded on a commit, a row with its people, and whom its trailers name."""
    if not named and commit.committer_key is None and commit.merger_key is None:
        return _NOBODY
    own = {bytes(commit.author_key), *(key for role, key, _ in named if role == CO_AUTHORED)}
    reviewers = tuple((key, domain) for role, key, domain in named if role in REVIEWS)
    return Recorded(
        committed=_others(own, _person(commit.committer_key, commit.committer_domain)),
        merged=_others(own, _person(commit.merger_key, commit.merger_domain)),
        reviewed=_others(own, reviewers),
        is_signed_off=any(role == SIGNED_OFF for role, _, _ in named),
        is_co_authored=any(role == CO_AUTHORED for role, _, _ in named),
    )


def _person(key: bytes | None, domain: str | None) -> tuple[Person, ...]:
    return () if key is None else ((bytes(key), domain or ""),)


def _others(own: set[bytes], people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple({person: None for person in people if person[0] not in own})


class Approving:
    """Counts approvals commit by commit; `reviews` and `approvals` are by day and person."""

    def __init__(self) -> None:
        self.reviews: Counter[tuple[int, bytes, str, bool, bool]] = Counter()
        self.approvals: Counter[tuple[int, bytes, str, bool, bool]] = Counter()
        self._groups: dict[_Group, list[int]] = {}

    def take(self, commit: Any, named: Sequence[Named], *, is_own: bool, is_on_line: bool) -> None:
        """Count a commit of a person that is no merge.

        Who committed it on the line of first parents, or merged it, has put it in: a trailer that
        names them too is no act of its own.
        """
        found = recorded_on(commit, named)
        written = day_at(datetime.fromtimestamp(commit.author_time, UTC))
        put_in = day_at(datetime.fromtimestamp(commit.commit_time, UTC))
        for key, domain in found.approvers.items():
            self.approvals[written, key, domain, False, is_own] += 1
        counted = {key for key, _ in (*found.merged, *(found.committed if is_on_line else ()))}
        for key, domain in dict(found.reviewed).items():
            if key not in counted:
                self.reviews[put_in, key, domain, False, is_own] += 1
        group = (written, commit.author_domain, is_own, _domains(found.approvers.values()))
        counts = self._groups.setdefault(group, [0] * len(_COUNTS))
        for place, is_so in enumerate(
            (
                True, found.committed, found.merged, found.reviewed, found.is_signed_off,
                found.is_co_authored,
            )
        ):  # fmt: skip
            counts[place] += bool(is_so)

    def rows(self, repository_id: int) -> list[dict[str, Any]]:
        """Return the rows of `ApprovalCount`."""
        ordered = sorted(self._groups.items(), key=lambda item: (*item[0][:3], item[0][3] or ""))
        return [
            {
                "repository_id": repository_id, "day": day, "author_domain": domain,
                "is_own": is_own, "approvers": approvers,
                **dict(zip(_COUNTS, counts, strict=True)),
            }
            for (day, domain, is_own, approvers), counts in ordered
        ]  # fmt: skip


def _domains(found: Iterable[str]) -> str | None:
    """Return domains, apart by spaces, as many as there is room for; nothing of nobody."""
    text: str | None = None
    for domain in sorted(set(found)):
        longer = domain if text is None else f"{text} {domain}"
        if len(longer) <= MAX_DOMAINS:
            text = longer
    return text


def load_named(session: Session, repository_id: int) -> dict[bytes, list[Named]]:
    """Return whom trailers name, by commit."""
    query = select(
        col(TrailerRow.commit), col(TrailerRow.role), col(TrailerRow.person_key),
        col(TrailerRow.person_domain),
    ).where(col(TrailerRow.repository_id) == repository_id)  # fmt: skip
    found: dict[bytes, list[Named]] = defaultdict(list)
    for commit, role, key, domain in session.execute(query):
        found[bytes(commit)].append((role, bytes(key), domain))
    return found
