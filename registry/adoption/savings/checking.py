"""What may be recorded of a reported saving: amounts, periods and sources that can be."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

from registry.adoption.savings.models import NewSaving
from registry.db.tables import SavingClass
from registry.domain.reduced_dates import ReducedDate
from registry.entered import currency, digest, end_of, past, timed
from registry.errors import BlockedUrl
from registry.texts import WrongField, public_line, web_address

MAX_AMOUNT: Final = 10**12 - 1
MAX_METHOD: Final = 500
CLASSES: Final = tuple(kind.value for kind in SavingClass)
_AMOUNT: Final = re.compile(r"[-−]?\d{1,40}", re.ASCII)
_BLANKS: Final = str.maketrans("", "", " \u00a0\u202f")

CheckUrl: TypeAlias = Callable[[str], str]
"""Returns an address without fragment that is public, or raises `BlockedUrl` saying why not."""


def amount(text: str, field: str) -> int:
    """Return whole units of a currency, or raise `WrongField`; blanks may part thousands."""
    given = text.translate(_BLANKS)
    if not _AMOUNT.fullmatch(given):
        raise WrongField(
            field, "amount", "must be a whole number without commas or points, such as -5800000"
        )
    value = int(given.replace("−", "-"))
    if abs(value) > MAX_AMOUNT:
        raise WrongField(field, "amount", f"must be from {-MAX_AMOUNT} to {MAX_AMOUNT}")
    return value


def checked(new: NewSaving, now: datetime, check_url: CheckUrl) -> dict[str, Any]:
    """Return the columns of a saving, or raise `WrongField` naming the field to mend."""
    if new.kind.strip() not in CLASSES:
        raise WrongField("kind", "choice", f"must be one of {', '.join(CLASSES)}")
    low = amount(new.low, "low")
    high = amount(new.high, "high") if new.high.strip() else low
    if high < low:
        raise WrongField("high", "amount", "must not be less than the low figure")
    code = currency(new.currency, "currency")
    if code is None:
        raise WrongField("currency", "empty", "must be a code of ISO 4217 such as EUR")
    since, until = _period(new, now)
    columns = {
        "kind": SavingClass(new.kind.strip()), "low": low, "high": high, "currency": code,
        "method": public_line(new.method, "method", MAX_METHOD, least=10),
        **source_columns(new.url, new.on, new.sha256, now, check_url),
    }  # fmt: skip
    return timed(columns, since=since, until=until)


def _period(new: NewSaving, now: datetime) -> tuple[ReducedDate, ReducedDate | None]:
    """Return when a saving began and ended: what is still to come is a plan, and no saving."""
    since = past(new.since, "since", now)
    until = past(new.until, "until", now) if new.until.strip() else None
    end = end_of(until)
    if end is not None and end <= since.first:
        raise WrongField("until", "day", "must be after the day on which it begins")
    return since, until


def source_columns(
    url: str, on: str, sha256: str, now: datetime, check_url: CheckUrl
) -> dict[str, Any]:
    """Return the columns of a source; read today, where no day is named."""
    if not url.strip():
        if on.strip() or sha256.strip():
            raise WrongField("url", "empty", "must be given with the day or the file of a source")
        return {"source_url": None, "source_on": None, "source_sha256": None}
    columns = {
        "source_url": public_source(url, check_url),
        "source_sha256": digest(sha256, "sha256"),
    }
    return timed(columns, source_on=past(on.strip() or now.date().isoformat(), "on", now))


def public_source(url: str, check_url: CheckUrl) -> str:
    """Return an https address that anybody can open, with its fragment, or raise `WrongField`."""
    address, hash_sign, fragment = web_address(url, "url").partition("#")
    try:
        return check_url(address) + hash_sign + fragment
    except BlockedUrl as error:
        raise WrongField("url", "source", f"cannot be a source: {error}") from None
