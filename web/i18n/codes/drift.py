"""Words of drift: missed fixes, and why something could not be compared."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
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
}
