"""Certain fixes: what to write instead, where there is no doubt about what was meant.

A fix is certain when the value says the same in a form that the standard takes (an older version,
`yes` for true, a country in lower case, a licence by a known other name), or when the key or value
is a known slip. What would lose something, or is a guess, stays advice in words.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from crawlers.metadata.publiccode_checks import is_language
from crawlers.metadata.publiccode_places import Path
from crawlers.metadata.publiccode_rules import Rules
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.yaml_edit import Editor
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence
from crawlers.metadata.yaml_write import write_yaml
from registry.domain import publiccode_lists as lists
from registry.domain.publiccode import SCHEMA, Key, Shape

_FLAGS: Final = {
    **dict.fromkeys(("yes", "true", "on", "y"), True),
    **dict.fromkeys(("no", "false", "off", "n"), False),
}
_DATE: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.,Z+-]{0,30})?")
# What may be meant as several items, or as a list whose blanks were forgotten.
_SEVERAL: Final = re.compile(r"[,;\n]|^-")
_SCOPES: Final = ("intendedAudience", "scope")
_ENUMERATIONS: Final = {
    "scope": lists.SCOPES,
    "software_type": lists.SOFTWARE_TYPES,
    "development_status": lists.DEVELOPMENT_STATUSES,
    "maintenance_type": lists.MAINTENANCE_TYPES,
}


@dataclass(frozen=True, slots=True)
class Fix:
    """One change: another value, another name of the key, or the place of a scope."""

    kind: Literal["write", "rename", "move", "drop"]
    path: Path
    value: Any

    @property
    def text(self) -> str:
        """What to write, for people to read."""
        if self.kind == "rename":
            return str(self.value)
        if self.kind in {"move", "drop"}:
            return f"{'.'.join(map(str, _SCOPES))}: {self.value}" if self.kind == "move" else ""
        if isinstance(self.value, list):
            return f"[{', '.join(write_yaml(x).strip() for x in self.value)}]"
        return write_yaml(self.value).strip()

    def make(self, editor: Editor) -> None:
        """Put the change down in an editor of the file."""
        if self.kind == "rename":
            editor.rename(self.path, self.value)
        elif self.kind == "write":
            editor.set(self.path, self.value)
        else:
            editor.remove(self.path)
        if self.kind == "move":
            editor.append_missing(_SCOPES, self.value)


def certain_fixes(root: Mapping, rules: Rules) -> list[Fix | None]:
    """Return for each finding the certain fix, or None."""
    known = {path: _fix(root, path) for path in dict.fromkeys(rules.causes)}
    return [known[path] for path in rules.causes]


def _fix(root: Mapping, path: Path) -> Fix | None:
    if path == ("publiccodeYmlVersion",):
        return _version(root)
    key = key_at(path)
    parent, node = _node(root, path[:-1]), _node(root, path)
    if node is None:
        return None
    if path[:1] == ("description",) and len(path) == 2:
        return _renamed(path, parent, _dashed(str(path[1])))
    if key is None:
        return _renamed(path, parent, _meant_key(str(path[-1]), path))
    if path in _SUCCESSORS:
        return _renamed(path, parent, _SUCCESSORS[path])
    value = _value(node, key)
    if key.check == "category" and isinstance(node, Scalar):
        return _category(root, path, node.text)
    return None if value is None else Fix("write", path, value)


_SUCCESSORS: Final[dict[Path, str]] = {("it",): "IT", ("monochromeLogo",): "logo"}


def _version(root: Mapping) -> Fix | None:
    node = root.get("publiccodeYmlVersion")
    is_known = isinstance(node, Scalar) and node.text in lists.ACCEPTED_VERSIONS
    if node is None and "publiccode-yaml-version" in {entry.name for entry in root.entries}:
        return None
    is_absent = node is None or (isinstance(node, Scalar) and node.value is None)
    if not (is_known or is_absent):
        return None
    return Fix("write", ("publiccodeYmlVersion",), lists.RECOMMENDED_VERSION)


def key_at(path: Path) -> Key | None:
    """Return what the standard says of a path, or None where it has no such key."""
    keys, key = SCHEMA, None
    for part in path:
        if isinstance(part, int):
            key = key.item if key else None
        elif key is not None and key.shape is Shape.LANGUAGES:
            key = key.item
        else:
            key = keys.get(part)
        if key is None:
            return None
        keys = key.keys
    return key


def _siblings(path: Path) -> tuple[str, ...]:
    if len(path) == 1:
        return tuple(SCHEMA)
    parent = key_at(path[:-1])
    return tuple(parent.keys) if parent else ()


def _meant_key(word: str, path: Path) -> str | None:
    known = _siblings(path)
    return lists.certain_key(word, known)


def _renamed(path: Path, parent: Node | None, name: str | None) -> Fix | None:
    is_free = isinstance(parent, Mapping) and name is not None and parent.entry(name) is None
    return Fix("rename", path, name) if is_free else None


def _dashed(tag: str) -> str | None:
    dashed = tag.replace("_", "-")
    return dashed if dashed != tag and is_language(dashed) else None


def _value(node: Node, key: Key) -> Any:
    """Return the value that was meant, or None where it is right or in doubt."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    text = node.text.strip()
    if key.shape is Shape.FLAG:
        return None if isinstance(node.value, bool) else _FLAGS.get(text.lower())
    if key.shape is Shape.LIST and text and not _SEVERAL.search(text):
        return [text]
    if key.shape is Shape.TEXT and not isinstance(node.value, str):
        return node.text
    if key.shape is Shape.TEXT_OR_LIST and key.item:
        key = key.item
    meant = _text(text, key.check) if key.check else None
    return meant if meant != node.text else None


def _text(text: str, check: str | None) -> str | None:
    if check in _ENUMERATIONS:
        return lists.folded_choice(text, _ENUMERATIONS[check])
    reading = _READINGS.get(check or "")
    return reading(text) if reading else None


def _date(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _country(text: str) -> str | None:
    return text.upper() if text.upper() in lists.COUNTRIES else None


def _path(text: str) -> str | None:
    path = text.lstrip("/")
    return path if text.startswith("/") and path else None


def _email(text: str) -> str | None:
    return text[7:].strip() if text.lower().startswith("mailto:") else None


_READINGS: Final = {
    "date": _date,
    "country": _country,
    "language": _dashed,
    "licence": lambda text: parse_licence(text).expression,
    "email": _email,
    "logo": _path,
    "screenshot": _path,
    "authors_file": _path,
}


def _category(root: Mapping, path: Path, text: str) -> Fix | None:
    meant = lists.certain_category(text)
    if meant is None or text in lists.CATEGORIES:
        return None
    scheme, value = meant
    place = _SCOPES if scheme == "scope" else path[:-1]
    if value in _texts(_node(root, place)):
        return Fix("drop", path, value)
    if scheme == "category":
        return Fix("write", path, value)
    is_open = _is_open(_node(root, _SCOPES)) and _is_open(_node(root, _SCOPES[:1]))
    return Fix("move", path, value) if is_open else None


def _is_open(node: Node | None) -> bool:
    """Say whether something can be added here: a block or list, or nothing yet."""
    return not isinstance(node, Scalar) or node.value is None


def _texts(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            yield item.text


def _node(root: Mapping, path: Path) -> Node | None:
    node: Node | None = root
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node
