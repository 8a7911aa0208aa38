"""Sentences about what happened to a component, for feeds and e-mail."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "change_told": {
        "created": _("%(name)s was added to the catalogue"),
        "updated": _("%(name)s was updated"),
        "licence": _("%(name)s is under another licence: %(after)s (before: %(before)s)"),
        "moved": _("%(name)s has another address: %(after)s (before: %(before)s)"),
        "removed": _("%(name)s is not listed any more"),
        "release": _("%(name)s has a new release: %(version)s"),
        "advisory": _("A security advisory is about %(name)s: %(advisory)s"),
        "fix": _("%(name)s lacks the fix of %(advisory)s"),
        "reuse": _("The reuse of %(name)s was counted anew"),
        "edge_discovered": _("%(reuser)s reuses %(name)s"),
        "edge_removed": _("%(reuser)s does not reuse %(name)s any more, as far as can be seen"),
        "edge_disputed": _("Evidence about the reuse of %(name)s is disputed"),
        "edge_withdrawn": _("Evidence about the reuse of %(name)s was withdrawn"),
        "edge_current": _("Evidence about the reuse of %(name)s stands again"),
        "edge_other": _("Evidence about the reuse of %(name)s has changed"),
        "adopters_declared": _("%(by)s states that it uses %(name)s"),
        "adopters_renewed": _("%(by)s confirms that it uses %(name)s"),
        "adopters_withdrawn": _("%(by)s states no longer that it uses %(name)s"),
        "call_opened": _("%(by)s looks for partners for %(name)s: %(kind)s"),
        "call_changed": _("%(by)s looks for partners for %(name)s, in other words: %(kind)s"),
        "call_closed": _("%(by)s looks no more for partners for %(name)s: %(kind)s"),
        "call_body_opened": _(
            "%(by)s looks for partners for %(body)s, which governs %(name)s: %(kind)s"
        ),
        "call_body_changed": _(
            "%(by)s looks for partners for %(body)s, which governs %(name)s, in other words: "
            "%(kind)s"
        ),
        "call_body_closed": _(
            "%(by)s looks no more for partners for %(body)s, which governs %(name)s: %(kind)s"
        ),
        "signal_abandoned_began": _("Nobody has worked on %(name)s for 547 days"),
        "signal_abandoned_ended": _("Somebody works on %(name)s again"),
        "signal_archived_began": _("%(name)s was archived, or is gone"),
        "signal_archived_ended": _("%(name)s is no longer archived"),
        "signal_handed_over_began": _("%(name)s was handed over to others"),
        "signal_maintainer_gone_began": _(
            "Who alone carried %(name)s has done nothing for half a year"
        ),
        "signal_maintainer_gone_ended": _(
            "%(name)s does not rest any more on somebody who has gone"
        ),
        "signal_no_decision_began": _("Nothing was decided about %(name)s for 12 months"),
        "signal_no_decision_ended": _("Something was decided about %(name)s again"),
        "signal_no_health_began": _("The health of %(name)s has reached 0"),
        "signal_no_health_ended": _("The health of %(name)s is above 0 again"),
        "unknown": _("not known"),
    },
    "feed_told": {
        "reuse_known": _("%(reuser)s reuses %(name)s"),
        "reuse_unknown": _("%(reuser)s shares code with %(name)s"),
        "dispute": _("Objection %(number)s to %(name)s: %(state)s"),
        "dispute_field": _("Objection %(number)s to %(field)s of %(name)s: %(state)s"),
        "need": _("Joined by %(joined)s, offers: %(offers)s"),
        "call": _("%(kind)s: %(name)s"),
        "call_until": _("Open until %(day)s, %(contact)s"),
        "fix_missing": _("%(fork)s lacks the fix of %(advisory)s"),
        "fix_not_known": _("Nobody can tell whether %(fork)s has the fix of %(advisory)s"),
        "fix_muted": _("%(fork)s needs no fix of %(advisory)s, as it says itself"),
        "fix_ended": _("%(fork)s does not lack the fix of %(advisory)s any more"),
    },
    "feed_name": {
        "new": _("new components"),
        "updated": _("changed components"),
        "licence-change": _("other licences"),
        "reuse": _("reuse"),
        "disputes": _("objections"),
        "needs": _("needs"),
        "calls": _("calls for partners"),
        "fixes-missing": _("missed fixes"),
    },
}
