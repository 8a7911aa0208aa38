"""Reading commits with the files that each changed, out of two repositories side by side."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from crawlers.history import Partial, stream
from crawlers.tree import MAX_PATH_BYTES
from registry.domain.addresses import ADDRESS, WITHHELD
from registry.domain.dates import believed_text

MAX_COMMITS: Final = 100_000
MAX_CHANGES: Final = 1_000_000
MAX_SUBJECT: Final = 200
_NAME: Final = re.compile(
    r"\b(?:CVE-\d{4}-\d{4,10}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|[A-Z]{2,12}-\d{4}-\d{1,10})\b",
    re.ASCII | re.IGNORECASE,
)
_MAX_NAMES: Final = 20
_ZERO: Final = re.compile("0+")


class Change(NamedTuple):
    """One file that a commit changed; a file that is not there has the id "" and the mode ""."""

    path: str
    old: str
    new: str
    old_mode: str
    new_mode: str

    @property
    def is_text_edit(self) -> bool:
        """Whether contents may tell what ids cannot: an ordinary file before and after."""
        return self.old_mode.startswith("100") and self.new_mode.startswith("100")


class Logged(NamedTuple):
    """A commit with what it changed: against its first parent where it is a merge."""

    commit: str
    parents: tuple[str, ...]
    time: int
    subject: str
    names: tuple[str, ...]
    changes: list[Change]

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return len(self.parents) > 1


class History(NamedTuple):
    """Commits, the newest first and never before their children, and the caps that were hit."""

    commits: list[Logged]
    caps: tuple[str, ...]


def read_log(directory: Path, beside: Path, revisions: str, now: int) -> History:
    """Return the commits of a range; objects may lie in the repository `beside` as well."""
    records = stream(
        directory, "log", "--topo-order", "--raw", "--diff-merges=first-parent", "--no-renames",
        "--root", "-z", "--no-abbrev", "--no-show-signature", "--encoding=UTF-8",
        "--format=tformat:%x01%H %ct %P%n%B", "--end-of-options", revisions,
        beside=beside,
    )  # fmt: skip
    commits: list[Logged] = []
    try:
        _collect(records, commits, now)
    except Partial as partial:
        return History(commits, (partial.cap,))
    return History(commits, ())


def _collect(records: Iterator[bytes], commits: list[Logged], now: int) -> None:
    changes, pending = 0, b""
    for raw in records:
        if pending:  # a raw line is followed by its path, whatever that begins with
            changes += _add(commits[-1], pending, raw)
            pending = b""
            if changes > MAX_CHANGES:
                commits.pop()
                raise Partial("changes")
            continue
        record = raw.lstrip(b"\n")
        if record.startswith(b"\x01"):
            if len(commits) >= MAX_COMMITS:
                raise Partial("commits")
            commits.append(_commit(record, now))
        elif record.startswith(b":") and commits:
            pending = record


def _commit(record: bytes, now: int) -> Logged:
    text = record[1:].decode("utf-8", "replace")
    head, _, message = text.partition("\n")
    commit, when, *parents = head.split(" ")
    subject = next((line.strip() for line in message.splitlines() if line.strip()), "")
    names = dict.fromkeys(name.upper() for name in _NAME.findall(message[:20_000]))
    return Logged(
        commit, tuple(x for x in parents if x), believed_text(when, now),
        ADDRESS.sub(WITHHELD, subject[:1000])[:MAX_SUBJECT], tuple(names)[:_MAX_NAMES], [],
    )  # fmt: skip


def _add(commit: Logged, line: bytes, path: bytes) -> int:
    fields = line[1:].decode("ascii", "replace").split(" ")
    if len(fields) < 5 or len(path) > MAX_PATH_BYTES:
        return 0
    old_mode, new_mode, old, new = (_something(x) for x in fields[:4])
    commit.changes.append(Change(path.decode("utf-8", "replace"), old, new, old_mode, new_mode))
    return 1


def _something(text: str) -> str:
    return "" if _ZERO.fullmatch(text) else text
