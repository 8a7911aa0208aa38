"""Dated statements of needs: what was searched, what was found, and why it is not used.

A statement is written once and never changed. Its digest is the SHA-256 of its canonical JSON
(RFC 8785), and the audit log holds the digest too, so that an auditor can check a copy against
both. A later statement supersedes an earlier one and names it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import rfc8785
from sqlmodel import Session, col, select

from registry.accounts import audit
from registry.adoption.needs.readmodels import Found, StatementView
from registry.adoption.needs.writing import draft_view
from registry.db.tables import Need, NeedStatement, Organisation
from registry.errors import Conflict, InvalidInput, NotFound

FRESH: Final = timedelta(days=30)
TYPE: Final = "registry-need-statement/1"


def issue_statement(
    session: Session, row: Need, *, actor: int | None, now: datetime
) -> NeedStatement:
    """Write the next statement of a need.

    Raises `Conflict` while a candidate has no answer, or when the search is older than 30 days.
    """
    draft = draft_view(row, now)
    if draft.found is None or draft.found.at < now - FRESH:
        raise Conflict("the search is older than 30 days: search again first")
    if draft.unanswered:
        named = ", ".join(draft.unanswered)
        raise Conflict(f"say of each candidate why it is not used: {named}")
    before = latest(session, row.id or 0)
    body = session.get(Organisation, row.organisation_id)
    content = _content(row, draft.found, body, before, now)
    text = rfc8785.dumps(content)
    digest = hashlib.sha256(text).hexdigest()
    made = NeedStatement(
        need_id=row.id or 0, number=before.number + 1 if before else 1, digest=digest,
        content=text.decode(), issued_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.append(
        session, actor=actor, action="need.statement_issued", subject=f"need:{row.id}",
        detail={"number": made.number, "sha256": digest}, at=now,
    )  # fmt: skip
    return made


def _content(
    row: Need,
    found: Found,
    organisation: Organisation | None,
    before: NeedStatement | None,
    now: datetime,
) -> dict[str, Any]:
    searched = msgspec.to_builtins(found)
    candidates = searched.pop("candidates")
    body = organisation and {
        "slug": organisation.slug, "uri": organisation.uri, "name": organisation.name,
        "country": organisation.country,
    }  # fmt: skip
    return {
        "type": TYPE,
        "need": row.id,
        "title": row.title,
        "description": row.description,
        "lang": row.lang,
        "functions": list(row.functions),
        "organisation": body,
        "issued_at": audit.moment(now),
        "searched": searched | {"at": audit.moment(found.at)},
        "found": [x | {"not_used_because": row.answers[x["slug"]]} for x in candidates],
        "supersedes": before.digest if before else None,
    }


def latest(session: Session, need: int) -> NeedStatement | None:
    """Return the last statement of a need."""
    return session.exec(
        select(NeedStatement)
        .where(NeedStatement.need_id == need)
        .order_by(col(NeedStatement.number).desc())
    ).first()


def statement(session: Session, need: int, number: int | None) -> StatementView:
    """Return a statement of a need, the last one without a number, or raise `NotFound`."""
    last = latest(session, need)
    if last is None:
        raise NotFound(f"no statement was issued of need {need}")
    wanted = last
    if number is not None and number != last.number:
        found = session.exec(
            select(NeedStatement).where(
                NeedStatement.need_id == need, NeedStatement.number == number
            )
        ).first()
        if found is None:
            raise NotFound(f"need {need} has no statement {number}")
        wanted = found
    return view_of(wanted, last.number)


def view_of(row: NeedStatement, last: int) -> StatementView:
    """Return a statement with its content as it was written."""
    return StatementView(
        need=row.need_id, number=row.number, digest=row.digest, issued_at=row.issued_at,
        document=json.loads(row.content),
        superseded_by=row.number + 1 if row.number < last else None,
    )  # fmt: skip


def check_copy(copy: bytes) -> tuple[str, bool]:
    """Return the digest of a copy of a statement, and whether it is the one that it states.

    A copy is the JSON that the registry gives: `document` and `digest`. Raises `InvalidInput` for
    what is none.
    """
    try:
        given = msgspec.json.decode(copy)
        document, stated = given["document"], given["digest"]
        computed = hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    except (msgspec.MsgspecError, rfc8785.CanonicalizationError, KeyError, TypeError,
            RecursionError) as error:  # fmt: skip
        raise InvalidInput("this is no JSON of a statement: it has document and digest") from error
    is_one = isinstance(document, Mapping) and document.get("type") == TYPE
    return computed, is_one and stated == computed
