"""What members, suppliers and payers of a body are on record for, beside what was measured of them.

A name on the record is led to commits by the affiliations (`names`): where none knows it, nothing
is measured of it, which is not the same as nothing done.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import select
from sqlmodel import Session, col

from registry.catalogue.readmodels import Link
from registry.db.tables import FundingLine, JointBody, MemberRole, Repository, SupplierContract
from registry.entered import end_of, told, when, when_or_none
from registry.governance.measures.affiliations import rows_for
from registry.governance.measures.names import Names, folded
from registry.governance.measures.readmodels import BodyWork, Period
from registry.governance.measures.shares import LensView, PartyShare
from registry.governance.measures.standing import Side, Standing
from registry.governance.measures.views import repositories_of
from registry.governance.record.views import members_of

SMALL: Final = 0.01  # who did less, and is on no record, is one of the others
ITSELF, PAYER = "body", "payer"
RECORDED, NOT_RECORDED, OTHERS, UNATTRIBUTED = "recorded", "not_recorded", "others", "unattributed"


class Role(Struct, frozen=True, kw_only=True):
    """What somebody is in a body over a time: the role of a member, the body itself, or a payer.

    A supplier by contract works on behalf of `on_behalf_of`.
    """

    role: str
    since: str | None = None
    until: str | None = None
    is_current: bool = True
    on_behalf_of: str = ""


class Effort(Struct, frozen=True, kw_only=True):
    """What was measured in a lens and period: commits, and what was put in, with their shares."""

    lens: str
    period: str
    commits: int
    share: float
    put_in: int
    put_in_share: float


class Commitment(Struct, frozen=True, kw_only=True):
    """Somebody with roles on record beside measured effort.

    `kind` is `recorded`; `not_recorded` for who did something but has no role; `others` and
    `unattributed` complete the shares. `affiliation` is the short name by which commits are
    attributed; without one there are no `efforts`. `votes` and `money` are shares.
    """

    kind: str
    name: str
    organisation: Link | None = None
    affiliation: str | None = None
    roles: tuple[Role, ...] = ()
    votes: float | None = None
    money: float | None = None
    efforts: tuple[Effort, ...] = ()


class BodyMeasures(NamedTuple):
    """What is measured of a body."""

    work: BodyWork
    standing: Standing
    commitments: tuple[Commitment, ...]


class CommitmentRow(Struct, frozen=True):
    """A line of a file: somebody, with what was measured in a lens and period."""

    kind: str
    name: str
    affiliation: str
    roles: str
    votes: float | None
    money: float | None
    lens: str = ""
    period: str = ""
    commits: int | None = None
    share: float | None = None
    put_in: int | None = None
    put_in_share: float | None = None


class _Named(Struct, frozen=True):
    name: str
    role: Role
    since: date | None
    until: date | None
    organisation: Link | None = None


def commitments_of(
    session: Session, body: JointBody, work: BodyWork, standing: Standing, today: date
) -> tuple[Commitment, ...]:
    """Return everybody on record or with measured effort; efforts of a lens and period are all."""
    names = Names(rows_for(session, _urls(session, body)))
    found: dict[str, list[_Named]] = {}
    for named in _on_record(session, body, today):
        key = _key(named, names)
        found.setdefault(f"={key}" if key else folded(named.name), []).append(named)
    rows = [_recorded(who, group, work, standing) for who, group in found.items()]
    known = {row.affiliation for row in rows if row.affiliation}
    return (*rows, *_rest(work, known))


def commitment_rows(found: Iterable[Commitment]) -> Iterator[CommitmentRow]:
    """Yield a line for each lens and period; one alone for whom nothing could be measured."""
    for item in found:
        roles = "; ".join(_role_text(role) for role in item.roles)
        empty = (item.kind, item.name, item.affiliation or "", roles, item.votes, item.money)
        for lens, period, *counts in map(astuple, item.efforts):
            yield CommitmentRow(*empty, lens, period, *counts)
        if not item.efforts:
            yield CommitmentRow(*empty)


def _role_text(role: Role) -> str:
    """Return a role with its time as an ISO 8601 interval, open where no end is recorded."""
    time = f" {role.since}/{role.until or '..'}" if role.since else ""
    behalf = f" on behalf of {role.on_behalf_of}" if role.on_behalf_of else ""
    return f"{role.role}{time}{behalf}"


def _on_record(session: Session, body: JointBody, today: date) -> Iterator[_Named]:
    itself = Role(role=ITSELF, since=told(body, "founded_on"))
    yield _Named(body.name, itself, body.founded_on, None)
    for member in members_of(session, body.id or 0, today):
        if member.state in {"confirmed", "stated"}:
            role = Role(
                role=member.role, since=member.since, until=member.until,
                is_current=member.is_current,
            )  # fmt: skip
            begin, end = when(member.since, "since"), when_or_none(member.until or "", "until")
            yield _Named(member.name, role, begin.first, end_of(end), member.organisation)
    for row in _rows(session, SupplierContract, body):
        role = _role(row, MemberRole.SUPPLIER.value, today, row.on_behalf_of)
        yield _Named(row.supplier, role, row.since, row.until)
    payers = {row.payer: row for row in _rows(session, FundingLine, body)}
    for payer, row in payers.items():
        yield _Named(payer, _role(row, PAYER, today), row.since, row.until)


def _role(row: Any, role: str, today: date, on_behalf_of: str = "") -> Role:
    return Role(
        role=role, since=told(row, "since"), until=told(row, "until"),
        is_current=row.since <= today and (row.until is None or row.until > today),
        on_behalf_of=on_behalf_of,
    )  # fmt: skip


def _rows(session: Session, table: Any, body: JointBody) -> Any:
    query = select(table).where(col(table.body_id) == body.id)
    return session.execute(query.order_by(col(table.since), col(table.id))).scalars().all()


def _key(named: _Named, names: Names) -> str | None:
    """Return by which affiliation somebody is known: by name, then by slug in this registry."""
    link = named.organisation
    key = names.key_of(named.name, named.since, named.until)
    return key or (names.key_of(link.slug, named.since, named.until) if link else None)


def _recorded(who: str, group: list[_Named], work: BodyWork, standing: Standing) -> Commitment:
    key = who[1:] if who.startswith("=") else None
    titles = {named.name for named in group}
    return Commitment(
        kind=RECORDED,
        name=group[0].name,
        organisation=next((x.organisation for x in group if x.organisation), None),
        affiliation=key,
        roles=tuple(named.role for named in group),
        votes=_share(standing.sides, "votes", titles),
        money=_share(standing.sides, "money", titles),
        efforts=_efforts(work, {key}) if key else (),
    )


def _share(sides: Iterable[Side], name: str, titles: set[str]) -> float | None:
    shares = next((side.shares for side in sides if side.name == name), {})
    held = [share for title, share in shares.items() if title in titles]
    return sum(held) if held else None


def _rest(work: BodyWork, known: set[str]) -> Iterator[Commitment]:
    """Yield who has no role on record, the most active first, and what completes the shares."""
    parties = {party.key: party for party in _parties(work) if party.key not in known}
    rows = [
        Commitment(kind=NOT_RECORDED, name=party.name, affiliation=key,
                   efforts=_efforts(work, {key}))
        for key, party in parties.items()
    ]  # fmt: skip
    large = [x for x in rows if any(e.share >= SMALL or e.put_in_share >= SMALL for e in x.efforts)]
    yield from sorted(large, key=lambda x: (-max(e.share for e in x.efforts), x.name))
    small = set(parties) - {x.affiliation for x in large}
    if small:
        yield Commitment(kind=OTHERS, name="", efforts=_efforts(work, small))
    yield Commitment(kind=UNATTRIBUTED, name="", efforts=_efforts(work, None))


def _parties(work: BodyWork) -> Iterator[PartyShare]:
    lenses = chain.from_iterable((*period.lenses, *period.merging) for period in work.periods)
    for lens in lenses:
        yield from lens.parties


def _efforts(work: BodyWork, keys: set[str] | None) -> tuple[Effort, ...]:
    """Return what some organisations did, or, without any, what is attributed to nobody."""
    return tuple(
        _effort(period, lens, merging, keys)
        for period in work.periods
        for lens, merging in zip(period.lenses, period.merging, strict=True)
    )


def _effort(period: Period, lens: LensView, merging: LensView, keys: set[str] | None) -> Effort:
    commits, share = _of(lens, keys)
    put_in, put_in_share = _of(merging, keys)
    return Effort(
        lens=lens.name, period=period.name, commits=commits, share=share, put_in=put_in,
        put_in_share=put_in_share,
    )  # fmt: skip


def _of(lens: LensView, keys: set[str] | None) -> tuple[int, float]:
    if keys is None:
        return lens.unattributed.count, lens.unattributed.share
    held = [party for party in lens.parties if party.key in keys]
    return sum(party.count for party in held), sum(party.share for party in held)


def _urls(session: Session, body: JointBody) -> list[str]:
    numbers = repositories_of(session, body.id or 0)
    query = select(col(Repository.url)).where(col(Repository.id).in_(numbers))
    return list(session.execute(query).scalars())
