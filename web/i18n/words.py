"""The domain's codes in words, marked for translation; an unknown code is shown as it is.

`_` only marks here: the words are translated where a page shows them.
"""

from collections.abc import Callable
from typing import Final

from registry.domain.crawl import REASONS, describe


def _(message: str) -> str:
    return message


WORDS: Final[dict[str, dict[str, str]]] = {
    "facet": {
        "country": _("Country"),
        "region": _("Region"),
        "organisation": _("Organisation"),
        "licence": _("Licence"),
        "language": _("Programming language"),
        "ui_language": _("Interface language"),
        "function": _("Function"),
        "activity": _("Activity"),
        "forge": _("Forge"),
        "licence_fits": _("Licence fits"),
        "is_fork": _("Forks"),
        "since": _("Changed since"),
        "until": _("Changed until"),
        "q": _("Search words"),
        "from": _("Reused from"),
        "to": _("Reused in"),
        "from_region": _("Reused from the region"),
        "to_region": _("Reused in the region"),
        "from_organisation": _("Reused from the organisation"),
        "to_organisation": _("Reused by the organisation"),
        "kind": _("Kind of evidence"),
        "tag": _("How it is known"),
        "state": _("State"),
        "confidence": _("Confidence"),
        "component": _("Component"),
        "origin": _("Reused component"),
        "reuser": _("Reusing component"),
        "direction": _("Direction"),
        "foreign": _("Across borders"),
        "with_internal": _("With reuse inside an organisation"),
        "with_mirrors": _("With mirrors"),
        "with_possible": _("With what is only possible"),
    },
    "edge_kind": {
        "shared_commits": _("Shared commits"),
        "shared_files": _("Identical files"),
        "similar_files": _("Similar files"),
        "package_dependency": _("Package dependency"),
        "submodule": _("Submodule"),
        "vendored_component": _("Copied package"),
        "attribution_text": _("Attribution text"),
        "declared": _("Declaration"),
    },
    "edge_tag": {
        "measured": _("Measured"),
        "attributed": _("Attributed"),
        "declared": _("Declared"),
        "reported": _("Reported"),
    },
    "edge_state": {
        "current": _("Current"),
        "since_removed": _("Since removed"),
        "disputed": _("Disputed"),
        "withdrawn": _("Withdrawn"),
        "superseded": _("Superseded"),
    },
    "confidence": {
        "verified": _("Verified"),
        "likely": _("Likely"),
        "possible": _("Possible"),
    },
    "matrix_group": {
        "country": _("Countries"),
        "region": _("Regions"),
        "organisation": _("Organisations"),
    },
    "role": {"member": _("Member"), "maintainer": _("Maintainer"), "owner": _("Owner")},
    "token_scope": {
        "read": _("Read what your account may read"),
        "components:write": _("Edit components and drafts"),
        "webhooks:write": _("Manage webhooks"),
        "organisation:admin": _("Change members and roles"),
        "operate": _("Operate this registry"),
    },
    "webhook_event": {
        "component.updated": _("A component changed"),
        "release.published": _("There is a new release"),
        "reuse.discovered": _("Reuse was discovered"),
        "reuse.removed": _("Reuse is not found any more"),
        "reuse.disputed": _("Reuse was disputed"),
        "crawl.failed": _("A repository cannot be read"),
        "ownership.changed": _("The owner changed"),
        "webhook.test": _("Test"),
    },
    "delivery_state": {
        "waiting": _("Waiting"),
        "delivered": _("Delivered"),
        "failed": _("Failed"),
    },
    "objection": {
        "not_reuse": _("This is no reuse"),
        "wrong_direction": _("It is the other way round"),
        "common_source": _("Both took it from a third source"),
        "wrong_body": _("The wrong organisation or country"),
        "personal_data": _("Personal data is shown"),
        "other": _("Something else"),
    },
    "proof_method": {
        "dns": _("A TXT record of the domain"),
        "well_known": _("A file at the domain"),
        "repository": _("A file in the repository"),
        "forge": _("Your account at the forge"),
    },
    "proof_hint": {
        "dns": _("For who can change the zone of the organisation’s domain."),
        "well_known": _("For who can put a file onto the organisation’s website."),
        "repository": _("For who can commit to the default branch."),
        "forge": _("For owners of the repository and public members of its organisation there."),
    },
    "proof_problem": {
        "no_record": _("No TXT record has this name."),
        "other_record": _("The TXT record holds another value: of another claim, or mistyped."),
        "resolvers_disagree": _("Not all name servers see the record yet."),
        "no_file": _("The file is not there."),
        "file_without_token": _("The file is there, without the line."),
        "redirected": _("The address redirects to another host."),
        "unreachable": _("It could not be reached; it will be asked again."),
        "no_identity": _("You do not sign in here with an account of that forge."),
        "not_a_member": _("The forge does not name you publicly as one of them."),
        "repository_changed": _("The repository is not the one that was claimed."),
    },
    "ownership_state": {
        "pending": _("Waits for the proof"),
        "unconfirmed": _("Proven, waits for the operator"),
        "contested": _("Proven, held by somebody else"),
        "active": _("In force"),
        "lapsed": _("Lapsed: the proof is gone"),
        "expired": _("Expired"),
        "withdrawn": _("Withdrawn"),
        "revoked": _("Revoked"),
    },
    "ownership_level": {
        "0": _("Not proven"),
        "1": _("Known by the forge"),
        "2": _("Proven"),
        "3": _("Proven, government domain, confirmed by a second person"),
    },
    "takedown": {
        "court_order": _("Court order"),
        "copyright": _("Copyright"),
        "personal_data": _("Personal data"),
        "security": _("Security"),
        "published_by_mistake": _("Published by mistake"),
        "other": _("Another reason"),
    },
    "direction": {"known": _("Known"), "unknown": _("Not known")},
    "sort": {
        "relevance": _("Relevance"),
        "updated": _("Recently changed"),
        "newest": _("Newest in the registry"),
        "name": _("Name"),
    },
    "activity": {
        "active": _("Active"),
        "quiet": _("Quiet"),
        "archived": _("Archived"),
        "unknown": _("Activity not known"),
    },
    "licence_class": {
        "permissive": _("Permissive"),
        "weak": _("Weak copyleft"),
        "strong": _("Strong copyleft"),
        "public-domain": _("Public domain"),
        "open-not-osi": _("Open, not approved by the OSI"),
        "unknown": _("Not known"),
    },
    "state": {
        "pending": _("Waiting for its first crawl"),
        "active": _("Reachable"),
        "archived": _("Archived"),
        "moved": _("Moved"),
        "gone": _("Gone"),
        "identity_changed": _("Another repository took its address"),
        "taken_down": _("Removed from view"),
    },
    "level": {
        "supranational": _("Supranational"),
        "national": _("National"),
        "regional": _("Regional"),
        "local": _("Local"),
        "agency": _("Agency"),
        "university": _("University"),
        "ngo": _("Non-governmental"),
        "company": _("Company"),
        "joint": _("Joint body"),
        "unknown": _("Not known"),
    },
    "fork_class": {
        "TECHNICAL_FORK": _("Technical fork"),
        "VARIANT_FORK": _("Variant"),
        "GIT_FORK": _("Fork"),
        "URL_MISTAKE": _("Names a wrong address"),
        "MIRROR": _("Mirror"),
        "MOVED": _("Moved"),
    },
    "basis": {
        "curation": _("entered by hand"),
        "crawler": _("the crawler"),
        "forge": _("the forge"),
        "forge_archived": _("the forge"),
        "publisher": _("the publisher"),
        "source": _("the list of sources"),
        "scan": _("a scan of the files"),
        "tags": _("the tags of the repository"),
        "publiccode": _("publiccode.yml"),
        "codejson": _("code.json"),
        "codemeta": _("codemeta.json"),
        "ore": _("an Open Resource Exchange entry"),
        "bcgovpubcode": _("bcgovpubcode.yml"),
        "citation": _("CITATION.cff"),
        "licence": _("the licence file"),
        "readme": _("the README"),
        "manifest": _("a package manifest"),
        "reuse": _("licence headers in the files"),
        "peer": _("another catalogue"),
    },
    "badge": {
        "in_progress": _("In progress"),
        "passing": _("Passing"),
        "silver": _("Silver"),
        "gold": _("Gold"),
    },
    "document": {
        "valid": _("Valid"),
        "invalid": _("Has errors"),
        "unparseable": _("Cannot be read"),
    },
    "severity": {"error": _("Error"), "warning": _("Warning"), "info": _("Note")},
    "scope": {
        "runtime": _("Needed to run"),
        "dev": _("Development"),
        "optional": _("Optional"),
        "build": _("Build"),
        "peer": _("Peer"),
    },
    "community": {
        "contributing": _("Contributing guide"),
        "governance": _("Governance"),
        "code_of_conduct": _("Code of conduct"),
        "code_owners": _("Code owners"),
        "maintainers": _("Maintainers"),
        "security": _("Security policy"),
        "support": _("Support"),
        "changelog": _("Changelog"),
        "roadmap": _("Roadmap"),
        "authors": _("Authors"),
        "citation": _("How to cite"),
        "issue_template": _("Issue template"),
        "ci": _("Automatic checks"),
        "container": _("Container"),
        "compose": _("Container composition"),
        "docs": _("Documentation"),
        "tests": _("Tests"),
    },
    "stage": {
        "discover": _("Discover"),
        "harvest": _("Harvest"),
        "crawl.source": _("Listing sources"),
        "crawl.repository": _("Reading repositories"),
        "search.index": _("Updating the search"),
        "probe": _("Probe"),
        "fetch": _("Fetch"),
        "extract": _("Extract"),
        "resolve": _("Resolve"),
        "index": _("Index"),
    },
    "outcome": {
        "crawled": _("Read"),
        "unchanged": _("Unchanged"),
        "discovered": _("Found"),
        "harvested": _("Harvested"),
    },
    "freshness": {
        "day": _("Less than 1 day old"),
        "week": _("Less than 7 days old"),
        "month": _("Less than 30 days old"),
        "older": _("Older"),
        "never": _("Never crawled"),
    },
    "job": {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "dead": _("Given up"),
    },
    "property": {
        "name": _("Name"),
        "short_description": _("Short description"),
        "long_description": _("Long description"),
        "features": _("Features"),
        "licence": _("Licence"),
        "organisation": _("Organisation"),
        "organisation_uri": _("Identifier of the organisation"),
        "status": _("Development status"),
        "version": _("Version"),
        "release_date": _("Release date"),
        "landing_url": _("Website"),
        "documentation_url": _("Documentation"),
        "repository_url": _("Repository"),
        "software_type": _("Kind of software"),
        "categories": _("Functions"),
        "scopes": _("Areas of government"),
        "platforms": _("Platforms"),
        "topics": _("Topics"),
        "interface_languages": _("Interface languages"),
        "intended_countries": _("Intended countries"),
        "maintenance_type": _("Kind of maintenance"),
        "contacts": _("Contacts"),
        "contractors": _("Contractors"),
        "is_based_on": _("Based on"),
        "used_by": _("Used by (declared)"),
        "funded_by": _("Funded by"),
        "depends_on": _("Declared dependencies"),
        "reused_code": _("Reused code"),
        "related_code": _("Related code"),
        "partners": _("Partners"),
        "usage_type": _("Kind of use"),
        "standards": _("Standards"),
        "references": _("References"),
        "doi": _("DOI"),
        "logo": _("Logo"),
        "sdgs": _("Sustainable Development Goals"),
        "development_countries": _("Developed in (declared)"),
        "deployment_countries": _("Deployed in (declared)"),
        "scorecard": _("OpenSSF Scorecard checks"),
        "best_practices": _("OpenSSF Best Practices badge"),
    },
}


HTTP_CAUSE: Final = _("The host answered with HTTP status %(status)s")
_HTTP_START: Final = HTTP_CAUSE.partition("%")[0]


def words(kind: str, code: str) -> str:
    """Return the English words for a code; the code itself, tidied, where there are none."""
    if kind == "outcome" and (code in REASONS or code.startswith("http_")):
        return describe(code)[0]
    known = WORDS.get(kind, {}).get(code)
    return known or code.replace("_", " ").replace("-", " ").strip().capitalize()


def told(gettext: Callable[..., str], text: str) -> str:
    """Return the translation of what the domain says in English about a failure."""
    if text.startswith(_HTTP_START):
        return gettext(HTTP_CAUSE, status=text.removeprefix(_HTTP_START))
    return gettext(text)


def reason_texts() -> list[str]:
    """Return the causes and next steps of failures, which the domain keeps in English."""
    return [*(text for pair in REASONS.values() for text in pair), describe("http_404")[1]]
