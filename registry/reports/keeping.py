"""Saved reports: a portfolio with title, programme, days and funding, kept under an account."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
from babel.numbers import list_currencies
from msgspec import Struct
from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.db.tables import SavedReport
from registry.errors import Conflict, InvalidInput, NotFound
from registry.reports.portfolio import Portfolio, portfolio_of, portfolio_pairs
from registry.texts import WrongField, public_line

MAX_REPORTS: Final = 200
MAX_FUNDING: Final = 20
MAX_AMOUNT: Final = 10**15
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2200, 1, 1)


class Funding(Struct, frozen=True, kw_only=True):
    """Who paid how much, of which currency (ISO 4217), from and to which day.

    All is text as it was written; `amount` is a decimal number without separators.
    """

    payer: str = ""
    amount: str = ""
    currency: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return self == Funding()


class NewReport(Struct, frozen=True, kw_only=True):
    """What somebody wants to keep; days are ISO texts, empty where none is said."""

    title: str
    portfolio: Portfolio
    programme: str = ""
    since: str = ""
    until: str = ""
    funding: tuple[Funding, ...] = ()


class SavedView(Struct, frozen=True, kw_only=True):
    """A saved report as its readers see it."""

    key: str
    title: str
    programme: str
    since: date | None
    until: date | None
    funding: tuple[Funding, ...]
    portfolio: Portfolio
    account: int | None
    created_at: datetime
    updated_at: datetime


def keep(session: Session, account: int | None, new: NewReport, now: datetime) -> SavedReport:
    """Keep a report; raises `WrongField`, or `Conflict` where an account has too many."""
    columns = _columns(new)
    owned = col(SavedReport.account_id) == account
    count = session.exec(select(func.count()).select_from(SavedReport).where(owned)).one()
    if count >= MAX_REPORTS:
        raise Conflict(f"an account keeps at most {MAX_REPORTS} reports: delete one first")
    row = SavedReport(
        key=f"rep_{secrets.token_hex(10)}", account_id=account, created_at=now, updated_at=now,
        **columns,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def change(row: SavedReport, new: NewReport, now: datetime) -> None:
    """Change a saved report; raises `WrongField`."""
    for name, value in _columns(new).items():
        setattr(row, name, value)
    row.updated_at = now


def find(session: Session, key: str) -> SavedReport:
    """Return a saved report, or raise `NotFound`."""
    row = session.exec(select(SavedReport).where(SavedReport.key == key.replace("\0", ""))).first()
    if row is None:
        raise NotFound(f"there is no saved report {key[:60]!r}")
    return row


def own(session: Session, account: int | None, key: str) -> SavedReport:
    """Return a report of an account; one of somebody else is `NotFound`, as if it were none."""
    row = find(session, key)
    if account is None or row.account_id != account:
        raise NotFound(f"there is no saved report {key[:60]!r} of this account")
    return row


def view_of(row: SavedReport) -> SavedView:
    """Return what readers see."""
    return SavedView(
        key=row.key, title=row.title, programme=row.programme, since=row.since, until=row.until,
        funding=msgspec.convert(row.funding, tuple[Funding, ...]),
        portfolio=portfolio_of([(str(name), str(value)) for name, value in row.portfolio]),
        account=row.account_id, created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


def _columns(new: NewReport) -> dict[str, Any]:
    if new.portfolio.is_empty:
        raise WrongField("portfolio", "empty", "must hold something")
    since, until = _day(new.since, "since"), _day(new.until, "until")
    _in_order(since, until, "until")
    return {
        "title": public_line(new.title, "title", 200),
        "programme": public_line(new.programme, "programme", 400, least=0),
        "since": since,
        "until": until,
        "portfolio": [list(pair) for pair in portfolio_pairs(new.portfolio)],
        "funding": [msgspec.to_builtins(line) for line in _funding(new.funding)],
    }


def _funding(lines: Sequence[Funding]) -> list[Funding]:
    given = [(number, line) for number, line in enumerate(lines, start=1) if not line.is_empty]
    if len(given) > MAX_FUNDING:
        raise InvalidInput(f"a report has at most {MAX_FUNDING} lines of funding")
    return [_line(line, number) for number, line in given]


def _line(line: Funding, number: int) -> Funding:
    since = _day(line.since, f"since-{number}")
    until = _day(line.until, f"until-{number}")
    _in_order(since, until, f"until-{number}")
    currency = line.currency.strip().upper()
    if currency not in list_currencies():
        raise WrongField(
            f"currency-{number}", "choice", "must be an ISO 4217 code such as EUR or CAD"
        )
    return Funding(
        payer=public_line(line.payer, f"payer-{number}", 400),
        amount=_amount(line.amount, f"amount-{number}"), currency=currency,
        since=since.isoformat() if since else "", until=until.isoformat() if until else "",
    )  # fmt: skip


def _amount(text: str, field: str) -> str:
    said = "must be an amount from 0 to 10^15 with a point before cents, such as 250000.50"
    try:
        amount = Decimal(text.strip().replace(" ", "").replace("\u202f", ""))
    except InvalidOperation:
        raise WrongField(field, "choice", said) from None
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise WrongField(field, "choice", said)
    return f"{amount.quantize(Decimal('0.01')):f}".removesuffix(".00")


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise WrongField(field, "day", "must be a day such as 2024-06-30")
    return found


def _in_order(since: date | None, until: date | None, field: str) -> None:
    if since is not None and until is not None and until < since:
        raise WrongField(field, "day", "must not be before the day on which it begins")
