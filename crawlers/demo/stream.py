"""A history as the stream that `git fast-import` reads.

Source of the format: the manual page git-fast-import(1).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from crawlers.demo.history import Gitlink, Snapshot
from crawlers.demo.story import Tag

BRANCH: Final = "refs/heads/main"
_PROGRAMS: Final = (".sh", "gradlew")


def stream(
    tip: Snapshot, tags: Iterable[tuple[Tag, Snapshot, str]], resolve: Callable[[Gitlink], str]
) -> bytes:
    """Return the stream of a commit with all before it, and of tags with their taggers.

    `resolve` gives the commit id of a submodule. Every date and identity comes from the stories,
    so the object ids are the same everywhere.
    """
    marks: dict[Snapshot, int] = {}
    tags = list(tags)
    parts = [b"feature done\n"]
    for snapshot in _oldest_first([*(on for _, on, _ in tags), tip]):
        marks[snapshot] = len(marks) + 1
        parts += _commit(snapshot, marks, resolve)
    parts.append(f"reset {BRANCH}\nfrom :{marks[tip]}\n\n".encode())
    parts += [_tag(tag, tagger, marks[on]) for tag, on, tagger in tags]
    return b"".join([*parts, b"done\n"])


def _oldest_first(ends: Iterable[Snapshot]) -> list[Snapshot]:
    """Return the commits that lead to `ends`, every parent before its children."""
    found: dict[Snapshot, None] = {}
    waiting = list(ends)[::-1]
    while waiting:
        missing = [one for one in waiting[-1].parents if one not in found]
        if missing:
            waiting += missing[::-1]
        else:
            found[waiting.pop()] = None
    return list(found)


def _commit(
    snapshot: Snapshot, marks: dict[Snapshot, int], resolve: Callable[[Gitlink], str]
) -> Iterator[bytes]:
    who = f"{snapshot.author} {_moment(snapshot.commit.at)}"
    if not snapshot.parents:
        yield f"reset {BRANCH}\n".encode()
    yield f"commit {BRANCH}\nmark :{marks[snapshot]}\nauthor {who}\ncommitter {who}\n".encode()
    yield _data(snapshot.commit.message.strip().encode() + b"\n")
    for word, parent in zip(("from", "merge"), snapshot.parents, strict=False):
        yield f"{word} :{marks[parent]}\n".encode()
    yield b"deleteall\n"
    for path, entry in sorted(snapshot.tree.items()):
        if isinstance(entry, Gitlink):
            yield f"M 160000 {resolve(entry)} {path}\n".encode()
        else:
            mode = "100755" if path.endswith(_PROGRAMS) else "100644"
            yield f"M {mode} inline {path}\n".encode() + _data(entry)


def _tag(tag: Tag, tagger: str, mark: int) -> bytes:
    if not tag.message:
        return f"reset refs/tags/{tag.name}\nfrom :{mark}\n\n".encode()
    return f"tag {tag.name}\nfrom :{mark}\ntagger {tagger} {_moment(tag.at)}\n".encode() + _data(
        tag.message.strip().encode() + b"\n"
    )


def _moment(at: datetime) -> str:
    return f"{int(at.timestamp())} {at.strftime('%z')}"


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
