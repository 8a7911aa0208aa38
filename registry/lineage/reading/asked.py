"""What a lookup asks for, checked: ids of git objects, packages and repositories."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from registry.domain.identity import canonical_repository_url
from registry.domain.purl import package_of
from registry.errors import InvalidInput
from registry.lineage.readmodels import LookupQuery

MAX_ASKED: Final = 1_000
_ID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SWHID: Final = re.compile(r"swh:1:(cnt|rev):([0-9a-f]{40})(;.*)?", re.DOTALL)
_CREDENTIALS: Final = re.compile(r"//[^/]*@")
_SHOWN: Final = 80


class Asked(Struct, frozen=True):
    """Each thing once, with the text by which it was asked for."""

    blobs: dict[bytes, str]
    commits: dict[bytes, str]
    packages: dict[tuple[str, str], str]
    urls: dict[str, str]
    fingerprints: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return sum(len(getattr(self, name)) for name in self.__struct_fields__)


def asked_of(query: LookupQuery) -> Asked:
    """Return what is asked for, or raise `InvalidInput` naming the first mistake."""
    count = sum(len(getattr(query, name)) for name in query.__struct_fields__)
    if count > MAX_ASKED:
        raise InvalidInput(f"at most {MAX_ASKED:,} things can be looked up at once, not {count:,}")
    asked = Asked({}, {}, {}, {}, frozenset(query.fingerprints))
    _take_ids(asked.blobs, query.blobs, "blobs")
    _take_ids(asked.commits, query.commits, "commits")
    for text in query.swhids:
        found = _SWHID.fullmatch(text.strip())
        if found is None:
            raise _wrong("swhids", text, "a SWHID of a content or revision: swh:1:cnt:… or rev:…")
        ids = asked.blobs if found[1] == "cnt" else asked.commits
        ids.setdefault(bytes.fromhex(found[2]), text)
    for text in query.purls:
        try:
            asked.packages.setdefault(package_of(text), text)
        except ValueError as error:
            raise _wrong("purls", text, f"a package URL: {error}") from error
    for text in query.urls:
        try:
            asked.urls.setdefault(canonical_repository_url(text), text)
        except InvalidInput as error:
            raise _wrong("urls", text, f"a repository's URL: {error}") from error
    return asked


def _take_ids(ids: dict[bytes, str], texts: Iterable[str], name: str) -> None:
    for text in texts:
        if not _ID.fullmatch(text.strip().lower()):
            raise _wrong(name, text, "a git object id of 40 or 64 hexadecimal digits")
        ids.setdefault(bytes.fromhex(text.strip()), text)


def _wrong(name: str, text: str, expected: str) -> InvalidInput:
    shown = _CREDENTIALS.sub("//…@", text)[:_SHOWN]
    return InvalidInput(f"{name}: {shown!r} is not {expected}")
