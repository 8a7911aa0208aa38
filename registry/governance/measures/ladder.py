"""The ladder of co-governance: from a single owner up to a joint body with money of two countries.

The headline is the highest rung that something shows: a record with a source, or commits. A rung
that is not shown is `not_met`, or `not_known` where what is missing could still show it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from registry.db.tables import FactKind
from registry.governance.measures.formulae import MIN_SHARE
from registry.governance.measures.money import recent_payments
from registry.governance.measures.parties import GOVERNMENT
from registry.governance.measures.readmodels import Figures, Period
from registry.governance.measures.recorded import BodyRecord, Citation
from registry.governance.measures.rights import Owner, code_owners
from registry.governance.measures.shares import LensView

MET: Final = "met"
NOT_MET: Final = "not_met"
NOT_KNOWN: Final = "not_known"
STATES: Final = (MET, NOT_MET, NOT_KNOWN)
BINDING: Final = frozenset({"contract", "legal_entity", "law"})


class Rung(Struct, frozen=True, kw_only=True):
    """A rung with what shows it; `names` are the organisations or countries that are meant."""

    number: int
    state: str
    names: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


class Ladder(Struct, frozen=True, kw_only=True):
    """The highest rung that is shown, and all of them."""

    rung: int
    rungs: tuple[Rung, ...]


def ladder_of(
    figures: Figures,
    proof: Citation,
    records: Sequence[BodyRecord],
    owners: Sequence[Owner],
    today: date,
) -> Ladder:
    """Return where a component, or what a body governs, stands; `proof` cites its commits."""
    period = latest_period(figures)
    rungs = (
        Rung(number=0, state=MET),
        _in_git(1, period.lenses[1], proof, MIN_SHARE),
        _can_merge(_in_git(2, period.merging[1], proof, 0.0), proof, owners),
        _votes(records),
        _joint(records, today),
    )
    return Ladder(rung=max(rung.number for rung in rungs if rung.state == MET), rungs=rungs)


def latest_period(figures: Figures) -> Period:
    """Return the window, or all the time where nothing was done in it."""
    window, whole = figures.periods
    return window if window.commits else whole


def _in_git(number: int, lens: LensView, proof: Citation, least: float) -> Rung:
    """Return whether two organisations did a part of something, as commits show."""
    bodies = [party.name for party in lens.parties if party.share >= least]
    if len(bodies) > 1:
        return Rung(number=number, state=MET, names=tuple(bodies), citations=(proof,))
    could_be = not lens.total or (lens.unattributed.share >= least and lens.unattributed.count > 0)
    return Rung(number=number, state=NOT_KNOWN if could_be else NOT_MET, names=tuple(bodies))


def _can_merge(observed: Rung, proof: Citation, owners: Sequence[Owner]) -> Rung:
    """Return whether two organisations can merge: they did, or are public bodies that own code."""
    known = [x for x in code_owners(owners, GOVERNMENT) if x.is_attributed]
    more = [x for x in known if _name(x) not in observed.names]
    names = (*observed.names, *map(_name, more))
    if not more or len(names) < 2:
        return observed if len(observed.names) > 1 else replace(observed, names=names)
    proofs = (proof,) if observed.names else ()
    cited = (*proofs, *(owner.source for owner in more))
    return Rung(number=observed.number, state=MET, names=names, citations=cited)


def _name(owner: Owner) -> str:
    return owner.known.name if owner.known else owner.name


def _votes(records: Sequence[BodyRecord]) -> Rung:
    rules = [rule for record in records for rule in record.rules]
    for rule in rules:
        voters = [voter.name for voter in rule.voters if voter.is_public and voter.weight > 0]
        if len(voters) > 1:
            return Rung(number=3, state=MET, names=tuple(voters), citations=(rule.source,))
    return Rung(number=3, state=NOT_MET if rules else NOT_KNOWN)


def _joint(records: Sequence[BodyRecord], today: date) -> Rung:
    states = []
    for record in records:
        binding = [x for x in record.facts_of(FactKind.INSTRUMENT) if x.choice in BINDING]
        paid = recent_payments(record.payments, today)
        countries = _distinct(payment.country for payment in paid)
        if binding and len(countries) > 1:
            cited = [fact.source for fact in binding] + [payment.source for payment in paid]
            return Rung(number=4, state=MET, names=countries, citations=tuple(dict.fromkeys(cited)))
        is_recorded = bool(record.facts_of(FactKind.INSTRUMENT)) and bool(paid)
        states.append(NOT_MET if is_recorded else NOT_KNOWN)
    return Rung(number=4, state=NOT_KNOWN if NOT_KNOWN in states or not states else NOT_MET)


def _distinct(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in found if name}))
