"""Reads the code files of Canada's Open Resource Exchange (`_data/code/**.yml`, schema 1.0).

One file lists the releases of one administration; every text is bilingual (`en`, `fr`). YAML 1.2
matters here: the administration code of Ontario is `on`.
"""

from typing import Any

from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import clean_text, iso_date, one_line, web_url
from crawlers.metadata.vocabulary import development_status
from crawlers.metadata.yaml_fields import Fields, load_mapping, nodes, scalar_text
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, UnreadableYaml
from registry.domain.facts import Claim, Document


def read(data: bytes, *, path: str, blob: str) -> Document:
    """Return the document of one administration; its releases describe other repositories.

    So it claims nothing about its own one: see `release_claims`.
    `data` holds `admin_code` and the releases: name and description by language, licence as an
    SPDX expression, addresses, status, tags by language. Contacts are left out.
    """
    try:
        fields = load_mapping(data)
    except UnreadableYaml as error:
        return unparseable("ore", path, blob, data, error.message, error.line, error.column)
    findings = Findings()
    items = list(fields.children("releases"))
    if not items and fields.has("name"):
        items = [fields]
    if not items:
        findings.error("releases is missing or empty", key="releases")
    releases = [_release(item, index, findings) for index, item in enumerate(items)]
    summary = {"admin_code": fields.text("adminCode", 80), "releases": releases}
    version = fields.text("schemaVersion", 20)
    return build_document("ore", path, blob, data, findings, data=summary, version=version)


def by_language(node: Node | None, limit: int = 5_000) -> dict[str, str]:
    """Return text per language of a bilingual value; a bare text has the language `und`."""
    if isinstance(node, Scalar):
        text = clean_text(node.text, limit) if node.value is not None else None
        return {"und": text} if text else {}
    if not isinstance(node, Mapping):
        return {}
    found = {
        entry.name.lower()[:8]: clean_text(entry.value.text, limit)
        for entry in node.entries[:10]
        if isinstance(entry.value, Scalar) and entry.value.value is not None
    }
    return {language: text for language, text in found.items() if text}


def _release(item: Fields, index: int, findings: Findings) -> dict[str, Any]:
    described = item.node.get("description")
    if isinstance(described, Mapping) and described.get("whatItDoes") is not None:
        described = described.get("whatItDoes")
    dates = item.child("date")
    release = {
        "name": by_language(item.node.get("name"), 300),
        "description": by_language(described),
        "category": item.text("category", 40),
        "licence": _licence(item, index, findings),
        "repository_url": _address(item.node.get("repositoryURL")),
        "homepage_url": _address(item.node.get("homepageURL")),
        "status": development_status(item.text("status", 40)),
        "status_text": item.text("status", 40),
        "languages": item.texts("languages"),
        "tags": _tags(item.node.get("tags")),
        "created": iso_date(dates.text("created")) if dates else None,
        "metadata_last_updated": iso_date(dates.text("metadataLastUpdated")) if dates else None,
        "related_code": _related(item),
        "line": item.node.line,
    }
    if not release["name"]:
        findings.error("name is missing", key=f"releases[{index}].name", line=item.node.line)
    if not release["repository_url"]:
        findings.warning(
            "repositoryURL is missing or no https address",
            key=f"releases[{index}].repositoryURL",
            line=item.node.line,
        )
    return {key: value for key, value in release.items() if value}


def _licence(item: Fields, index: int, findings: Findings) -> str | None:
    key = "licences" if item.has("licences") else "licenses"
    texts = [text for entry in item.children(key) if (text := entry.text("spdxID", 200))]
    parsed = [parse_licence(text) for text in texts]
    known = list(dict.fromkeys(licence.expression for licence in parsed if licence.expression))
    if len(known) < len(set(texts)):
        findings.warning(
            "a licence is not a known SPDX licence",
            key=f"releases[{index}].{key}",
            line=item.line(key) or 1,
        )
    joined = " AND ".join(f"({text})" for text in known if text)
    return parse_licence(joined).expression if joined else None


def _address(node: Node | None) -> str | None:
    texts = by_language(node, 2_048)
    ordered = (texts.get("en"), texts.get("und"), *texts.values())
    return next((url for text in ordered if (url := web_url(text))), None)


def _tags(node: Node | None) -> dict[str, list[str]]:
    groups = (
        {entry.name.lower()[:8]: entry.value for entry in node.entries[:10]}
        if isinstance(node, Mapping)
        else {"und": node}
    )
    found = {
        language: [text for item in nodes(value) if (text := scalar_text(item, 100))]
        for language, value in groups.items()
    }
    return {language: texts for language, texts in found.items() if texts}


def _related(item: Fields) -> list[dict[str, str]]:
    found = []
    for entry in item.children("relatedCode"):
        names = by_language(entry.node.get("name"), 300)
        url = _address(entry.node.get("URL")) or _address(entry.node.get("url"))
        name = one_line(names.get("en") or next(iter(names.values()), None))
        code = {key: value for key, value in (("name", name), ("url", url)) if value}
        if code:
            found.append(code)
    return found


def release_claims(release: dict[str, Any]) -> tuple[Claim, ...]:
    """Return what one release of `data` states about its own component."""
    findings = Findings()
    for name, key in (("name", "name"), ("short_description", "description")):
        for language, text in release.get(key, {}).items():
            lang = None if language == "und" else language
            findings.claim(name, text, line=release.get("line"), lang=lang)
    topics = [tag for tags in release.get("tags", {}).values() for tag in tags]
    for name, value in (
        ("licence", release.get("licence")),
        ("status", release.get("status")),
        ("repository_url", release.get("repository_url")),
        ("landing_url", release.get("homepage_url")),
        ("topics", list(dict.fromkeys(topics))),
    ):
        findings.claim(name, value, line=release.get("line"))
    return findings.claims
