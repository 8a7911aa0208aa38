"""Reads npm's package.json and package-lock.json (lockfile versions 1, 2 and 3)."""

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
from crawlers.metadata.json_guard import KeyPath, UnreadableJson, key_lines, load_object

_SCOPES: Final = {
    "dependencies": "runtime",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "peerDependencies": "peer",
}
_LOCAL: Final = ("file:", "link:", "workspace:", "portal:", "./", "../", "~/", "/")


def read_package_json(data: bytes, path: str) -> ManifestReading:
    """Read a package.json; a package without a name, or `private`, is not published."""
    root = _load(data)
    lines = key_lines(data)
    found = Collector("npm", path)
    private = root.get("private") is True or "workspaces" in root
    found.package(root.get("name"), root.get("version"), private=private)
    found.description = short_text(root.get("description"), 1_000)
    found.licence = _licence(root)
    found.licence_line = lines.get(("license",)) or lines.get(("licenses",))
    for key, scope in _SCOPES.items():
        for name, spec in table(root.get(key)).items():
            _depend(found, name, spec, scope, lines.get((key, name)))
    return found.reading()


def read_package_lock(data: bytes, path: str) -> ManifestReading:
    """Read the direct dependencies and their locked versions from a package-lock.json.

    Version 1 does not say which packages are direct: those that no other package requires are.
    """
    root = _load(data)
    lines = key_lines(data)
    found = Collector("npm", path)
    if isinstance(root.get("packages"), dict):
        _read_packages(found, root["packages"], lines)
    else:
        _read_tree(found, table(root.get("dependencies")), lines)
    return found.reading()


def _load(data: bytes) -> dict[str, Any]:
    try:
        return load_object(data)
    except UnreadableJson as error:
        raise UnreadableManifest(error.message, error.line) from error


def _licence(root: dict[str, Any]) -> str | None:
    stated = root.get("license")
    if isinstance(stated, dict):
        stated = stated.get("type")
    if stated is None:  # the old way: a list of objects, which meant a choice
        names = [
            short_text(table(entry).get("type") if isinstance(entry, dict) else entry, 100)
            for entry in items(root.get("licenses"))[:10]
        ]
        stated = " OR ".join(name for name in names if name)
    return short_text(stated, 500)


def _depend(found: Collector, name: str, spec: Any, scope: str, line: int | None) -> None:
    text = short_text(spec, 500) or ""
    if text.startswith("npm:"):  # an alias: the real name stands in the requirement
        name, _, text = text[4:].rpartition("@") if "@" in text[5:] else (text[4:], "", "")
    local = text.startswith(_LOCAL)
    git_url = None if local else _git_url(text)
    found.dependency(name, text, scope=scope, line=line, git_url=git_url, local=local)


def _git_url(spec: str) -> str | None:
    if spec.startswith("@") or " " in spec:
        return None
    owner, slash, name = spec.split("#", 1)[0].partition("/")
    if slash and owner and name and ":" not in spec and "/" not in name:
        return git_address(f"github:{owner}/{name}")  # npm's short form for its default forge
    return git_address(spec)


def _read_packages(found: Collector, packages: dict[str, Any], lines: dict[KeyPath, int]) -> None:
    top = table(packages.get(""))
    for key, scope in _SCOPES.items():
        for name in table(top.get(key)):
            place = f"node_modules/{name}"
            entry = table(packages.get(place))
            _lock(found, name, entry, scope, lines.get(("packages", place)))


def _read_tree(found: Collector, tree: dict[str, Any], lines: dict[KeyPath, int]) -> None:
    required = {name for entry in tree.values() for name in table(table(entry).get("requires"))}
    for name, entry in tree.items():
        if name not in required:
            scope = "dev" if table(entry).get("dev") is True else "runtime"
            _lock(found, name, table(entry), scope, lines.get(("dependencies", name)))


def _lock(found: Collector, name: str, entry: dict[str, Any], scope: str, line: int | None) -> None:
    source = short_text(entry.get("resolved"), 1_000) or ""
    version = short_text(entry.get("version"), 500) or ""
    is_git = source.startswith("git") or version.startswith("git")
    found.dependency(
        name,
        version,
        scope=scope,
        line=line,
        git_url=git_address(source or version) if is_git else None,
        local=entry.get("link") is True or version.startswith("file:"),
        locked=True,
    )
