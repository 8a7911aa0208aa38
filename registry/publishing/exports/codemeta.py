"""CodeMeta 3.1 and schema.org: a component as a linked description of source code.

Sources: CodeMeta 3.1 and its crosswalk from publiccode.yml; schema.org SoftwareSourceCode. There
is no word in either for "is used by", so reuse of a component by others is not said here.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from registry.publishing.exports.subject import Body, Subject, preferred
from registry.publishing.exports.values import (
    alternatives,
    clean,
    day,
    iri,
    known,
    licence_url,
    web_url,
)

CODEMETA_CONTEXT: Final = "https://w3id.org/codemeta/3.1"
SCHEMA_CONTEXT: Final = "https://schema.org"
# The crosswalk of states of development to those of repostatus.org.
_STATUSES: Final = {
    "concept": "concept", "development": "wip", "beta": "wip", "stable": "active",
    "obsolete": "inactive",
}  # fmt: skip


def codemeta(subject: Subject, base_url: str) -> bytes:
    """Return the codemeta.json; texts are plain, because its readers take keys as they are."""
    status = _STATUSES.get(subject.text("status") or "")
    found = {
        "@context": CODEMETA_CONTEXT,
        **_described(subject, base_url),
        **known(
            name=preferred(subject.names) or subject.name,
            description=preferred(subject.descriptions) or preferred(subject.summaries),
            developmentStatus=status and f"https://www.repostatus.org/#{status}",
            softwareRequirements=_requirements(subject),
        ),
    }
    return msgspec.json.format(msgspec.json.encode(clean(found)), indent=2) + b"\n"


def schema_org(subject: Subject, base_url: str) -> bytes:
    """Return the JSON-LD for search engines, with texts by language."""
    found = {
        "@context": SCHEMA_CONTEXT,
        **_described(subject, base_url),
        **known(
            name=_by_language(subject.names) or subject.name,
            description=_by_language(subject.summaries),
            creativeWorkStatus=subject.text("status"),
            mainEntityOfPage=f"{base_url}/components/{subject.slug}",
        ),
    }
    return msgspec.json.encode(clean(found))


def _described(subject: Subject, base_url: str) -> dict[str, Any]:
    """Return what both vocabularies say alike."""
    bodies = [_organisation(subject.body)] if subject.body else []
    return known(
        **{"@type": "SoftwareSourceCode", "@id": f"{base_url}/components/{subject.slug}"},
        identifier=[x for x in (subject.revision_id, *subject.packages) if x],
        codeRepository=subject.repository_url,
        url=web_url(subject.text("landing_url")),
        softwareHelp=web_url(subject.text("documentation_url")),
        programmingLanguage=list(dict.fromkeys(subject.languages)),
        operatingSystem=subject.texts("platforms"),
        applicationCategory=subject.texts("categories"),
        keywords=_keywords(subject),
        license=_licence(subject.licence),
        version=subject.text("version"),
        dateCreated=day(subject.first_commit_at),
        dateModified=day(subject.last_commit_at),
        author=bodies,
        maintainer=bodies if subject.text("maintenance_type") == "internal" else None,
        funder=_funders(subject),
        isBasedOn=[upstream.url for upstream in subject.upstreams],
    )


def _organisation(body: Body) -> dict[str, Any]:
    named = {"@type": "Organization", "name": body.name}
    return named | known(**{"@id": iri(body.identifier)}, url=web_url(body.website))


def _licence(expression: str | None) -> Any:
    """Return the address of the licence, several where any may be chosen, else the expression."""
    urls = [url for x in alternatives(expression) if (url := licence_url(x))]
    if not urls:
        return expression
    return urls[0] if len(urls) == 1 else urls


def _keywords(subject: Subject) -> list[str]:
    features = preferred(subject.features)
    listed = [x for x in features if isinstance(x, str)] if isinstance(features, list) else []
    return list(dict.fromkeys((*subject.texts("topics"), *listed)))


def _funders(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"@type": "Organization", "name": item["name"]} | known(**{"@id": iri(item.get("uri"))})
        for item in subject.items("funded_by")
        if isinstance(item, dict) and isinstance(item.get("name"), str)
    ]


def _requirements(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"@type": "SoftwareApplication", "name": item["name"]}
        | known(version=item.get("version") or item.get("versionMin"))
        for item in subject.items("depends_on")
        if isinstance(item, dict) and isinstance(item.get("name"), str)
    ]


def _by_language(texts: Mapping[str, str]) -> Any:
    values = [{"@value": text} | known(**{"@language": tag}) for tag, text in sorted(texts.items())]
    plain = len(values) == 1 and "@language" not in values[0]
    return values[0]["@value"] if plain else values
