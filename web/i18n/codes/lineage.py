"""Words of reuse: edges, and objections to them."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
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
    "direction": {"known": _("Known"), "unknown": _("Not known")},
    "matrix_group": {
        "country": _("Countries"),
        "region": _("Regions"),
        "organisation": _("Organisations"),
    },
    "objection": {
        "not_reuse": _("This is no reuse"),
        "wrong_direction": _("It is the other way round"),
        "common_source": _("Both took it from a third source"),
        "wrong_body": _("The wrong organisation or country"),
        "not_ours": _("It is not of this organisation"),
        "former_body": _("It was of this organisation once, and is not now"),
        "wrong_value": _("The value is wrong"),
        "out_of_date": _("It is out of date"),
        "wrong_dates": _("The dates are wrong"),
        "not_reported": _("The organisation never reported this"),
        "wrong_amount": _("The amount is wrong"),
        "not_in_source": _("The source does not say so"),
        "personal_data": _("Personal data is shown"),
        "other": _("Something else"),
    },
    "dispute_state": {
        "open": _("Waits for review"),
        "accepted": _("Accepted"),
        "rejected": _("Rejected"),
        "withdrawn": _("Withdrawn"),
    },
    "dispute_side": {
        "origin": _("on the side that the code comes from"),
        "reuser": _("on the side that reuses it"),
        "attributed": _("the organisation that it is attributed to"),
        "affiliated": _("an organisation that it is about"),
        "reporter": _("the organisation that is said to report it"),
    },
}
