"""Shares as lines of a file: each period, then each year, with the band of who is not known."""

from collections.abc import Iterator

from registry.governance.measures.readmodels import Contributions, ShareRow
from registry.governance.measures.shares import LensView, PartyShare

UNATTRIBUTED = "unattributed"


def share_rows(found: Contributions) -> Iterator[ShareRow]:
    """Yield the shares of every lens; those of one lens and period add up to 1."""
    for period in found.periods:
        for lens in period.lenses:
            band = lens.unattributed
            rows = [(*_names(party), party.count, party.share) for party in lens.parties]
            rows.append(("", "", UNATTRIBUTED, None, band.count, band.share))
            if lens.total:
                yield from (_row(lens, period.name, *row) for row in rows)
            if period.name == "all":
                yield from _by_year(lens, found.years)


def _by_year(lens: LensView, years: tuple[int, ...]) -> Iterator[ShareRow]:
    rows = [(_names(party), party.years) for party in lens.parties]
    rows.append((("", "", UNATTRIBUTED, None), lens.unattributed.years))
    for number, year in enumerate(years):
        total = sum(counts[number] for _, counts in rows)
        for names, counts in rows:
            if counts[number]:
                share = counts[number] / total
                yield _row(lens, str(year), *names, counts[number], share)


def _names(party: PartyShare) -> tuple[str, str, str, str | None]:
    return party.key, party.name, party.category, party.country


def _row(
    lens: LensView,
    period: str,
    organisation: str,
    name: str,
    category: str,
    country: str | None,
    commits: int,
    share: float,
) -> ShareRow:
    return ShareRow(
        lens=lens.name, period=period, organisation=organisation, name=name, category=category,
        country=country, commits=commits, share=share,
    )  # fmt: skip
