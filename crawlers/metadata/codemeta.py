"""Reads codemeta.json (CodeMeta 2.0, 3.0, 3.1) by its plain keys; JSON-LD is never expanded.

A remote `@context` would be fetched from wherever the file says, so it is read as text only, to
tell the version. Authors and other persons are left out; organisations that fund are kept.
"""

from typing import Any, Final

from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.json_guard import UnreadableJson, key_lines, load_object
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import clean_text, one_line, one_or_many, text_list, web_url
from crawlers.metadata.vocabulary import development_status
from registry.domain.facts import Document

_VERSIONS: Final = (
    ("codemeta/3.1", "3.1"),
    ("codemeta/3.0", "3.0"),
    ("codemeta-3.0", "3.0"),
    ("codemeta-2.0", "2.0"),
    ("codemeta/2.0", "2.0"),
    ("codemeta-1.0", "1.0"),
)
# Keys that can hold persons; none of them is kept.
_PERSONS: Final = frozenset(
    {
        "author", "contributor", "creator", "maintainer", "editor", "copyrightholder", "publisher",
        "provider", "sponsor", "producer", "email", "givenname", "familyname", "telephone",
        "review", "citation", "referencepublication", "accountableperson", "role",
    }
)  # fmt: skip
_KEPT: Final = (
    "@type", "name", "description", "version", "softwareVersion", "license", "codeRepository",
    "url", "identifier", "developmentStatus", "keywords", "programmingLanguage", "operatingSystem",
    "runtimePlatform", "applicationCategory", "dateCreated", "datePublished", "dateModified",
    "issueTracker", "readme", "continuousIntegration", "contIntegration", "isBasedOn", "isPartOf",
    "hasSourceCode", "isSourceCodeOf", "relatedLink", "downloadUrl", "buildInstructions",
)  # fmt: skip
_DOI: Final = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "doi:")


def read(data: bytes, *, path: str, blob: str) -> Document:
    """Return the document of a codemeta.json; no key is mandatory in this standard."""
    try:
        root = load_object(data)
    except UnreadableJson as error:
        return unparseable("codemeta", path, blob, data, error.message, error.line)
    lines = {str(key[0]): line for key, line in key_lines(data).items() if len(key) == 1}
    findings = Findings()
    version = _version(root.get("@context"))
    if "@context" not in root:
        findings.warning("@context is missing: this may be no CodeMeta file", key="@context")
    if not root.get("name") and not root.get("codeRepository"):
        findings.error("neither name nor codeRepository is given", key="name")
    _claim_texts(root, lines, findings)
    _claim_licence(root, lines, findings)
    _claim_relations(root, lines, findings)
    kept = {key: root[key] for key in _KEPT if key in root and key.lower() not in _PERSONS}
    return build_document("codemeta", path, blob, data, findings, data=kept, version=version)


def _version(context: Any) -> str | None:
    texts = [text for text in one_or_many(context) if isinstance(text, str)]
    for mark, version in _VERSIONS:
        if any(mark in text.lower() for text in texts):
            return version
    return None


def _claim_texts(root: dict[str, Any], lines: dict[str, int], findings: Findings) -> None:
    for name, key, value in (
        ("name", "name", one_line(root.get("name"))),
        ("short_description", "description", clean_text(root.get("description"), 5_000)),
        ("repository_url", "codeRepository", _first_url(root.get("codeRepository"))),
        ("landing_url", "url", _first_url(root.get("url"))),
        ("documentation_url", "softwareHelp", _first_url(root.get("softwareHelp"))),
        ("topics", "keywords", _keywords(root.get("keywords"))),
        ("platforms", "operatingSystem", text_list(root.get("operatingSystem"))),
        ("status", "developmentStatus", _status(root.get("developmentStatus"))),
    ):
        findings.claim(name, value, line=lines.get(key))
    key = "softwareVersion" if root.get("softwareVersion") else "version"
    findings.claim("version", one_line(root.get(key), 80), line=lines.get(key))


def _claim_licence(root: dict[str, Any], lines: dict[str, int], findings: Findings) -> None:
    stated = [_name(entry) for entry in one_or_many(root.get("license"))]
    texts = [text for text in stated if text]
    expressions = [parse_licence(text).expression for text in texts]
    known = list(dict.fromkeys(expression for expression in expressions if expression))
    if len(known) < len(texts):
        findings.warning(
            "a licence is not a known SPDX licence", key="license", line=lines.get("license", 1)
        )
        return
    if known:
        joined = known[0] if len(known) == 1 else " OR ".join(f"({text})" for text in known)
        confidence = 1.0 if len(known) == 1 else 0.6  # the standard leaves open what a list means
        findings.claim(
            "licence",
            parse_licence(joined).expression,
            line=lines.get("license"),
            confidence=confidence,
        )


def _claim_relations(root: dict[str, Any], lines: dict[str, int], findings: Findings) -> None:
    bases = [url for entry in one_or_many(root.get("isBasedOn")) if (url := _link(entry))]
    findings.claim("is_based_on", bases, line=lines.get("isBasedOn"))
    funders = [
        {"name": name, **({"uri": uri} if (uri := web_url(entry.get("@id"))) else {})}
        for entry in one_or_many(root.get("funder"))
        if isinstance(entry, dict)
        and "organization" in str(entry.get("@type", "")).lower()
        and (name := _name(entry))
    ]
    findings.claim("funded_by", funders, line=lines.get("funder"))
    findings.claim("depends_on", _requirements(root), line=lines.get("softwareRequirements"))
    for entry in one_or_many(root.get("identifier")):
        text = one_line(entry if isinstance(entry, str) else None, 300) or ""
        start = next((mark for mark in _DOI if text.lower().startswith(mark)), None)
        if start:
            findings.claim("doi", text[len(start) :], line=lines.get("identifier"))
            break


def _requirements(root: dict[str, Any]) -> list[dict[str, str]]:
    """Read `softwareRequirements`: a list, one object, or an object of numbered objects."""
    stated = root.get("softwareRequirements")
    if isinstance(stated, dict) and "name" not in stated and "@id" not in stated:
        stated = [item for item in stated.values() if isinstance(item, dict)]
    found: list[dict[str, str]] = []
    for entry in one_or_many(stated):
        name = _name(entry)
        if not name:
            continue
        version = one_line(entry.get("version"), 80) if isinstance(entry, dict) else None
        found.append({"kind": "open", "name": name, **({"version": version} if version else {})})
    return found


def _name(entry: Any) -> str | None:
    """Return a text, or the name (or address) of an object; `@name` is a slip that occurs."""
    if not isinstance(entry, dict):
        return one_line(entry)
    keys = ("name", "@name", "identifier", "url", "@id")
    return next((text for key in keys if (text := one_line(entry.get(key)))), None)


def _link(entry: Any) -> str | None:
    if not isinstance(entry, dict):
        return web_url(entry)
    return next(
        (url for key in ("codeRepository", "url", "@id") if (url := web_url(entry.get(key)))), None
    )


def _first_url(value: Any) -> str | None:
    return next((url for entry in one_or_many(value) if (url := web_url(entry))), None)


def _keywords(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value[:5_000].split(",")
    return text_list(value)


def _status(value: Any) -> str | None:
    return next(
        (word for text in text_list(value) if (word := development_status(text))),
        None,
    )
