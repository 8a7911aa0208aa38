"""For whom a commit stands: who wrote it, and on whose behalf, by affiliations on record.

Nobody is followed: a commit is of the domain that stands in it, and of nothing else.
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

_FILE: Final = Path(__file__).with_name("mail_domains.toml")
WROTE: Final = "wrote"
BEHALF: Final = "behalf"
LENSES: Final = (WROTE, BEHALF)
GOVERNMENT: Final = "government"
SUPPLIER: Final = "supplier"
# Why a commit is of nobody.
FREE_MAIL: Final = "free_mail"
NO_REPLY: Final = "no_reply"
NO_DOMAIN: Final = "no_domain"
NOT_RECORDED: Final = "not_recorded"
DISPUTED: Final = "disputed"
REASONS: Final = (FREE_MAIL, NO_REPLY, NO_DOMAIN, NOT_RECORDED, DISPUTED)
_MAX_STEPS: Final = 10


class Tie(Struct, frozen=True, kw_only=True):
    """An affiliation that may hold for a repository; days as numbers, `None` is without end."""

    kind: str
    subject: str
    party: "Party"
    since: int | None = None
    until: int | None = None
    is_disputed: bool = False

    def holds(self, day: int) -> bool:
        """Tell whether it holds on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class Party(Struct, frozen=True):
    """An organisation, or a domain of which no more is known; `category` is its class."""

    key: str
    name: str
    category: str
    country: str | None = None


class Attribution(Struct, frozen=True):
    """Who wrote, and on whose behalf; a text is the reason why nobody is known."""

    wrote: Party | str
    behalf: Party | str


class Attributor:
    """Attributes the work of one repository; `suffixes` are those of governments' domains."""

    def __init__(self, ties: Iterable[Tie], suffixes: Iterable[str] = ()) -> None:
        self._ties: dict[tuple[str, str], list[Tie]] = {}
        for tie in ties:
            self._ties.setdefault((tie.kind, tie.subject), []).append(tie)
        self._suffixes = frozenset(suffixes)
        self._known: dict[tuple[str, int], Attribution] = {}

    def of(self, domain: str, day: int) -> Attribution:
        """Return for whom a commit from a domain stands on a day."""
        key = (domain, day)
        if key not in self._known:
            self._known[key] = self._attribute(domain, day)
        return self._known[key]

    def _attribute(self, domain: str, day: int) -> Attribution:
        if not domain:
            return Attribution(NO_DOMAIN, NO_DOMAIN)
        wrote = self._writer(domain, day)
        return Attribution(wrote, wrote if isinstance(wrote, str) else self._behalf(wrote, day))

    def _writer(self, domain: str, day: int) -> Party | str:
        for name in _above(domain):
            tie = self._tie("domain", name, day)
            if tie is not None:
                return DISPUTED if tie.is_disputed else tie.party
        reason = plain_reason(domain)
        if reason:
            return reason
        is_public = any(name in self._suffixes for name in _above(domain))
        return Party(domain, domain, GOVERNMENT if is_public else NOT_RECORDED)

    def _behalf(self, wrote: Party, day: int) -> Party | str:
        """Follow whom an organisation worked for; a public body that works for none, for itself."""
        party, seen = wrote, {wrote.key}
        for _ in range(_MAX_STEPS):
            tie = self._tie("organisation", party.key, day)
            if tie is None:
                return party if party.category == GOVERNMENT else NOT_RECORDED
            if tie.is_disputed:
                return DISPUTED
            if tie.party.key in seen:
                return NOT_RECORDED
            party = tie.party
            seen.add(party.key)
        return NOT_RECORDED

    def _tie(self, kind: str, subject: str, day: int) -> Tie | None:
        """Return what holds, the latest begun first."""
        found = [tie for tie in self._ties.get((kind, subject), ()) if tie.holds(day)]
        return max(found, key=lambda tie: (tie.since or 0, tie.party.key), default=None)


def plain_reason(domain: str) -> str:
    """Return why a domain tells nothing of an employer, or an empty text."""
    kinds = _mail_domains()
    return next((kinds[name] for name in _above(domain) if name in kinds), "")


@cache
def _mail_domains() -> dict[str, str]:
    lists = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: kind for kind in (FREE_MAIL, NO_REPLY) for name in lists[kind]}


def _above(domain: str) -> Iterator[str]:
    """Yield a domain and those above it, the longest first."""
    labels = domain.split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels)))
