"""Erasure: a person who asks for it is masked everywhere, now and whenever it is read again.

The address that the operator enters is used and forgotten: what stays is its keyed hash, which
`registry.catalogue.masking` compares with what every later reading brings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Column, LargeBinary, String, Table, cast, delete, func, select, update
from sqlalchemy.types import JSON
from sqlmodel import Session, col

from registry.db.base import Model
from registry.db.bulk import batches, insert_rows
from registry.db.tables import (
    ApprovalCount,
    CommitRow,
    Contribution,
    ContributionCount,
    Erasure,
    ForgeCache,
    TrailerRow,
)
from registry.db.tables.facts import MASKED_AUTHOR
from registry.domain.addresses import ADDRESS, WITHHELD
from registry.errors import InvalidInput

Hasher = Callable[[str], tuple[bytes, str]]
# Kept as they are: paths and ids are what proofs are made of, and the audit log is sealed.
_LEFT_ALONE: Final = frozenset({"audit_entry", "audit_checkpoint", "forge_cache"})
_LEFT_COLUMNS: Final = frozenset({"path", "url", "blob", "commit", "slug", "key"})


class ErasureReport(Struct, frozen=True):
    """What was masked: commits by their author, and texts in which an address stood."""

    commits: int
    texts: int


class ErasureView(Struct, frozen=True):
    """A masked person, as far as the registry knows one."""

    fingerprint: str
    requested_at: datetime


def erase(
    session: Session, addresses: Iterable[str], *, hasher: Hasher, now: datetime
) -> ErasureReport:
    """Mask the person behind e-mail addresses in the caller's transaction.

    Commits lose the author's key and domain, texts the address. Repeating it changes nothing.
    Raises `InvalidInput` for what is no address.
    """
    known = [_checked(address) for address in addresses]
    spellings = sorted({*known, *(address.lower() for address in known)})
    keys = {hasher(address)[0] for address in spellings}
    stored = set(session.execute(select(col(Erasure.author_key))).scalars())
    new = [{"author_key": key, "requested_at": now} for key in sorted(keys - stored)]
    insert_rows(session, Erasure, new)
    commits = session.execute(
        update(CommitRow)
        .where(col(CommitRow.author_key).in_(keys))
        .values(author_key=MASKED_AUTHOR, author_domain="")
    )
    for role in ("committer", "merger"):
        session.execute(
            update(CommitRow)
            .where(col(getattr(CommitRow, f"{role}_key")).in_(keys))
            .values({f"{role}_key": MASKED_AUTHOR, f"{role}_domain": ""})
        )
    session.execute(delete(TrailerRow).where(col(TrailerRow.person_key).in_(keys)))
    _forget_counts(session, keys)
    texts = sum(_mask_texts(session, address) for address in {a.lower() for a in known})
    return ErasureReport(int(commits.rowcount), texts)  # type: ignore[attr-defined]


def _forget_counts(session: Session, keys: Iterable[bytes]) -> None:
    """Remove what was counted where a person took part: it is counted anew without them."""
    places = select(col(Contribution.repository_id)).where(col(Contribution.author_key).in_(keys))
    repositories = sorted(set(session.execute(places).scalars()))
    for batch in batches(repositories, 500):
        for table in (ApprovalCount, Contribution, ContributionCount):
            session.execute(delete(table).where(col(table.repository_id).in_(batch)))


def list_erasures(session: Session) -> list[ErasureView]:
    """Return who is masked, by the beginning of the hash: an address cannot be told from it."""
    rows = session.execute(
        select(col(Erasure.author_key), col(Erasure.requested_at)).order_by(
            col(Erasure.requested_at), col(Erasure.author_key)
        )
    )
    return [ErasureView(bytes(key).hex()[:12], at) for key, at in rows]


def places_of(session: Session, address: str, *, hasher: Hasher) -> list[str]:
    """Return the `table.column` places in which an address stands, in clear or as a hash."""
    wanted = _checked(address)
    found = [
        f"{table.name}.{column.name}"
        for table, column in _text_columns(with_left=True)
        if session.execute(
            select(func.count()).select_from(table).where(_holds(session, column, wanted))
        ).scalar_one()
    ]
    keys = {hasher(wanted)[0], hasher(wanted.lower())[0]}
    for table, column in _KEYS:
        count = select(func.count()).select_from(table).where(col(column).in_(keys))
        if session.execute(count).scalar_one():
            found.append(f"{table.__tablename__}.{column.key}")
    return found


_KEYS: Final[tuple[tuple[Any, Any], ...]] = (
    (CommitRow, CommitRow.author_key),
    (CommitRow, CommitRow.committer_key),
    (CommitRow, CommitRow.merger_key),
    (TrailerRow, TrailerRow.person_key),
    (Contribution, Contribution.author_key),
)


def _checked(address: str) -> str:
    text = address.strip()
    if not ADDRESS.fullmatch(text):
        raise InvalidInput("one of the lines is no e-mail address")
    return text


def _mask_texts(session: Session, address: str) -> int:
    """Replace an address wherever a text or a JSON value holds it; return the number of rows."""
    changed = 0
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", re.IGNORECASE)
    for table, column in _text_columns():
        keys = list(table.primary_key.columns)
        rows = session.execute(
            select(*keys, column.label("found")).where(_holds(session, column, address))
        ).all()
        for *key, value in rows:
            where = [part == is_now for part, is_now in zip(keys, key, strict=True)]
            session.execute(update(table).where(*where).values({column: masked(value, pattern)}))
        changed += len(rows)
    session.execute(
        ForgeCache.__table__.delete().where(_holds(session, col(ForgeCache.body), address))  # type: ignore[attr-defined]
    )
    return changed


def masked(value: Any, pattern: re.Pattern[str]) -> Any:
    """Return a JSON-like value without what the pattern finds."""
    if isinstance(value, str):
        return pattern.sub(WITHHELD, value)
    if isinstance(value, list):
        return [masked(item, pattern) for item in value]
    if isinstance(value, dict):
        return {masked(key, pattern): masked(item, pattern) for key, item in value.items()}
    return value


def _text_columns(*, with_left: bool = False) -> Iterator[tuple[Table, Column[Any]]]:
    for table in Model.metadata.sorted_tables:
        if table.name in _LEFT_ALONE and not with_left:
            continue
        for column in _of_text(table.columns):
            is_left = column.primary_key or column.name in _LEFT_COLUMNS
            if with_left or not is_left:
                yield table, column


def _of_text(columns: Iterable[Column[Any]]) -> Sequence[Column[Any]]:
    # What decorates a type, as SQLModel does with texts, names the type that it stores.
    return [
        x for x in columns if isinstance(getattr(x.type, "impl_instance", x.type), String | JSON)
    ]


def _holds(session: Session, column: Any, address: str) -> Any:
    text: Any = cast(column, String)
    if isinstance(column.type, LargeBinary) and session.get_bind().dialect.name == "postgresql":
        text = func.encode(column, "escape")
    return func.lower(text).contains(address.lower(), autoescape=True)
