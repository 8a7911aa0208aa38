"""The samples of a proof: the same file, commit or line at both ends, and the files side by side.

A proof holds what strangers wrote, so that every value is looked at before it is shown.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from registry.domain.licences import category
from registry.domain.links import commit_url, file_url
from registry.lineage.readmodels import EvidenceView
from web.pages.diffs import Diff, lines_of, side_by_side
from web.ports.catalogue import Contents

COPIES: Final = ("shared_files", "similar_files", "vendored_component")
MAX_SAMPLES: Final = 20
MAX_DIFFS: Final = 2
MAX_COMPARED: Final = 6
_OBJECT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LICENCE_WORDS: Final = re.compile(r"[\s()]+")
_LATEST: Final = 32_503_680_000  # the year 3000


class Place(Struct, frozen=True, kw_only=True):
    """Where a sample stands at one end; what is not known is empty."""

    path: str = ""
    blob: str = ""
    commit: str = ""
    line: int | None = None
    time: datetime | None = None
    swhid: str = ""
    href: str = ""


class Sample(Struct, frozen=True, kw_only=True):
    """One sample: its places at the two ends, and where it was removed; `shared` pieces of code."""

    origin: Place | None = None
    reuser: Place | None = None
    removed: Place | None = None
    shared: int = 0

    @property
    def is_identical(self) -> bool:
        """Whether both ends have the very same contents."""
        blobs = [x.blob for x in (self.origin, self.reuser) if x is not None]
        return len(blobs) == 2 and blobs[0] != "" and blobs[0] == blobs[1]


class Compared(Struct, frozen=True, kw_only=True):
    """A sample with the numbers of lines of both files; `diff` where they may be shown and differ.

    `reason` tells why there is no text: licence, missing, binary, long; empty where there is, or
    where both files are the same.
    """

    sample: Sample
    origin_lines: int | None = None
    reuser_lines: int | None = None
    diff: Diff | None = None
    reason: str = ""


def samples_of(proof: Mapping[str, Any]) -> tuple[Sample, ...]:
    """Return the samples of a proof, those with something readable in them."""
    found = proof.get("samples")
    rows = [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []
    urls = {name: _url(proof.get(name)) for name in ("origin", "reuser")}
    return tuple(
        Sample(
            origin=_place(row.get("origin"), urls["origin"]),
            reuser=_place(row.get("reuser"), urls["reuser"]),
            removed=_place(row.get("removed"), urls["reuser"]),
            shared=_count(row.get("shared")) or 0,
        )
        for row in rows[:MAX_SAMPLES]
    )


def compare(
    evidence: EvidenceView, samples: tuple[Sample, ...], contents: Contents
) -> tuple[Compared, ...]:
    """Return the files of both ends side by side: those that differ first.

    The text is shown only where the licences of both ends are open ones. Only copies are compared:
    two manifests are none.
    """
    if evidence.edge.kind not in COPIES:
        return ()
    pairs = [x for x in samples if x.origin and x.reuser and x.origin.blob and x.reuser.blob]
    chosen = sorted(pairs, key=lambda x: x.is_identical)[:MAX_COMPARED]
    may_show = is_open(evidence.origin_licence) and is_open(evidence.reuser_licence)
    return tuple(_compared(evidence.proof, chosen, contents, may_show=may_show))


def is_open(licence: str | None) -> bool:
    """Say whether every licence in an SPDX expression is one that lets code be passed on."""
    words = _LICENCE_WORDS.split(licence or "")
    ids = [x for x in words if x and x not in {"AND", "OR", "WITH"} and "exception" not in x]
    return bool(ids) and all(category(x.removesuffix("+")) != "unknown" for x in ids)


def _compared(
    proof: Mapping[str, Any], samples: list[Sample], contents: Contents, *, may_show: bool
) -> Iterator[Compared]:
    shown = 0
    urls = [_url(proof.get(name)) for name in ("origin", "reuser")]
    for sample in samples:
        texts = [
            _lines(contents, url, place)
            for url, place in zip(urls, (sample.origin, sample.reuser), strict=True)
        ]
        counts = [None if isinstance(x, str) else len(x) for x in texts]
        reason = next((x for x in texts if isinstance(x, str)), "")
        diff = None
        if not sample.is_identical and not reason:
            reason = "" if may_show else "licence"
            if may_show and shown < MAX_DIFFS:
                diff = side_by_side(*(x for x in texts if not isinstance(x, str)))
                reason, shown = ("", shown + 1) if diff else ("long", shown)
        yield Compared(
            sample=sample, origin_lines=counts[0], reuser_lines=counts[1], diff=diff, reason=reason
        )


def _lines(contents: Contents, url: str, place: Place | None) -> list[str] | str:
    content = contents.contents(url, place.blob) if url and place else None
    if content is None:
        return "missing"
    lines = lines_of(content)
    return "binary" if lines is None else lines


def _url(end: Any) -> str:
    url = end.get("url") if isinstance(end, dict) else None
    return url if isinstance(url, str) else ""


def _place(value: Any, url: str) -> Place | None:
    if not isinstance(value, dict):
        return None
    path, commit = _text(value.get("path")), _object(value.get("commit"))
    line = _count(value.get("line"))
    return Place(
        path=path,
        blob=_object(value.get("blob")),
        commit=commit,
        line=line,
        time=_moment(value.get("time")),
        swhid=_text(value.get("swhid")),
        href=_link(url, commit, path, line),
    )


def _link(url: str, commit: str, path: str, line: int | None) -> str:
    if not url or not commit:
        return ""
    return file_url(url, "", commit, path, line) if path else commit_url(url, "", commit)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> str:
    return value if isinstance(value, str) and _OBJECT.fullmatch(value) else ""


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count else None


def _moment(value: Any) -> datetime | None:
    seconds = _count(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds < _LATEST else None
