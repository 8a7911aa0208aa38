"""Counted work, attributed: who did how much on which day, by whom and on whose behalf."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from registry.db.tables.facts import MASKED_AUTHOR
from registry.governance.measures.parties import (
    BEHALF,
    NOT_RECORDED,
    Attribution,
    Attributor,
    Party,
)

FEW: Final = 5  # of fewer people nothing is told but what the whole organisation did
NOBODY: Final = frozenset({MASKED_AUTHOR})


class Tally(Struct, frozen=True):
    """What one author did on one day from one domain, as counted."""

    day: int
    author: bytes
    domain: str
    is_bot: bool
    is_own: bool
    commits: int
    merges: int
    put_in: int
    reviewed: int = 0
    approvals: int = 0


class Work(Struct, frozen=True):
    """A tally, and for whom it stands."""

    tally: Tally
    who: Attribution

    def of(self, lens: str) -> Party | str:
        """Return for whom it stands in a lens; a text is the reason why nobody is known."""
        return self.who.behalf if lens == BEHALF else self.who.wrote


def attribute(tallies: Iterable[Tally], attributor: Attributor) -> list[Work]:
    """Return tallies with for whom each stands."""
    return [Work(tally, attributor.of(tally.domain, tally.day)) for tally in tallies]


def hide_small_domains(works: Sequence[Work]) -> list[Work]:
    """Return work in which domains without an organisation have five people or no name.

    A domain that a few people write from may be one family's.
    """
    authors: dict[str, set[bytes]] = defaultdict(set)
    for work in works:
        if _is_bare(work.who.wrote):
            authors[_key(work)].add(work.tally.author)
    small = {key for key, found in authors.items() if len(found - NOBODY) < FEW}
    return [
        replace(work, who=Attribution(NOT_RECORDED, work.who.behalf))
        if _is_bare(work.who.wrote) and _key(work) in small
        else work
        for work in works
    ]


def _is_bare(who: Party | str) -> bool:
    return isinstance(who, Party) and who.category == NOT_RECORDED


def _key(work: Work) -> str:
    return work.who.wrote.key if isinstance(work.who.wrote, Party) else work.who.wrote
