"""Risks of co-governance: raised, clear, or not known, each with its figure and what shows it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from registry.db.tables import FactKind
from registry.db.tables.joint_body import VoteThreshold
from registry.governance.measures.history import IN_HOUSE
from registry.governance.measures.ladder import latest_period
from registry.governance.measures.money import Money
from registry.governance.measures.parties import GOVERNMENT, SUPPLIER
from registry.governance.measures.readmodels import Figures
from registry.governance.measures.recorded import BodyRecord, Citation, Fact
from registry.governance.measures.rights import Owner, code_owners

RAISED: Final = "raised"
CLEAR: Final = "clear"
NOT_KNOWN: Final = "not_known"
STATES: Final = (RAISED, CLEAR, NOT_KNOWN)
KINDS: Final = (
    "funder", "absence", "unanimity", "vendor_agreement", "exit_clause", "no_decision", "drift",
    "suppliers",
)  # fmt: skip
MAX_FUNDER: Final = 0.66
MIN_ABSENCE: Final = 2
MAX_SUPPLIERS: Final = 0.8
DECISION_DAYS: Final = 365
MAX_DRIFT_WEEKS: Final = 52


class Flag(Struct, frozen=True, kw_only=True):
    """A risk: `value` is a share, a count or weeks, by its kind; `names` whom it is about."""

    kind: str
    state: str
    value: float | None = None
    names: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


class Known(Struct, frozen=True, kw_only=True):
    """All that flags are made of; `drift` are weeks since members' forks were up to date, `owners`
    the organisations that own code by CODEOWNERS."""

    figures: Figures
    records: tuple[BodyRecord, ...]
    money: Money | None
    drift: dict[str, float]
    today: date
    owners: tuple[Owner, ...] = ()


def flags_of(known: Known) -> tuple[Flag, ...]:
    """Return all risks in the order in which they are told."""
    return tuple(flag(known) for flag in _FLAGS)


def _funder(known: Known) -> Flag:
    money = known.money
    if money is None or not money.shares:
        return Flag(kind="funder", state=NOT_KNOWN)
    payer, share = next(iter(money.shares.items()))
    cited = tuple(
        dict.fromkeys(p.source for r in known.records for p in r.payments if p.payer == payer)
    )
    state = RAISED if share > MAX_FUNDER else CLEAR
    return Flag(kind="funder", state=state, value=share, names=(payer,), citations=cited)


def _absence(known: Known) -> Flag:
    period = latest_period(known.figures)
    if not period.absence:
        return Flag(kind="absence", state=NOT_KNOWN)
    state = RAISED if period.absence <= MIN_ABSENCE else CLEAR
    proof = Citation(basis="git", on=known.figures.until.isoformat())
    return Flag(kind="absence", state=state, value=period.absence, citations=(proof,))


def _unanimity(known: Known) -> Flag:
    rules = [rule for record in known.records for rule in record.rules]
    if not rules:
        return Flag(kind="unanimity", state=NOT_KNOWN)
    found = [rule for rule in rules if rule.threshold == VoteThreshold.UNANIMOUS.value]
    return Flag(
        kind="unanimity", state=RAISED if found else CLEAR,
        names=tuple(rule.name for rule in found),
        citations=tuple(rule.source for rule in found or rules),
    )  # fmt: skip


def _vendor_agreement(known: Known) -> Flag:
    """Tell whether contributors sign their rights over to a supplier."""
    rules = _facts(known, FactKind.CONTRIBUTION_RULE)
    if not rules:
        return Flag(kind="vendor_agreement", state=NOT_KNOWN)
    suppliers = {name.casefold() for record in known.records for name in record.suppliers}
    suppliers |= {
        party.name.casefold()
        for party in known.figures.periods[1].lenses[0].parties
        if party.category == SUPPLIER
    }
    has_agreement = any(rule.choice == "cla" for rule in rules)
    holders = [x for x in _facts(known, FactKind.IP_HOLDER) if x.text.casefold() in suppliers]
    if has_agreement and not _facts(known, FactKind.IP_HOLDER):
        return Flag(kind="vendor_agreement", state=NOT_KNOWN)
    found = holders if has_agreement else []
    return Flag(
        kind="vendor_agreement", state=RAISED if found else CLEAR,
        names=tuple(fact.text for fact in found),
        citations=tuple(fact.source for fact in (*rules, *found)),
    )  # fmt: skip


def _exit(known: Known) -> Flag:
    """Tell whether nothing says how a member leaves; a body of which that is unknown has none."""
    if not known.records:
        return Flag(kind="exit_clause", state=NOT_KNOWN)
    without = [
        record.name
        for record in known.records
        if not any(fact.choice == "yes" for fact in record.facts_of(FactKind.EXIT_CLAUSE))
    ]
    cited = tuple(fact.source for fact in _facts(known, FactKind.EXIT_CLAUSE))
    state = RAISED if without else CLEAR
    return Flag(kind="exit_clause", state=state, names=tuple(without), citations=cited)


def _decision(known: Known) -> Flag:
    """Tell whether a body of which decisions are recorded took none for a year."""
    days = [record.decided_on for record in known.records if record.decided_on is not None]
    if not days:
        return Flag(kind="no_decision", state=NOT_KNOWN)
    latest = max(days)
    state = RAISED if latest < known.today - timedelta(days=DECISION_DAYS) else CLEAR
    return Flag(
        kind="no_decision", state=state, value=float((known.today - latest).days // 7),
        citations=(Citation(basis="record", on=latest.isoformat()),),
    )  # fmt: skip


def _drift(known: Known) -> Flag:
    if not known.drift:
        return Flag(kind="drift", state=NOT_KNOWN)
    far = {name: weeks for name, weeks in known.drift.items() if weeks > MAX_DRIFT_WEEKS}
    state, weeks = RAISED if far else CLEAR, max(known.drift.values())
    return Flag(kind="drift", state=state, value=weeks, names=tuple(sorted(far)))


def _suppliers(known: Known) -> Flag:
    """Tell whether suppliers did the last year's work, and no public body is known to merge.

    One that put any of it in can merge, and so can one whose team owns code.
    """
    sectors = {sector.name: sector for sector in known.figures.sectors}
    share, merged = sectors[SUPPLIER].share, sectors[IN_HOUSE].merged
    if not any(sector.share for sector in known.figures.sectors):
        return Flag(kind="suppliers", state=NOT_KNOWN)
    proof = Citation(basis="git", on=known.figures.until.isoformat())
    public = code_owners(known.owners, GOVERNMENT)
    state = RAISED if share > MAX_SUPPLIERS and not merged and not public else CLEAR
    cited = (proof, *(owner.source for owner in public)) if not merged else (proof,)
    return Flag(kind="suppliers", state=state, value=share, citations=cited)


_FLAGS: Final[Sequence[Callable[[Known], Flag]]] = (
    _funder, _absence, _unanimity, _vendor_agreement, _exit, _decision, _drift, _suppliers,
)  # fmt: skip


def _facts(known: Known, kind: FactKind) -> list[Fact]:
    return [fact for record in known.records for fact in record.facts_of(kind)]
