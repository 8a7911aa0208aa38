"""Figures as lines of a file: shares by period and year, and where something stands."""

from collections.abc import Iterable, Iterator

from registry.governance.measures.readmodels import Figures, ShareRow
from registry.governance.measures.recorded import Citation
from registry.governance.measures.shares import LensView, PartyShare
from registry.governance.measures.standing import Standing, StandingRow

UNATTRIBUTED = "unattributed"


def share_rows(found: Figures) -> Iterator[ShareRow]:
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


def standing_rows(found: Standing) -> Iterator[StandingRow]:
    """Yield every statement about where something stands, the ladder first."""
    for rung in found.ladder.rungs:
        yield _statement("rung", str(rung.number), rung.state, None, rung.names, rung.citations)
    for side in found.sides:
        state = "not_known" if side.part is None else "known"
        yield _statement("side", side.name, state, side.part, tuple(side.shares), ())
    state = "not_known" if found.index is None else "known"
    yield _statement("index", "G", state, found.index, found.missing, ())
    for flag in found.flags:
        yield _statement("risk", flag.kind, flag.state, flag.value, flag.names, flag.citations)
    for right in found.rights.organisations:
        state = "; ".join(right.shown_by)
        share = right.share if right.put_in else None
        yield _statement("right", right.name, state, share, [right.category], right.citations)
    for rule in found.rights.rules:
        yield _statement("merge_rule", rule.text, "record", None, (), (rule.source,))
    value = found.health.value
    state = "not_known" if value is None else "known"
    yield _statement("health", "health", state, value, found.health.met, ())
    for signal in found.signals:
        on = (signal.on.isoformat(),) if signal.on else ()
        yield _statement("signal", signal.kind, "raised", None, on, ())


def _statement(
    part: str,
    name: str,
    state: str,
    value: float | None,
    names: Iterable[str],
    citations: Iterable[Citation],
) -> StandingRow:
    return StandingRow(
        part=part, name=name, state=state, value=value, names="; ".join(names),
        sources=" ".join(x.url or x.commit or x.basis for x in citations),
    )  # fmt: skip
