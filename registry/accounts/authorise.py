"""What who may do: one table of actions, and one function that all of the registry asks.

Whatever the table does not allow is refused. An action on an organisation needs a role in it; an
operator may do what the table says that operators may, in any organisation.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from registry.accounts.actors import Actor, Role
from registry.errors import Forbidden, SignInAgain, Unauthenticated

_RANKS: Final = {Role.MEMBER: 1, Role.MAINTAINER: 2, Role.OWNER: 3}


class Scope(StrEnum):
    """What an API token may be made for."""

    READ = "read"
    COMPONENTS_WRITE = "components:write"
    WEBHOOKS_WRITE = "webhooks:write"
    NEEDS_WRITE = "needs:write"
    GOVERNANCE_WRITE = "governance:write"
    REPORTS_WRITE = "reports:write"
    ORGANISATION_ADMIN = "organisation:admin"
    OPERATE = "operate"


class Action(StrEnum):
    """Everything that somebody may or may not do; reading the public catalogue is free."""

    START_SIGN_IN = "start sign-in"
    READ_ACCOUNT = "read own account"
    MANAGE_ACCOUNT = "manage own account"
    DELETE_ACCOUNT = "delete own account"
    LINK_IDENTITY = "link another identity"
    CREATE_TOKEN = "create an API token"  # noqa: S105 - a name
    REVOKE_TOKEN = "revoke an API token"  # noqa: S105 - a name
    READ_MEMBERS = "read the members of an organisation"
    LEAVE_ORGANISATION = "leave an organisation"
    INVITE_MEMBER = "invite to an organisation"
    ACCEPT_INVITATION = "accept an invitation"
    CHANGE_ROLE = "change a role in an organisation"
    REMOVE_MEMBER = "remove a member of an organisation"
    EDIT_COMPONENT = "edit the metadata of a component"
    CLAIM_OWNERSHIP = "claim ownership"
    KEEP_FILE = "have the registry keep a file"
    WITHDRAW_OWNERSHIP_CLAIM = "withdraw an ownership claim"
    CONFIRM_OWNERSHIP_CLAIM = "confirm an ownership claim"
    DECIDE_OWNERSHIP_CLAIM = "decide on an ownership claim"
    EDIT_DRAFT = "edit a draft"
    PROPOSE_SOURCE = "propose an organisation"
    DECIDE_PROPOSAL = "decide on a proposal"
    MANAGE_WEBHOOKS = "manage webhooks of an organisation"
    MANAGE_OWN_WEBHOOKS = "manage own webhooks"
    RECEIVE_WEBHOOK = "send an inbound webhook"
    VALIDATE = "validate a file"
    LOOK_UP = "look up code"
    RECORD_REUSE = "record a reuse action"
    FORK_BY_API = "have a forge fork"
    DECLARE_ADOPTION = "declare that an organisation uses a component"
    REPORT_SAVING = "report a saving of an organisation"
    CONFIRM_SAVING = "confirm a reported saving for an organisation"
    RECORD_SAVING_AUDIT = "record an audit of a reported saving"
    FOLLOW = "follow something"
    READ_MAIL_LINK = "open a link of a mail"
    OPEN_CALL = "call for partners for an organisation"
    TAKE_DOWN_CALL = "take down a call"
    OPEN_DISPUTE = "open a dispute"
    DISPUTE_AT_ONCE = "object for an organisation"
    ANSWER_DISPUTE = "answer a dispute"
    WITHDRAW_DISPUTE = "withdraw a dispute"
    DECIDE_DISPUTE = "decide on a dispute"
    MUTE_FIX = "mute a missed fix"
    CONFIRM_EDGE = "confirm evidence for an organisation"
    REQUEST_TAKEDOWN = "request a takedown"
    DECIDE_TAKEDOWN = "decide on a takedown"
    REQUEST_ERASURE = "request an erasure"
    DECIDE_ERASURE = "decide on an erasure"
    WRITE_NEED = "write a need"
    MANAGE_NEED = "manage a need of an organisation"
    JOIN_NEED = "join a need"
    OFFER_TO_NEED = "offer to a need"
    FOUND_BODY = "found a body for an organisation"
    JOIN_BODY = "answer the invitation of a body for an organisation"
    RECORD_IN_BODY = "record something of a body for an organisation"
    VOTE_IN_BODY = "vote in a body for an organisation"
    READ_AUDIT = "read the audit log of an organisation"
    MANAGE_ACCOUNTS = "manage accounts"
    MAKE_REPORT = "make a report"
    KEEP_REPORT = "keep a report"
    FREEZE_REPORT = "freeze a report"
    MANAGE_FEDERATION = "manage sources and federation"


class Rule(Struct, frozen=True):
    """Who may do an action.

    `least` is `anybody`, `account` (somebody signed in), a role in the organisation concerned, or
    `operator` (operators alone). `operator` opens an action of a role to operators too. `scope` is
    what a token needs; without one, no token will do. `fresh` asks for a sign-in of late, which a
    token stands for: one with such a scope is only made after a fresh sign-in.
    """

    least: Literal["anybody", "account", "operator"] | Role
    scope: Scope | None = None
    operator: bool = False
    fresh: bool = False


_ANYBODY: Final = Rule("anybody")
_SELF: Final = Rule("account")
_OPERATOR: Final = Rule("operator", Scope.OPERATE)
_ADMIN: Final = Rule(Role.OWNER, Scope.ORGANISATION_ADMIN, operator=True, fresh=True)

RULES: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        Action.START_SIGN_IN: _ANYBODY,
        Action.READ_ACCOUNT: Rule("account", Scope.READ),
        Action.MANAGE_ACCOUNT: _SELF,
        Action.DELETE_ACCOUNT: Rule("account", fresh=True),
        Action.LINK_IDENTITY: Rule("account", fresh=True),
        Action.CREATE_TOKEN: Rule("account", fresh=True),
        Action.REVOKE_TOKEN: _SELF,
        Action.READ_MEMBERS: Rule(Role.MEMBER, Scope.READ, operator=True),
        Action.LEAVE_ORGANISATION: Rule(Role.MEMBER),
        Action.INVITE_MEMBER: _ADMIN,
        Action.ACCEPT_INVITATION: _SELF,
        Action.CHANGE_ROLE: _ADMIN,
        Action.REMOVE_MEMBER: _ADMIN,
        Action.EDIT_COMPONENT: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.CLAIM_OWNERSHIP: Rule("account", Scope.COMPONENTS_WRITE),
        Action.KEEP_FILE: Rule("account", Scope.COMPONENTS_WRITE),
        Action.WITHDRAW_OWNERSHIP_CLAIM: Rule(
            Role.OWNER, Scope.COMPONENTS_WRITE, operator=True, fresh=True
        ),
        Action.CONFIRM_OWNERSHIP_CLAIM: Rule(Role.OWNER, Scope.COMPONENTS_WRITE, operator=True),
        Action.DECIDE_OWNERSHIP_CLAIM: _OPERATOR,
        Action.EDIT_DRAFT: _ANYBODY,
        Action.MANAGE_WEBHOOKS: Rule(Role.MAINTAINER, Scope.WEBHOOKS_WRITE, operator=True),
        Action.MANAGE_OWN_WEBHOOKS: Rule("account", Scope.WEBHOOKS_WRITE),
        Action.RECEIVE_WEBHOOK: _ANYBODY,
        Action.VALIDATE: _ANYBODY,
        Action.LOOK_UP: _ANYBODY,
        Action.RECORD_REUSE: _ANYBODY,
        Action.FORK_BY_API: Rule("account", Scope.COMPONENTS_WRITE),
        Action.DECLARE_ADOPTION: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.REPORT_SAVING: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.CONFIRM_SAVING: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.RECORD_SAVING_AUDIT: _OPERATOR,
        Action.FOLLOW: Rule("account", Scope.WEBHOOKS_WRITE),
        Action.READ_MAIL_LINK: _ANYBODY,
        Action.OPEN_CALL: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.TAKE_DOWN_CALL: _OPERATOR,
        Action.OPEN_DISPUTE: _ANYBODY,
        Action.DISPUTE_AT_ONCE: Rule(Role.MEMBER, Scope.COMPONENTS_WRITE),
        Action.ANSWER_DISPUTE: Rule(Role.MEMBER, Scope.COMPONENTS_WRITE),
        Action.WITHDRAW_DISPUTE: Rule("account", Scope.COMPONENTS_WRITE),
        Action.DECIDE_DISPUTE: _OPERATOR,
        Action.MUTE_FIX: Rule(Role.MAINTAINER, Scope.COMPONENTS_WRITE, operator=True),
        Action.CONFIRM_EDGE: Rule(Role.OWNER, Scope.COMPONENTS_WRITE),
        Action.REQUEST_TAKEDOWN: _ANYBODY,
        Action.DECIDE_TAKEDOWN: _OPERATOR,
        Action.REQUEST_ERASURE: _ANYBODY,
        Action.DECIDE_ERASURE: _OPERATOR,
        Action.WRITE_NEED: _ANYBODY,
        Action.MANAGE_NEED: Rule(Role.MEMBER, Scope.NEEDS_WRITE, operator=True),
        Action.JOIN_NEED: Rule(Role.MEMBER, Scope.NEEDS_WRITE),
        Action.OFFER_TO_NEED: Rule("account", Scope.NEEDS_WRITE),
        Action.FOUND_BODY: Rule(Role.MEMBER, Scope.GOVERNANCE_WRITE),
        Action.JOIN_BODY: Rule(Role.MAINTAINER, Scope.GOVERNANCE_WRITE),
        Action.RECORD_IN_BODY: Rule(Role.MAINTAINER, Scope.GOVERNANCE_WRITE),
        Action.VOTE_IN_BODY: Rule(Role.MAINTAINER, Scope.GOVERNANCE_WRITE),
        Action.READ_AUDIT: Rule(Role.OWNER, Scope.READ, operator=True),
        Action.MANAGE_ACCOUNTS: Rule("operator", Scope.OPERATE, fresh=True),
        Action.MANAGE_FEDERATION: _OPERATOR,
        Action.MAKE_REPORT: _ANYBODY,
        Action.KEEP_REPORT: _SELF,
        Action.FREEZE_REPORT: Rule("account", Scope.REPORTS_WRITE),
        Action.PROPOSE_SOURCE: Rule("account", Scope.COMPONENTS_WRITE),
        Action.DECIDE_PROPOSAL: _OPERATOR,
    }
)


def authorise(actor: Actor, action: Action, organisation_id: int | None = None) -> None:
    """Return when the actor may do this, in this organisation where the action is on one.

    Raises `Unauthenticated` where a sign-in is missing, `SignInAgain` where it is too long ago,
    and `Forbidden` for all else, also for an action that the table does not know.
    """
    rule = _admit(actor, action)
    if not _fits(actor, rule, organisation_id):
        raise Forbidden(f"this account may not {action.value}")
    _demand_fresh(actor, rule)


def is_allowed(actor: Actor, action: Action, organisation_id: int | None = None) -> bool:
    """Say whether `authorise` would let the actor do this: for what pages offer, not for guards."""
    try:
        authorise(actor, action, organisation_id)
    except (Forbidden, Unauthenticated):
        return False
    return True


def admit(actor: Actor, action: Action) -> None:
    """Refuse who may do this nowhere; whether it may be done here, `authorise` decides.

    It is what can be known of a request before the thing that it is about was read.
    """
    rule = _admit(actor, action)
    if not (_fits(actor, rule, None) or any(_has(r, rule) for r in actor.roles.values())):
        raise Forbidden(f"this account may not {action.value}")
    _demand_fresh(actor, rule)


def _admit(actor: Actor, action: Action) -> Rule:
    rule = RULES.get(action)
    if rule is None:
        raise Forbidden("nobody may do this")
    if rule.least == "anybody":
        return rule
    if actor.account is None:
        raise Unauthenticated(f"sign in to {action.value}")
    if actor.scopes is not None and rule.scope not in actor.scopes:
        wanted = f"a token with the scope {rule.scope}" if rule.scope else "a sign-in, not a token"
        raise Forbidden(f"this needs {wanted}: {action.value}")
    return rule


def _fits(actor: Actor, rule: Rule, organisation_id: int | None) -> bool:
    if rule.least == "anybody":
        return True
    if actor.is_operator and (rule.operator or rule.least == "operator"):
        return True
    if rule.least == "account":
        return actor.account is not None
    return organisation_id is not None and _has(actor.roles.get(organisation_id), rule)


def _has(role: Role | None, rule: Rule) -> bool:
    return role is not None and isinstance(rule.least, Role) and _RANKS[role] >= _RANKS[rule.least]


def _demand_fresh(actor: Actor, rule: Rule) -> None:
    if rule.fresh and actor.scopes is None and not actor.is_fresh:
        raise SignInAgain("this needs a sign-in of the last 15 minutes: please sign in again")
