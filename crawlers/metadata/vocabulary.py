"""Words of other standards → the registry's words: development status, maintenance type."""

from typing import Final

# code.json (M-16-21, SHARE IT), repostatus.org, lifecycle badges, Canada's ORE → publiccode.
_STATUS: Final[dict[str, str]] = {
    **dict.fromkeys(("ideation", "concept", "idea", "planned", "planning"), "concept"),
    **dict.fromkeys(
        ("development", "in development", "alpha", "wip", "experimental", "prototype", "pre-alpha",
         "under development"),
        "development",
    ),
    **dict.fromkeys(("beta", "release candidate", "maturing", "pilot"), "beta"),
    **dict.fromkeys(
        ("production", "released", "release", "stable", "active", "actif", "activo", "maintained",
         "live", "operational"),
        "stable",
    ),
    **dict.fromkeys(
        ("archival", "archived", "obsolete", "deprecated", "inactive", "inactif", "unsupported",
         "abandoned", "retired", "end of life", "decommissioned"),
        "obsolete",
    ),
}  # fmt: skip

_MAINTENANCE: Final[dict[str, str]] = {
    "internal": "internal",
    "contract": "contract",
    "community": "community",
    "none": "none",
}


def development_status(text: str | None) -> str | None:
    """Return concept, development, beta, stable or obsolete, or None for an unknown word.

    A repostatus.org address counts by its fragment (`https://www.repostatus.org/#wip`).
    """
    if not text:
        return None
    word = text.strip().rsplit("#", 1)[-1] if "repostatus.org" in text else text
    return _STATUS.get(" ".join(word.strip().lower().replace("_", " ").split())[:40])


def maintenance_type(text: str | None) -> str | None:
    """Return internal, contract, community or none, or None for an unknown word."""
    return _MAINTENANCE.get(text.strip().lower()) if text else None
