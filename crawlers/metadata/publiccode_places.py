"""Paths inside a publiccode.yml: how a key is named in a message, and where it stands.

The naming follows the reference parser, so that reports of both can be compared:
`description.en.features`, but `description[en-US].features`; `categories[0]`.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence

Path: TypeAlias = tuple[str | int, ...]
# A plus or a leading zero: a telephone number or a code, which as a number would lose it.
_CODE = re.compile(r"[+0][0-9]+")


def is_text(node: Node | None) -> bool:
    """Say whether a value reads as text: a string, or digits that mean a code, not a number."""
    if not isinstance(node, Scalar):
        return False
    return isinstance(node.value, str) or bool(_CODE.fullmatch(node.text))


def key_name(path: Path) -> str:
    """Return the name of a path as messages show it."""
    name = ""
    for index, part in enumerate(path):
        if isinstance(part, int):
            name += f"[{part}]"
        elif index == 1 and path[0] == "description" and not part.isalpha():
            name += f"[{part[:40]}]"
        else:
            name += f".{part[:60]}" if name else part[:60]
    return name


def place_of(root: Node, path: Path) -> tuple[int, int]:
    """Return line and column of the key, or of the nearest thing that is there without it.

    A missing key is shown at the first key of the block that lacks it, a wrong value at itself.
    """
    node, place = root, (root.line, root.column)
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            entry = node.entry(part)
            if entry is None:
                return node.line, node.column
            node, place = entry.value, (entry.key.line, entry.key.column)
        elif isinstance(part, int):
            if not isinstance(node, Sequence) or part >= len(node.items):
                return place
            node = node.items[part]
            place = (node.line, node.column)
        else:
            return node.line, node.column
    return place


def is_present(root: Node, path: Path) -> bool:
    """Say whether the file holds anything at this path."""
    node = root
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            found = node.get(part)
            if found is None:
                return False
            node = found
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return False
    return True


def first_paths(root: Node) -> dict[int, Path]:
    """Return for each line the path of the first key or list item that begins on it."""
    found: dict[int, Path] = {}
    for path, line in _starts(root, ()):
        found.setdefault(line, path)
    return found


def _starts(node: Node, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            below = (*path, entry.name)
            yield below, entry.key.line
            yield from _starts(entry.value, below)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            below = (*path, index)
            yield below, item.line
            yield from _starts(item, below)
