"""What reusers gave back: commits of an organisation in the repositories of a portfolio."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.db.bulk import batches
from registry.db.tables import Affiliation, Organisation, WorkFigures

_BATCH = 500


class _Party(Struct):
    key: str
    count: int


class _Lens(Struct):
    name: str
    parties: tuple[_Party, ...]


class _Period(Struct):
    name: str
    lenses: tuple[_Lens, ...]


class _Figures(Struct):
    """The part of the kept figures (`registry.governance.measures`) that is needed here."""

    periods: tuple[_Period, ...]


class Contributed(Struct, frozen=True):
    """Commits of one repository by party, of all time, and the parties of organisations.

    A party is the slug of an organisation or a domain of e-mail addresses. No people are here.
    `affiliated` are organisations of which domains are on record.
    """

    commits: Mapping[str, int]
    domains: Mapping[str, str]
    affiliated: frozenset[str] = frozenset()

    def by(self, organisation: str) -> int | None:
        """Return the commits written by an organisation, named by its slug.

        None where nothing tells from which addresses it writes: nobody can say that it gave
        nothing.
        """
        keys = {organisation, self.domains.get(organisation, organisation)}
        found = sum(self.commits.get(key, 0) for key in keys)
        is_known = organisation in self.affiliated or organisation in self.domains
        return found if found or is_known else None


def read_contributed(session: Session, repository_ids: Iterable[int]) -> dict[int, Contributed]:
    """Return what was contributed to each repository of which that was counted.

    Who wrote is told by the affiliations on record; an organisation without one is found by the
    domain of its website.
    """
    domains, affiliated = _domains(session), _affiliated(session)
    found: dict[int, Contributed] = {}
    for batch in batches(sorted(repository_ids), _BATCH):
        rows = session.execute(
            select_columns(col(WorkFigures.repository_id), col(WorkFigures.figures)).where(
                col(WorkFigures.repository_id).in_(batch)
            )
        )
        for repository_id, figures in rows:
            found[repository_id] = Contributed(_commits(figures), domains, affiliated)
    return found


def _affiliated(session: Session) -> frozenset[str]:
    """Return the organisations to which the record ties a domain of addresses."""
    rows = session.execute(
        select_columns(col(Affiliation.organisation)).where(
            col(Affiliation.kind) == "domain", col(Affiliation.state) == "current"
        )
    )
    return frozenset(str(organisation) for (organisation,) in rows)


def _commits(figures: bytes) -> dict[str, int]:
    periods = msgspec.json.decode(figures, type=_Figures).periods
    whole = next((period for period in periods if period.name == "all"), None)
    wrote = next((x for x in whole.lenses if x.name == "wrote"), None) if whole else None
    return {party.key: party.count for party in wrote.parties} if wrote else {}


def _domains(session: Session) -> dict[str, str]:
    rows = session.execute(
        select_columns(col(Organisation.slug), col(Organisation.website)).where(
            col(Organisation.website).is_not(None)
        )
    )
    hosts = ((slug, (urlsplit(website).hostname or "").lower()) for slug, website in rows)
    return {slug: host.removeprefix("www.") for slug, host in hosts if host}
