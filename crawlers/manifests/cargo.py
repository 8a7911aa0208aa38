"""Reads Rust's Cargo.toml."""

import re
from typing import Any, Final

from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    decode,
    git_address,
    load_toml,
    table,
)

_SCOPES: Final = {
    "dependencies": "runtime",
    "dev-dependencies": "dev",
    "build-dependencies": "build",
}
_KEY = re.compile(
    r"\s{0,40}(?:[\w-]{1,40}\.)?\"?([A-Za-z0-9_-]{1,100})\"?(?:\.[\w-]{1,20})?\s{0,40}="
)
_HEADER = re.compile(r"\s{0,40}\[[^\]]{0,200}dependencies\.\"?([A-Za-z0-9_-]{1,100})\"?\]")


def read_cargo(data: bytes, path: str) -> ManifestReading:
    """Read a Cargo.toml: package, dependencies of every target, of the workspace."""
    root = load_toml(data)
    found = Collector("cargo", path)
    package = table(root.get("package"))
    private = package.get("publish") in (False, [])
    found.package(package.get("name"), package.get("version"), private=private)
    licence = package.get("license")
    found.licence = licence if isinstance(licence, str) else None
    description = package.get("description")
    found.description = description if isinstance(description, str) else None
    lines = _lines(decode(data))
    tables = [root, table(root.get("workspace"))]
    tables += [table(target) for target in table(root.get("target")).values()]
    for source in tables:
        for key, scope in _SCOPES.items():
            for name, value in table(source.get(key)).items():
                _depend(found, name, value, scope, lines)
    return found.reading()


def _depend(found: Collector, name: str, value: Any, scope: str, lines: dict[str, int]) -> None:
    entry = table(value)
    git = entry.get("git")
    found.dependency(
        entry.get("package") or name,
        value if isinstance(value, str) else entry.get("version"),
        scope="optional" if entry.get("optional") is True and scope == "runtime" else scope,
        line=lines.get(name),
        git_url=git_address(f"git+{git}" if isinstance(git, str) and "://" in git else git),
        local="path" in entry,
    )


def _lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _HEADER.match(line[:400]) or _KEY.match(line[:400])
        if match:
            lines.setdefault(match[1], number)
    return lines
