"""The file of a joint body in a repository: YAML to plain values, with the line of every item."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence, UnreadableYaml, load
from registry.domain.governance_files import BodySaid, Fault
from registry.errors import InvalidInput
from registry.governance.record.body_file import parse_file

_DATES: Final = frozenset({"since", "until", "on", "decided_on", "founded_on"})
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_PREFIX: Final = "this is no file of a body: "


def read_body(data: bytes) -> BodySaid:
    """Return what the file says; a fault names field and line, and then there are no values."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        root = load(data)
    except UnreadableYaml as error:
        fault = Fault(field="", line=error.line, message=error.message)
        return BodySaid(sha256=sha256, faults=(fault,))
    lines = dict(_lines(root, ""))
    values = _plain(root, "")
    try:
        parse_file(values)
    except InvalidInput as error:
        return BodySaid(sha256=sha256, faults=(_fault(str(error), lines),))
    kept = {name: line for name, line in lines.items() if "." not in name}
    return BodySaid(sha256=sha256, values=values, lines=kept)


def _plain(node: Node, key: str) -> Any:
    """Return plain data; a date is the text that was written, also where it is a number."""
    if isinstance(node, Mapping):
        return {entry.name: _plain(entry.value, entry.name) for entry in node.entries}
    if isinstance(node, Sequence):
        return [_plain(item, "") for item in node.items]
    return node.text if key in _DATES and isinstance(node, Scalar) else node.plain()


def _lines(node: Node, place: str) -> Iterator[tuple[str, int]]:
    """Yield the line of every key and item, under the name that mistakes have."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            name = f"{place}.{entry.name}" if place else entry.name
            yield name, entry.key.line
            yield from _lines(entry.value, name)
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield f"{place}[{number}]", item.line
            yield from _lines(item, f"{place}[{number}]")


def _fault(message: str, lines: dict[str, int]) -> Fault:
    found = _PLACE.search(message)
    field = found[1] if found else "joint_body" if "joint_body" in message else ""
    text = _PLACE.sub("", message.removeprefix(_PREFIX))
    if unknown := re.search(r"unknown field `([^`]{1,80})`", text):
        field = f"{field}.{unknown[1]}" if field else unknown[1]
    known = next((x for x in _up(field) if x in lines), "")
    return Fault(field=field, line=lines.get(known, 1), message=text)


def _up(field: str) -> Iterator[str]:
    """Yield a place, then what it stands in: a field that is missing has no line of its own."""
    while field:
        yield field
        field = re.sub(r"(?:^|\.)[^.\[\]]+$|\[\d+\]$", "", field)
