"""Words of taking over: purposes, duties of licences, what became of a copy, adopters."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "forge_name": {
        "github": _("GitHub"),
        "gitlab": _("GitLab"),
        "gitea": _("Forgejo or Gitea, such as Codeberg"),
    },
    "reuse_purpose": {
        "evaluate": _("To try it out"),
        "adapt": _("To adapt it"),
        "run": _("To run it as it is"),
    },
    "licence_duty": {
        "keep_notices": _("Keep the copyright notices and the text of the licence."),
        "keep_notice_file": _("Keep the NOTICE file, if there is one."),
        "state_changes": _("Say that you changed it."),
        "share_files": _("When you pass it on, publish the files that you changed, under it too."),
        "share_library": _(
            "When you pass it on, publish your changes of it under the same licence; programs that "
            "only use it may be under another."
        ),
        "share_whole": _(
            "When you pass it on, publish the whole work with its source code, under the same "
            "licence."
        ),
        "share_compatible": _(
            "When you pass it on, publish the work with its source code, under the same licence or "
            "a compatible one that it names."
        ),
        "network": _("To offer it to others over a network counts as passing it on."),
        "nothing": _("It asks for nothing. To name the source is good manners, and proves reuse."),
        "read_terms": _("It is made for content or data: read its terms."),
        "ask": _("No licence is known. Ask the organisation before you reuse it."),
    },
    "reuse_state": {
        "recorded": _("Recorded"),
        "forking": _("Being made"),
        "failed": _("Refused"),
        "found": _("Found"),
        "measured": _("Measured"),
        "missing": _("Not found"),
    },
    "reuse_state_told": {
        "recorded": _("Make the copy, then tell us."),
        "forking": _("The forge has accepted it and is copying."),
        "failed": _("The forge made no fork."),
        "found": _("A repository is there. What it has in common is not measured yet."),
        "measured": _("The registry found the same history or files on both sides."),
        "missing": _("Nothing was found at this address for 30 days."),
    },
    "fork_refusal": {
        "bad_token": _("The forge does not accept this access token."),
        "forbidden": _("The forge does not allow it: by this token, or in this organisation."),
        "name_taken": _(
            "Something with this name is there already. If it is your fork, it will be found."
        ),
        "not_found": _(
            "The forge finds the account or the repository not, or the token may not see it."
        ),
        "refused": _("The forge did not accept the request."),
        "rate_limited": _("The forge asks to wait before more is asked of it."),
        "unavailable": _("The forge could not be reached, or failed. Try again in a while."),
        "other_forge": _("Only the forge of the original can fork it: copy it with git."),
    },
    "adoption_how": {"as_is": _("As it is"), "adapted": _("Adapted")},
    "adoption_state": {
        "current": _("In force"),
        "due": _("Ends soon: confirm it"),
        "expired": _("Ended: confirm it"),
        "withdrawn": _("Withdrawn"),
    },
    "saving_class": {
        "cash_releasing": _("Cash-releasing: a budget is lower"),
        "non_cash": _("Not cash-releasing: time or capacity is used otherwise"),
        "avoided": _("Avoided: a cost that did not come about"),
    },
    "saving_grade": {
        "1": _("1 of 4: stated by the organisation alone"),
        "2": _("2 of 4: documented in a public source"),
        "3": _("3 of 4: confirmed by another organisation"),
        "4": _("4 of 4: audited in a public report"),
    },
    "saving_state": {
        "current": _("In force"),
        "disputed": _("Disputed"),
        "superseded": _("Superseded by a later one"),
        "withdrawn": _("Withdrawn"),
    },
}
