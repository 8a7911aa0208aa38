"""Code fingerprints of a repository: each hash with the earliest file that holds it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from registry.domain.facts import Fingerprint, PathFirstSeen
from registry.domain.fingerprints import MAX_FILE_BYTES, fingerprints
from registry.domain.languages import is_vendored, language_of

# Bytes of source that one reading looks at; about a minute of work at the most.
MAX_BYTES: Final = 96 * 1024 * 1024
# Prose, styles and data have their own copies everywhere: they are compared as whole files only.
_NOT_CODE: Final = frozenset({"CSS", "SCSS", "Sass", "Less", "Jupyter Notebook", "Dockerfile"})


def is_source(path: str) -> bool:
    """Tell whether fingerprints are taken of the file at a path."""
    language = language_of(path)
    return language is not None and language not in _NOT_CODE and not is_vendored(path)


def earliest_places(paths: Iterable[PathFirstSeen]) -> dict[str, PathFirstSeen]:
    """Return for each blob of source the place where it stood first."""
    places: dict[str, PathFirstSeen] = {}
    for seen in paths:
        known = places.get(seen.blob)
        if is_source(seen.path) and (
            known is None or (seen.time, seen.path) < (known.time, known.path)
        ):
            places[seen.blob] = seen
    return places


def read_fingerprints(
    blobs: Iterable[str],
    places: Mapping[str, PathFirstSeen],
    in_head: frozenset[str],
    content: Callable[[str], bytes | None],
) -> tuple[tuple[Fingerprint, ...], tuple[str, ...]]:
    """Return the fingerprints of some blobs, and the caps that were hit."""
    found: dict[int, Fingerprint] = {}
    budget = MAX_BYTES
    for blob in blobs:
        place = places.get(blob)
        data = content(blob) if place else None
        if place is None or data is None or len(data) > MAX_FILE_BYTES:
            continue
        budget -= len(data)
        if budget < 0:
            return tuple(found.values()), ("fingerprints",)
        for value in fingerprints(data):
            _keep(found, value, place, is_in_head=blob in in_head)
    return tuple(found.values()), ()


def _keep(
    found: dict[int, Fingerprint], value: int, place: PathFirstSeen, *, is_in_head: bool
) -> None:
    known = found.get(value)
    in_head = is_in_head or (known is not None and known.in_head)
    if known is None or (place.time, place.blob) < (known.first_seen, known.blob):
        found[value] = Fingerprint(value, place.blob, place.path, place.time, in_head)
    elif in_head != known.in_head:
        found[value] = Fingerprint(value, known.blob, known.path, known.first_seen, in_head)
