"""Where a component, or what a body governs, stands: ladder, index, risks, signals, and health."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from registry.domain.reduced_dates import first_day
from registry.governance.measures.activity import (
    ABANDONED,
    ARCHIVED,
    HANDED_OVER,
    MAINTAINER_GONE,
    NO_DECISION,
    Health,
    Signal,
    health_of,
    is_abandoned,
)
from registry.governance.measures.days import WINDOW_DAYS
from registry.governance.measures.flags import RAISED, Flag, Known, flags_of
from registry.governance.measures.formulae import (
    MIN_COVERAGE,
    Dimension,
    Index,
    effective_number,
    elephant_factor,
    evenness,
    index,
    simpson,
)
from registry.governance.measures.ladder import Ladder, ladder_of, latest_period
from registry.governance.measures.money import Money, money_of
from registry.governance.measures.parties import WROTE
from registry.governance.measures.readmodels import Concentration, Figures
from registry.governance.measures.recorded import BodyRecord, Citation
from registry.governance.measures.rights import Owner, Rights, rights_of
from registry.governance.measures.shares import LensView


class Side(Struct, frozen=True, kw_only=True):
    """A side of the index: who holds which share of it, how evenly (`part`), and how much is known.

    `part` is empty where less than 0.6 is known.
    """

    name: str
    shares: dict[str, float]
    concentration: Concentration
    part: float | None


class Standing(Struct, frozen=True, kw_only=True):
    """Where a component or a body stands; `index` has a value only with enough of every side.

    `bodies` are those that govern it on record, by slug and name; `rights` tell who can merge.
    """

    slug: str
    until: date
    bodies: dict[str, str]
    ladder: Ladder
    index: float | None
    missing: tuple[str, ...]
    sides: tuple[Side, ...]
    currency: str
    flags: tuple[Flag, ...]
    rights: Rights
    health: Health
    signals: tuple[Signal, ...]


class StandingRow(Struct, frozen=True, kw_only=True):
    """A line of a file: a rung, a side, the index, a risk, health, a signal, or who can merge.

    Of a `right` the name is the organisation, `state` what shows it, `value` its share of what was
    put in, `names` its class; a `merge_rule` is one on record, in its own words.
    """

    part: str
    name: str
    state: str
    value: float | None
    names: str
    sources: str


class Circumstances(Struct, frozen=True, kw_only=True):
    """What is known beside figures and record.

    `head` is the commit that was counted. `successor` is the slug of a fork in which the work went
    on. `drift` are weeks since forks of members were brought up to date, by name. `owners` are
    the organisations that own code by CODEOWNERS.
    """

    head: str | None = None
    is_archived: bool = False
    successor: str = ""
    drift: dict[str, float] = {}
    owners: tuple[Owner, ...] = ()
    is_body: bool = False


def standing_of(
    slug: str, figures: Figures, records: Sequence[BodyRecord], other: Circumstances, today: date
) -> Standing:
    """Return where a component, or what a body governs, stands on a day."""
    money = money_of([p for record in records for p in record.payments], today)
    known = Known(
        figures=figures, records=tuple(records), money=money, drift=other.drift, today=today,
        owners=other.owners,
    )  # fmt: skip
    proof = Citation(basis="git", on=figures.until.isoformat(), commit=other.head or "")
    flags = flags_of(known)
    sides = _sides(figures, records, money)
    found = _index(sides)
    return Standing(
        slug=slug,
        until=figures.until,
        bodies={record.slug: record.name for record in records},
        ladder=ladder_of(figures, proof, records, other.owners, today),
        index=found.value,
        missing=found.missing,
        sides=sides,
        currency=money.currency if money else "",
        flags=flags,
        rights=rights_of(figures, proof, other.owners, records),
        health=health_of(
            figures.activity, is_archived=other.is_archived, is_counted=_is_counted(figures)
        ),
        signals=tuple(_signals(slug, figures, flags, other, today)),
    )


def votes_of(records: Iterable[BodyRecord]) -> tuple[dict[str, float], float]:
    """Return shares of voting power by member, the largest first, and which part is known.

    Of several rules the one with most voters counts. A member whose dues are not recorded has a
    vote of which the weight is not known.
    """
    rules = [rule for record in records for rule in record.rules if rule.voters]
    if not rules:
        return {}, 0.0
    rule = max(rules, key=lambda rule: len(rule.voters))
    total = sum(voter.weight for voter in rule.voters)
    shares = {voter.name: voter.weight / total for voter in rule.voters if voter.weight}
    ordered = dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
    return ordered, sum(voter.weight > 0 for voter in rule.voters) / len(rule.voters)


def _sides(
    figures: Figures, records: Sequence[BodyRecord], money: Money | None
) -> tuple[Side, ...]:
    period = latest_period(figures)
    votes, voting = votes_of(records)
    return (
        _side("work", *_of_lens(period.lenses[1])),
        _side("merges", *_of_lens(period.integrated)),
        _side("votes", votes, voting),
        _side("money", money.shares if money else {}, money.coverage if money else 0.0),
    )


def _of_lens(lens: LensView) -> tuple[dict[str, float], float]:
    shares = {party.name: party.share for party in lens.parties}
    return shares, 1 - lens.unattributed.share if lens.total else 0.0


def _side(name: str, shares: dict[str, float], coverage: float) -> Side:
    """Return a side; shares that add up to 1 are made those of all, of which a part is known."""
    total = sum(shares.values()) or 1.0
    held = [share / total * coverage for share in shares.values()]
    unknown = 1 - coverage
    return Side(
        name=name,
        shares=shares,
        concentration=Concentration(
            elephant=elephant_factor(held, unknown),
            diversity=simpson(held, unknown),
            effective=effective_number(held, unknown),
            coverage=coverage,
        ),
        part=evenness(held) if coverage >= MIN_COVERAGE else None,
    )


def _index(sides: Iterable[Side]) -> Index:
    return index({x.name: Dimension(x.part, x.concentration.coverage) for x in sides})


def _places(slug: str, other: Circumstances) -> tuple[str, str]:
    """Return the pages that show how alive it is and who works on it; a body has one page."""
    if other.is_body:
        return f"/bodies/{slug}", f"/bodies/{slug}"
    return f"/components/{slug}/activity", f"/components/{slug}/contributors"


def _is_counted(figures: Figures) -> bool:
    """Tell whether any commit was counted: a body may govern nothing yet."""
    return figures.activity.last_on is not None or figures.bots + figures.inherited > 0


def _signals(
    slug: str, figures: Figures, flags: Iterable[Flag], other: Circumstances, today: date
) -> Iterable[Signal]:
    activity = figures.activity
    work, people = _places(slug, other)
    if _is_counted(figures) and is_abandoned(activity):
        yield Signal(kind=ABANDONED, on=activity.last_on, place=work)
    if other.is_archived:
        yield Signal(kind=ARCHIVED, place=work)
    if other.successor:
        yield Signal(kind=HANDED_OVER, place=f"/components/{other.successor}")
    first = today - timedelta(days=WINDOW_DAYS - 1)
    for change in figures.handovers:
        if change.lens == WROTE and change.on >= first:
            yield Signal(kind=HANDED_OVER, on=change.on, place=people)
    if activity.gone_since is not None:
        yield Signal(kind=MAINTAINER_GONE, on=activity.gone_since, place=people)
    for flag in flags:
        if flag.kind == NO_DECISION and flag.state == RAISED:
            yield Signal(kind=NO_DECISION, on=first_day(flag.citations[0].on or ""))
