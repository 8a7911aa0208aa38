"""Who pays for a body, and which suppliers work on behalf of whom."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.db.tables import FundingLine, JointBody, Organisation, SupplierContract
from registry.domain.countries import COUNTRIES
from registry.entered import LAST_DAY, currency, timed, when, when_or_none
from registry.errors import Conflict
from registry.governance.record.checks import span
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import Evidence
from registry.governance.record.writing import Entry
from registry.texts import WrongField, public_line

MAX_AMOUNT: Final = 10**15
MAX_ROWS: Final = 2_000
MAX_NAME: Final = 400


def add_funding(
    session: Session, body: JointBody, new: NewFunding, evidence: Evidence, entry: Entry
) -> FundingLine:
    """Record money for a body; the country of a payer of this registry is known."""
    since, until = when(new.since, "since"), when_or_none(new.until, "until")
    span(since, until)
    name, country = _named(session, new.payer, "payer")
    row = FundingLine(
        body_id=body.id or 0, payer=name, country=country_of(new.country) or country,
        amount=_amount(new.amount), currency=_currency(new), share=_share(new.share),
        purpose=public_line(new.purpose, "purpose", 400, least=0),
        **timed(entry.columns(evidence), since=since, until=until),
    )  # fmt: skip
    _refuse_too_many(session, body, FundingLine)
    session.add(row)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "funding_recorded", funding=row.id)
    return row


def add_contract(
    session: Session, body: JointBody, new: NewContract, evidence: Evidence, entry: Entry
) -> SupplierContract:
    """Record a supplier; nobody works on behalf of itself, neither over others."""
    since, until = when(new.since, "since"), when_or_none(new.until, "until")
    span(since, until)
    row = SupplierContract(
        body_id=body.id or 0, supplier=_named(session, new.supplier, "supplier")[0],
        on_behalf_of=_named(session, new.on_behalf_of, "on_behalf_of")[0],
        purpose=public_line(new.purpose, "purpose", 400, least=0),
        **timed(entry.columns(evidence), since=since, until=until),
    )  # fmt: skip
    _refuse_too_many(session, body, SupplierContract)
    query = select(SupplierContract).where(SupplierContract.body_id == body.id)
    if has_circle(session.exec(query).all(), row):
        raise WrongField(
            "on_behalf_of", "overlap", "must not lead back to the supplier: that is a circle"
        )
    session.add(row)
    session.flush()
    body.updated_at = entry.at
    entry.note(session, body, "contract_recorded", contract=row.id)
    return row


def has_circle(rows: Sequence[SupplierContract], new: SupplierContract) -> bool:
    """Say whether somebody would work on behalf of itself, over others, on some day."""
    start, first, last = _key(new.supplier), new.since, new.until or LAST_DAY
    reached: list[tuple[str, date, date]] = [(_key(new.on_behalf_of), first, last)]
    seen: set[tuple[str, date, date]] = set()
    while reached:
        place = reached.pop()
        if place[0] == start:
            return True
        if place in seen:
            continue
        seen.add(place)
        for row in rows:
            begin = max(place[1], row.since)
            end = min(place[2], row.until or LAST_DAY)
            if _key(row.supplier) == place[0] and begin < end:
                reached.append((_key(row.on_behalf_of), begin, end))
    return False


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _named(session: Session, text: str, field: str) -> tuple[str, str | None]:
    """Return name and country of an organisation of this registry, or the name as written."""
    name = public_line(text, field, MAX_NAME)
    found = session.exec(select(Organisation).where(col(Organisation.slug) == name[:120])).first()
    return (found.name, found.country) if found else (name, None)


def country_of(text: str) -> str | None:
    """Return the code of a country, None where nothing is written, or raise `WrongField`."""
    code = text.strip().upper()
    if code and code not in COUNTRIES:
        raise WrongField("country", "choice", "must be a code of ISO 3166-1 such as EE")
    return code or None


def _amount(amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= MAX_AMOUNT:
        raise WrongField("amount", "choice", f"must be from 0 to {MAX_AMOUNT}, in whole units")
    return amount


def _currency(new: NewFunding) -> str | None:
    code = currency(new.currency, "currency")
    if bool(code) != (new.amount is not None):
        raise WrongField("currency", "choice", "must be given with an amount, and only then")
    return code


def _share(share: float | None) -> float | None:
    if share is not None and not 0 < share <= 100:
        raise WrongField("share", "choice", "must be above 0 and at most 100 percent")
    return share


def _refuse_too_many(
    session: Session, body: JointBody, table: type[FundingLine] | type[SupplierContract]
) -> None:
    query = select(func.count()).select_from(table).where(col(table.body_id) == body.id)
    if session.exec(query).one() >= MAX_ROWS:
        raise Conflict(f"a body has at most {MAX_ROWS} of these here")
