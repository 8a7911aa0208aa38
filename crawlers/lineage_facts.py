"""What a reading adds for lineage, beside commits and paths."""

from collections.abc import Callable, Sequence

import msgspec

from crawlers import attributions, spans
from crawlers.mainline import MainLine
from crawlers.prints import earliest_places, read_fingerprints
from registry.domain.facts import (
    Attribution,
    DependencySpan,
    Fingerprint,
    PackageSpan,
    PathFirstSeen,
)
from registry.domain.fingerprints import is_generated

Content = Callable[[str], bytes | None]


class LineageFacts(msgspec.Struct, frozen=True):
    """The paths, with size and mark where the contents were looked at, and what is told of
    them."""

    paths: tuple[PathFirstSeen, ...]
    fingerprints: tuple[Fingerprint, ...] = ()
    package_spans: tuple[PackageSpan, ...] = ()
    dependency_spans: tuple[DependencySpan, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    caps: tuple[str, ...] = ()


def read_lineage_facts(
    paths: Sequence[PathFirstSeen],
    in_head: frozenset[str],
    main_line: MainLine | None,
    content: Content,
) -> LineageFacts:
    """Return what contents tell; `in_head` are the blobs of HEAD, `content` reads one if it can.

    Without a main line, nothing was fetched to be looked at.
    """
    if main_line is None:
        return LineageFacts(tuple(paths), caps=("contents",))
    sources = _Sources(content)
    prints, caps = read_fingerprints(
        main_line.sources, earliest_places(paths), in_head, sources.read
    )
    packages, dependencies = spans.read_spans(main_line.versions, content)
    return LineageFacts(
        paths=tuple(sources.marked(paths, main_line.sources)),
        fingerprints=prints,
        package_spans=packages,
        dependency_spans=dependencies,
        attributions=attributions.read_attributions(main_line.versions, content),
        caps=(*main_line.caps, *caps),
    )


class _Sources:
    """Contents of source code: each is read once, and its size and mark are kept."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._known: dict[str, tuple[int, bool] | None] = {}

    def read(self, blob: str) -> bytes | None:
        data = self._content(blob)
        self._known[blob] = None if data is None else (len(data), is_generated(data))
        return data

    def marked(self, paths: Sequence[PathFirstSeen], blobs: Sequence[str]) -> list[PathFirstSeen]:
        """Add size and mark to the paths of these blobs, reading those that nobody asked for."""
        for blob in blobs:
            if blob not in self._known:
                self.read(blob)
        return [self._mark(seen) for seen in paths]

    def _mark(self, seen: PathFirstSeen) -> PathFirstSeen:
        known = self._known.get(seen.blob)
        if known is None:
            return seen
        return msgspec.structs.replace(seen, size=known[0], is_generated=known[1])
