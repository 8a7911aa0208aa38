"""Which licence a licence file holds: recognised from its text, or unknown; never guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from crawlers.metadata.licence_rules import NOTICES, RULES, Rule
from crawlers.metadata.spdx import parse_licence

MAX_CHARACTERS: Final = 256 * 1024
# A notice is short; a text that holds more words than this and no known licence is its own.
_NOTICE_WORDS: Final = 320
# Where the first licence of a file that holds several must begin to count as the main one.
_MAIN_WITHIN: Final = 700

_GAP = re.compile(r"[\W_]+")
_SPDX_LINE = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,200})")


@dataclass(frozen=True, slots=True)
class LicenceMatch:
    """What was recognised: `spdx_id` (an SPDX expression) or None, and how.

    `method` is spdx (an SPDX tag), text, notice, name (file name in LICENSES/), several (texts of
    several licences, none of them first) or none; `confidence` is between 0 and 1.
    """

    spdx_id: str | None
    confidence: float
    method: str


_UNKNOWN: Final = LicenceMatch(None, 0.0, "none")


def detect(text: str) -> LicenceMatch:
    """Recognise the licence that `text` (a LICENSE file) holds; unknown text gives None."""
    text = text[:MAX_CHARACTERS]
    words = _GAP.sub(" ", text.lower()).strip()
    found = _matching(words)
    eupl = _eupl(words)
    if "commons clause" in words:
        return _UNKNOWN  # a rider that takes back what the licence grants
    if eupl:
        return LicenceMatch(eupl, 0.99, "text")
    if found:
        return _choose(found, words)
    return _tagged(text) or _noticed(words)


def detect_file(path: str, text: str) -> LicenceMatch:
    """Like `detect`, and for an unknown text in `LICENSES/` the id that its name gives (REUSE)."""
    match = detect(text)
    if match.spdx_id is None and PurePosixPath(path).parent.name == "LICENSES":
        named = parse_licence(PurePosixPath(path).stem)
        if named.expression:
            return LicenceMatch(named.expression, 0.9, "name")
    return match


def _matching(words: str) -> list[tuple[int, Rule]]:
    found: list[tuple[int, Rule]] = []
    for rule in RULES:
        place = words.find(rule.starts)
        if place < 0 or any(phrase in words for phrase in rule.lacks):
            continue
        if all(phrase in words for phrase in rule.needs):
            found.append((place, rule))
    return sorted(found, key=lambda item: (item[0], -len(item[1].starts)))


def _choose(found: list[tuple[int, Rule]], words: str) -> LicenceMatch:
    place, first = found[0]
    others = {rule.spdx_id for _, rule in found} - {first.spdx_id}
    length = words.count(" ") + 1
    if others and place > _MAIN_WITHIN:
        return LicenceMatch(None, 0.0, "several")
    if others or length > first.longest:
        # More than this licence stands here: it is the first, and perhaps not all.
        return _beside_other_text(first, place, length)
    return LicenceMatch(first.spdx_id, first.confidence, "text")


def _beside_other_text(rule: Rule, place: int, length: int) -> LicenceMatch:
    if place > _MAIN_WITHIN or length > 20 * rule.longest:
        return LicenceMatch(None, 0.0, "several")
    return LicenceMatch(rule.spdx_id, min(rule.confidence, 0.75), "text")


def _eupl(words: str) -> str | None:
    """Tell the EUPL in any of its languages by the line `EUPL © … 2007, 2016` near the top."""
    if len(words) < 3_000:
        return None
    head = words[:600]
    place = head.find("eupl")
    if place < 0:
        return None
    if "2007 2016" in head:
        return "EUPL-1.2"
    if "2007" in head and re.search(r"\bv ?1 1\b", head):
        return "EUPL-1.1"
    return None


def _tagged(text: str) -> LicenceMatch | None:
    tag = _SPDX_LINE.search(text)
    if not tag:
        return None
    expression = parse_licence(tag[1].strip(" \t*/#->")).expression
    return LicenceMatch(expression, 0.97, "spdx") if expression else None


def _noticed(words: str) -> LicenceMatch:
    if words.count(" ") >= _NOTICE_WORDS:
        return _UNKNOWN
    ids = list(dict.fromkeys(spdx for phrase, spdx in NOTICES if phrase in words))
    return LicenceMatch(ids[0], 0.8, "notice") if len(ids) == 1 else _UNKNOWN


def combine(found: Mapping[str, LicenceMatch]) -> tuple[str, LicenceMatch] | None:
    """Return the file that speaks for the repository, and its licence, from path → match.

    A plain `LICENSE`, `LICENCE` or `COPYING` wins; `COPYING.LESSER` beside the GPL means the
    LGPL; `LICENSE-MIT` with `LICENSE-APACHE` is a choice (OR), as Rust projects mean it; other
    files of different licences are joined by AND. None where nothing was recognised.
    """
    known = {path: match for path, match in sorted(found.items()) if match.spdx_id}
    root = {path: match for path, match in known.items() if "/" not in path}
    lesser = _lesser(root)
    if lesser:
        return lesser
    plain = [path for path in root if _is_plain(path)]
    if plain:
        return plain[0], root[plain[0]]
    return _joined(root or known)


def _is_plain(path: str) -> bool:
    name = PurePosixPath(path)
    bare = name.suffix.lower() in {"", ".md", ".txt", ".rst", ".adoc", ".html"}
    return bare and name.stem.lower() in {"license", "licence", "copying", "unlicense", "unlicence"}


def _lesser(root: Mapping[str, LicenceMatch]) -> tuple[str, LicenceMatch] | None:
    gnu = {str(match.spdx_id).split("-")[0] for match in root.values()}
    if gnu != {"GPL", "LGPL"}:
        return None
    return next(
        (path, match) for path, match in root.items() if str(match.spdx_id).startswith("LGPL")
    )


def _joined(known: Mapping[str, LicenceMatch]) -> tuple[str, LicenceMatch] | None:
    if not known:
        return None
    path, first = next(iter(known.items()))
    ids = sorted({str(match.spdx_id) for match in known.values()})
    if len(ids) == 1:
        return path, first
    choice = ids == ["Apache-2.0", "MIT"] and all("/" not in name for name in known)
    joined = (" OR " if choice else " AND ").join(
        f"({name})" if " " in name else name for name in ids
    )
    expression = parse_licence(joined).expression
    if expression is None:
        return path, first
    return path, LicenceMatch(expression, 0.7, first.method)
