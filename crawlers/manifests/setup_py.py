"""Reads setup.py without running it: only literal arguments of the call to `setup` count."""

import ast
import warnings
from typing import Any, Final

from crawlers.manifests.python import add_requirement, normalise, scope_of
from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    UnreadableManifest,
    decode,
    items,
    short_text,
    table,
)

MAX_BYTES: Final = 256 * 1024


def read_setup_py(data: bytes, path: str) -> ManifestReading:
    """Read name, version, licence and requirements that stand as literals in a setup.py.

    Module-level names that are assigned a literal once are followed; anything computed is not.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableManifest(f"the file is larger than {MAX_BYTES} bytes")
    tree = _parse(decode(data))
    known = _literals(tree)
    found = Collector("pypi", path)
    call = next((node for node in ast.walk(tree) if _is_setup(node)), None)
    if not isinstance(call, ast.Call):
        found.warn("no call to setup was found")
        return found.reading()
    values = {keyword.arg: _value(keyword.value, known) for keyword in call.keywords if keyword.arg}
    name = short_text(values.get("name"))
    if name:
        found.package(normalise(name), values.get("version"))
    found.licence = short_text(values.get("license"), 500)
    found.description = short_text(values.get("description"), 1_000)
    _requirements(found, values, call.lineno)
    return found.reading()


def _parse(source: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file's own faults, such as odd escapes
            return ast.parse(source)
    except SyntaxError as error:
        raise UnreadableManifest("not valid Python", error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise UnreadableManifest("not valid Python") from error


def _literals(tree: ast.Module) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for node in tree.body[:2_000]:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            value = _value(node.value, known)
            if isinstance(target, ast.Name) and value is not None:
                known[target.id] = value
    return known


def _is_setup(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else None
    name = function.id if isinstance(function, ast.Name) else name
    return name == "setup"


def _value(node: ast.expr, known: dict[str, Any], depth: int = 0) -> Any:
    """Return the literal value of an expression or of a known name, else None."""
    if depth > 8:
        return None
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_value(item, known, depth + 1) for item in node.elts[:2_000]]
    if isinstance(node, ast.Dict):
        return {
            key.value: _value(value, known, depth + 1)
            for key, value in zip(node.keys[:500], node.values, strict=False)
            if isinstance(key, ast.Constant)
        }
    return _sum(node, known, depth) if isinstance(node, ast.BinOp) else None


def _sum(node: ast.BinOp, known: dict[str, Any], depth: int) -> list[Any] | None:
    """Return two literal lists put together, as in `install_requires=base + web`."""
    left, right = _value(node.left, known, depth + 1), _value(node.right, known, depth + 1)
    both_lists = isinstance(left, list) and isinstance(right, list)
    return left + right if isinstance(node.op, ast.Add) and both_lists else None


def _requirements(found: Collector, values: dict[str, Any], line: int) -> None:
    groups: list[tuple[str, Any]] = [
        ("runtime", values.get("install_requires")),
        ("dev", values.get("tests_require")),
        ("build", values.get("setup_requires")),
    ]
    for group, texts in table(values.get("extras_require")).items():
        groups.append((scope_of(str(group)), texts))
    for scope, texts in groups:
        listed = texts.splitlines() if isinstance(texts, str) else items(texts)
        for text in listed:
            add_requirement(found, text, scope=scope, line=line)
