"""Use cases of the publish wizard: begin, look at, answer, mend and forget a draft.

A draft is found by the secret in its address alone. Until an ownership claim, nobody has to sign
in; so that this costs little, drafts are few, small, and gone after thirty days.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Draft
from registry.errors import Conflict, InvalidInput, NotFound
from registry.publishing.drafting import (
    changed_file,
    composed_of,
    draft_view,
    facts_of,
    first_file,
    usable_language,
)
from registry.publishing.draftmodels import DraftView, Facts, Looked
from registry.publishing.fields import BY_NAME
from registry.publishing.port import MAX_FILE_BYTES, PubliccodeFiles, Repositories

LIFETIME: Final = timedelta(days=30)
MAX_DRAFTS: Final = 10_000
MAX_ANSWERS: Final = 64 * 1024
_SECRET_BYTES: Final = 24


class Drafts:
    """The drafts of an instance; safe to share between threads."""

    def __init__(
        self,
        database: Database,
        repositories: Repositories,
        files: PubliccodeFiles,
        clock: Clock,
    ) -> None:
        self._database = database
        self._repositories = repositories
        self._files = files
        self._clock = clock

    def look(self, url: str) -> Looked:
        """Return what there is at an address; has it read where nobody has asked for it yet."""
        found = self._repositories.look(url)
        if found.kind == "repository" and found.state in {"new", "failed"}:
            self._repositories.ask_for(found.url)
            found = self._repositories.look(found.url)
        return found

    def known(self, url: str) -> Looked:
        """Return what there is at an address, without having anything read."""
        return self._repositories.look(url)

    def begin(self, url: str) -> str:
        """Begin the draft of a repository and return the secret under which it is kept.

        Raises `InvalidInput` for an address that may not be read and for that of an organisation,
        `Gone` for a removed one, `Conflict` while too many drafts are kept.
        """
        found = self.look(url)
        if found.kind == "organisation":
            raise InvalidInput("this is an organisation: choose one of its repositories")
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        row = Draft(
            key_hash=_hash(secret), url=found.url, created_at=now, updated_at=now,
            expires_at=now + LIFETIME,
        )  # fmt: skip
        if found.facts:
            self._fill(row, found.facts)
        self._keep(secret, row)
        return secret

    def view(self, secret: str) -> DraftView:
        """Return a draft, or raise `NotFound`; one that waits is filled once its repository is
        read."""
        row = self._row(secret)
        if row.facts:
            return draft_view(row)
        found = self._repositories.look(row.url)
        if found.facts is None:
            return DraftView(
                url=row.url,
                state="failed" if found.state == "failed" else "reading",
                expires_at=row.expires_at,
                reason=found.reason,
            )
        self._fill(row, found.facts)
        return self._saved(row)

    def answer(self, secret: str, answers: Mapping[str, str]) -> DraftView:
        """Put down answers by question; an empty one says that nothing is to be said."""
        row = self._ready(secret)
        kept = {name: text for name, text in answers.items() if name in BY_NAME or name == "lang"}
        if "lang" in kept and not usable_language(kept["lang"]):
            raise InvalidInput("the language is not one of BCP 47, such as en or fr")
        if sum(len(text) for text in {**row.answers, **kept}.values()) > MAX_ANSWERS:
            raise InvalidInput("the answers are longer than 64 KiB")
        composed = changed_file(row, kept, self._files)
        if composed.refused:
            keys = ", ".join(composed.refused)
            raise InvalidInput(f"{keys}: cannot be changed here, change the text of the file")
        row.composed = msgspec.to_builtins(composed)
        row.answers = {**row.answers, **kept}
        return self._saved(row)

    def mend(self, secret: str) -> tuple[DraftView, int]:
        """Make every certain fix in the file; return the draft and how many were made."""
        row = self._ready(secret)
        mended = self._files.mend(composed_of(row).text.encode(), path=facts_of(row).path)
        return self._with_text(row, mended.text), mended.made

    def edit(self, secret: str, text: str) -> DraftView:
        """Take a text as the file."""
        if len(text.encode()) > MAX_FILE_BYTES:
            raise InvalidInput(f"the file is larger than {MAX_FILE_BYTES // 1024} KiB")
        return self._with_text(self._ready(secret), text)

    def forget(self, secret: str) -> None:
        """Remove a draft now, or raise `NotFound`."""
        row = self._row(secret)
        with self._database.write() as session:
            session.exec(delete(Draft).where(col(Draft.id) == row.id))

    def _row(self, secret: str) -> Draft:
        with self._database.read() as session:
            found = session.exec(
                select(Draft).where(
                    col(Draft.key_hash) == _hash(secret), col(Draft.expires_at) > self._clock()
                )
            ).first()
        if found is None:
            raise NotFound("there is no such draft: it may have expired after 30 days")
        return found

    def _keep(self, secret: str, row: Draft) -> None:
        del secret  # its hash is in the row
        with self._database.write() as session:
            forget_expired(session, row.created_at)
            if session.exec(select(func.count()).select_from(Draft)).one() >= MAX_DRAFTS:
                raise Conflict("too many drafts are kept: try again tomorrow")
            session.add(row)

    def _ready(self, secret: str) -> Draft:
        row = self._row(secret)
        if not row.facts:
            raise Conflict("the repository is still being read")
        return row

    def _fill(self, row: Draft, facts: Facts) -> None:
        facts, composed = first_file(facts, self._files)
        row.composed = msgspec.to_builtins(composed)
        row.facts = msgspec.to_builtins(msgspec.structs.replace(facts, base=None))

    def _with_text(self, row: Draft, text: str) -> DraftView:
        composed = self._files.compose(text.encode(), {}, path=facts_of(row).path)
        row.composed = msgspec.to_builtins(composed)
        return self._saved(row)

    def _saved(self, row: Draft) -> DraftView:
        row.updated_at = self._clock()
        with self._database.write() as session:
            session.merge(row)
        return draft_view(row)


def forget_expired(session: Session, now: datetime) -> int:
    """Remove the drafts whose thirty days are over; return how many."""
    return session.exec(delete(Draft).where(col(Draft.expires_at) <= now)).rowcount


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
