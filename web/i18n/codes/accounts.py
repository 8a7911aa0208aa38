"""Words of accounts: roles, scopes of tokens, and what endpoints are told."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "role": {"member": _("Member"), "maintainer": _("Maintainer"), "owner": _("Owner")},
    "token_scope": {
        "governance:write": _("Record bodies and vote in them"),
        "reports:write": _("Freeze reports"),
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
        "advisory.published": _("A security advisory was published"),
        "fix.missing": _("A fork misses the fix of an advisory"),
        "crawl.failed": _("A repository cannot be read"),
        "ownership.changed": _("The owner changed"),
        "stewardship.changed": _("A warning of stewardship began or ended"),
        "call.changed": _("A call for partners changed"),
        "decision.adopted": _("A joint body adopted a decision"),
        "search.matched": _("A search that you follow found something new"),
        "snapshot.created": _("A report was frozen"),
        "need.changed": _("A need changed"),
        "webhook.test": _("Test"),
    },
    "proposal_state": {
        "waiting": _("Waits for an operator"),
        "accepted": _("Accepted"),
        "refused": _("Refused"),
    },
    "delivery_state": {
        "waiting": _("Waiting"),
        "delivered": _("Delivered"),
        "failed": _("Failed"),
    },
}
