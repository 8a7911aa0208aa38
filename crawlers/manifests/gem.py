"""Reads Ruby's Gemfile and *.gemspec, which are programs: only their literal forms count."""

import re
from typing import Final

from crawlers.manifests.reading import Collector, ManifestReading, decode, git_address

_GEM = re.compile(r"\s{0,80}gem[\s(]\s{0,20}[\"']([A-Za-z0-9._-]{1,120})[\"'](.{0,800})")
_SPEC = re.compile(r"^\s{0,4},\s{0,4}[\"']([^\"']{1,80})[\"']")
_OPTION = re.compile(
    r":?(git|github|gitlab|bitbucket|path)\s{0,4}(?::|=>)\s{0,4}[\"']([^\"']{1,300})[\"']"
)
_GROUP_OPTION = re.compile(r":?groups?\s{0,4}(?::|=>)\s{0,4}\[?([^\]\n]{0,120})")
_CONSTANT = re.compile(r"\s{0,20}([A-Z][A-Z0-9_]{0,60})\s{0,8}=\s{0,8}([{\"'].{0,500})")
_USED_CONSTANT = re.compile(r"^\s{0,4},\s{0,4}(?:\*\*)?([A-Z][A-Z0-9_]{0,60})\b")
_BLOCK = re.compile(r"\s{0,20}(group|git|github|path|platforms?|source)\b(.{0,300})\bdo\b.{0,40}")
_LITERAL = re.compile(r"[\"']([^\"']{1,300})[\"']")
_ATTRIBUTE = re.compile(
    r"\s{0,40}\w{1,20}\.(name|version|summary|licenses?)\s{0,20}=\s{0,20}(?:\[\s?)?[\"']([^\"']{1,300})[\"']"
)
_ADD = re.compile(
    r"\s{0,40}\w{1,20}\.add_(?:(runtime|development)_)?dependency[\s(]\s{0,8}[\"']([\w.-]{1,120})[\"'](.{0,200})"
)
_DEV_GROUPS: Final = ("dev", "test", "lint", "ci", "debug")


def read_gemfile(data: bytes, path: str) -> ManifestReading:
    """Read a Gemfile line by line; constants that hold `{ git: … }` are followed."""
    return _Gemfile(path).read(decode(data))


class _Gemfile:
    """Follows the blocks of a Gemfile: groups, and sources that hold for several gems."""

    def __init__(self, path: str) -> None:
        self._found = Collector("gem", path)
        self._constants: dict[str, str] = {}
        self._blocks: list[tuple[str, str]] = []

    def read(self, text: str) -> ManifestReading:
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw[:1_000]
            if line.lstrip().startswith("#"):
                continue
            self._read_line(line, number)
        return self._found.reading()

    def _read_line(self, line: str, number: int) -> None:
        constant, block, gem = _CONSTANT.match(line), _BLOCK.match(line), _GEM.match(line)
        if constant:
            self._constants[constant[1]] = constant[2]
        elif block:
            self._blocks.append((block[1], block[2]))
        elif gem:
            self._gem(gem[1], gem[2], number)
        elif line.strip() == "end":
            if self._blocks:
                self._blocks.pop()
        elif line.rstrip().endswith((" do", "then")) or line.lstrip().startswith(
            ("if ", "unless ")
        ):
            self._blocks.append(("other", ""))

    def _gem(self, name: str, rest: str, number: int) -> None:
        used = _USED_CONSTANT.match(rest)
        constant = self._constants.get(used[1], "") if used else ""
        options = rest + constant
        spec = _SPEC.match(rest) or _SPEC.match(f", {constant}")
        source = dict(_OPTION.findall(options)) or self._inherited()
        self._found.dependency(
            name,
            spec[1] if spec else None,
            scope=self._scope(options),
            line=number,
            git_url=_address(source),
            local="path" in source,
        )

    def _inherited(self) -> dict[str, str]:
        for kind, rest in reversed(self._blocks):
            literal = _LITERAL.search(rest)
            if kind in {"git", "github", "path"} and literal:
                return {kind: literal[1]}
        return {}

    def _scope(self, options: str) -> str:
        groups = [rest for kind, rest in self._blocks if kind == "group"]
        option = _GROUP_OPTION.search(options)
        groups += [option[1]] if option else []
        words = " ".join(groups).lower()
        if not words:
            return "runtime"
        named = re.findall(r"[a-z_]{1,40}", words)
        return "dev" if any(word.startswith(_DEV_GROUPS) for word in named) else "runtime"


def _address(source: dict[str, str]) -> str | None:
    for forge in ("github", "gitlab", "bitbucket"):
        if forge in source:
            name = source[forge]
            return git_address(f"{forge}:{name if '/' in name else f'{name}/{name}'}")
    address = source.get("git")
    return git_address(f"git+{address}" if address and "://" in address else address)


def read_gemspec(data: bytes, path: str) -> ManifestReading:
    """Read the literal attributes and dependencies of a gem specification."""
    found = Collector("gem", path)
    attributes: dict[str, str] = {}
    for number, raw in enumerate(decode(data).splitlines(), start=1):
        line = raw[:1_000]
        attribute, added = _ATTRIBUTE.match(line), _ADD.match(line)
        if attribute:
            attributes.setdefault(attribute[1].removesuffix("s"), attribute[2])
            if attribute[1].startswith("license"):
                found.licence_line = found.licence_line or number
        elif added:
            spec = _SPEC.match(added[3])
            scope = "dev" if added[1] == "development" else "runtime"
            found.dependency(added[2], spec[1] if spec else None, scope=scope, line=number)
    found.package(attributes.get("name"), attributes.get("version"))
    found.licence = attributes.get("license")
    found.description = attributes.get("summary")
    return found.reading()
