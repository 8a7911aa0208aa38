"""Reading the history of a bare repository with bounded parsers over git's raw output.

libgit2's walker stops at the first malformed date, and `git log` formats may hide it; the raw
headers of `git rev-list --header` hide nothing and are parsed here with limits.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from crawlers.approvals import Authors, by_others, is_pull, is_work, names_of
from crawlers.bots import BOT, PLATFORMS, is_bot
from crawlers.trailers import NONE, plain_name, read_trailers
from crawlers.tree import MAX_PATH_BYTES
from registry.domain.dates import EARLIEST, believed, believed_text
from registry.domain.facts import Commit, PathFirstSeen

MAX_COMMITS: Final = 1_000_000
MAX_PATHS: Final = 1_200_000
MAX_RECORD: Final = 4 * 1024 * 1024
BOUNDARY: Final = "boundary"  # the flag of a commit at which a shallow history was cut
CUT_TRAILERS: Final = "trailers"  # the flag of a commit with more trailers than are read
_CHUNK: Final = 1 << 16
_IDENTITY = re.compile(rb"<([^<>\n]{0,320})>\s+(-?\d{1,20})(?:\s+([+-]\d{1,6}))?\s*$")

GIT: Final = (
    "git",
    "-c", "safe.directory=*",
    "-c", "core.packedGitWindowSize=32m",
    "-c", "core.packedGitLimit=256m",
    "-c", "core.quotePath=false",
    "-c", "core.commitGraph=false",
)  # fmt: skip


ENVIRONMENT: Final = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
}


class Partial(Exception):
    """A cap was hit: what was read so far stands, and the reading says which cap."""

    def __init__(self, cap: str) -> None:
        super().__init__(cap)
        self.cap = cap


def stream(directory: Path, *arguments: str, beside: Path | None = None) -> Iterator[bytes]:
    """Yield the NUL-terminated records of a git command; raise `Partial` at a cap or an error.

    Objects are also found in the repository `beside`.
    """
    more = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(beside / "objects")} if beside else {}
    process = subprocess.Popen(
        [*GIT, "--git-dir", str(directory), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT | more,
    )
    try:
        yield from _records(process.stdout)
        if process.wait() != 0:
            raise Partial("git_error")
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _records(pipe: IO[bytes] | None) -> Iterator[bytes]:
    buffer = b""
    while pipe and (chunk := pipe.read(_CHUNK)):
        *complete, buffer = (buffer + chunk).split(b"\0")
        if len(buffer) > MAX_RECORD:
            raise Partial("record_size")
        yield from complete
    if buffer.strip():
        yield buffer


def boundary(directory: Path) -> frozenset[str]:
    """Return the commits at which a shallow history was cut: what they hold may be far older."""
    file = directory / "shallow"
    return frozenset(file.read_text("ascii", "replace").split()) if file.is_file() else frozenset()


def read_commits(
    directory: Path, now: int, authors: Authors | None = None
) -> tuple[list[Commit], list[str]]:
    """Return every commit reachable from branches and tags, and the caps that were hit.

    `authors` is told who each commit is of.
    """
    commits: list[Commit] = []
    cut = boundary(directory)
    try:
        for record in stream(
            directory, "rev-list", "--branches", "--tags", "HEAD", "--topo-order", "--header"
        ):
            commit = parse_commit(record, now, authors)
            if commit.id in cut:
                commit = msgspec.structs.replace(commit, flags=(BOUNDARY, *commit.flags))
            commits.append(commit)
            if len(commits) >= MAX_COMMITS:
                raise Partial("commits")
    except Partial as partial:
        return commits, [partial.cap]
    return commits, ["shallow"] if cut else []


def parse_commit(record: bytes, now: int, authors: Authors | None = None) -> Commit:
    """Parse one record of `rev-list --header`; anomalies become flags, never errors."""
    header, _, message = record.lstrip(b"\n").partition(b"\n\n")
    lines = header.split(b"\n")
    parents = tuple(
        line[7 : 47 if len(line) < 71 else 71].decode("ascii", "replace").strip()
        for line in lines[1:]
        if line.startswith(b"parent ")
    )
    flags: set[str] = set()
    email, author_time = _identity(lines, b"author ", now, flags)
    committer, commit_time = _identity(lines, b"committer ", now, flags)
    name = plain_name(_name(lines, b"author "))
    if is_bot(name, email):
        flags.add(BOT)
    trailers = read_trailers(message) if len(parents) < 2 and BOT not in flags else NONE
    if trailers.is_cut:
        flags.add(CUT_TRAILERS)
    names = names_of(name, email, trailers.people)
    found = Commit(
        id=lines[0].decode("ascii", "replace").strip(),
        parents=parents,
        author_time=author_time,
        commit_time=commit_time,
        email=email,
        on_main=True,
        flags=tuple(sorted(flags)),
        committer="" if committer in {email, *PLATFORMS} else _other(lines, committer, name),
        trailers=by_others(trailers.people, names),
    )
    if authors is not None:
        authors.note(found.id, names, is_pull=not is_work(found) and is_pull(message))
    return found


def _other(lines: list[bytes], committer: str, author: str) -> str:
    """Return who committed, or nothing for a program, and for the author by another address."""
    name = plain_name(_name(lines, b"committer "))
    return "" if (name and name == author) or is_bot(name, committer) else committer


def _name(lines: list[bytes], field: bytes) -> str:
    line = next((x for x in lines if x.startswith(field)), b"")
    return line[len(field) :].partition(b"<")[0].decode("utf-8", "replace").strip()


def _identity(lines: list[bytes], field: bytes, now: int, flags: set[str]) -> tuple[str, int]:
    line = next((x for x in lines if x.startswith(field)), b"")
    match = _IDENTITY.search(line)
    if match is None:
        flags.add("identity")
        return "", EARLIEST
    try:
        email = match[1].decode("utf-8").strip().lower()
    except UnicodeDecodeError:
        email = match[1].decode("utf-8", "replace").strip().lower()
        flags.add("encoding")
    if "@" not in email:
        flags.add("email")
    moment = int(match[2])
    if moment != believed(moment, now):
        flags.add("date")
    zone = match[3]
    if zone is None or abs(int(zone)) > 1400:
        flags.add("zone")
    return email, believed(moment, now)


def mark_main_line(commits: list[Commit], head: str) -> list[Commit]:
    """Return the commits with `on_main` true for those that HEAD reaches."""
    by_id = {commit.id: commit for commit in commits}
    reached: set[str] = set()
    stack = [head]
    while stack:
        commit_id = stack.pop()
        if commit_id in reached or commit_id not in by_id:
            continue
        reached.add(commit_id)
        stack.extend(by_id[commit_id].parents)
    return [
        commit if commit.id in reached else msgspec.structs.replace(commit, on_main=False)
        for commit in commits
    ]


def read_paths(
    directory: Path, in_head: frozenset[tuple[str, str]], now: int
) -> tuple[list[PathFirstSeen], list[str]]:
    """Return every (blob, path) with the earliest main-line commit that brought it.

    One pass of `git log --raw` along first parents of every branch and tag; renames are not
    followed, since that would need contents.
    """
    first: dict[tuple[str, str], tuple[int, str]] = {}
    caps: set[str] = set()
    try:
        _collect_paths(directory, first, caps, now)
    except Partial as partial:
        caps.add(partial.cap if partial.cap != "git_error" else "paths")
    return [
        PathFirstSeen(blob, path, commit, time, (blob, path) in in_head)
        for (blob, path), (time, commit) in first.items()
    ], sorted(caps)


def _collect_paths(
    directory: Path, first: dict[tuple[str, str], tuple[int, str]], caps: set[str], now: int
) -> None:
    records = stream(
        directory, "log", "--raw", "--first-parent", "-m", "--no-renames", "--root", "-z",
        "--no-abbrev", "--no-show-signature", "--format=tformat:%x01%H %ct",
        "HEAD", "--branches", "--tags",
    )  # fmt: skip
    cut = boundary(directory)
    commit, moment, blob = "", 0, ""
    for raw in records:
        record = raw.lstrip(b"\n")
        if record.startswith(b"\x01"):
            commit, _, when = record[1:].decode("ascii", "replace").partition(" ")
            moment = EARLIEST if commit in cut else believed_text(when.strip(), now)
        elif record.startswith(b":"):
            blob = _added_blob(record)
        elif blob and len(record) > MAX_PATH_BYTES:
            caps.add("path_length")
            blob = ""
        elif blob and record:
            key = (blob, record.decode("utf-8", "replace"))
            known = first.get(key)
            # Newest first: of commits with one time the last is the ancestor of the others.
            if known is None or moment <= known[0]:
                first[key] = (moment, commit)
                if len(first) > MAX_PATHS:
                    raise Partial("paths")
            blob = ""


def _added_blob(record: bytes) -> str:
    """Return the new blob id of a raw diff line, or nothing for deletions and submodules."""
    fields = record[1:].split(b" ")
    if len(fields) < 5 or fields[1] in {b"000000", b"160000"}:
        return ""
    return fields[3].decode("ascii", "replace")
