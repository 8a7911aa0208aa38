"""The row of one component, made of all that is known of it."""

from typing import Any

from registry.publishing.exports.codejson import (
    MANDATORY,
    NEVER_HELD,
    gaps,
    reuse_frequency,
    usage_types,
)
from registry.publishing.exports.feedback import channels
from registry.publishing.exports.subject import Reuse, Subject, preferred
from registry.publishing.inventory.models import InventoryRow


def inventory_row(subject: Subject, base_url: str) -> InventoryRow:
    """Return the row of a component; addresses in it begin with `base_url`."""
    return InventoryRow(
        component=subject.slug,
        name=shown_name(subject),
        repository_url=subject.repository_url,
        licence=subject.licence,
        usage_types=tuple(usage_types(subject)),
        **_measured(subject),
        activity=subject.activity,
        last_commit_at=subject.last_commit_at,
        maintenance=subject.text("maintenance_type"),
        evidence_url=f"{base_url}/api/v1/components/{subject.slug}/reuse.csv",
        usage_basis=usage_basis(subject),
        exemption_text=subject.text("exemption_text"),
        contract_numbers=tuple(subject.texts("contract_numbers")),
        state=subject.state,
        status=subject.text("status"),
        read_at=subject.read_at,
        **_feedback(subject),
        attributed_organisations=organisations(subject, "attributed") or 0,
        declared_organisations=organisations(subject, "declared") or 0,
        **_metadata(subject, base_url),
        is_demo=subject.is_demo,
    )


def shown_name(subject: Subject) -> str:
    """Return the name in English, else the first there is."""
    return str(preferred(subject.names) or subject.name)


def usage_basis(subject: Subject) -> str:
    """Return how the use type is known: stated in a code.json, by the licence, or not at all."""
    if subject.texts("usage_type"):
        return "stated"
    return "licence" if usage_types(subject) else "unknown"


def is_exempt(subject: Subject) -> bool:
    """Tell whether an exemption is stated."""
    return any(word.lower().startswith("exempt") for word in usage_types(subject))


def organisations(subject: Subject, tag: str) -> int | None:
    """Return how many organisations reuse a component by evidence of one tag, if any is known."""
    return next((reuse.organisations for reuse in subject.reuse if reuse.tag == tag), None)


def measured_organisations(subject: Subject) -> int | None:
    """Return how many organisations were measured to reuse it; `None` where nobody looked."""
    found = organisations(subject, "measured")
    return (0 if subject.is_compared else None) if found is None else found


def _measured(subject: Subject) -> dict[str, Any]:
    found: Reuse | None = subject.measured()
    is_known = found is not None or subject.is_compared
    counted = reuse_frequency(found)
    names = {"reusing_organisations": "organizations", "reusing_countries": "countries",
             "forks": "forks", "copies": "copies", "dependents": "dependents"}  # fmt: skip
    return {name: counted[key] if is_known else None for name, key in names.items()}


def _feedback(subject: Subject) -> dict[str, Any]:
    found = channels(subject)
    return {"feedback": found, "feedback_url": found[0].url if found else None}


def _metadata(subject: Subject, base_url: str) -> dict[str, Any]:
    asked = len(MANDATORY) - len(NEVER_HELD)
    return {"metadata_known": asked - len(gaps(subject, base_url)), "metadata_asked": asked}
