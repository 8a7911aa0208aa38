"""The validator inside the sandbox: one request on standard input, one answer on standard output.

`python -m crawlers.validator` reads a MessagePack `Request` and writes an `Answer`. It holds all
code that touches what people send.
"""

import sys
from collections.abc import Mapping as Map
from typing import Any, Literal

import msgspec
from msgspec import Struct

from crawlers.metadata.publiccode import document_of, examine, load_keys
from crawlers.metadata.publiccode_files import file_faults
from crawlers.metadata.publiccode_fixes import Fix, certain_fixes
from crawlers.metadata.publiccode_places import Path
from crawlers.metadata.publiccode_rules import Rules
from crawlers.metadata.yaml_edit import Editor, EditRefused
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, UnreadableYaml, decode
from crawlers.metadata.yaml_write import write_yaml
from registry.domain.facts import Diagnostic
from registry.domain.publiccode import SCHEMA, grade
from registry.publishing.readmodels import (
    Composed,
    FileProblem,
    Given,
    Mended,
    References,
    Stated,
    Validation,
)

MAX_ROUNDS = 4
MAX_ALONE = 10
MAX_REFERENCES = 200


class Request(Struct, frozen=True, kw_only=True):
    """What to do with a file; `reached` are the answers of the file stage, by reference."""

    action: Literal["validate", "mend", "compose", "state"]
    data: bytes
    path: str = "publiccode.yml"
    reached: dict[str, bool | None] | None = None
    values: dict[str, Any] = {}
    renamed: dict[str, str] = {}


class Answer(Struct, frozen=True, kw_only=True):
    """What came of it: exactly one of the fields is set."""

    validation: Validation | None = None
    mended: Mended | None = None
    composed: Composed | None = None
    stated: Stated | None = None


def answer(request: Request) -> Answer:
    """Do what is asked for; nothing that a file holds raises an error."""
    if request.action == "mend":
        return Answer(mended=mend(request.data, request.path))
    if request.action == "compose":
        return Answer(composed=compose(request.data, request.values, request.path, request.renamed))
    if request.action == "state":
        return Answer(stated=state(request.data))
    return Answer(validation=validate(request.data, request.path, request.reached))


def validate(
    data: bytes, path: str = "publiccode.yml", reached: dict[str, bool | None] | None = None
) -> Validation:
    """Return what is wrong with a file, with the certain fixes."""
    try:
        root = load_keys(data)
    except UnreadableYaml as error:
        return unreadable(error.message, error.line, error.column)
    rules = examine(root, path, files=None if reached is None else _Recorded(reached))
    asked = _Asking()
    list(file_faults(root, path, asked))
    return _validation(data, root, rules, asked.references())


def state(data: bytes, path: str = "publiccode.yml") -> Stated:
    """Return what a file says as claims, and what is wrong with it."""
    try:
        root = load_keys(data)
    except UnreadableYaml as error:
        return Stated(validation=unreadable(error.message, error.line, error.column))
    rules = examine(root, path)
    claims = document_of(root, rules, data, path=path, blob="").claims
    return Stated(validation=_validation(data, root, rules, References()), claims=claims)


def unreadable(message: str, line: int = 1, column: int = 1) -> Validation:
    """Return the result for a file that cannot be read at all."""
    problem = FileProblem(
        path="", line=line, column=column, severity="error",
        message=message[:1].upper() + message[1:],
        advice="mend the form of the file: it must be one plain YAML document",
    )  # fmt: skip
    return Validation(status="unparseable", problems=(problem,))


def _validation(data: bytes, root: Mapping, rules: Rules, references: References) -> Validation:
    fixes = certain_fixes(root, rules)
    document = document_of(root, rules, data, path="publiccode.yml", blob="")
    problems = tuple(_problem(f, x) for f, x in zip(rules.findings, fixes, strict=True))
    return Validation(
        status="valid" if document.status == "valid" else "invalid",
        version=document.version,
        grade=grade(document),
        problems=problems,
        references=references,
    )


def _problem(finding: Diagnostic, fix: Fix | None) -> FileProblem:
    return FileProblem(
        path=finding.key,
        line=finding.line,
        column=finding.column,
        severity="warning" if finding.severity == "warning" else "error",
        message=finding.message,
        advice=finding.fix,
        fix=fix.text if fix else None,
    )


def mend(data: bytes, path: str = "publiccode.yml") -> Mended:
    """Return the file with every certain fix made, in rounds: a renamed key may need another."""
    try:
        root = load_keys(data)
    except UnreadableYaml as error:
        result = unreadable(error.message, error.line, error.column)
        return Mended(text=data.decode("utf-8", "replace"), made=0, validation=result)
    made = 0
    for _ in range(MAX_ROUNDS):
        found = certain_fixes(root, examine(root, path))
        fixes = list({fix.path: fix for fix in found if fix}.values())
        data, root, count = _mended_once(data, root, fixes)
        made += count
        if not count:
            break
    result = _validation(data, root, examine(root, path), References())
    return Mended(text=decode(data), made=made, validation=result)


def _mended_once(data: bytes, root: Mapping, fixes: list[Fix]) -> tuple[bytes, Mapping, int]:
    """Make all fixes, or else the first that can be made alone: the next round has the others."""
    for chosen in (fixes, *([fix] for fix in fixes[:MAX_ALONE])):
        editor = Editor(data, root)
        for fix in chosen:
            fix.make(editor)
        try:
            return *editor.changed(), len(chosen)
        except EditRefused:
            continue
    return data, root, 0


def compose(
    base: bytes,
    values: Map[str, Any],
    path: str = "publiccode.yml",
    renamed: Map[str, str] = {},
) -> Composed:
    """Return a file that says these values: a new one where `base` is empty, else that changed."""
    data, refused = _composed(base, values, renamed)
    try:
        root = load_keys(data)
    except UnreadableYaml as error:
        result = unreadable(error.message, error.line, error.column)
        text = data.decode("utf-8", "replace")
        return Composed(text=text, validation=result, refused=tuple(refused))
    result = _validation(data, root, examine(root, path), References())
    return Composed(
        text=decode(data), validation=result, given=_given(root), refused=tuple(refused)
    )


def _composed(
    base: bytes, values: Map[str, Any], renamed: Map[str, str]
) -> tuple[bytes, list[str]]:
    """Return the file, and the keys that could not be changed in it."""
    if not base.strip():
        return write_yaml(_tree(values)).encode(), []
    try:
        return _changed(base, values, renamed), []
    except UnreadableYaml:
        return base, [*values, *renamed]
    except EditRefused:
        refused = []
    for name, value in values.items():
        try:
            base = _changed(base, {name: value}, {})
        except EditRefused:
            refused.append(name)
    return base, [*refused, *renamed]


def _tree(values: Map[str, Any]) -> dict[str, Any]:
    """Return values as nested keys, in the order of the standard."""
    wanted = {_path_of(name): value for name, value in values.items() if value is not None}
    tree: dict[str, Any] = {}
    for path in sorted(wanted, key=_place):
        block = tree
        for part in path[:-1]:
            block = block.setdefault(str(part), {})
        block[str(path[-1])] = wanted[path]
    return tree


def _changed(base: bytes, values: Map[str, Any], renamed: Map[str, str]) -> bytes:
    editor = Editor(base, load_keys(base))
    for old, name in renamed.items():
        if editor.node(_path_of(old)) is not None:
            editor.rename(_path_of(old), name)
    for key, value in values.items():
        path = _path_of(key)
        if value is None:
            if editor.node(path) is not None:
                editor.remove(path)
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            editor.set_texts(path, value)
        else:
            editor.set(path, value)
    return editor.changed()[0]


def _path_of(name: str) -> Path:
    return tuple(name.split("."))


def _place(path: Path) -> tuple[int, ...]:
    """Return the place of a key in the order of the standard, level by level."""
    keys, places = SCHEMA, []
    for part in path:
        names = list(keys)
        places.append(names.index(str(part)) if part in keys else len(names))
        key = keys.get(str(part))
        below = key.item.keys if key and key.item and key.item.keys else {}
        keys = (key.keys or below) if key else keys
    return tuple(places)


def _given(root: Mapping) -> dict[str, Given]:
    """Return what a file says by path, down to lists and to what the standard has no key for."""
    found: dict[str, Given] = {}

    def walk(node: Node, path: str, depth: int, line: int) -> None:
        if isinstance(node, Mapping) and depth < 3:
            for entry in node.entries:
                below = f"{path}.{entry.name}" if path else entry.name
                walk(entry.value, below, depth + 1, entry.key.line)
        elif not (isinstance(node, Scalar) and node.value is None):
            found[path] = Given(value=node.plain(), line=line)

    walk(root, "", 0, 1)
    return found


class _Asking:
    """Notes what the file stage would look at."""

    def __init__(self) -> None:
        self._paths: dict[str, None] = {}
        self._urls: dict[str, None] = {}

    def references(self) -> References:
        """Return what was asked for, in order and bounded."""
        return References(tuple(self._paths)[:MAX_REFERENCES], tuple(self._urls)[:MAX_REFERENCES])

    def exists(self, path: str) -> bool:
        """Note the path; with "no" the other place where it may be is asked for too."""
        self._paths[path] = None
        return False

    def head(self, path: str) -> bytes | None:
        """Say nothing: only presence is looked at."""
        del path
        return None

    def reachable(self, url: str) -> bool | None:
        """Note the address."""
        self._urls[url] = None
        return None


class _Recorded:
    """Answers from what was found outside; what nobody could tell is never held against a file."""

    def __init__(self, reached: Map[str, bool | None]) -> None:
        self._reached = reached

    def exists(self, path: str) -> bool:
        """Say whether the path is there, or may be."""
        return self._reached.get(path) is not False

    def head(self, path: str) -> bytes | None:
        """Say nothing: only presence was looked at."""
        del path
        return None

    def reachable(self, url: str) -> bool | None:
        """Say what was found."""
        return self._reached.get(url)


def main() -> None:
    """Answer one request."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(request)))


if __name__ == "__main__":
    main()
