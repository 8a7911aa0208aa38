"""Reads PHP's composer.json."""

import re
from typing import Any, Final

from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    UnreadableManifest,
    git_address,
    items,
    short_text,
    table,
)
from crawlers.metadata.json_guard import UnreadableJson, key_lines, load_object

_SCOPES: Final = {"require": "runtime", "require-dev": "dev"}
# The language itself and its extensions are no packages.
_PLATFORM = re.compile(r"php(?:-.{0,40})?|hhvm|ext-.{0,80}|lib-.{0,80}|composer(?:-.{0,40})?")


def read_composer(data: bytes, path: str) -> ManifestReading:
    """Read a composer.json; a list of licences means a choice (OR)."""
    try:
        root = load_object(data)
    except UnreadableJson as error:
        raise UnreadableManifest(error.message, error.line) from error
    lines = key_lines(data)
    found = Collector("composer", path)
    private = root.get("type") == "project"
    name = short_text(root.get("name"))
    found.package(name.lower() if name else None, root.get("version"), private=private)
    found.description = short_text(root.get("description"), 1_000)
    found.licence = _licence(root.get("license"))
    found.licence_line = lines.get(("license",))
    repositories = _repositories(root.get("repositories"))
    for key, scope in _SCOPES.items():
        for required, spec in table(root.get(key)).items():
            if _PLATFORM.fullmatch(required.lower()):
                continue
            found.dependency(
                required.lower(),
                spec,
                scope=scope,
                line=lines.get((key, required)),
                git_url=repositories.get(required.lower().rpartition("/")[2]),
            )
    return found.reading()


def _licence(stated: Any) -> str | None:
    if isinstance(stated, list):
        names = [name for entry in stated[:10] if (name := short_text(entry, 100))]
        return " OR ".join(names) or None
    return short_text(stated, 500)


def _repositories(value: Any) -> dict[str, str]:
    """Return package name (without vendor) → git address of the repositories of type vcs.

    The entry names no package, so it is matched by the last part of its address.
    """
    entries = list(table(value).values()) or items(value)
    found: dict[str, str] = {}
    for entry in entries[:200]:
        if table(entry).get("type") in {"vcs", "git", "github"}:
            address = git_address(table(entry).get("url"))
            if address:
                found[address.rpartition("/")[2].lower()] = address
    return found
