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
    "commitment_role": {
        "owner": _("Owner"),
        "strategic": _("Strategic member"),
        "associate": _("Associate member"),
        "partner": _("Partner"),
        "observer": _("Observer"),
        "supplier": _("Supplier"),
        "body": _("The body itself"),
        "payer": _("Payer"),
    },
    "member_state": {
        "stated": _("Stated, not confirmed by itself"),
        "invited": _("Invited"),
        "confirmed": _("Confirmed"),
        "declined": _("Declined"),
    },
    "member_change": {
        "join": _("Joins"),
        "leave": _("Leaves"),
        "add_component": _("Is governed from now on"),
        "remove_component": _("Is governed no longer"),
    },
    "fact_kind": {
        "steward": _("Steward"),
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
    "body_file_part": {
        "members": _("Member"),
        "facts": _("Fact"),
        "rules": _("Voting rule"),
        "decisions": _("Decision"),
        "funding": _("Money"),
        "contracts": _("Supplier"),
    },
    "body_file_state": {
        "new": _("new"),
        "leaves": _("membership ends"),
        "asked": _("asked for, and waits"),
        "operator": _("only the operator can record it"),
        "recorded": _("recorded"),
        "differs": _("recorded otherwise, and left so"),
    },
    "voter_way": {
        "give": _("This account votes for the member"),
        "remove": _("It votes for the member no longer"),
    },
    "body_record": {
        "fact": _("Record a fact"),
        "funding": _("Record money"),
        "contract": _("Record a supplier"),
        "rule": _("Record a voting rule"),
        "mistake": _("Strike out a mistake"),
    },
    "decision_state": {
        "proposed": _("Proposed"),
        "voting": _("Voting"),
        "adopted": _("Adopted"),
        "rejected": _("Rejected"),
        "superseded": _("No longer in force"),
    },
    "decision_reason": {
        "overtaken": _("Another decision had amended the same one before"),
        "carried": _("The votes for it were enough."),
        "not_carried": _("The votes for it were not enough."),
        "objection": _("A member voted against it."),
        "no_objection": _("Nobody voted against it in time."),
        "no_quorum": _("Too few took part."),
        "no_votes": _("Nobody voted for or against it."),
        "tie": _("It was a tie."),
        "chair": _("It was a tie, which goes as the chair voted."),
    },
    "vote_choice": {
        "for": _("For"),
        "against": _("Against"),
        "abstain": _("Abstains"),
    },
    "vote_weight": {
        "one_each": _("One vote each"),
        "by_dues": _("Votes by dues"),
    },
    "vote_threshold": {
        "majority": _("More votes for than against"),
        "two_thirds": _("Two thirds of the votes for or against"),
        "unanimous": _("Nobody against"),
        "lazy_consensus": _("Silence agrees (lazy consensus)"),
    },
    "tie_break": {
        "rejected": _("A tie rejects"),
        "adopted": _("A tie adopts"),
        "chair": _("A tie goes as the chair voted"),
    },
}
