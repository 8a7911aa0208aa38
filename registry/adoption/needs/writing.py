"""Writing a need: a draft that nobody signs in for, its candidates, and why they are not used."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from registry.adoption.needs.readmodels import Answer, DraftView, Found, NewNeed, State
from registry.db.tables import Need, NeedState
from registry.domain.publiccode_lists import CATEGORIES
from registry.errors import Conflict, NotFound
from registry.texts import WrongField, language_tag, public_line, public_text

MAX_TITLE: Final = 200
MAX_DESCRIPTION: Final = 5_000
MAX_FUNCTIONS: Final = 5
MAX_ANSWER: Final = 1_000
MAX_DRAFTS: Final = 10_000
KEPT: Final = timedelta(days=30)
REASONS: Final = (
    "not_same", "feature_missing", "licence", "technology", "language", "law",
    "not_maintained", "cost_of_adapting", "not_deployable", "used", "other",
)  # fmt: skip
"""Why a candidate is not used; `used` says that it is, alone or as a part."""


def checked_need(need: NewNeed) -> NewNeed:
    """Return a need as it is stored, or raise `WrongField`."""
    functions = tuple(dict.fromkeys(need.functions))
    if len(functions) > MAX_FUNCTIONS:
        raise WrongField("functions", "long", f"must be at most {MAX_FUNCTIONS}")
    if unknown := [x for x in functions if x not in CATEGORIES]:
        raise WrongField("functions", "choice", f"has no {unknown[0][:60]!r} among them")
    return NewNeed(
        title=public_line(need.title, "title", MAX_TITLE),
        description=public_text(need.description, "description", MAX_DESCRIPTION),
        lang=language_tag(need.lang),
        functions=functions,
    )


def add_draft(session: Session, need: NewNeed, found: Found, now: datetime) -> str:
    """Write a draft and return the secret under which it is found."""
    forget_expired_drafts(session, now)
    count = session.exec(select(func.count()).select_from(Need).where(_is_draft())).one()
    if count >= MAX_DRAFTS:
        raise Conflict("too many drafts are kept: try again tomorrow")
    secret = secrets.token_urlsafe(24)
    row = new_row(need, found, now)
    row.key_hash = hash_of(secret)
    session.add(row)
    return secret


def new_row(need: NewNeed, found: Found, now: datetime) -> Need:
    """Return a draft that is not stored yet."""
    return Need(
        title=need.title, description=need.description, lang=need.lang,
        functions=list(need.functions), found=msgspec.to_builtins(found),
        created_at=now, updated_at=now, expires_at=now + KEPT,
    )  # fmt: skip


def find_draft(session: Session, secret: str, now: datetime) -> Need:
    """Return a draft by its secret, or raise `NotFound`."""
    found = session.exec(
        select(Need).where(col(Need.key_hash) == hash_of(secret), col(Need.expires_at) > now)
    ).first()
    if found is None:
        raise NotFound("there is no such draft: it may have expired after 30 days")
    return found


def set_answers(row: Need, answers: Mapping[str, Answer]) -> None:
    """Put down why candidates are not used; an empty reason takes an answer back."""
    known = {x["slug"] for x in (row.found or {}).get("candidates", ())}
    kept = dict(row.answers)
    for slug, answer in answers.items():
        if slug not in known:
            raise WrongField("answers", "unknown", f"name {slug[:120]!r}, which is no candidate")
        if not answer.reason:
            kept.pop(slug, None)
            continue
        kept[slug] = msgspec.to_builtins(_checked(slug, answer))
    row.answers = kept


def _checked(slug: str, answer: Answer) -> Answer:
    if answer.reason not in REASONS:
        raise WrongField(f"reason-{slug}", "choice", f"must be one of {', '.join(REASONS)}")
    text = public_line(answer.text, f"text-{slug}", MAX_ANSWER, least=int(answer.reason == "other"))
    return Answer(answer.reason, text)


def need_of(row: Need) -> NewNeed:
    """Return what was written."""
    return NewNeed(
        title=row.title, description=row.description, lang=row.lang,
        functions=tuple(row.functions),
    )  # fmt: skip


def state_of(row: Need, now: datetime) -> State:
    """Return where a need stands now."""
    if row.state is NeedState.DRAFT:
        return "draft"
    if row.state is NeedState.CLOSED:
        return "closed"
    return "open" if row.expires_at > now else "expired"


def draft_view(row: Need, now: datetime) -> DraftView:
    """Return a need as those see it who may change it."""
    return DraftView(
        id=row.id or 0, title=row.title, description=row.description, lang=row.lang,
        functions=tuple(row.functions), state=state_of(row, now), expires_at=row.expires_at,
        found=msgspec.convert(row.found, Found) if row.found else None,
        answers={slug: msgspec.convert(x, Answer) for slug, x in row.answers.items()},
    )  # fmt: skip


def hash_of(secret: str) -> bytes:
    """Return what is kept of the secret of a draft."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def forget_expired_drafts(session: Session, now: datetime) -> None:
    """Remove drafts whose thirty days are over."""
    session.exec(delete(Need).where(_is_draft(), col(Need.expires_at) <= now))


def _is_draft() -> Any:
    return col(Need.state) == NeedState.DRAFT
