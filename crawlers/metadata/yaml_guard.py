"""Read hostile YAML: bounded, YAML 1.2 core schema, every value with its line and column.

The pure-Python parser of ruamel.yaml gives events; nothing of its constructors is used. Aliases,
anchors, tags, merge keys, second documents and duplicate keys are refused, so a small file can
neither grow when it is read nor mean two things. Plain scalars follow the core schema of YAML 1.2
(section 10.3): `no`, `on` and `2024-05-01` are strings, `0.4` is a float, `0.4.0` is a string.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES: Final = 256 * 1024
MAX_EVENTS: Final = 20_000
MAX_DEPTH: Final = 40

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,100}")
_OCTAL = re.compile(r"0o[0-7]{1,100}")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,9})?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")
# What the parser itself can trip over on malformed text, besides its own errors.
_PARSER_FAULTS = (
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
)


class UnreadableYaml(ValueError):
    """The text is not one safe YAML document; `line` and `column` (from 1) say where it fails."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands in the text: characters from `start` to `end`, and how it is written.

    The span of a collection in block style ends with its last line or behind it.
    """

    start: int = 0
    end: int = 0
    style: str | None = None


_NOWHERE = Span()


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: `value` as the core schema reads it, `text` as written (unescaped)."""

    value: str | int | float | bool | None
    text: str
    line: int
    column: int
    span: Span = field(default=_NOWHERE, compare=False, repr=False)

    def plain(self) -> Any:
        """Return the value, or the text of a number that JSON or 64 bits cannot hold."""
        if isinstance(self.value, float) and not math.isfinite(self.value):
            return self.text
        if isinstance(self.value, int) and not -(2**63) <= self.value < 2**63:
            return self.text
        return self.value


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `line` and `column` are those of its first item or bracket."""

    items: tuple["Node", ...]
    line: int
    column: int
    span: Span = field(default=_NOWHERE, compare=False, repr=False)

    def plain(self) -> list[Any]:
        """Return the items as JSON-like data."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; positions of the key are those of `key`."""

    key: Scalar
    value: "Node"

    @property
    def name(self) -> str:
        """The key as text, whatever type the core schema would give it (`no`, `1`, `null`)."""
        return self.key.text


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; keys are unique as text."""

    entries: tuple[Entry, ...]
    line: int
    column: int
    span: Span = field(default=_NOWHERE, compare=False, repr=False)
    _by_name: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {entry.name: entry for entry in self.entries})

    def entry(self, name: str) -> Entry | None:
        """Return the entry of this key, or None."""
        return self._by_name.get(name)

    def get(self, name: str) -> "Node | None":
        """Return the value of this key, or None where the key is absent."""
        found = self.entry(name)
        return found.value if found else None

    def plain(self) -> dict[str, Any]:
        """Return a dict of JSON-like data with text keys."""
        return {entry.name: entry.value.plain() for entry in self.entries}


Node: TypeAlias = Scalar | Sequence | Mapping


def load(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_events: int = MAX_EVENTS,
    max_depth: int = MAX_DEPTH,
) -> Node:
    """Return the one document of `data`, or raise `UnreadableYaml` with the place of the fault.

    `max_bytes` bounds the size in bytes, `max_events` the number of scalars, starts and ends,
    `max_depth` the nesting. A text without a document is refused as well.
    """
    if len(data) > max_bytes:
        raise UnreadableYaml(f"the file is larger than {max_bytes} bytes")
    source = decode(data)
    return _Builder(max_depth).build(_events(source, max_events))


def decode(data: bytes) -> str:
    """Return the text of a file, to which the spans of its nodes refer, or raise
    `UnreadableYaml` with the place of the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise UnreadableYaml("the file is not UTF-8 text", line, column) from error


def _events(source: str, max_events: int) -> Iterator[Event]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    last: Event | None = None
    try:
        for count, event in enumerate(yaml.parse(source)):
            if count >= max_events:
                raise UnreadableYaml(f"the file holds more than {max_events} items", *_place(event))
            last = event
            yield event
    except UnreadableYaml:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else _place(last)
        raise UnreadableYaml(f"not valid YAML: {_brief(error)}", line, column) from error
    except YAMLError as error:
        raise UnreadableYaml(
            "the file holds characters that YAML forbids", *_place(last)
        ) from error
    except _PARSER_FAULTS as error:
        raise UnreadableYaml("not valid YAML", *_place(last)) from error


def _brief(error: MarkedYAMLError) -> str:
    words = " ".join(str(part) for part in (error.context, error.problem) if part)
    return words[:200] or "malformed text"


def _place(event: Event | None) -> tuple[int, int]:
    mark = getattr(event, "start_mark", None)
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Builder:
    """Turns events into nodes with an explicit stack, so that depth costs no recursion."""

    def __init__(self, max_depth: int) -> None:
        self._max_depth = max_depth
        self._open: list[tuple[Event, list[Node]]] = []
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[Event]) -> Node:
        for event in events:
            self._refuse_dangers(event)
            if isinstance(event, ScalarEvent):
                self._add(_scalar(event))
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._push(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                start, children = self._open.pop()
                self._add(_collection(start, event, children))
        if self._root is None:
            raise UnreadableYaml("the file holds no YAML document")
        return self._root

    def _refuse_dangers(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise UnreadableYaml("the file holds more than one YAML document", *_place(event))
        if isinstance(event, AliasEvent):
            raise UnreadableYaml("aliases (*name) are not accepted", *_place(event))
        if getattr(event, "anchor", None) is not None:
            raise UnreadableYaml("anchors (&name) are not accepted", *_place(event))
        if getattr(event, "ctag", None) is not None:
            raise UnreadableYaml("tags (!name) are not accepted", *_place(event))

    def _push(self, event: Event) -> None:
        if len(self._open) >= self._max_depth:
            place = _place(event)
            raise UnreadableYaml(f"the file is nested deeper than {self._max_depth} levels", *place)
        self._open.append((event, []))

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self._root = node


def _scalar(event: ScalarEvent) -> Scalar:
    line, column = _place(event)
    text: str = event.value
    try:  # JSON writes characters beyond 16 bits as two escapes: they belong together
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableYaml("half a surrogate pair is not a character", line, column) from error
    value = resolve_plain(text) if event.style is None else text
    return Scalar(value, text, line, column, _span(event, event, event.style))


def _span(first: Event, last: Event, style: str | None) -> Span:
    return Span(first.start_mark.index, last.end_mark.index, style)


def _collection(start: Event, end: Event, children: list[Node]) -> Node:
    line, column = _place(start)
    span = _span(start, end, "flow" if getattr(start, "flow_style", False) else "block")
    if isinstance(start, SequenceStartEvent):
        return Sequence(tuple(children), line, column, span)
    entries: list[Entry] = []
    seen: set[str] = set()
    for key, value in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise UnreadableYaml("a key must be a simple value", key.line, key.column)
        if key.text == "<<":
            raise UnreadableYaml("merge keys (<<) are not accepted", key.line, key.column)
        if key.text in seen:
            raise UnreadableYaml(f"the key {key.text[:60]!r} is given twice", key.line, key.column)
        seen.add(key.text)
        entries.append(Entry(key, value))
    return Mapping(tuple(entries), line, column, span)


def resolve_plain(text: str) -> str | int | float | bool | None:
    """Return the value of an unquoted scalar by the core schema of YAML 1.2."""
    for pattern, value in ((_NULL, None), (_TRUE, True), (_FALSE, False)):
        if pattern.fullmatch(text):
            return value
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if _NOT_A_NUMBER.fullmatch(text) else text
