"""The properties of a component that documents can state, and which document is believed first.

Source of the order: the precedence table of the metadata design (per field, not per file).
"""

from typing import Final

# A document kind, or a basis that is no document: crawler, forge, curation, publisher, scan.
PRECEDENCE: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        "curation",
        "publiccode",
        "codemeta",
        "codejson",
        "ore",
        "bcgovpubcode",
        "citation",
        "forge",
        "crawler",
        "readme",
    ),
    "short_description": (
        "curation",
        "publiccode",
        "codemeta",
        "codejson",
        "ore",
        "bcgovpubcode",
        "citation",
        "forge",
        "readme",
    ),
    "long_description": ("curation", "publiccode", "codemeta", "codejson"),
    "features": ("publiccode",),
    "licence": (
        "curation",
        "licence",
        "reuse",
        "manifest",
        "publiccode",
        "codemeta",
        "citation",
        "forge",
        "codejson",
        "ore",
    ),
    "organisation": ("curation", "publiccode", "publisher", "codejson", "ore", "bcgovpubcode"),
    "organisation_uri": ("curation", "publiccode", "publisher"),
    "status": ("forge_archived", "publiccode", "codejson", "codemeta", "ore", "bcgovpubcode"),
    "version": ("tags", "forge", "publiccode", "codemeta", "citation", "codejson"),
    "release_date": ("tags", "forge", "publiccode", "codejson", "citation"),
    "landing_url": ("publiccode", "codejson", "codemeta", "ore", "citation", "forge"),
    "documentation_url": ("publiccode", "codemeta"),
    "repository_url": ("crawler", "publiccode", "codejson", "codemeta", "ore", "citation"),
    "software_type": ("publiccode", "codejson"),
    "categories": ("publiccode", "codejson"),
    "scopes": ("publiccode",),
    "platforms": ("publiccode", "codejson", "codemeta"),
    "topics": ("codejson", "codemeta", "ore", "citation", "forge"),
    "interface_languages": ("publiccode",),
    "intended_countries": ("publiccode",),
    "maintenance_type": ("publiccode", "codejson"),
    "contacts": ("publiccode", "codejson"),
    "contractors": ("publiccode",),
    "is_based_on": ("publiccode", "codemeta"),
    "used_by": ("publiccode",),
    "funded_by": ("publiccode", "codemeta"),
    "depends_on": ("publiccode", "codemeta"),
    "reused_code": ("codejson",),
    "related_code": ("codejson",),
    "partners": ("codejson",),
    "usage_type": ("codejson",),
    "standards": ("publiccode",),
    "references": ("citation",),
    "doi": ("citation", "codemeta"),
    "logo": ("publiccode",),
}
PROPERTIES: Final = frozenset(PRECEDENCE)
# Properties with one text per language: each language is resolved for itself.
MULTILINGUAL: Final = frozenset({"name", "short_description", "long_description", "features"})
# Properties whose values add up instead of competing.
COLLECTED: Final = frozenset({"topics", "references"})
# A difference between sources in these is a conflict that people must see.
CONFLICTING: Final = frozenset({"licence", "organisation_uri", "repository_url", "status"})
