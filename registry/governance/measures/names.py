"""Which organisation of the affiliations a name on a record is: legal names, slugs, other names.

A record says "Gofore Oyj", commits are attributed to `gofore`. That both are one is on record
too: as an affiliation of the kind `name`, dated and with a source, which anybody can dispute.
"""

from collections.abc import Iterable
from datetime import date

from registry.db.tables import Affiliation
from registry.domain.identity import slugify
from registry.governance.measures.parties import Party

CURRENT = "current"


def folded(name: str) -> str:
    """Return a name as names are compared: without case, and with single spaces."""
    return " ".join(name.casefold().split())


class Names:
    """The names that some affiliations give to organisations; what is disputed names nobody."""

    def __init__(self, rows: Iterable[Affiliation]) -> None:
        self._other: dict[str, list[Affiliation]] = {}
        self._own: dict[str, str] = {}
        self._parties: dict[str, Party] = {}
        for row in sorted(rows, key=lambda row: (row.kind != "domain", row.recorded_at, row.key)):
            if row.state == CURRENT:
                self._learn(row)

    def key_of(self, name: str, since: date | None = None, until: date | None = None) -> str | None:
        """Return the short name of who bore a name on some day from `since` up to `until`.

        A name on record comes first, then the very name of an organisation, then its short name.
        Nothing where no affiliation knows it, and where the name was borne by several by turns.
        """
        borne = {
            row.organisation
            for row in self._other.get(folded(name), ())
            if (until is None or row.since is None or row.since < until)
            and (since is None or row.until is None or row.until >= since)
        }
        if borne:
            return borne.pop() if len(borne) == 1 else None
        short = slugify(name)
        return self._own.get(folded(name)) or (short if short in self._parties else None)

    def party(self, key: str) -> Party | None:
        """Return an organisation by its short name, as commits are attributed to it."""
        return self._parties.get(key)

    def _learn(self, row: Affiliation) -> None:
        if row.kind == "name":
            self._other.setdefault(folded(row.subject), []).append(row)
        party = Party(row.organisation, row.name, row.category, row.country)
        self._parties.setdefault(row.organisation, party)
        self._own.setdefault(folded(row.name), row.organisation)
