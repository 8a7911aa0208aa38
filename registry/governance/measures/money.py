"""Who pays: what is recorded of the last three years, in one currency; nothing is converted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from registry.governance.measures.recorded import Payment

YEARS_LOOKED_AT: Final = 3
_DAYS: Final = timedelta(days=3 * 365 + 1)


class Money(Struct, frozen=True, kw_only=True):
    """Shares of payers in what was paid in `currency`, the largest first.

    `coverage` is the share of the recorded payments that could be counted: those with an amount in
    that currency.
    """

    currency: str
    shares: dict[str, float]
    coverage: float


def recent_payments(payments: Iterable[Payment], today: date) -> list[Payment]:
    """Return payments that fall, at least in part, into the last three years."""
    first = today - _DAYS
    return [p for p in payments if p.since <= today and (p.until is None or p.until > first)]


def money_of(payments: Iterable[Payment], today: date) -> Money | None:
    """Return who paid how much of the last three years, or nothing where no payment is recorded."""
    recent = recent_payments(payments, today)
    if not recent:
        return None
    counted = _in_one_currency(recent)
    amounts: Counter[str] = Counter()
    for payment in counted:
        amounts[payment.payer] += round(100 * _part(payment, today) * (payment.amount or 0))
    total = amounts.total()
    return Money(
        currency=counted[0].currency or "" if counted else "",
        shares={payer: amount / total for payer, amount in amounts.most_common() if total},
        coverage=len(counted) / len(recent) if total else 0.0,
    )


def _in_one_currency(payments: Sequence[Payment]) -> list[Payment]:
    """Return the payments in the currency in which most are recorded."""
    known = [p for p in payments if p.amount is not None and p.amount > 0 and p.currency]
    currencies = Counter(p.currency for p in known)
    if not currencies:
        return []
    most = max(currencies, key=lambda name: (currencies[name], name or ""))
    return [p for p in known if p.currency == most]


def _part(payment: Payment, today: date) -> float:
    """Return which part of a payment falls into the last three years; of an open one, all."""
    if payment.until is None or payment.until <= payment.since:
        return 1.0
    first = max(payment.since, today - _DAYS)
    last = min(payment.until, today + timedelta(days=1))
    return (last - first) / (payment.until - payment.since)
