"""Reads openCatalogi.yaml (Dutch organisation file): which software an organisation uses and owns.

It stands in an organisation's `.github` repository, so it claims nothing about a component; its
lists are declared reuse on the side of the user, with repository addresses.
"""

from typing import Any, Final

from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.values import one_line, web_url
from crawlers.metadata.yaml_fields import Fields, load_mapping, nodes
from crawlers.metadata.yaml_guard import Mapping, Node, Scalar, UnreadableYaml
from registry.domain.facts import Document

_LISTS: Final = {
    "softwareOwned": "software_owned",
    "softwareUsed": "software_used",
    "softwareSupported": "software_supported",
}
_SUPPORT: Final = frozenset(
    {"hosting", "saas", "support", "maintenance", "training", "consultancy", "purchase"}
)
_MAX_ENTRIES: Final = 1_000


def read(data: bytes, *, path: str, blob: str) -> Document:
    """Return the document; `data` has name, website and the three lists with the line of each.

    An entry is `{name, url, type, line}` with what is known; contacts are left out.
    """
    try:
        fields = load_mapping(data)
    except UnreadableYaml as error:
        return unparseable(
            "opencatalogi", path, blob, data, error.message, error.line, error.column
        )
    findings = Findings()
    if not fields.has("name"):
        findings.error("name is missing", key="name")
    if not any(fields.has(key) for key in _LISTS):
        findings.warning("no software is listed", key="softwareUsed")
    summary: dict[str, Any] = {"name": fields.text("name"), "website": fields.url("website")}
    for key, ours in _LISTS.items():
        entries = nodes(fields.node.get(key))[:_MAX_ENTRIES]
        summary[ours] = [found for entry in entries if (found := _entry(entry))]
    summary = {key: value for key, value in summary.items() if value}
    version = fields.text("openCatalogiYmlVersion", 20)
    return build_document("opencatalogi", path, blob, data, findings, data=summary, version=version)


def _entry(node: Node) -> dict[str, Any]:
    if isinstance(node, Mapping):
        fields = Fields(node)
        stated = next(
            (text for key in ("software", "url", "name") if (text := fields.text(key, 2_048))), None
        )
        kind = fields.text("type", 40)
    else:
        stated = one_line(node.text, 2_048) if isinstance(node, Scalar) else None
        kind = None
    if not stated:
        return {}
    url = web_url(stated)
    found: dict[str, Any] = {"url": url} if url else {"name": stated[:300]}
    if kind and kind.lower() in _SUPPORT:
        found["type"] = kind.lower()
    return {**found, "line": node.line}
