"""Masking at the time of recording: who asked to be erased is in no reading that is stored."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.db.bulk import batches
from registry.db.tables import CommitRow, Erasure
from registry.db.tables.facts import MASKED_AUTHOR
from registry.domain.addresses import ADDRESS, WITHHELD
from registry.domain.facts import Attribution, Document, Reading

Hasher = Callable[[str], tuple[bytes, str]]


class Masking:
    """A hasher of authors that knows who is masked, and takes their addresses out of texts."""

    def __init__(self, session: Session, hasher: Hasher) -> None:
        self._session = session
        self._hasher = hasher
        self._erased = frozenset(session.exec(select(Erasure.author_key)))

    def __call__(self, email: str) -> tuple[bytes, str]:
        """Return the key and domain of an author, or those of nobody."""
        if self._erased and self._is_erased(email):
            return MASKED_AUTHOR, ""
        return self._hasher(email)

    def reading(self, found: Reading) -> Reading:
        """Return a reading whose documents and quotations name nobody who is masked."""
        if not self._erased:
            return found
        return msgspec.structs.replace(
            found,
            documents=tuple(self._plain(x, Document) for x in found.documents),
            attributions=tuple(self._plain(x, Attribution) for x in found.attributions),
        )

    def mask_commits(self, repository_id: int, found: Reading) -> None:
        """Mask what was recorded before, under any spelling of an address that is masked now."""
        if not self._erased:
            return
        for person, masked in (
            ("email", {"author_key": MASKED_AUTHOR, "author_domain": ""}),
            ("committer", {"committer_key": MASKED_AUTHOR, "committer_domain": ""}),
            ("merger", {"merger_key": MASKED_AUTHOR, "merger_domain": ""}),
        ):
            ids = (
                bytes.fromhex(commit.id)
                for commit in found.commits
                if self._is_erased(getattr(commit, person))
            )
            for batch in batches(ids, 500):
                here = col(CommitRow.repository_id) == repository_id
                self._session.execute(
                    update(CommitRow).where(here, col(CommitRow.id).in_(batch)).values(**masked)
                )

    def _plain(self, item: Any, kind: Any) -> Any:
        return msgspec.convert(self._value(msgspec.to_builtins(item)), kind)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return ADDRESS.sub(lambda x: WITHHELD if self._is_erased(x[0]) else x[0], value)
        if isinstance(value, list | tuple):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {self._value(key): self._value(item) for key, item in value.items()}
        return value

    def _is_erased(self, email: str) -> bool:
        spellings = {email, email.lower(), email.rstrip(".")}
        return any(self._hasher(spelling)[0] in self._erased for spelling in spellings)
