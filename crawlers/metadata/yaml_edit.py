"""Change single values of a YAML file and leave every other character of it alone.

Loading a file and writing it out again would fold lines, drop blanks and indent anew, so that a
pull request shows a hundred changed lines for one. Changes are made in the text instead, at the
places that the guarded reader gives. New text is written by ruamel.yaml, and the result is read
back: it holds what was asked for and all that was there, or the change is refused.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from crawlers.metadata.publiccode_places import Path
from crawlers.metadata.yaml_guard import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    UnreadableYaml,
    decode,
    load,
)
from crawlers.metadata.yaml_tree import CannotChange, changed_tree
from crawlers.metadata.yaml_write import all_indented, dedented, indented, write_yaml

# Start, end, and minus the depth of what is written, so that of two blocks that are added at one
# place the deeper one comes first; then the text.
_Splice: TypeAlias = tuple[int, int, int, str]


class EditRefused(ValueError):
    """The change cannot be made without touching something else; nothing was changed."""


class Editor:
    """Gathers changes of one file; paths are those of the file as it was read.

    `root` is the file as the guarded reader gave it.
    """

    def __init__(self, data: bytes, root: Mapping) -> None:
        self._source = decode(data)
        self.root = root
        self._sets: dict[Path, Any] = {}
        self._new_items: dict[Path, list[Any]] = {}
        self._removed: set[Path] = set()
        self._renamed: dict[Path, str] = {}

    def node(self, path: Path) -> Node | None:
        """Return what stands at a path, or None."""
        return _at(self.root, path)

    def set(self, path: Path, value: Any) -> None:
        """Give the key a value; blocks on the way that are not there are made."""
        if not path:
            raise EditRefused("the whole file cannot be replaced")
        node = self.node(path)
        present = node.value if isinstance(node, Scalar) else _plain(node)
        if (type(present), present) != (type(value), value):
            self._sets[path] = value

    def set_texts(self, path: Path, texts: list[str]) -> None:
        """Make the list hold these texts; those that it holds already stay as they are."""
        node = self.node(path)
        items = node.items if isinstance(node, Sequence) else ()
        present = [item.text if isinstance(item, Scalar) else None for item in items]
        if not set(present) & set(texts):
            self.set(path, texts)
            return
        for index, text in enumerate(present):
            if text not in texts:
                self.remove((*path, index))
        for text in texts:
            if text not in present:
                self.append(path, text)

    def append(self, path: Path, value: Any) -> None:
        """Add an item to the list at a path."""
        self._new_items.setdefault(path, []).append(value)

    def append_missing(self, path: Path, value: Any) -> None:
        """Add an item to the list at a path unless it is added already."""
        if value not in self._new_items.get(path, []):
            self.append(path, value)

    def remove(self, path: Path) -> None:
        """Take a key or an item away, with its line."""
        self._removed.add(path)

    def rename(self, path: Path, name: str) -> None:
        """Give a key another name."""
        if self.node(path) is None:
            raise EditRefused("there is no such key")
        self._renamed[path] = name

    def changed(self) -> tuple[bytes, Mapping]:
        """Return the file with all changes, and as read again, or raise `EditRefused`."""
        expected = self._expected()
        changed = self._source
        for start, end, _, text in sorted(self._splices(), reverse=True):
            changed = changed[:start] + self._with_line_ends(text) + changed[end:]
        try:
            found = load(changed.encode())
        except UnreadableYaml as error:
            raise EditRefused(f"the changed file could not be read: {error}") from error
        if not isinstance(found, Mapping) or _plain(found) != expected:
            raise EditRefused("the change would touch something else")
        return changed.encode(), found

    def _expected(self) -> Any:
        try:
            return changed_tree(
                self.root.plain(),
                sets=self._sets,
                new_items=self._new_items,
                removed=_whole(self.root, self._removed),
                renamed=self._renamed,
            )
        except CannotChange as error:
            raise EditRefused(str(error)) from error

    def _with_line_ends(self, text: str) -> str:
        return text.replace("\n", "\r\n") if "\r\n" in self._source else text

    def _splices(self) -> Iterator[_Splice]:
        blocks: dict[Path, dict[str, Any]] = {}
        for path, value in self._sets.items():
            place = _nearest(self.root, path)
            if place == path or isinstance(path[len(place)], int):
                yield self._replaced(place, value)
            else:
                _put(blocks.setdefault(place, {}), path[len(place) :], value)
        for path, values in self._new_items.items():
            node = self.node(path)
            if isinstance(node, Sequence) and node.items:
                yield self._appended(node, values)
            else:
                place = _nearest(self.root, path)
                if place == path:
                    yield self._replaced(path, values)
                else:
                    _put(blocks.setdefault(place, {}), path[len(place) :], values)
        for place, block in blocks.items():
            node = self.node(place)
            if isinstance(node, Mapping) and node.entries:
                yield self._added(node, block)
            else:
                yield self._replaced(place, block)
        yield from self._taken_away()
        for path, name in self._renamed.items():
            key = self._entry(path).key
            yield key.span.start, key.span.end, 0, name

    def _replaced(self, path: Path, value: Any) -> _Splice:
        node = self.node(path)
        if node is None or not path:
            raise EditRefused("the whole file cannot be replaced")
        parent = self.node(path[:-1])
        if isinstance(parent, Mapping):
            entry = self._entry(path)
            start, end = self._colon(entry), self._end_of(entry)
            if parent.span.style == "flow":
                return start, end, 0, " " + json.dumps(value, ensure_ascii=False)
            text = write_yaml({"k": value}).removeprefix("k:").rstrip("\n")
            return start, end, 0, indented(text, entry.key.column - 1)
        if not isinstance(parent, Sequence):
            raise EditRefused("there is nothing to replace")
        end = self._end(node)
        if parent.span.style == "flow":
            return node.span.start, end, 0, json.dumps(value, ensure_ascii=False)
        text = dedented(write_yaml([value])).removeprefix("- ").rstrip("\n")
        return node.span.start, end, 0, indented(text, parent.column - 1)

    def _added(self, node: Mapping, block: dict[str, Any]) -> _Splice:
        if node.span.style == "flow":
            pairs = (f"{key}: {json.dumps(x, ensure_ascii=False)}" for key, x in block.items())
            return self._into_brackets(node, ", ".join(pairs))
        column = node.entries[0].key.column
        return self._after(node, column, all_indented(write_yaml(block), column - 1))

    def _appended(self, node: Sequence, values: list[Any]) -> _Splice:
        if node.span.style == "flow":
            texts = (json.dumps(value, ensure_ascii=False) for value in values)
            return self._into_brackets(node, ", ".join(texts))
        text = all_indented(dedented(write_yaml(values)), node.column - 1)
        return self._after(node, node.column, text)

    def _into_brackets(self, node: Node, text: str) -> _Splice:
        place = node.span.end - 1
        before = self._source[:place].rstrip()
        lead = "" if before.endswith(("{", "[")) else " " if before.endswith(",") else ", "
        return len(before), len(before), 0, lead + text

    def _after(self, node: Node, column: int, text: str) -> _Splice:
        """Insert whole lines behind the last line of a block."""
        end = self._end(node)
        if end and self._source[end - 1] == "\n":
            return end, end, -column, text
        line_end = self._source.find("\n", end)
        if line_end < 0:
            place = len(self._source)
            return place, place, -column, "\n" + text.rstrip("\n")
        return line_end + 1, line_end + 1, -column, text

    def _taken_away(self) -> Iterator[_Splice]:
        for path in _whole(self.root, self._removed):
            parent, node = self.node(path[:-1]), self.node(path)
            if parent is None or node is None:
                raise EditRefused("there is nothing to take away")
            if isinstance(parent, Mapping):
                entry = self._entry(path)
                start, end = entry.key.span.start, self._end_of(entry)
            else:
                start, end = node.span.start, self._end(node)
            if parent.span.style == "flow":
                yield self._out_of_brackets(start, end)
                continue
            first = self._source.rfind("\n", 0, start) + 1
            if not (end and self._source[end - 1] == "\n"):
                line_end = self._source.find("\n", end)
                end = len(self._source) if line_end < 0 else line_end + 1
            yield first, end, 0, ""

    def _out_of_brackets(self, start: int, end: int) -> _Splice:
        after = re.compile(r"\s*,[ \t]*").match(self._source, end)
        if after:
            return start, after.end(), 0, ""
        before = self._source[:start].rstrip()
        return (len(before) - 1 if before.endswith(",") else start), end, 0, ""

    def _colon(self, entry: Entry) -> int:
        colon = self._source.find(":", entry.key.span.end)
        if colon < 0:
            raise EditRefused("a key without a colon, as after a question mark, is left alone")
        return colon + 1

    def _end(self, node: Node) -> int:
        """Return the place behind the last character of a node."""
        if isinstance(node, Scalar) or node.span.style == "flow":
            return node.span.end
        if isinstance(node, Mapping):
            return self._end_of(node.entries[-1])
        return self._end(node.items[-1])

    def _end_of(self, entry: Entry) -> int:
        is_empty = entry.value.span.start == entry.value.span.end
        # An absent value has the place of what comes next.
        is_absent = isinstance(entry.value, Scalar) and is_empty
        return self._colon(entry) if is_absent else self._end(entry.value)

    def _entry(self, path: Path) -> Entry:
        parent = self.node(path[:-1])
        entry = parent.entry(str(path[-1])) if isinstance(parent, Mapping) else None
        if entry is None:
            raise EditRefused("there is no such key")
        return entry


def _at(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def _nearest(root: Node, path: Path) -> Path:
    """Return the longest beginning of a path that is in the file."""
    return next(path[:n] for n in range(len(path), -1, -1) if _at(root, path[:n]) is not None)


def _plain(node: Node | None) -> Any:
    return None if node is None else node.plain()


def _put(block: dict[str, Any], path: Path, value: Any) -> None:
    *way, last = path
    for part in way:
        block = block.setdefault(str(part), {})
        if not isinstance(block, dict):
            raise EditRefused("a value and a key below it cannot be set in one change")
    block[str(last)] = value


def _whole(root: Node, removed: set[Path]) -> set[Path]:
    """Return what to take away: a list of which nothing would be left goes as a whole."""
    found = set(removed)
    for parent in {path[:-1] for path in removed}:
        node = _at(root, parent)
        children = len(node.items) if isinstance(node, Sequence) else 0
        if children and all((*parent, index) in removed for index in range(children)):
            found -= {(*parent, index) for index in range(children)}
            found.add(parent)
    return found
