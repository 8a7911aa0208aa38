"""Reads Dart's pubspec.yaml and the literal forms of Swift's Package.swift."""

import re
from typing import Final

from crawlers.manifests.reading import (
    Collector,
    ManifestReading,
    UnreadableManifest,
    decode,
    git_address,
)
from crawlers.metadata.yaml_fields import Fields, load_mapping
from crawlers.metadata.yaml_guard import Mapping, UnreadableYaml

_SCOPES: Final = {"dependencies": "runtime", "dev_dependencies": "dev"}
_SWIFT_PACKAGE = re.compile(
    r"\.package\(\s{0,40}(?:name:\s?\"[^\"]{1,100}\",\s{0,40})?(url|path):\s?\"([^\"]{1,300})\"(.{0,80})"
)
_SWIFT_NAME = re.compile(r"\bPackage\(\s{0,40}name:\s?\"([^\"]{1,100})\"")
_SWIFT_VERSION = re.compile(r"\"([\w.+-]{1,40})\"")


def read_pubspec(data: bytes, path: str) -> ManifestReading:
    """Read a pubspec.yaml; `publish_to: none` makes the package private."""
    try:
        root = load_mapping(data)
    except UnreadableYaml as error:
        raise UnreadableManifest(error.message, error.line) from error
    found = Collector("pub", path)
    private = root.text("publish_to") == "none"
    found.package(root.text("name"), root.text("version", 80), private=private)
    found.description = root.text("description", 1_000)
    for key, scope in _SCOPES.items():
        child = root.child(key)
        for entry in child.node.entries if child else ():
            if isinstance(entry.value, Mapping):
                _depend_on_source(found, entry.name, Fields(entry.value), scope, entry.key.line)
            else:
                spec = child.text(entry.name) if child else None
                found.dependency(entry.name, spec, scope=scope, line=entry.key.line)
    return found.reading()


def _depend_on_source(found: Collector, name: str, source: Fields, scope: str, line: int) -> None:
    if source.has("sdk"):
        return  # part of the tool kit, not a package
    git = source.child("git")
    address = git.text("url", 1_000) if git else source.text("git", 1_000)
    found.dependency(
        name,
        source.text("version"),
        scope=scope,
        line=line,
        git_url=git_address(f"git+{address}" if address and "://" in address else address),
        local=source.has("path"),
    )


def read_package_swift(data: bytes, path: str) -> ManifestReading:
    """Read the packages that a Package.swift names by address or by path."""
    text = decode(data)
    found = Collector("swift", path)
    named = _SWIFT_NAME.search(text)
    if named:
        found.package(named[1])
    for match in _SWIFT_PACKAGE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        place = match[2]
        name = place.rstrip("/").removesuffix(".git").rpartition("/")[2]
        if match[1] == "path":
            found.dependency(name, line=line, local=True)
            continue
        version = _SWIFT_VERSION.search(match[3])
        found.dependency(
            name, version[1] if version else None, line=line, git_url=git_address(f"git+{place}")
        )
    return found.reading()
