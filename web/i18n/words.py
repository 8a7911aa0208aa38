"""The domain's codes in words, marked for translation; an unknown code is shown as it is.

`_` only marks here: the words are translated where a page shows them.
"""

from collections.abc import Callable
from typing import Final

from registry.domain import obstacle_texts
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
    "badge_name": {
        "reuse": _("Organisations that reuse this"),
        "countries": _("Countries that reuse this"),
        "metadata": _("State of the publiccode.yml"),
        "drift": _("How far behind its upstream this is"),
    },
    "deployment": {
        "container": _("Container file"),
        "compose": _("Compose file"),
        "helm": _("Helm chart"),
        "kubernetes": _("Kubernetes manifests"),
        "terraform": _("Terraform"),
        "cloud_template": _("Template of a cloud"),
        "platform": _("Manifest of a platform"),
        "ansible": _("Ansible playbook"),
        "systemd": _("systemd unit"),
        "package": _("System package"),
        "install_script": _("Install script"),
        "vagrant": _("Vagrant file"),
        "mobile": _("Mobile project"),
        "webserver": _("Configuration of a web server"),
        "workflow_action": _("Action for workflows"),
        "static_site": _("Static site"),
        "extension": _("Extension of another program"),
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
    "advisory_severity": {
        "critical": _("Critical"),
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
    },
    "fix_state": {
        "missing": _("Missing"),
        "not_known": _("Cannot be told"),
        "muted": _("Muted"),
        "ended": _("Ended"),
    },
    "fix_basis": {
        "commit": _("The advisory names this commit."),
        "message": _("The message of the commit names the advisory."),
        "none": _("No commit of the upstream is known to fix it."),
    },
    "fix_reason": {
        "edited": _("It has changed the same lines itself."),
        "fix_not_found": _("Which commit fixes it is not known."),
    },
    "fix_end": {
        "taken": _("The fork has the fix by now."),
        "not_affected": _("The fork does not hold the code that was fixed."),
        "withdrawn": _("The advisory was withdrawn, or is no longer about the upstream."),
    },
    "drift_reason": {
        "history_cut": _("One of the histories could not be read whole, so nothing is counted."),
        "not_stored": _(
            "The objects of one of the repositories are not kept here: only commits were counted."
        ),
        "contents_not_fetched": _(
            "Some contents could not be fetched: what they would tell is not known."
        ),
        "timeout": _("Comparing took too long: only commits were counted."),
        "memory": _("Comparing needed too much memory: only commits were counted."),
        "crashed": _("Comparing failed: only commits were counted."),
        "too_large": _("The answer was too large: only commits were counted."),
    },
    "sync_basis": {
        "merge": _("the fork merged from upstream"),
        "common_commit": _("time of the last common commit"),
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
        "needs:write": _("Write needs, join them and offer"),
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
        "need.changed": _("A need changed"),
        "webhook.test": _("Test"),
    },
    "need_state": {
        "draft": _("Draft"),
        "open": _("Open"),
        "expired": _("Expired"),
        "closed": _("Closed"),
    },
    "need_outcome": {
        "found": _("A component of this catalogue was found"),
        "built": _("It was built or bought: here it is"),
        "dropped": _("It is not needed any more"),
    },
    "need_happening": {
        "opened": _("It was opened"),
        "joined": _("Another organisation needs the same"),
        "offered": _("Somebody offers what is needed"),
        "closed": _("It was closed"),
    },
    "not_used": {
        "not_same": _("It does something else"),
        "feature_missing": _("A function that we need is missing"),
        "licence": _("Its licence does not fit"),
        "technology": _("Its technology does not fit ours"),
        "language": _("It is not in our language"),
        "law": _("Our law asks for something else"),
        "not_maintained": _("Nobody maintains it"),
        "cost_of_adapting": _("Adapting it costs more than building"),
        "not_deployable": _("It cannot be run elsewhere"),
        "used": _("We use it, alone or as a part"),
        "other": _("Another reason: say which"),
    },
    "offer_state": {
        "waiting": _("Waits to be looked at"),
        "shown": _("Shown"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    },
    "field_problem": {
        "empty": _("Write something here"),
        "short": _("This is too short"),
        "date": _("Write a day, a month or a year that is past, such as 2025-04"),
        "own": _("This is the component itself: name who uses it, and their own copy"),
        "long": _("This is too long"),
        "direction": _("This holds invisible characters that turn the direction of text"),
        "address": _(
            "Name no e-mail address of a person: a mailbox of a role, such as info@…, is fine"
        ),
        "language": _("Choose a language"),
        "url": _("Write a web address, such as https://town.example/forms"),
        "choice": _("Choose one of the list"),
        "unknown": _("There is no such component in this catalogue"),
        "many": _("Too many are kept: try again later"),
        "closed": _("This cannot be done now"),
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
        "not_ours": _("It is not of this organisation"),
        "former_body": _("It was of this organisation once, and is not now"),
        "personal_data": _("Personal data is shown"),
        "other": _("Something else"),
    },
    "dispute_state": {
        "open": _("Waits for review"),
        "accepted": _("Accepted"),
        "rejected": _("Rejected"),
    },
    "dispute_side": {
        "origin": _("on the side that the code comes from"),
        "reuser": _("on the side that reuses it"),
        "attributed": _("the organisation that it is attributed to"),
    },
    "proof_method": {
        "dns": _("A TXT record of the domain"),
        "well_known": _("A file at the domain"),
        "repository": _("A file in the repository"),
        "forge": _("Your account at the forge"),
    },
    "proof_hint": {
        "dns": _("For those who can change the zone of the organisation’s domain."),
        "well_known": _("For those who can put a file onto the organisation’s website."),
        "repository": _("For those who can commit to the default branch."),
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
        "waiting": _("Waits for an operator"),
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
    "forge_name": {
        "github": _("GitHub"),
        "gitlab": _("GitLab"),
        "gitea": _("Forgejo or Gitea, such as Codeberg"),
    },
    "reuse_purpose": {
        "evaluate": _("To try it out"),
        "adapt": _("To adapt it"),
        "run": _("To run it as it is"),
    },
    "licence_duty": {
        "keep_notices": _("Keep the copyright notices and the text of the licence."),
        "keep_notice_file": _("Keep the NOTICE file, if there is one."),
        "state_changes": _("Say that you changed it."),
        "share_files": _("When you pass it on, publish the files that you changed, under it too."),
        "share_library": _(
            "When you pass it on, publish your changes of it under the same licence; programs that "
            "only use it may be under another."
        ),
        "share_whole": _(
            "When you pass it on, publish the whole work with its source code, under the same "
            "licence."
        ),
        "share_compatible": _(
            "When you pass it on, publish the work with its source code, under the same licence or "
            "a compatible one that it names."
        ),
        "network": _("To offer it to others over a network counts as passing it on."),
        "nothing": _("It asks for nothing. To name the source is good manners, and proves reuse."),
        "read_terms": _("It is made for content or data: read its terms."),
        "ask": _("No licence is known. Ask the organisation before you reuse it."),
    },
    "reuse_state": {
        "recorded": _("Recorded"),
        "forking": _("Being made"),
        "failed": _("Refused"),
        "found": _("Found"),
        "measured": _("Measured"),
        "missing": _("Not found"),
    },
    "reuse_state_told": {
        "recorded": _("Make the copy, then tell us."),
        "forking": _("The forge has accepted it and is copying."),
        "failed": _("The forge made no fork."),
        "found": _("A repository is there. What it has in common is not measured yet."),
        "measured": _("The registry found the same history or files on both sides."),
        "missing": _("Nothing was found at this address for 30 days."),
    },
    "fork_refusal": {
        "bad_token": _("The forge does not accept this access token."),
        "forbidden": _("The forge does not allow it: by this token, or in this organisation."),
        "name_taken": _(
            "Something with this name is there already. If it is your fork, it will be found."
        ),
        "not_found": _(
            "The forge finds the account or the repository not, or the token may not see it."
        ),
        "refused": _("The forge did not accept the request."),
        "rate_limited": _("The forge asks to wait before more is asked of it."),
        "unavailable": _("The forge could not be reached, or failed. Try again in a while."),
        "other_forge": _("Only the forge of the original can fork it: copy it with git."),
    },
    "adoption_how": {"as_is": _("As it is"), "adapted": _("Adapted")},
    "adoption_state": {
        "current": _("In force"),
        "due": _("Ends soon: confirm it"),
        "expired": _("Ended: confirm it"),
        "withdrawn": _("Withdrawn"),
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
    "draft_step": {
        "about": _("The software"),
        "description": _("Description"),
        "rights": _("Licence and organisation"),
        "upkeep": _("Maintenance and languages"),
    },
    "question": {
        "name": _("Name of the software"),
        "software_type": _("Kind of software"),
        "status": _("Development status"),
        "platforms": _("Platforms"),
        "categories": _("Functions"),
        "landing_url": _("Website"),
        "version": _("Version"),
        "release_date": _("Release date"),
        "is_based_on": _("Based on"),
        "short_description": _("Short description"),
        "long_description": _("Long description"),
        "features": _("Features"),
        "licence": _("Licence"),
        "organisation_uri": _("Identifier of the organisation"),
        "organisation_name": _("Name of the organisation"),
        "maintenance": _("Who maintains it?"),
        "contact_name": _("Name of the contact"),
        "contact_email": _("E-mail address of the contact"),
        "contractor_name": _("Name of the contractor"),
        "contractor_until": _("End of the contract"),
        "localisation_ready": _("Can it be translated?"),
        "languages": _("Languages of the interface"),
    },
    "question_hint": {
        "name": _("As people call it, for example: Bench Register"),
        "software_type": _("Choose what describes it best."),
        "status": _("How far the software is."),
        "platforms": _("Where it runs, separated by commas, for example: web, linux, android"),
        "categories": _("From the list of the standard, one a line, for example: it-management"),
        "landing_url": _("A page for people, for example: https://example.org/bench-register"),
        "version": _("The newest release, for example: 1.4.2"),
        "release_date": _("For example: 2025-03-27"),
        "is_based_on": _("Address of the repository that yours is a variant of."),
        "short_description": _("One sentence of at most 150 characters."),
        "long_description": _("At least 150 characters: what it does, and for whom."),
        "features": _("What it can do, one thing a line."),
        "licence": _("An SPDX identifier, for example: EUPL-1.2"),
        "organisation_uri": _(
            "Web address or URN of the public body, for example: https://example.org"
        ),
        "organisation_name": _("The public body that publishes it."),
        "maintenance": _("Who takes care of it today."),
        "contact_name": _("For own staff or a community: a team is better than a person."),
        "contact_email": _(
            "For own staff or a community: an address of a team, such as software@example.org"
        ),
        "contractor_name": _("For a contract: who maintains it."),
        "contractor_until": _("For a contract, for example: 2027-12-31"),
        "localisation_ready": _("Yes, when another language needs no change of the code."),
        "languages": _("Codes of languages, separated by commas, for example: en, nl"),
    },
    "software_type": {
        "standalone/mobile": _("App for phones and tablets"),
        "standalone/iot": _("Program for devices"),
        "standalone/desktop": _("Program for computers"),
        "standalone/web": _("Web application"),
        "standalone/backend": _("Service for other programs"),
        "standalone/other": _("Another program of its own"),
        "addon": _("Extension of another program"),
        "library": _("Library"),
        "configurationFiles": _("Configuration files"),
    },
    "development_status": {
        "concept": _("Concept"),
        "development": _("In development"),
        "beta": _("In testing"),
        "stable": _("Stable"),
        "obsolete": _("Obsolete"),
    },
    "maintenance_type": {
        "internal": _("Own staff"),
        "contract": _("A contractor"),
        "community": _("A community"),
        "none": _("Nobody"),
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


def obstacle_words() -> list[str]:
    """Return what the domain says in English about obstacles."""
    rules = (text for rule in obstacle_texts.TEXTS.values() for text in _of_rule(rule))
    return [*rules, *obstacle_texts.GROUP_TITLES.values(), *obstacle_texts.REASONS.values()]


def _of_rule(rule: obstacle_texts.RuleText) -> tuple[str, ...]:
    return (rule.title, rule.sentence, rule.definition, rule.blind, rule.way_out)
