"""The rules of publiccode.yml over a parsed file: findings in the order of the schema.

Two passes per top-level key, as the reference parser has them. The first looks at the types; where
one is wrong, the whole top-level block counts as not given, and its required keys are reported
once more at their places. The second looks at the values.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from crawlers.metadata.publiccode_checks import CHECKS, Fault, ReferenceLists, quoted
from crawlers.metadata.publiccode_places import (
    Path,
    first_paths,
    is_present,
    is_text,
    key_name,
    place_of,
)
from crawlers.metadata.yaml_guard import Entry, Mapping, Node, Scalar, Sequence
from registry.domain import publiccode_lists as lists
from registry.domain.facts import Diagnostic
from registry.domain.publiccode import SCHEMA, Key, Shape

MAX_FINDINGS: Final = 400


class Rules:
    """Collects the findings of one file; `rejected` are the paths whose own value is wrong.

    `causes` holds for each finding the path of what has to be changed, which a message may name
    otherwise.
    """

    def __init__(self, root: Mapping, known: ReferenceLists) -> None:
        self._root = root
        self._known = known
        self.findings: list[Diagnostic] = []
        self.causes: list[Path] = []
        self.rejected: set[Path] = set()

    def apply(self) -> None:
        """Run all rules that need nothing but the file itself."""
        self._version()
        self._unknown_keys(self._root, SCHEMA, ())
        for name, key in SCHEMA.items():
            node = self._root.get(name)
            if node is not None and self._wrong_types(node, key, (name,)):
                self._value(None, key, (name,), lost=True)
            else:
                self._value(node, key, (name,))
        self._languages()
        self._two_italian_sections()

    def add(
        self,
        path: Path,
        fault: Fault,
        place: tuple[int, int] | None = None,
        cause: Path | None = None,
    ) -> None:
        """Add a finding about a path; `place` is looked up in the file where it is not given."""
        if len(self.findings) >= MAX_FINDINGS:
            return
        self.causes.append(path if cause is None else cause)
        line, column = place or place_of(self._root, path)
        label = f"`{path[-1]}`" if path and isinstance(path[-1], str) else f"`{key_name(path)}`"
        self.findings.append(
            Diagnostic(
                severity=fault.severity,
                message=f"{label} {fault.message}",
                key=key_name(path),
                line=line,
                column=column,
                fix=fault.fix() if callable(fault.fix) else fault.fix,
            )
        )

    @cached_property
    def _first_paths(self) -> dict[int, Path]:
        return first_paths(self._root)

    def _version(self) -> None:
        path = ("publiccodeYmlVersion",)
        node = self._root.get(path[0])
        use = f'write `publiccodeYmlVersion: "{lists.RECOMMENDED_VERSION}"`'
        if node is None or (isinstance(node, Scalar) and node.value is None):
            self.add(path, Fault("is missing", use))
        elif isinstance(node, Scalar) and isinstance(node.value, str):
            if node.value not in lists.ACCEPTED_VERSIONS:
                self.add(path, Fault(f"is no version of the standard: {quoted(node.value)}", use))
            elif node.value != "0" and not node.value.startswith("0.7"):
                words = f"names an older version ({node.value}); the file is read by version 0.7"
                self.add(path, Fault(words, use, "warning"))

    def _unknown_keys(self, node: Mapping, keys: dict[str, Key], path: Path) -> None:
        for entry in node.entries:
            if entry.name not in keys and len(self.findings) < MAX_FINDINGS:
                fix = lists.advise_key(entry.name, tuple(keys))
                place = (entry.key.line, entry.key.column)
                self.add((*path, entry.name), Fault("is not a key of the standard", fix), place)

    def _wrong_types(self, node: Node, key: Key, path: Path) -> bool:
        """Report wrong types at and below the node; say whether there were any."""
        if isinstance(node, Scalar) and node.value is None:
            return False
        if not _has_shape(node, key.shape):
            self.rejected.add(path)
            if len(self.findings) >= MAX_FINDINGS:
                return True
            seen = self._first_paths.get(node.line, path)
            label = seen if seen[: len(path)] == path or path[: len(seen)] == seen else path
            words = f"has the wrong type: `{key_name(path)}` must be {key.shape.value}"
            fault = Fault(words, _type_fix(node, key))
            self.add(label, fault, self._line_of(node, path), cause=path)
            return True
        wrong = False
        for below, child, child_key in self._children(node, key, path):
            wrong |= self._wrong_types(child, child_key, below)
        return wrong

    def _line_of(self, node: Node, path: Path) -> tuple[int, int]:
        own = place_of(self._root, path)
        return own if isinstance(node, Scalar) else (node.line, node.column)

    def _children(self, node: Node, key: Key, path: Path) -> Iterator[tuple[Path, Node, Key]]:
        if isinstance(node, Sequence) and key.item:
            for index, item in enumerate(node.items):
                yield (*path, index), item, key.item
        elif isinstance(node, Mapping):
            if key.shape is Shape.MAP:
                self._unknown_keys(node, key.keys, path)
            for entry in node.entries:
                child_key = key.item if key.shape is Shape.LANGUAGES else key.keys.get(entry.name)
                if child_key:
                    yield (*path, entry.name), entry.value, child_key

    def _value(self, node: Node | None, key: Key, path: Path, *, lost: bool = False) -> None:
        """Check a value whose types are right; `lost` says that a wrong type hides the block."""
        if node is None or (isinstance(node, Scalar) and node.value is None):
            self._missing(key, path, lost=lost)
            return
        if isinstance(node, Scalar):
            self._text(node, key, path)
        elif isinstance(node, Sequence):
            self._list(node, key, path)
        else:
            self._block(node, key, path)
        # A wrong iPA code cannot be moved to where the advice would move it.
        movable = key.check != "ipa_code" or path not in self.rejected
        if key.deprecated and _text_of(node) != "" and movable:
            self.add(path, Fault("is deprecated", key.deprecated, "warning"))

    def _missing(self, key: Key, path: Path, *, lost: bool) -> None:
        if not key.required:
            return
        if key.shape is Shape.MAP:
            for name, child in key.keys.items():
                self._missing(child, (*path, name), lost=lost)
        elif lost and is_present(self._root, path):
            words = "cannot be accepted until the wrong type in this block is mended"
            self.add(path, Fault(words, "mend the wrong type first"))
        else:
            self.add(path, Fault("is missing", f"add `{path[-1]}`: it must be {key.shape.value}"))

    def _text(self, node: Scalar, key: Key, path: Path) -> None:
        if key.shape is Shape.FLAG:
            return
        text = node.text
        if not text and key.required:
            self.rejected.add(path)
            self.add(path, Fault("is empty", "fill it in"))
        if key.shape is Shape.TEXT_OR_LIST and key.item:
            key, path = key.item, (*path, 0)
        optional_when_empty = not text and (key.required or key.check in _EMPTY_IS_ABSENT)
        if key.check not in CHECKS or optional_when_empty:
            return
        fault = CHECKS[key.check](text, self._known)
        if fault:
            if fault.severity == "error":
                self.rejected.add(path)
            self.add(path, fault)

    def _list(self, node: Sequence, key: Key, path: Path) -> None:
        if key.required and not node.items:
            self.add(path, Fault("is empty", "give at least one item"))
        for index, item in enumerate(node.items):
            if key.item:
                self._value(item, key.item, (*path, index))

    def _block(self, node: Mapping, key: Key, path: Path) -> None:
        if key.shape is Shape.LANGUAGES:
            if not node.entries:
                self.add(path, Fault("is empty", "describe the software in one language at least"))
            for entry in node.entries:
                self._language_block(entry, key.item, (*path, entry.name))
            return
        for name, child in key.keys.items():
            if path != ("maintenance",) or name == "type":
                self._value(node.get(name), child, (*path, name))
        if path == ("maintenance",):
            self._maintenance(node, key)

    def _language_block(self, entry: Entry, key: Key | None, path: Path) -> None:
        if key is None:
            return
        if isinstance(entry.value, Mapping):
            self._value(entry.value, key, path)
        else:
            for name, child in key.keys.items():
                self._missing(child, (*path, name), lost=False)

    def _maintenance(self, node: Mapping, key: Key) -> None:
        kind = _text_of(node.get("type"))
        contractors = ("maintenance", "contractors")
        contacts = ("maintenance", "contacts")
        given = {name: _is_given(node.get(name)) for name in ("contractors", "contacts")}
        if kind == "contract" and not given["contractors"]:
            self.add(contractors, Fault("is missing", "name the contractor: type is `contract`"))
        elif kind != "contract" and given["contractors"]:
            fix = "drop it, or set `type: contract`"
            self.add(contractors, Fault("is only for maintenance of type `contract`", fix))
        else:
            self._value(node.get("contractors"), key.keys["contractors"], contractors)
        if kind in {"internal", "community"} and not given["contacts"]:
            self.add(contacts, Fault("is missing", f"name a contact: type is `{kind}`"))
        else:
            self._value(node.get("contacts"), key.keys["contacts"], contacts)

    def _languages(self) -> None:
        description = self._root.get("description")
        if not isinstance(description, Mapping):
            return
        for entry in description.entries:
            fault = CHECKS["language"](entry.name, self._known)
            if fault:
                self.rejected.add(("description", entry.name))
                words = f"has a key that is not a BCP 47 language: {quoted(entry.name)}"
                cause = ("description", entry.name)
                self.add(("description",), Fault(words, fault.fix), cause=cause)

    def _two_italian_sections(self) -> None:
        if _is_given(self._root.get("IT")) and _is_given(self._root.get("it")):
            self.add(("it",), Fault("is given beside `IT`", "keep `IT` only"))


# Texts that say nothing when they are empty; an empty date or address is a fault.
_EMPTY_IS_ABSENT: Final = frozenset({"email", "ipa_code", "italian_extension"})


def _is_given(node: Node | None) -> bool:
    return node is not None and not (isinstance(node, Scalar) and node.value is None)


def _text_of(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None


def _has_shape(node: Node, shape: Shape) -> bool:
    if isinstance(node, Scalar):
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        if shape is Shape.FLAG:
            return isinstance(node.value, bool)
        return (is_text(node) and shape in _TEXTS) or (number and shape is Shape.LOOSE_TEXT)
    if isinstance(node, Sequence):
        return shape in {Shape.LIST, Shape.TEXT_OR_LIST}
    return shape in {Shape.MAP, Shape.LANGUAGES}


_TEXTS: Final = frozenset({Shape.TEXT, Shape.LOOSE_TEXT, Shape.TEXT_OR_LIST})


def _type_fix(node: Node, key: Key) -> str:
    if isinstance(node, Scalar) and key.shape in _TEXTS:
        return f'put it in quotes: "{node.text[:40]}"'
    if isinstance(node, Scalar) and key.shape is Shape.FLAG:
        return "write `true` or `false`, without quotes"
    if key.shape is Shape.LIST:
        return "write one item per line, each after a dash"
    return f"write {key.shape.value}"
