"""The files of a proof side by side, where their licences let them be shown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from registry.domain.licences import category
from registry.lineage.readmodels import EvidenceView
from web.pages.diffs import Diff, lines_of, side_by_side
from web.ports.catalogue import Contents
from web.proof_samples import Place, Sample, url_of

COPIES: Final = ("shared_files", "similar_files", "vendored_component")
MAX_DIFFS: Final = 2
MAX_COMPARED: Final = 6
_LICENCE_WORDS: Final = re.compile(r"[\s()]+")


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
    urls = [url_of(proof.get(name)) for name in ("origin", "reuser")]
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
