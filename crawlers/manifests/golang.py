"""Reads go.mod: the module itself, its direct requirements, local replacements."""

import re
from typing import Final

from crawlers.manifests.reading import Collector, ManifestReading, UnreadableManifest, decode

_DIRECTIVE = re.compile(r"(module|require|replace)\b\s{0,20}(.{0,800})")
_HOSTS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})


def read_go_mod(data: bytes, path: str) -> ManifestReading:
    """Read a go.mod; requirements marked `// indirect` are those of others and left out.

    A module path on a known code host is the repository itself, so `git_url` is set from it.
    """
    found = Collector("golang", path)
    required: list[tuple[str, str | None, int]] = []
    local: set[str] = set()
    block = ""
    module = None
    for number, raw in enumerate(decode(data).splitlines(), start=1):
        line, _, comment = raw[:1_000].partition("//")
        text = line.strip()
        if block and text == ")":
            block = ""
            continue
        match = None if block else _DIRECTIVE.fullmatch(text)
        directive, rest = (match[1], match[2].strip()) if match else (block, text)
        if match and rest == "(":
            block = directive
            continue
        if not rest:
            continue
        if directive == "module":
            module = rest.strip('"')
        elif directive == "require" and comment.strip() != "indirect":
            name, _, version = rest.partition(" ")
            required.append((name.strip('"'), version.strip() or None, number))
        elif directive == "replace":
            old, _, new = rest.partition("=>")
            if new.strip().startswith(("./", "../")):
                local.add(old.split()[0].strip('"') if old.split() else "")
    if module is None:
        raise UnreadableManifest("the module line is missing")
    found.package(module)
    for name, version, number in required:
        found.dependency(
            name, version, line=number, git_url=repository_of(name), local=name in local
        )
    return found.reading()


def repository_of(module: str) -> str | None:
    """Return the repository address of a module path on a known code host, or None."""
    parts = module.split("/")
    if parts[0] not in _HOSTS or len(parts) < 3 or not all(parts[:3]):
        return None
    return "https://" + "/".join(parts[:3])
