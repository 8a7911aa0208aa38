"""Words of co-governance: classes of organisations, and why work is attributed to nobody."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "party_category": {
        "government": _("Public body"),
        "supplier": _("Supplier"),
        "not_recorded": _("Class not recorded"),
    },
    "governance_file": {
        "governance": _("How it is governed"),
        "body": _("Record of a joint body"),
        "code_owners": _("Who owns which code"),
        "maintainers": _("Who maintains it"),
        "owners": _("Who approves and reviews"),
    },
    "governance_file_problem": {
        "too_large": _("not read: larger than 256 KiB"),
        "not_text": _("not read: no text in UTF-8"),
    },
    "decision_model": {
        "lazy_consensus": _("Lazy consensus"),
        "consensus": _("Consensus"),
        "consent": _("Consent"),
        "majority": _("Majority of votes"),
        "super_majority": _("Qualified majority"),
        "unanimity": _("Unanimity"),
        "single_leader": _("One person decides at last"),
    },
    "governance_measure": {
        "absence": _("Authors who did half of it (contributor absence factor)"),
        "people_for_80": _("Authors who did four fifths of it"),
        "elephant": _("Organisations for which half of it was done (elephant factor)"),
        "effective": _("Effective number of organisations (1 / Σp²)"),
        "diversity": _("Chance that two commits are for different ones (Simpson’s D)"),
    },
    "rung": {
        "0": _("At least one owner"),
        "1": _("Another organisation did a twentieth or more of the own commits"),
        "2": _("Two or more organisations can merge"),
        "3": _("Two or more public bodies hold votes in a written rule"),
        "4": _("A joint entity or binding agreement, and money from two or more countries"),
    },
    "rung_state": {
        "met": _("shown"),
        "not_met": _("not so"),
        "not_known": _("not known"),
    },
    "governance_side": {
        "work": _("Work"),
        "merges": _("Merges and approvals"),
        "votes": _("Votes"),
        "money": _("Money of three years"),
    },
    "risk": {
        "funder": _("The largest payer gives more than two thirds"),
        "absence": _("Two people or fewer did half of the work"),
        "unanimity": _("Decisions must be unanimous"),
        "vendor_agreement": _("Contributors give their rights to a supplier"),
        "exit_clause": _("No exit clause is recorded"),
        "no_decision": _("No decision for 12 months"),
        "drift": _("A member’s fork was not brought up to date for a year"),
        "suppliers": _(
            "Suppliers did more than four fifths of the last year, and no public body can merge"
        ),
    },
    "risk_state": {
        "raised": _("risk"),
        "clear": _("no risk"),
        "not_known": _("not known"),
    },
    "health": {
        "alive": _("people worked on it in the last half year"),
        "several": _("three people or more did half of the work"),
        "merging": _("two people or more put work in"),
        "staying": _("nobody who carried it alone has gone"),
    },
    "stewardship": {
        "abandoned": _("abandoned: no work for 547 days"),
        "archived": _("archived, or gone"),
        "handed_over": _("handed over"),
        "maintainer_gone": _("the sole maintainer has gone"),
        "no_decision": _("no decision for 12 months"),
    },
    "phase": {
        "single": _("one organisation"),
        "shared": _("shared"),
        "unknown": _("not known"),
    },
    "sector": {
        "in_house": _("Public bodies themselves"),
        "supplier": _("Suppliers"),
        "other": _("Others, and not attributed"),
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
