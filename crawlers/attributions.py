"""Texts over history that name where code comes from: which files to read, and what they said.

Pure given the contents: the reader lists the states of the watched paths on the main line, the
contents of some of them are fetched, and the sentences become dated facts.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from registry.domain.attribution import Memory, Statement, same, statements
from registry.domain.attribution_phrases import REUSE
from registry.domain.facts import Attribution, Version
from registry.domain.languages import is_vendored

MAX_DEPTH: Final = 3
MAX_VERSIONS: Final = 40
MAX_BLOBS: Final = 400
MAX_ATTRIBUTIONS: Final = 200

Content = Callable[[str], bytes | None]

_TEXT = re.compile(
    r"(?:readme|lisez[-_]?moi|leesmij|liesmich|leggimi|leia[-_]?me|lueminut|lugemind|läsmig|notices?"
    r"|authors?|credits?|acknowledge?ments?|thanks|contributors?|attributions?|about|a-propos"
    r"|colophon|licen[cs]e|copying|history|origins?)"
    r"(?:[._-][\w-]{1,12})?(?:\.(?:md|markdown|mdown|rst|adoc|asciidoc|txt))?",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:index|about|a-propos|credits?|colophon)\.x?html?", re.IGNORECASE)
_INDEX = re.compile(r"(?:.*/)?docs?/(?:source/)?index\.(?:md|rst|adoc)", re.IGNORECASE)


def is_watched(path: str) -> bool:
    """Say whether a file may tell where code comes from, by its path alone.

    READMEs, notices, credits, licences, about pages, start pages of documentation and of sites,
    down to three folders below the root, outside of vendored folders.
    """
    if path.count("/") > MAX_DEPTH or is_vendored(path):
        return False
    name = path.rpartition("/")[2]
    return bool(_TEXT.fullmatch(name) or _PAGE.fullmatch(name) or _INDEX.fullmatch(path))


def wanted_blobs(versions: Mapping[str, Sequence[Version]]) -> tuple[str, ...]:
    """Return the contents to read, at most 400: of each path at most 40 versions.

    The newest and the oldest of every path come first, then versions evenly between them; paths
    near the root before deeper ones. A history that grows keeps most of what it chose before.
    """
    ranked = sorted(
        (rank, path.count("/"), path, version.blob)
        for path, states in versions.items()
        if is_watched(path)
        for rank, version in enumerate(_spread([state for state in states if state.blob]))
    )
    return tuple(islice(dict.fromkeys(blob for *_, blob in ranked), MAX_BLOBS))


def _spread(states: Sequence[Version]) -> Iterator[Version]:
    """Yield the newest, the oldest, then those at multiples of halving powers of two."""
    count = len(states)
    if count:
        yield states[-1]
    if count > 1:
        yield states[0]
    step = 1 << count.bit_length()
    while step and (count - 1) // step <= MAX_VERSIONS - 2:
        yield from states[step : count - 1 : 2 * step]
        step //= 2


def read_attributions(
    versions: Mapping[str, Sequence[Version]], content: Content
) -> tuple[Attribution, ...]:
    """Return the sentences that name a source, each with the stretch of history that holds it.

    At most 200: what says that code was taken comes before thanks, and the root before folders.
    A version whose content is not here says nothing, not even that a sentence was removed.
    """
    wanted = frozenset(wanted_blobs(versions))
    found = [
        fact
        for path, states in sorted(versions.items())
        if is_watched(path)
        for fact in _of_path(path, states, wanted, content)
    ]
    found.sort(key=lambda fact: (fact.phrase not in REUSE, fact.path.count("/"), fact.path,
                                 fact.first_seen, fact.line))  # fmt: skip
    return tuple(found[:MAX_ATTRIBUTIONS])


def _of_path(
    path: str, states: Sequence[Version], wanted: frozenset[str], content: Content
) -> Iterator[Attribution]:
    memory: Memory = {}
    known = [
        (version, said)
        for version in states
        if (said := _said(version, wanted, content, memory)) is not None
    ]
    for key in dict.fromkeys(key for _, said in known for key in said):
        holding = [number for number, (_, said) in enumerate(known) if key in said]
        first, said = known[holding[0]]
        gone = known[holding[-1] + 1][0] if holding[-1] + 1 < len(known) else None
        statement = said[key]
        yield Attribution(
            path=path, line=statement.line, text=statement.text, phrase=statement.phrase,
            target=statement.target, target_url=statement.target_url, lang=statement.lang,
            blob=first.blob, commit=first.commit, first_seen=first.time,
            removed_commit=gone.commit if gone else None, removed_at=gone.time if gone else None,
        )  # fmt: skip


def _said(
    version: Version, wanted: frozenset[str], content: Content, memory: Memory
) -> dict[str, Statement] | None:
    """Return what a version says, by the form in which it stays the same; None: not known."""
    if not version.blob:
        return {}
    data = content(version.blob) if version.blob in wanted else None
    if data is None:
        return None
    return {same(statement.text): statement for statement in statements(data, memory)}
