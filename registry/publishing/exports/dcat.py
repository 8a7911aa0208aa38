"""The catalogue as DCAT-AP 3 and ADMS-AP 2 in JSON-LD: for open-data portals and Joinup's heirs.

Sources: DCAT-AP 3.0 (Catalog, Distribution, publisher), ADMS-AP 2.01 (Asset and its states). The
context stands in the file, so that no reader has to fetch anything.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from registry.publishing.exports.subject import Body, Subject
from registry.publishing.exports.values import (
    alternatives,
    clean,
    iri,
    known,
    licence_url,
    moment,
    web_url,
)

CONTEXT: Final[Mapping[str, Any]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# ADMS says less than publiccode.yml: what is not finished yet is all the same to it.
_STATUSES: Final = {
    "concept": "UnderDevelopment", "development": "UnderDevelopment", "beta": "UnderDevelopment",
    "stable": "Completed", "obsolete": "Deprecated",
}  # fmt: skip
_STATUS_SCHEME: Final = "http://purl.org/adms/status/"


def dcat_component(subject: Subject, base_url: str) -> bytes:
    """Return one component as an asset."""
    return _json({"@context": CONTEXT, **_asset(subject, base_url)})


def dcat_catalogue(subjects: Iterable[Subject], base_url: str, following: str | None) -> bytes:
    """Return one page of the whole catalogue; `following` is the address of the next one."""
    view = {"@type": "hydra:PartialCollectionView", "hydra:next": {"@id": following}}
    return _json(
        {
            "@context": CONTEXT,
            "@id": f"{base_url}/",
            "@type": "dcat:Catalog",
            "dct:title": {"@value": "Public Code Registry", "@language": "en"},
            "dct:description": {
                "@value": "Government source code, with measured reuse.",
                "@language": "en",
            },
            "foaf:homepage": {"@id": f"{base_url}/"},
            "dcat:dataset": [_asset(subject, base_url) for subject in subjects],
            **({"hydra:view": view} if following else {}),
        }
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(clean(value)), indent=2) + b"\n"


def _asset(subject: Subject, base_url: str) -> dict[str, Any]:
    page = f"{base_url}/components/{subject.slug}"
    status = _STATUSES.get(subject.text("status") or "")
    landing = web_url(subject.text("landing_url"))
    return {
        "@id": page,
        "@type": ["dcat:Dataset", "adms:Asset"],
        "dct:identifier": subject.uuid,
        "dct:title": _texts(subject.names) or subject.name,
        **_named(
            {
                # DCAT-AP makes a description mandatory: where there is none, the name stands.
                "dct:description": _texts(subject.summaries) or subject.name,
                "dct:publisher": _publisher(subject.body),
                "dct:issued": _time(subject.created_at),
                "dct:modified": _time(subject.updated_at),
                "dct:language": subject.texts("interface_languages"),
                "dct:spatial": _place(subject.region or subject.country),
                "dcat:keyword": [*subject.texts("topics"), *subject.texts("categories")],
                "dcat:landingPage": [{"@id": url} for url in (page, landing) if url],
                "dcat:version": subject.text("version"),
                "adms:status": status and {"@id": _STATUS_SCHEME + status},
                "dct:source": [{"@id": upstream.url} for upstream in subject.upstreams],
                "dcat:distribution": _distribution(subject, page),
            }
        ),
    }


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return known(**values)


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text} | known(**{"@language": tag}) for tag, text in sorted(texts.items())]


def _publisher(body: Body | None) -> dict[str, Any] | None:
    if body is None:
        return None
    named = {"@type": "foaf:Agent", "foaf:name": body.name}
    homepage = web_url(body.website)
    page = {"foaf:homepage": {"@id": homepage}} if homepage else {}
    return named | known(**{"@id": iri(body.identifier)}) | page


def _place(code: str | None) -> dict[str, Any] | None:
    return None if code is None else {"@type": "dct:Location", "skos:notation": code}


def _time(value: Any) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment(value) or ""}


def _distribution(subject: Subject, page: str) -> dict[str, Any]:
    licences = [{"@id": url} for x in alternatives(subject.licence) if (url := licence_url(x))]
    return {
        "@id": f"{page}#repository",
        "@type": ["dcat:Distribution", "adms:AssetDistribution"],
        "dcat:accessURL": {"@id": subject.repository_url},
        **known(**{"dct:license": licences}),
    }
