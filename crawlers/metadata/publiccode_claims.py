"""What a publiccode.yml states, key by key: valid keys count even where the file is invalid."""

import re
from collections.abc import Iterator
from typing import Any, Final

import langcodes

from crawlers.metadata.publiccode_checks import is_language, split_url
from crawlers.metadata.publiccode_contacts import public_contact, without_addresses
from crawlers.metadata.publiccode_places import Path, is_text
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import clean_text
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, Sequence
from registry.domain.addresses import WITHHELD
from registry.domain.facts import Claim
from registry.domain.publiccode_lists import ALIASES, CATEGORIES, COUNTRIES, SCOPES

MAX_USED_BY: Final = 5_000
_LONGEST_TAG: Final = 40
_IPA_URN: Final = "urn:x-italian-pa:"
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((https?://[^\s()]{1,2000})\)")
_URL_IN_TEXT = re.compile(r"https?://[^\s<>\"'\[\]()]{1,2000}")
_EDGES: Final = " \t-–—:,;|()<>[]"


def name_and_url(text: str) -> dict[str, str]:
    """Split `Name - https://…`, `[Name](https://…)`, a bare URL or a bare name into its parts."""
    link = _MARKDOWN_LINK.search(text)
    if link:
        return {"name": link.group(1).strip(), "url": link.group(2)}
    found = _URL_IN_TEXT.search(text)
    if not found:
        return {"name": text.strip()}
    name = (text[: found.start()] + " " + text[found.end() :]).strip(_EDGES)
    url = found.group().rstrip(".,;")
    return {"name": name, "url": url} if name else {"url": url}


class Statements:
    """Reads the claims of one file; `rejected` are the paths whose own value is wrong."""

    def __init__(self, root: Mapping, rejected: set[Path]) -> None:
        self._root = root
        self._rejected = rejected

    def claims(self) -> Iterator[Claim]:
        """Yield every claim with its line."""
        for name, path in _SINGLE.items():
            yield from self._single(name, path)
        for name, path in _LISTS.items():
            yield from self._listed(name, path)
        yield from self._licence()
        yield from self._organisation()
        yield from self._descriptions()
        yield from self._audience()
        for name, items in (
            ("contacts", self._contacts()),
            (
                "contractors",
                self._blocks(("maintenance", "contractors"), ("name", "until", "website")),
            ),
            ("funded_by", self._blocks(("fundedBy",), ("name", "uri"))),
            ("is_based_on", self._based_on()),
            ("used_by", self._used_by()),
            ("depends_on", self._depends_on()),
            ("standards", self._standards()),
        ):
            values = list(items)
            if values:
                line = self._line(_BLOCKS[name])
                yield Claim(property=name, value=values, line=line)

    def _node(self, path: Path) -> Node | None:
        node: Node | None = self._root
        for depth, part in enumerate(path, start=1):
            if isinstance(node, Mapping) and isinstance(part, str):
                node = node.get(part)
            elif isinstance(node, Sequence) and isinstance(part, int):
                node = node.items[part]
            else:
                return None
            if path[:depth] in self._rejected and path[:depth][0] != "description":
                return None
        return None if path in self._rejected else node

    def _line(self, path: Path) -> int | None:
        node: Node | None = self._root
        line = None
        for part in path:
            entry = node.entry(str(part)) if isinstance(node, Mapping) else None
            if entry is None:
                return line
            node, line = entry.value, entry.key.line
        return line

    def _text(self, path: Path) -> str | None:
        node = self._node(path)
        if isinstance(node, Scalar) and is_text(node):
            return clean_text(without_addresses(node.text))
        return None

    def _texts(self, path: Path) -> list[str]:
        node = self._node(path)
        items = range(len(node.items)) if isinstance(node, Sequence) else ()
        return [text for index in items if (text := self._text((*path, index)))]

    def _single(self, name: str, path: Path) -> Iterator[Claim]:
        text = self._text(path)
        if text and not (name in _ADDRESSES and WITHHELD in text):
            yield Claim(property=name, value=text, line=self._line(path))

    def _listed(self, name: str, path: Path) -> Iterator[Claim]:
        texts = self._texts(path)
        if texts:
            yield Claim(property=name, value=texts, line=self._line(path))

    def _licence(self) -> Iterator[Claim]:
        legal = self._root.get("legal")
        node = legal.get("license") if isinstance(legal, Mapping) else None
        expression = parse_licence(node.text).expression if isinstance(node, Scalar) else None
        if expression:
            path = ("legal", "license")
            # A name that is no SPDX expression may still be understood ("MPLv2").
            confidence = 0.8 if path in self._rejected else 1.0
            line = self._line(path)
            yield Claim(property="licence", value=expression, line=line, confidence=confidence)

    def _organisation(self) -> Iterator[Claim]:
        named = self._text(("organisation", "name"))
        owner = ("legal", "repoOwner")
        if named:
            yield from self._single("organisation", ("organisation", "name"))
        elif text := self._text(owner):
            yield Claim(property="organisation", value=text, line=self._line(owner), confidence=0.7)
        if self._text(("organisation", "uri")):
            yield from self._single("organisation_uri", ("organisation", "uri"))
            return
        for section in ("IT", "it"):
            path = (section, "riuso", "codiceIPA")
            if code := self._text(path):
                uri = _IPA_URN + code.lower()
                line = self._line(path)
                yield Claim(property="organisation_uri", value=uri, line=line, confidence=0.9)
                return

    def _descriptions(self) -> Iterator[Claim]:
        description = self._node(("description",))
        for entry in description.entries if isinstance(description, Mapping) else ():
            language = _language(entry.name)
            if language is None:
                continue
            for name, key in _PER_LANGUAGE.items():
                path = ("description", entry.name, key)
                value = self._texts(path) if name == "features" else self._text(path)
                if value and not (name == "documentation_url" and WITHHELD in value):
                    line = self._line(path)
                    yield Claim(property=name, value=value, lang=language, line=line)

    def _audience(self) -> Iterator[Claim]:
        path = ("intendedAudience", "countries")
        countries = [text.upper() for text in self._texts(path) if text.upper() in COUNTRIES]
        if countries:
            yield Claim(property="intended_countries", value=countries, line=self._line(path))
        # Key names of version 0.1, read where today's keys are not there.
        for name, now, then, known in (
            ("categories", ("categories",), ("tags",), CATEGORIES),
            ("scopes", ("intendedAudience", "scope"), ("intendedAudience", "onlyFor"), SCOPES),
        ):
            old = [text for text in self._texts(then) if text in known]
            if old and not self._texts(now):
                yield Claim(property=name, value=old, line=self._line(then))

    def _contacts(self) -> Iterator[dict[str, str]]:
        node = self._node(("maintenance", "contacts"))
        for item in node.items if isinstance(node, Sequence) else ():
            contact = public_contact(item.plain())
            if contact:
                yield contact

    def _blocks(self, path: Path, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        node = self._node(path)
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            block = {name: self._text((*path, index, name)) for name in names}
            if any(block.values()):
                found = {name: value for name, value in block.items() if value}
                yield {**found, "line": item.line}

    def _based_on(self) -> Iterator[str]:
        one = self._text(("isBasedOn",))
        candidates = [one] if one else self._texts(("isBasedOn",))
        yield from (text for text in candidates if split_url(text))

    def _used_by(self) -> Iterator[dict[str, Any]]:
        node = self._node(("usedBy",))
        items = node.items[:MAX_USED_BY] if isinstance(node, Sequence) else ()
        for item in items:
            if isinstance(item, Scalar) and item.text.strip():
                yield {**name_and_url(without_addresses(item.text)), "line": item.line}
            elif isinstance(item, Mapping):
                found = {
                    key: without_addresses(value.text)
                    for key in ("name", "url", "uri")
                    if isinstance(value := item.get(key), Scalar) and value.text.strip()
                }
                if found:
                    yield {**found, "line": item.line}

    def _depends_on(self) -> Iterator[dict[str, Any]]:
        for kind in ("open", "proprietary", "hardware"):
            names = ("name", "version", "versionMin", "versionMax")
            for block in self._blocks(("dependsOn", kind), names):
                yield {"kind": kind, **block}

    def _standards(self) -> Iterator[dict[str, Any]]:
        for block in self._blocks(("supports",), ("id",)):
            alias = str(block["id"]).removeprefix("alias:")
            yield {"uri": ALIASES.get(alias, block["id"]), "line": block["line"]}
        for section in ("IT", "it"):
            for group, names in _ITALIAN_ALIASES.items():
                for name in names:
                    flag = self._node((section, group, name))
                    if isinstance(flag, Scalar) and flag.value is True:
                        yield {"uri": ALIASES[name], "line": flag.line}


def _language(tag: str) -> str | None:
    """Return the BCP 47 tag that a description key means (`eng` → `en`, `en_GB` → `en-GB`)."""
    if len(tag) > _LONGEST_TAG:
        return None
    try:
        standard = langcodes.standardize_tag(tag)
    except ValueError:
        return None
    return standard if is_language(standard) else None


_SINGLE: Final[dict[str, Path]] = {
    "name": ("name",),
    "status": ("developmentStatus",),
    "version": ("softwareVersion",),
    "release_date": ("releaseDate",),
    "landing_url": ("landingURL",),
    "repository_url": ("url",),
    "software_type": ("softwareType",),
    "maintenance_type": ("maintenance", "type"),
    "logo": ("logo",),
}
# An address with credentials in it is no address that can be shown.
_ADDRESSES: Final = frozenset({"landing_url", "repository_url", "logo", "organisation_uri"})
_LISTS: Final[dict[str, Path]] = {
    "categories": ("categories",),
    "scopes": ("intendedAudience", "scope"),
    "platforms": ("platforms",),
    "interface_languages": ("localisation", "availableLanguages"),
}
_PER_LANGUAGE: Final[dict[str, str]] = {
    "name": "localisedName",
    "short_description": "shortDescription",
    "long_description": "longDescription",
    "features": "features",
    "documentation_url": "documentation",
}
_BLOCKS: Final[dict[str, Path]] = {
    "contacts": ("maintenance", "contacts"),
    "contractors": ("maintenance", "contractors"),
    "funded_by": ("fundedBy",),
    "is_based_on": ("isBasedOn",),
    "used_by": ("usedBy",),
    "depends_on": ("dependsOn",),
    "standards": ("supports",),
}
_ITALIAN_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "piattaforme": ("spid", "cie", "anpr", "pagopa", "io"),
    "conforme": ("gdpr",),
}
