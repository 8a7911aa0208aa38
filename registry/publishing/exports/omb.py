"""What the Office of Management and Budget asks of agencies about their code, one row per
component: how often it is reused, whether it is maintained, whether it takes feedback, how its
use is exempted, and under which contract and licence it was made (GSA/data.gov#6224)."""

from datetime import datetime

from msgspec import Struct

from registry.publishing.exports.codejson import feedback, reuse_frequency, usage_types
from registry.publishing.exports.subject import Subject, preferred


class OmbRow(Struct, frozen=True, kw_only=True):
    """One component; what is not known is `None`, never 0: a number here is a measurement."""

    component: str
    name: str
    repository_url: str
    licence: str | None
    usage_types: tuple[str, ...]
    reusing_organisations: int
    reusing_countries: int
    forks: int
    copies: int
    dependents: int
    activity: str
    last_commit_at: datetime | None
    maintenance: str | None
    feedback_url: str | None
    evidence_url: str


def omb_row(subject: Subject, base_url: str) -> OmbRow:
    """Return the row of a component."""
    counted = reuse_frequency(subject.measured())
    return OmbRow(
        component=subject.slug,
        name=preferred(subject.names) or subject.name,
        repository_url=subject.repository_url,
        licence=subject.licence,
        usage_types=tuple(usage_types(subject)),
        reusing_organisations=counted["organizations"],
        reusing_countries=counted["countries"],
        forks=counted["forks"],
        copies=counted["copies"],
        dependents=counted["dependents"],
        activity=subject.activity,
        last_commit_at=subject.last_commit_at,
        maintenance=subject.text("maintenance_type"),
        feedback_url=feedback(subject),
        evidence_url=f"{base_url}/api/v1/components/{subject.slug}/reuse.csv",
    )
