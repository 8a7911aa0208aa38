"""Words of co-governance: classes of organisations, and why work is attributed to nobody."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "party_category": {
        "government": _("Public body"),
        "supplier": _("Supplier"),
        "not_recorded": _("Class not recorded"),
    },
    "governance_measure": {
        "absence": _("Authors who did half of it (contributor absence factor)"),
        "people_for_80": _("Authors who did four fifths of it"),
        "elephant": _("Organisations for which half of it was done (elephant factor)"),
        "effective": _("Effective number of organisations (1 / Σp²)"),
        "diversity": _("Chance that two commits are for different ones (Simpson’s D)"),
    },
    "affiliation_state": {
        "current": _("current"),
        "disputed": _("disputed: attributed to nobody until it was decided"),
        "withdrawn": _("withdrawn"),
    },
    "unattributed": {
        "free_mail": _("free mail address"),
        "no_reply": _("address of a forge"),
        "no_domain": _("no address, or masked"),
        "not_recorded": _("affiliation not recorded"),
        "disputed": _("affiliation disputed"),
    },
}
