"""code.json as SHARE IT 2.0.0 has it, with reuse that is measured and what is not known named.

Source: the SHARE IT schema 2.0.0 and its agency index (DSACMS/gov-codejson). The format makes
keys mandatory that nobody knows of most software. Where it has a value for "none stated" that
value stands (an empty list, 0 hours), else the key is left out; `x-registry.notKnown` names both.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from registry.domain.licences import osi_approved
from registry.publishing.exports.feedback import channels
from registry.publishing.exports.subject import Body, Reuse, Subject, preferred
from registry.publishing.exports.values import (
    alternatives,
    clean,
    known,
    licence_url,
    moment,
    web_url,
)

VERSION: Final = "2.0.0"
LICENCE_NAMES: Final = frozenset(
    {
        "CC0-1.0", "Apache-2.0", "MIT", "MPL-2.0", "GPL-2.0-only", "GPL-3.0-only",
        "GPL-3.0-or-later", "LGPL-2.1-only", "LGPL-3.0-only", "BSD-2-Clause", "BSD-3-Clause",
        "EPL-2.0",
    }
)  # fmt: skip
# The crosswalk of states of development between publiccode.yml and code.json.
STATUSES: Final = {
    "concept": "Ideation", "development": "Development", "beta": "Beta",
    "stable": "Production", "obsolete": "Archival",
}  # fmt: skip
USAGE_TYPES: Final = frozenset(
    {
        "openSource", "governmentWideReuse", "exemptByNationalSecurity",
        "exemptByNationalIntelligence", "exemptByFOIA", "exemptByEAR", "exemptByITAR",
        "exemptByTSA", "exemptByClassifiedInformation", "exemptByPrivacyRisk",
        "exemptByIPRestriction", "exemptByAgencySystem", "exemptByAgencyMission", "exemptByCIO",
        "exemptByPolicyDate",
    }
)  # fmt: skip
MAINTENANCE: Final = frozenset({"internal", "contract", "community", "none"})
# What the kinds of evidence are in the words of the format.
FREQUENCIES: Final = {
    "forks": ("shared_commits",),
    "copies": ("shared_files", "similar_files", "vendored_component"),
    "dependents": ("package_dependency", "submodule"),
}
MANDATORY: Final = (
    "name", "description", "status", "permissions", "organization", "repositoryURL",
    "repositoryVisibility", "vcs", "laborHours", "reuseFrequency", "languages", "maintenance",
    "contractNumber", "SBOM", "date", "tags", "contact", "feedbackMechanism", "AIUseCaseID",
)  # fmt: skip
# How the format says that nothing is stated; nothing of the kind is held here of any software.
NEVER_HELD: Final[Mapping[str, Any]] = {"laborHours": 0, "SBOM": "None", "AIUseCaseID": "0"}


def codejson(subject: Subject, base_url: str) -> bytes:
    """Return the file of one component."""
    return _json(release(subject, base_url))


def agency_index(body: Body, subjects: Iterable[Subject], base_url: str) -> bytes:
    """Return the inventory of an organisation: every component in full."""
    return _json(
        {
            "version": VERSION,
            "agency": body.name,
            "measurementType": {"method": "projects"},
            "releases": [release(subject, base_url) for subject in subjects],
        }
    )


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(clean(value)), indent=2) + b"\n"


def release(subject: Subject, base_url: str) -> dict[str, Any]:
    """Return the object of one component."""
    found = known(
        name=preferred(subject.names) or subject.name,
        version=subject.text("version"),
        description=preferred(subject.summaries),
        longDescription=preferred(subject.descriptions),
        status=STATUSES.get(subject.text("status") or ""),
        permissions=_permissions(subject),
        organization=subject.body.name if subject.body else None,
        repositoryURL=subject.repository_url,
        repositoryVisibility="public",  # it was read without any credentials
        homepageURL=web_url(subject.text("landing_url")),
        vcs="git",
        reuseFrequency=reuse_frequency(subject.measured()),
        maintenance=_among(MAINTENANCE, subject.text("maintenance_type")),
        date=known(
            created=moment(subject.first_commit_at),
            lastModified=moment(subject.last_commit_at),
            metadataLastUpdated=moment(subject.updated_at),
        ),
        feedbackMechanism=_feedback(subject),
        partners=_partners(subject),
    )
    found |= {
        "languages": list(dict.fromkeys(subject.languages)),
        "tags": list(dict.fromkeys((*subject.texts("topics"), *subject.texts("categories")))),
        "contact": _contact(subject),
        "contractNumber": list(dict.fromkeys(subject.texts("contract_numbers"))),
        **NEVER_HELD,
    }
    return found | {"x-registry": _registry(subject, base_url, _not_known(found))}


def _among(allowed: frozenset[str], value: str | None) -> str | None:
    return value if value in allowed else None


def _permissions(subject: Subject) -> dict[str, Any]:
    chosen = alternatives(subject.licence)
    licences = [{"name": x if x in LICENCE_NAMES else "Other", "URL": url}
                for x in chosen if (url := licence_url(x))]  # fmt: skip
    usage = [x for x in usage_types(subject) if x in USAGE_TYPES]
    text = known(exemptionText=subject.text("exemption_text"))
    return {"licenses": licences, "usageType": usage, **text}


def usage_types(subject: Subject) -> list[str]:
    """Return what is stated; code under a licence that OSI approved, or the format knows (CC0), is
    open source by itself.

    A stated word may be one of an older version of the format, or none of it at all.
    """
    stated = list(dict.fromkeys(subject.texts("usage_type")))
    chosen = alternatives(subject.licence)
    is_open = any(osi_approved(x) or x in LICENCE_NAMES for x in chosen)
    return stated or (["openSource"] if is_open else [])


def reuse_frequency(reuse: Reuse | None) -> dict[str, int]:
    """Return how often reuse was measured, each kind for itself; clones nobody can count."""
    kinds = reuse.kinds if reuse else {}
    counts = {
        name: sum(kinds.get(kind, 0) for kind in group) for name, group in FREQUENCIES.items()
    }
    return {
        **counts,
        "organizations": reuse.organisations if reuse else 0,
        "countries": reuse.countries if reuse else 0,
    }


def _feedback(subject: Subject) -> str | None:
    """Return where feedback can be given on the web; the format takes no mailbox here."""
    return next((x.url for x in channels(subject) if x.kind != "mailbox"), None)


def _partners(subject: Subject) -> list[dict[str, str]]:
    named = [x.get("name") if isinstance(x, dict) else x for x in subject.items("partners")]
    return [{"name": name} for name in named if isinstance(name, str) and name.strip()]


def _contact(subject: Subject) -> dict[str, str]:
    """Return the first mailbox of a role; those of people are not held here."""
    contacts = (x for x in subject.items("contacts") if isinstance(x, dict))
    first = next((x for x in contacts if x.get("email")), {})
    return known(email=first.get("email"), name=first.get("affiliation"))


def gaps(subject: Subject, base_url: str) -> list[str]:
    """Return the mandatory keys that a registry can read somewhere, and of which nothing is known.

    `permissions` is one where the licence or the use type is not known.
    """
    not_known = release(subject, base_url)["x-registry"]["notKnown"]
    missing = {name.partition(".")[0] for name in not_known}
    return [name for name in MANDATORY if name in missing and name not in NEVER_HELD]


def _not_known(found: Mapping[str, Any]) -> list[str]:
    """Return the mandatory keys of which nothing is known."""
    names = [x for x in MANDATORY if found.get(x) in (None, [], {}) or x in NEVER_HELD]
    permissions = found.get("permissions") or {}
    parts = ("licenses", "usageType")
    return [*names, *(f"permissions.{key}" for key in parts if not permissions.get(key))]


def _registry(subject: Subject, base_url: str, not_known: Sequence[str]) -> dict[str, Any]:
    """Return what this registry measured, each number with the address of its evidence."""
    api = f"{base_url}/api/v1"
    return {
        "component": f"{base_url}/components/{subject.slug}",
        "reuse": [
            {
                "tag": reuse.tag, "edges": reuse.edges, "organizations": reuse.organisations,
                "countries": reuse.countries, "foreignCountries": reuse.foreign_countries,
                "kinds": dict(reuse.kinds),
                "evidence": f"{api}/reuse?{urlencode({'origin': subject.slug, 'tag': reuse.tag})}",
            }
            for reuse in subject.reuse
        ],
        "basedOn": [
            {"name": x.name, "repositoryURL": x.url, "tag": x.tag,
             "evidence": f"{api}/evidence/{x.edge}"}
            for x in subject.upstreams
        ],
        "maintained": known(
            activity=subject.activity, lastCommit=moment(subject.last_commit_at)
        ),
        "notKnown": list(not_known),
    }  # fmt: skip
