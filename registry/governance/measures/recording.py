"""Recording affiliations: lists that the operator imports, checked line by line, all or nothing."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import select
from sqlmodel import Session

from registry.accounts import audit
from registry.db.tables import Affiliation, RegistryState
from registry.disputes.affiliations import WITHDRAWN
from registry.domain.countries import normalise_country
from registry.domain.identity import slugify
from registry.errors import InvalidInput
from registry.governance.measures.affiliations import affiliation_view, is_within
from registry.governance.measures.names import folded
from registry.governance.measures.parties import (
    FREE_MAIL,
    GOVERNMENT,
    NO_REPLY,
    SUPPLIER,
    plain_reason,
)
from registry.governance.measures.readmodels import AffiliationView
from registry.texts import public_line, web_address

STATE: Final = "affiliations"
STARTER: Final = Path(__file__).with_name("affiliations.csv")
COLUMNS: Final = (
    "kind", "subject", "organisation", "name", "category", "country", "scope", "since", "until",
    "source_url",
)  # fmt: skip
KINDS: Final = ("domain", "organisation", "name")
CATEGORIES: Final = (GOVERNMENT, SUPPLIER, FREE_MAIL, NO_REPLY)
MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 5 * 1024 * 1024
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


class Recorded(Struct, frozen=True):
    """What came of a list: how many affiliations are new, and how many were on record already."""

    new: int
    known: int


def record_affiliations(
    session: Session, data: bytes, now: datetime
) -> tuple[Recorded, list[AffiliationView]]:
    """Record a list (CSV with the header of `COLUMNS`); what is on record is brought up to date.

    Returns what came of it, and what is new or changed.
    Raises `InvalidInput` naming the line for what is no affiliation, for one that begins in the
    future, for a circle of organisations that work on behalf of each other, and for a name of two
    organisations at one time: then nothing is recorded. What somebody disputes stays disputed.
    """
    rows = [_row(number, line, now) for number, line in _lines(data)]
    known = {row.key: row for row in session.execute(select(Affiliation)).scalars()}
    every = [*(row for row in known.values() if row.state != WITHDRAWN), *rows]
    _refuse_circles(every)
    _refuse_shared_names(every)
    new: list[Affiliation] = []
    renewed: list[Affiliation] = []
    for row in rows:
        before = known.get(row.key)
        if before is None:
            session.add(row)
            known[row.key] = row
            new.append(row)
        elif _renew(before, row, now):
            renewed.append(before)
    detail: dict[str, audit.JsonValue] = {"new": len(new), "known": len(rows) - len(new)}
    audit.append(
        session, actor=None, action="affiliation.imported", subject="affiliations",
        detail=detail, at=now,
    )  # fmt: skip
    session.flush()
    done = Recorded(len(new), len(rows) - len(new))
    return done, [affiliation_view(row) for row in (*new, *renewed)]


def sync_starter(session: Session, now: datetime) -> list[AffiliationView]:
    """Record the affiliations that this version of the registry brings along, where they are new.

    What was withdrawn meanwhile stays withdrawn. Returns what is new or changed.
    """
    data = STARTER.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    state = session.get(RegistryState, STATE)
    if state is not None and state.value == digest:
        return []
    _, changed = record_affiliations(session, data, now)
    session.merge(RegistryState(key=STATE, value=digest, updated_at=now))
    session.flush()
    return changed


_RENEWED: Final = ("name", "category", "country", "until", "source_url")


def _renew(before: Affiliation, row: Affiliation, now: datetime) -> bool:
    changed = {name: getattr(row, name) for name in _RENEWED}
    if any(getattr(before, name) != value for name, value in changed.items()):
        before.sqlmodel_update({**changed, "changed_at": now})
        return True
    return False


def _lines(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"the list is larger than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
        found = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if set(found.fieldnames or ()) != set(COLUMNS):
            raise InvalidInput(f"the header must be {','.join(COLUMNS)}")
        lines = [(found.line_num, line) for line in found]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"the list is no CSV in UTF-8: {error}") from error
    if len(lines) > MAX_ROWS:
        raise InvalidInput(f"the list has more than {MAX_ROWS} lines")
    return lines


def _row(number: int, line: dict[str, str], now: datetime) -> Affiliation:
    try:
        if None in line or None in line.values():
            raise InvalidInput(f"a line has {len(COLUMNS)} values")
        return _affiliation({name: value.strip() for name, value in line.items()}, now)
    except InvalidInput as error:
        raise InvalidInput(f"line {number}: {error}") from error


def _affiliation(line: dict[str, str], now: datetime) -> Affiliation:
    kind = _one_of(line["kind"], KINDS, "kind")
    category = _one_of(line["category"], CATEGORIES, "category")
    subject = _subject(kind, line["subject"])
    organisation = _slug(line["organisation"], "organisation")
    if kind != "domain" and category not in {GOVERNMENT, SUPPLIER}:
        raise InvalidInput("nobody works on behalf of a mail service, or bears its name")
    since, until = _day(line["since"], "since"), _day(line["until"], "until")
    if since is not None and since > now.date():
        raise InvalidInput("since is in the future")
    if since is not None and until is not None and until < since:
        raise InvalidInput("until is before since")
    scope = web_address(line["scope"], "scope").rstrip("/") if line["scope"] else ""
    identity = "\0".join((kind, subject, organisation, scope.lower(), line["since"]))
    return Affiliation(
        key=f"aff_{hashlib.sha256(identity.encode()).hexdigest()[:20]}",
        kind=kind, subject=subject, organisation=organisation,
        name=public_line(line["name"], "name", 200), category=category,
        country=normalise_country(line["country"])[0] if line["country"] else None,
        scope=scope, since=since, until=until,
        source_url=web_address(line["source_url"], "source_url"), recorded_at=now, changed_at=now,
    )  # fmt: skip


def _subject(kind: str, text: str) -> str:
    if kind == "domain":
        return _domain(text)
    return public_line(text, "subject", 255) if kind == "name" else _slug(text, "subject")


def _one_of(text: str, known: Sequence[str], name: str) -> str:
    if text not in known:
        raise InvalidInput(f"{name} must be one of {', '.join(known)}")
    return text


def _domain(text: str) -> str:
    domain = text.lower()
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise InvalidInput(f"{text[:80]!r} is no domain of e-mail addresses")
    if plain_reason(domain):
        raise InvalidInput(f"{domain} is a mail service or a forge: it is nobody's own")
    return domain


def _slug(text: str, name: str) -> str:
    if not text or slugify(text) != text:
        raise InvalidInput(f"{name} must be a short name in small letters, such as town-of-tartu")
    return text[:120]


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(f"{name} must be a day such as 2018-06-01") from error


def _refuse_circles(rows: Iterable[Affiliation]) -> None:
    """Raise `InvalidInput` where an organisation works, over others, on behalf of itself."""
    ties = [row for row in rows if row.kind == "organisation"]
    for first in ties:
        waiting, seen = [first], set()
        while waiting:
            tie = waiting.pop()
            if tie.organisation == first.subject:
                raise InvalidInput(
                    f"{first.subject} would work on behalf of itself, over {tie.subject}"
                )
            if id(tie) not in seen:
                seen.add(id(tie))
                waiting += [x for x in ties if x.subject == tie.organisation and _meet(x, first)]


def _refuse_shared_names(rows: Iterable[Affiliation]) -> None:
    """Raise `InvalidInput` where a name would be that of two organisations at one time."""
    by_name: dict[str, list[Affiliation]] = {}
    for row in rows:
        if row.kind == "name":
            by_name.setdefault(folded(row.subject), []).append(row)
    for same in by_name.values():
        for a, b in combinations(same, 2):
            if a.organisation != b.organisation and _meet(a, b):
                raise InvalidInput(
                    f"{a.subject!r} would be the name of {a.organisation} and {b.organisation}"
                )


def _meet(a: Affiliation, b: Affiliation) -> bool:
    """Tell whether two affiliations can hold for one repository on one day."""
    is_near = is_within(a.scope, b.scope) or is_within(b.scope, a.scope)
    begins = max(a.since or date.min, b.since or date.min)
    return is_near and begins <= min(a.until or date.max, b.until or date.max)
