"""The people whom the trailers of a commit's message name, by git's own rules for trailers.

Source: git-interpret-trailers(1), and `trailer.c` of git 2.39: only the last paragraph counts,
never the first; it is all trailers, or a quarter of it and one that git itself writes. Messages
are hostile: at most `MAX_BYTES` of the end are looked at, and `MAX_PEOPLE` are taken.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

MAX_BYTES: Final = 64 * 1024
MAX_PEOPLE: Final = 100
MAX_NAME: Final = 200
CO_AUTHORED: Final = "co_authored"
SIGNED_OFF: Final = "signed_off"
ROLES: Final = {
    b"reviewed-by": "reviewed",
    b"acked-by": "acked",
    b"approved-by": "approved",
    b"merged-by": "merged",
    b"co-authored-by": CO_AUTHORED,
    b"signed-off-by": SIGNED_OFF,
}
# Cheap, and true of every message that names somebody: most messages are read no further.
_ANY: Final = (b"-by", b"-By", b"-BY", b"-bY")
_SEPARATED: Final = re.compile(rb"[A-Za-z0-9-]+[ \t]*:")
_BY_GIT: Final = (b"Signed-off-by: ", b"(cherry picked from commit ")
_SCISSORS: Final = b"# ------------------------ >8 ------------------------"
_PERSON: Final = re.compile(rb"([^<>]*)<([^<>\s@]{1,200}@[^<>\s@]{1,255})>")
_ADDRESS: Final = re.compile(rb"[^<>\s@]{1,200}@[^<>\s@]{1,255}")


class Named(NamedTuple):
    """Somebody whom a trailer names: in which role, by which name and address, in lower case."""

    role: str
    name: str
    email: str


class Trailers(NamedTuple):
    """Who is named, each once in each role; `is_cut` where more stands there than is read."""

    people: tuple[Named, ...]
    is_cut: bool = False


NONE: Final = Trailers(())


def read_trailers(message: bytes) -> Trailers:
    """Return the people named by the trailers of a message, indented by four spaces as git does."""
    end = message[-MAX_BYTES:]
    if not any(part in end for part in _ANY):
        return NONE
    is_whole = len(end) == len(message)
    lines = [line.removeprefix(b"    ") for line in end.split(b"\n")]
    block = _block(_without_remarks(lines), is_whole=is_whole)
    people: dict[Named, None] = {}
    for key, value in _unfolded(block):
        named = _named(key, value)
        if named is not None:
            people[named] = None
            if len(people) > MAX_PEOPLE:
                return Trailers(tuple(people)[:MAX_PEOPLE], is_cut=True)
    return Trailers(tuple(people), is_cut=not block and not is_whole)


def _without_remarks(lines: list[bytes]) -> list[bytes]:
    """Return lines without what git takes for no part of a message at its end."""
    if _SCISSORS in lines:
        lines = lines[: lines.index(_SCISSORS)]
    first, in_conflicts = None, False
    for number, line in enumerate(lines):
        if not line or line.startswith(b"#"):
            first = number if first is None else first
        elif line == b"Conflicts:":
            in_conflicts, first = True, number if first is None else first
        elif not (in_conflicts and line.startswith(b"\t")):
            first, in_conflicts = None, False
    return lines[:first]


def _block(lines: Sequence[bytes], *, is_whole: bool) -> Sequence[bytes]:
    """Return the lines of the last paragraph where they are trailers; of a cut message it must
    begin in what is looked at."""
    title = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    trailers = others = open_lines = 0
    by_git = any_seen = False
    for number in range(len(lines) - 1, (title if is_whole else 0) - 1, -1):
        line = lines[number]
        if line.startswith(b"#"):
            others, open_lines = others + open_lines, 0
        elif not line.strip():
            if any_seen:
                others += open_lines
                fits = trailers * 3 >= others if by_git else trailers and not others
                return lines[number + 1 :] if fits else ()
        else:
            any_seen = True
            if line.startswith(_BY_GIT):
                trailers, open_lines, by_git = trailers + 1, 0, True
            elif _SEPARATED.match(line):
                trailers, open_lines = trailers + 1, 0
            elif line[:1].isspace():
                open_lines += 1
            else:
                others, open_lines = others + 1 + open_lines, 0
    return ()


def _unfolded(lines: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield keys in lower case with their values; a line that begins with a space goes on."""
    key, value = b"", b""
    for line in lines:
        if key and line[:1].isspace():
            value = (value + b" " + line.strip())[: MAX_NAME + 500]
            continue
        yield key, value
        found = _SEPARATED.match(line)
        key = found[0][:-1].strip().lower() if found else b""
        value = line[found.end() :].strip() if found else b""
    yield key, value


def _named(key: bytes, value: bytes) -> Named | None:
    role = ROLES.get(key)
    found = _PERSON.match(value) if role else None
    if role is None or (found is None and not _ADDRESS.fullmatch(value)):
        return None
    name, email = (found[1], found[2]) if found else (b"", value)
    return Named(role, plain_name(_text(name[:MAX_NAME])), _text(email).lower())


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Return a name as names are compared: without case, quotes, and more than single spaces."""
    return " ".join(name[:MAX_NAME].strip(" \t\"'").casefold().split())


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
