"""Reads CITATION.cff 1.2.0: licence, addresses, DOI, affiliations, referenced software.

Persons' names, addresses and ORCIDs are never kept; of the authors only organisations and the
affiliations of persons remain (in `data`), which name bodies and not people.
"""

import re
from typing import Any, Final

from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import iso_date
from crawlers.metadata.yaml_fields import Fields, load_mapping, nodes, scalar_text
from crawlers.metadata.yaml_guard import Mapping, Scalar, Sequence, UnreadableYaml
from registry.domain.facts import Document

VERSION: Final = "1.2.0"
_KEYS: Final = frozenset(
    """
    abstract authors cff-version commit contact date-released doi identifiers keywords license
    license-url message preferred-citation references repository repository-artifact
    repository-code title type url version
    """.split()  # noqa: SIM905
)
_PERSON_KEYS: Final = frozenset(
    """
    address affiliation alias city country email family-names fax given-names name-particle
    name-suffix orcid post-code region tel website
    """.split()  # noqa: SIM905
)
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")


def read(data: bytes, *, path: str, blob: str) -> Document:
    """Return the document of a CITATION.cff; unknown and missing keys are errors of the format."""
    try:
        fields = load_mapping(data)
    except UnreadableYaml as error:
        return unparseable("citation", path, blob, data, error.message, error.line, error.column)
    findings = Findings()
    _check(fields, findings)
    _claim_texts(fields, findings)
    _claim_licence(fields, findings)
    findings.claim("doi", _doi(fields), line=fields.line("doi") or fields.line("identifiers"))
    references = [found for item in fields.children("references") if (found := _reference(item))]
    findings.claim("references", references[:200], line=fields.line("references"))
    kept = {
        "type": fields.text("type"),
        "organisations": _organisations(fields),
        "affiliations": _affiliations(fields),
        "swhids": _identifiers(fields, "swh"),
    }
    kept = {key: value for key, value in kept.items() if value}
    version = fields.text("cff-version", 20)
    return build_document("citation", path, blob, data, findings, data=kept, version=version)


def _check(fields: Fields, findings: Findings) -> None:
    for name in ("cff-version", "message", "title", "authors"):
        if not fields.has(name):
            findings.error(f"{name} is missing", key=name)
    version = fields.text("cff-version", 20)
    if version not in (None, VERSION):
        line = fields.line("cff-version") or 1
        findings.error(f"cff-version is not {VERSION}", key="cff-version", line=line)
    for entry in fields.node.entries:
        if entry.name not in _KEYS:
            findings.error(
                "this key is not part of the format", key=entry.name[:80], line=entry.key.line
            )
        if isinstance(entry.value, Scalar) and entry.value.value is None:
            findings.error("the key has no value", key=entry.name[:80], line=entry.key.line)
    _check_authors(fields, findings)


def _check_authors(fields: Fields, findings: Findings) -> None:
    authors = fields.node.get("authors")
    if fields.has("authors") and not (isinstance(authors, Sequence) and authors.items):
        line = fields.line("authors") or 1
        findings.error("authors is not a list with entries", key="authors", line=line)
    for index, author in enumerate(fields.children("authors")):
        if author.has("name"):
            continue
        for entry in author.node.entries:
            if entry.name not in _PERSON_KEYS:
                findings.error(
                    "this key is not part of a person",
                    key=f"authors[{index}].{entry.name[:40]}",
                    line=entry.key.line,
                )


def _claim_texts(fields: Fields, findings: Findings) -> None:
    released = iso_date(fields.text("date-released"))
    if fields.has("date-released") and released is None:
        findings.error(
            "date-released is not a date",
            key="date-released",
            line=fields.line("date-released") or 1,
        )
    for name, key, value in (
        ("name", "title", fields.text("title")),
        ("short_description", "abstract", fields.prose("abstract", 5_000)),
        ("version", "version", fields.text("version", 80)),
        ("release_date", "date-released", released),
        ("repository_url", "repository-code", fields.url("repository-code")),
        ("landing_url", "url", fields.url("url")),
        ("topics", "keywords", fields.texts("keywords")),
    ):
        findings.claim(name, value, line=fields.line(key))


def _claim_licence(fields: Fields, findings: Findings) -> None:
    """Read one licence, or a list, which means a choice (OR) in this format."""
    texts = fields.texts("license")
    if not texts:
        return
    licences = [parse_licence(text) for text in texts]
    line = fields.line("license") or 1
    unknown = next((licence.error for licence in licences if licence.expression is None), None)
    if unknown:
        findings.error(f"license: {unknown}", key="license", line=line)
        return
    joined = " OR ".join(f"({licence.expression})" for licence in licences)
    findings.claim("licence", parse_licence(joined).expression, line=line)


def _doi(fields: Fields) -> str | None:
    stated = (fields.text("doi"), *_identifiers(fields, "doi"))
    return next((found[0] for text in stated if text and (found := _DOI.search(text))), None)


def _identifiers(fields: Fields, kind: str) -> list[str]:
    return [
        value
        for item in fields.children("identifiers")
        if item.text("type") == kind and (value := item.text("value"))
    ]


def _reference(item: Fields) -> dict[str, Any]:
    doi = item.text("doi")
    found = {
        "type": item.text("type", 40),
        "title": item.text("title"),
        "version": item.text("version", 80),
        "doi": doi if doi and _DOI.fullmatch(doi) else None,
        "url": item.url("repository-code") or item.url("url"),
    }
    kept = {key: value for key, value in found.items() if value}
    return kept if kept.keys() & {"title", "doi", "url"} else {}


def _organisations(fields: Fields) -> list[str]:
    names = (author.text("name") for author in fields.children("authors"))
    return list(dict.fromkeys(name for name in names if name))


def _affiliations(fields: Fields) -> list[str]:
    """Return the distinct affiliations of the authors, also where one author has a list."""
    found: dict[str, None] = {}
    for author in fields.children("authors"):
        for node in nodes(author.node.get("affiliation")):
            text = scalar_text(node.get("name") if isinstance(node, Mapping) else node, 300)
            if text:
                found.setdefault(text)
    return list(found)
