"""Reads bcgovpubcode.yml (British Columbia, version 1): product, ministry, technology stack.

The data custodian and the product owner are persons: they are never kept.
"""

from typing import Any, Final

from crawlers.metadata.document import Findings, build_document, unparseable
from crawlers.metadata.values import web_url
from crawlers.metadata.vocabulary import development_status
from crawlers.metadata.yaml_fields import Fields, load_mapping
from crawlers.metadata.yaml_guard import UnreadableYaml
from registry.domain.facts import Document

_PROVINCE: Final = "Government of British Columbia"
_STACK: Final = (
    "hosting_platforms",
    "frontend_frameworks",
    "frontend_languages",
    "backend_frameworks",
    "backend_languages_version",
    "ci_cd_tools",
    "data_storage_platforms",
)


def read(data: bytes, *, path: str, blob: str) -> Document:
    """Return the document of a bcgovpubcode.yml; it states no licence."""
    try:
        fields = load_mapping(data)
    except UnreadableYaml as error:
        return unparseable(
            "bcgovpubcode", path, blob, data, error.message, error.line, error.column
        )
    findings = Findings()
    product = fields.child("product_information")
    if product is None:
        findings.error("product_information is missing", key="product_information")
    else:
        _claim(product, findings)
    if not fields.has("bcgov_pubcode_version"):
        findings.warning("bcgov_pubcode_version is missing", key="bcgov_pubcode_version")
    return build_document(
        "bcgovpubcode",
        path,
        blob,
        data,
        findings,
        data=_kept(fields, product),
        version=fields.text("bcgov_pubcode_version", 20),
    )


def _claim(product: Fields, findings: Findings) -> None:
    ministries = product.texts("ministry")
    organisation = f"{_PROVINCE}, Ministry of {ministries[0]}" if len(ministries) == 1 else None
    status = product.text("product_status", 40)
    for name, key, value in (
        ("name", "product_name", product.text("product_name")),
        ("short_description", "product_description", product.prose("product_description", 5_000)),
        ("organisation", "ministry", organisation or (_PROVINCE if ministries else None)),
        ("status", "product_status", development_status(status)),
    ):
        findings.claim(name, value, line=product.line(key))
    if not product.has("product_name"):
        findings.error("product_name is missing", key="product_information.product_name")


def _kept(fields: Fields, product: Fields | None) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if product is not None:
        kept = {
            "ministries": product.texts("ministry"),
            "program_area": product.text("program_area"),
            "acronym": product.text("product_acronym", 80),
            "status_text": product.text("product_status", 40),
            "urls": [url for text in product.texts("product_urls") if (url := web_url(text))],
        }
    technology = fields.child("product_technology_information")
    if technology is not None:
        kept["stack"] = {key: names for key in _STACK if (names := _names(technology, key))}
    external = fields.child("product_external_dependencies")
    if external is not None:
        kept["external"] = {
            key: external.texts(key)
            for key in ("common_components", "identity_authorization", "notification_standard")
            if external.texts(key)
        }
    return {key: value for key, value in kept.items() if value}


def _names(technology: Fields, key: str) -> list[str]:
    """Return the entries of a list of texts or of `{name, version}` objects."""
    found = technology.texts(key)
    for item in technology.children(key):
        name, version = item.text("name", 80), item.text("version", 80)
        if name:
            found.append(f"{name} {version}" if version else name)
    return list(dict.fromkeys(found))
