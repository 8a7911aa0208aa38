"""Words of calls for partners."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "call_kind": {
        "co_maintainer": _("Co-maintainers wanted"),
        "co_funder": _("Co-funders wanted"),
        "reviewer": _("Reviewers wanted"),
        "exchange": _("Exchange of experience wanted"),
        "secondment": _("Secondment offered or wanted"),
    },
    "call_state": {
        "open": _("Open"),
        "expired": _("Over"),
        "closed": _("Closed"),
    },
}
