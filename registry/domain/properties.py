"""The properties of a component that documents can state, and which document is believed first.

Source of the order: the precedence table of the metadata design (per field, not per file).
"""

from typing import Final

# The basis of a publiccode.yml that the registry keeps: its owner may describe the software by it,
# but the licence and the address are for the repository alone to say.
KEPT: Final = "kept"
# A document kind, or a basis that is no document: crawler, forge, curation, publisher, peer.
# A peer (another catalogue) is believed after all that the repository says of itself, and never
# about its licence, which only the repository can grant, nor about whether it is alive.
PRECEDENCE: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        "curation",
        "publiccode",
        KEPT,
        "codemeta",
        "codejson",
        "ore",
        "bcgovpubcode",
        "citation",
        "forge",
        "peer",
        "crawler",
        "readme",
    ),
    "short_description": (
        "curation",
        "publiccode",
        KEPT,
        "codemeta",
        "codejson",
        "ore",
        "bcgovpubcode",
        "citation",
        "forge",
        "readme",
        "peer",
    ),
    "long_description": ("curation", "publiccode", KEPT, "codemeta", "codejson", "peer"),
    "features": ("publiccode", KEPT, "peer"),
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
    "organisation": (
        "curation",
        "publiccode",
        KEPT,
        "publisher",
        "codejson",
        "ore",
        "bcgovpubcode",
        "peer",
    ),
    "organisation_uri": ("curation", "publiccode", KEPT, "publisher", "peer"),
    "status": ("forge_archived", "publiccode", KEPT, "codejson", "codemeta", "ore", "bcgovpubcode"),
    "version": ("tags", "forge", "publiccode", KEPT, "codemeta", "citation", "codejson"),
    "release_date": ("tags", "forge", "publiccode", KEPT, "codejson", "citation"),
    "landing_url": ("publiccode", KEPT, "codejson", "codemeta", "ore", "citation", "forge", "peer"),
    "documentation_url": ("publiccode", KEPT, "codemeta", "peer"),
    "repository_url": ("crawler", "publiccode", "codejson", "codemeta", "ore", "citation"),
    "software_type": ("publiccode", KEPT, "codejson", "peer"),
    "categories": ("publiccode", KEPT, "codejson", "peer"),
    "scopes": ("publiccode", KEPT, "peer"),
    "platforms": ("publiccode", KEPT, "codejson", "codemeta", "peer"),
    "topics": ("codejson", "codemeta", "ore", "citation", "forge", "peer"),
    "interface_languages": ("publiccode", KEPT, "peer"),
    "intended_countries": ("publiccode", KEPT, "peer"),
    "maintenance_type": ("publiccode", KEPT, "codejson", "peer"),
    "contacts": ("publiccode", KEPT, "codejson"),
    "contractors": ("publiccode", KEPT),
    "is_based_on": ("publiccode", KEPT, "codemeta", "peer"),
    "used_by": ("publiccode", KEPT, "peer"),
    "funded_by": ("publiccode", KEPT, "codemeta", "peer"),
    "depends_on": ("publiccode", KEPT, "codemeta", "peer"),
    "reused_code": ("codejson", "peer"),
    "related_code": ("codejson", "peer"),
    "partners": ("codejson", "peer"),
    "usage_type": ("codejson", "peer"),
    "exemption_text": ("codejson", "peer"),
    "contract_numbers": ("codejson", "peer"),
    "feedback_url": ("codejson", "peer"),
    "standards": ("publiccode", KEPT, "peer"),
    "references": ("citation",),
    "doi": ("citation", "codemeta"),
    "logo": ("publiccode", KEPT, "peer"),
    # What only lists of others state: declared, and never mixed with what is measured.
    "sdgs": ("peer",),
    "development_countries": ("peer",),
    "deployment_countries": ("peer",),
    "scorecard": ("peer",),
    "best_practices": ("peer",),
}
PROPERTIES: Final = frozenset(PRECEDENCE)
# Properties with one text per language: each language is resolved for itself.
MULTILINGUAL: Final = frozenset({"name", "short_description", "long_description", "features"})
# Properties whose values add up instead of competing.
COLLECTED: Final = frozenset(
    {"topics", "references", "sdgs", "development_countries", "deployment_countries"}
)
# A difference between sources in these is a conflict that people must see.
CONFLICTING: Final = frozenset({"licence", "organisation_uri", "repository_url", "status"})
