"""Who else than the author is recorded on a commit: reviewers, who merged it, who signed it off.

Somebody is the author too where the name or the address is the same, or where the message names
them as co-author: nobody approves their own work. Programs and forges approve nothing. Names are
compared here, inside the sandbox, and go no further.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from crawlers.bots import BOT, PLATFORMS, is_bot
from crawlers.trailers import CO_AUTHORED, SIGNED_OFF, Named
from registry.domain.facts import Commit

# "Merge branch 'develop' of https://… into develop" brings what was on the branch already.
_PULL: Final = re.compile(
    rb"\s*Merge (remote-tracking )?branch '([^'\n]{1,200})'(?: of [^\s']{1,500})?"
    rb"(?: into '?([^'\n]{1,200}?)'?)?[ \t]*(?:\n|$)"
)
_UNSAID: Final = frozenset({b"master", b"main"})  # git names no other branch to merge into


class Authors:
    """By which names and addresses the authors and co-authors of commits go; and who pulled."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._same: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._pulls: set[str] = set()

    def note(self, commit: str, names: tuple[str, ...], *, is_pull: bool) -> None:
        """Remember who a commit is of, and whether it merged a branch into itself."""
        self._known[commit] = self._same.setdefault(names, names)
        if is_pull:
            self._pulls.add(commit)

    def approves(self, merge: Commit, brought: Commit) -> bool:
        """Tell whether a merge shows that somebody else than the author took a commit in."""
        names = self._known.get(brought.id, ())
        mine = self._known.get(merge.id, ())[:2]
        return merge.id not in self._pulls and not any(name and name in names for name in mine)


def names_of(name: str, email: str, people: Sequence[Named]) -> tuple[str, ...]:
    """Return the author's name and address, then those of the co-authors."""
    more = [x for named in people if named.role == CO_AUTHORED for x in (named.name, named.email)]
    return (name, email, *more)


def by_others(people: Sequence[Named], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (role, address) of who is recorded beside the author; a sign-off may be the author's.

    A co-author who reviewed is left out as a reviewer.
    """
    own = {name for name in names if name}
    found: dict[tuple[str, str], None] = {}
    for role, name, email in people:
        known = own if role not in {CO_AUTHORED, SIGNED_OFF} else set(names[:2]) - {""}
        is_self = role != SIGNED_OFF and (name in known or email in known)
        if not is_self and email not in PLATFORMS and not is_bot(name, email):
            found[role, email] = None
    return tuple(found)


def is_pull(message: bytes) -> bool:
    """Tell whether a merge brings a branch into itself, by the message that git gives it."""
    found = _PULL.match(message)
    if found is None:
        return False
    branch = found[2].partition(b"/")[2] if found[1] else found[2]
    return branch == found[3] if found[3] else branch in _UNSAID


def mark_mergers(commits: list[Commit], head: str, authors: Authors) -> list[Commit]:
    """Return commits with who made the merge on the main line that brought them there."""
    by_id = {commit.id: commit for commit in commits}
    mergers: dict[str, str] = {}
    reached: set[str] = set()
    for commit in reversed(_first_parents(by_id, head)):
        reached.add(commit.id)
        is_person = BOT not in commit.flags and commit.email not in {"", *PLATFORMS}
        for brought in _reach(by_id, commit.parents[1:], reached):
            if is_person and is_work(brought) and authors.approves(commit, brought):
                mergers[brought.id] = commit.email
    return [replace(x, merger=mergers[x.id]) if x.id in mergers else x for x in commits]


def is_work(commit: Commit) -> bool:
    """Tell whether a commit is somebody's own work: no merge, and of no program."""
    return len(commit.parents) < 2 and BOT not in commit.flags


def _first_parents(by_id: dict[str, Commit], head: str) -> list[Commit]:
    line: dict[str, Commit] = {}
    commit = by_id.get(head)
    while commit is not None and commit.id not in line:
        line[commit.id] = commit
        commit = by_id.get(commit.parents[0]) if commit.parents else None
    return list(line.values())


def _reach(by_id: dict[str, Commit], start: Sequence[str], reached: set[str]) -> list[Commit]:
    """Return the commits that are reached for the first time, and remember them."""
    found: list[Commit] = []
    stack = list(start)
    while stack:
        key = stack.pop()
        if key not in reached and key in by_id:
            reached.add(key)
            found.append(by_id[key])
            stack.extend(by_id[key].parents)
    return found
