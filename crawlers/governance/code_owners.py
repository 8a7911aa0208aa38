"""CODEOWNERS: rules, owners, and which paths they cover.

Sources: GitHub, "About code owners" (the last matching rule wins; no `!`, no `[ ]`, a rule without
owners takes them away; `docs/*` does not reach below); GitLab, "Code Owners" (sections, each with
owners of its own that its rules inherit). Patterns are matched here rather than by a library of
`gitignore`: that one reaches below `docs/*`, and backtracks on hostile patterns.
"""

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from registry.domain.governance_files import Coverage, Named

MAX_RULES: Final = 5_000
MAX_OWNERS: Final = 5_000
MAX_STEPS: Final = 1_000_000
"""Matches of a rule with a path that are tried; beyond, a sample of the paths is looked at."""

MAX_PARTS: Final = 60
_LEAST_PATHS: Final = 200
_MAX_ORGANISATIONS: Final = 30
_SECTION = re.compile(r"\^?\[([^\[\]]{1,200})\](?:\[\d{1,3}\])?(.*)")
_TEAM = re.compile(r"@([A-Za-z0-9][A-Za-z0-9._-]{0,99})((?:/[A-Za-z0-9._-]{1,100}){1,20})")
_PERSON = re.compile(r"@@?[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ADDRESS = re.compile(r"[^\s@<>]{1,200}@[^\s@<>]{1,200}")


class Rule(Struct, frozen=True):
    """A pattern with its owners as written; `line` counts from 1, `section` from 0."""

    pattern: str
    owners: tuple[str, ...]
    line: int
    section: int


class Rules(Struct, frozen=True):
    """All rules of a file that a forge understands, and how many it does not."""

    rules: tuple[Rule, ...]
    unread: int
    is_cut: bool = False


def parse(text: str) -> Rules:
    """Return the rules of a file."""
    rules: list[Rule] = []
    unread, section = 0, 0
    inherited: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).strip()
        if not line:
            continue
        if heading := _SECTION.fullmatch(line):
            section, inherited = section + 1, _owners(heading[2].split())
            continue
        pattern, *words = re.split(r"(?<!\\)\s+", line)
        if pattern.startswith("!") or "[" in pattern or pattern.count("/") > MAX_PARTS:
            unread += 1
        elif len(rules) >= MAX_RULES:
            return Rules(tuple(rules), unread, is_cut=True)
        else:
            rules.append(Rule(pattern.replace("\\ ", " "), _owners(words) or inherited, number,
                              section))  # fmt: skip
    return Rules(tuple(rules), unread)


def _without_comment(line: str) -> str:
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]


def _owners(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        word.lower()
        for word in words
        if _TEAM.fullmatch(word) or _PERSON.fullmatch(word) or _ADDRESS.fullmatch(word)
    )[:MAX_OWNERS]


def owners_of(rules: Rules) -> tuple[int, int]:
    """Return how many distinct owners and teams are named."""
    named = {owner for rule in rules.rules for owner in rule.owners}
    return len(named), sum(1 for owner in named if _TEAM.fullmatch(owner))


def organisations_of(rules: Rules) -> tuple[Named, ...]:
    """Return the organisations whose teams own something, those in most rules first."""
    counts: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for rule in rules.rules:
        for name in {found[1] for owner in rule.owners if (found := _TEAM.fullmatch(owner))}:
            counts[name] += 1
            lines.setdefault(name, rule.line)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Named(name=name, rules=count, line=lines[name])
                 for name, count in ranked[:_MAX_ORGANISATIONS])  # fmt: skip


def coverage_of(rules: Rules, paths: Iterable[str]) -> Coverage:
    """Return how many of the paths have an owner: in any section, by its last matching rule."""
    every = sorted(paths)
    room = max(_LEAST_PATHS, MAX_STEPS // max(1, len(rules.rules)))
    step = max(1, -(-len(every) // room))
    looked_at = every[::step]
    sections: dict[int, list[tuple[Callable[[Sequence[str]], bool], bool]]] = {}
    for rule in reversed(rules.rules):
        sections.setdefault(rule.section, []).append((matcher(rule.pattern), bool(rule.owners)))
    owned = sum(_is_owned(path.split("/"), sections.values()) for path in looked_at)
    return Coverage(owned=owned, looked_at=len(looked_at), files=len(every))


def _is_owned(
    parts: Sequence[str], sections: Iterable[list[tuple[Callable[[Sequence[str]], bool], bool]]]
) -> bool:
    return any(next((has for matches, has in rules if matches(parts)), False) for rules in sections)


@lru_cache(maxsize=MAX_RULES)
def matcher(pattern: str) -> Callable[[Sequence[str]], bool]:
    """Return what tells whether a pattern matches a path, given as its parts."""
    is_folder = pattern.endswith("/")
    parts = [part for part in pattern.split("/") if part]
    is_anchored = "/" in pattern.rstrip("/")
    if not is_anchored:
        parts = ["**", *parts]
    if parts in ([], ["**"], ["**", "*"]):
        return lambda _path: True
    # `docs/*` means the files of that folder alone, `docs` and `docs/` all that is below.
    reaches_below = is_folder or parts[-1] != "*"
    if parts[-1] == "**":  # at least one part, however deep
        parts[-1] = "*"
    steps = tuple(_part(part) for part in parts)

    def matches(path: Sequence[str]) -> bool:
        return _matches(steps, path, reaches_below=reaches_below, is_folder=is_folder)

    return matches


_Step = Callable[[str], object] | None
"""Tells whether one part of a path fits; `None` are the two stars, any number of parts."""


def _part(part: str) -> _Step:
    if part == "**":
        return None
    if not any(character in part for character in "*?\\"):
        return part.__eq__
    # `fnmatch` makes atomic groups of stars: no pattern makes it try again and again.
    return re.compile(fnmatch.translate(part.replace("\\", ""))).match


def _matches(
    steps: Sequence[_Step], path: Sequence[str], *, reaches_below: bool, is_folder: bool
) -> bool:
    """Walk the parts of the path once, with all places of the pattern that may come next."""
    end = len(steps)
    places = _closed({0}, steps)
    for number, part in enumerate(path, 1):
        following = {place for place in places if place < end and steps[place] is None}
        following |= {place + 1 for place in places
                      if place < end and (step := steps[place]) and step(part) not in (None, False)
                      }  # fmt: skip
        places = _closed(following, steps)
        if end in places:
            is_file = number == len(path)
            if (is_file and not is_folder) or (not is_file and reaches_below):
                return True
        if not places:
            return False
    return False


def _closed(places: set[int], steps: Sequence[_Step]) -> set[int]:
    """Add the places behind two stars, which may stand for nothing."""
    found = set(places)
    for number, step in enumerate(steps):
        if step is None and number in found:
            found.add(number + 1)
    return found
