"""Words of ownership claims and takedowns."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
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
    "kept_state": {
        "current": _("Kept"),
        "replaced": _("Replaced"),
        "withdrawn": _("Withdrawn"),
        "yielded": _("Gave way to the repository’s own file"),
        "lapsed": _("Ended: its owner is none any more"),
    },
    "takedown": {
        "court_order": _("Court order"),
        "copyright": _("Copyright"),
        "personal_data": _("Personal data"),
        "security": _("Security"),
        "published_by_mistake": _("Published by mistake"),
        "other": _("Another reason"),
    },
}
