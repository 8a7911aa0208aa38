"""Words of joint bodies: members, what is recorded of them, rules and decisions."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "member_role": {
        "owner": _("Owner"),
        "strategic": _("Strategic member"),
        "associate": _("Associate member"),
        "partner": _("Partner"),
        "observer": _("Observer"),
        "supplier": _("Supplier"),
    },
    "member_state": {
        "stated": _("Stated, not confirmed by itself"),
        "invited": _("Invited"),
        "confirmed": _("Confirmed"),
        "declined": _("Declined"),
    },
    "fact_kind": {
        "legal_form": _("Legal form"),
        "instrument": _("Founded by"),
        "lifecycle": _("Lifecycle"),
        "ip_holder": _("Holder of the rights"),
        "licence": _("Licence"),
        "trademark": _("Trademark"),
        "contribution_rule": _("Rule for contributions"),
        "merge_rule": _("Who may merge, and review"),
        "roadmap": _("Roadmap"),
        "exit_clause": _("Exit clause"),
        "security_contact": _("Contact for security"),
    },
    "instrument": {
        "memorandum": _("Memorandum of understanding"),
        "contract": _("Contract"),
        "legal_entity": _("Legal entity of its own"),
        "law": _("Law or treaty"),
        "other": _("Another instrument"),
    },
    "lifecycle": {
        "incubating": _("Incubating"),
        "active": _("Active"),
        "attic": _("In the attic"),
    },
    "contribution_rule": {
        "cla": _("Contributor licence agreement"),
        "dco": _("Developer certificate of origin"),
        "none": _("None"),
        "other": _("Another rule"),
    },
    "exit_clause": {
        "yes": _("There is one"),
        "none": _("There is none"),
    },
}
