"""Words of reports for funders."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "report_part": {
        "q": _("Search"),
        "organisation": _("Organisation"),
        "body": _("Joint body"),
        "topic": _("Topic or category"),
        "country": _("Country"),
        "component": _("Component"),
        "url": _("Address"),
    },
    "report_remark": {
        "unknown": _("is not in this registry"),
        "no_address": _("is no address of a repository"),
        "not_read": _("is known here, but was not read yet"),
        "taken_down": _("was removed from view"),
        "merged": _("has moved; another component stands for it"),
        "gone": _("is there no longer; what is known of it is in the report"),
        "empty": _("has no component here"),
    },
    "report_left_out": {
        "any": _("Not counted, for any reason"),
        "withdrawn": _("Rows that were withdrawn"),
        "superseded": _("Rows that better evidence replaced"),
        "possible": _("Rows that are only possible"),
        "internal": _("Rows inside one organisation"),
        "mirror": _("Mirrors without a change of their own"),
        "direction_unknown": _("Rows of which nobody knows who was first"),
    },
    "report_filter": {
        "tag": _("How it is known"),
        "strongest": _("Strongest evidence"),
        "kind": _("Kind of evidence"),
        "origin": _("Component"),
        "reuser": _("Reused by"),
        "from_country": _("Code from"),
        "to_country": _("Reused in"),
        "from_region": _("Code from"),
        "to_region": _("Reused in"),
        "from_organisation": _("Code from"),
        "to_organisation": _("Organisation that reuses"),
        "period": _("When it began"),
        "new": _("First evidence of its pair"),
        "shared": _("Reused by two or more organisations"),
        "foreign": _("Across a border"),
        "active": _("Still active"),
        "contributed": _("Gave commits back"),
        "disputed": _("Disputed"),
        "ended": _("Taken out again later"),
        "left_out": _("Not counted"),
    },
    "report_period": {"all": _("All"), "year": _("Year"), "quarter": _("Quarter")},
    "report_sort": {"name": _("By name"), "organisations": _("Most organisations first")},
    "yes_no": {"true": _("yes"), "false": _("no")},
}
