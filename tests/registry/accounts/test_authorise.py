"""Who may do what, by the table and by nothing else."""

import pytest

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.authorise import RULES, Action, Scope, admit, authorise
from registry.errors import Forbidden, SignInAgain, Unauthenticated

HERE, THERE = 1, 2
OWNER = Actor(account=1, roles={HERE: Role.OWNER}, is_fresh=True)
MEMBER = Actor(account=2, roles={HERE: Role.MEMBER}, is_fresh=True)
OPERATOR = Actor(account=3, is_operator=True, is_fresh=True)


def test_every_action_has_a_rule() -> None:
    assert set(RULES) == set(Action)


@pytest.mark.parametrize("action", [a for a in Action if RULES[a].least != "anybody"])
def test_a_visitor_has_to_sign_in(action: Action) -> None:
    for check in (lambda: authorise(VISITOR, action, HERE), lambda: admit(VISITOR, action)):
        with pytest.raises(Unauthenticated):
            check()


def test_a_role_counts_in_its_organisation_alone() -> None:
    authorise(OWNER, Action.CHANGE_ROLE, HERE)
    for organisation in (THERE, None):
        with pytest.raises(Forbidden):
            authorise(OWNER, Action.CHANGE_ROLE, organisation)


def test_a_role_includes_the_lower_ones() -> None:
    authorise(OWNER, Action.READ_MEMBERS, HERE)
    authorise(MEMBER, Action.READ_MEMBERS, HERE)
    with pytest.raises(Forbidden):
        authorise(MEMBER, Action.EDIT_COMPONENT, HERE)


def test_an_operator_may_what_the_table_says_and_no_more() -> None:
    authorise(OPERATOR, Action.CHANGE_ROLE, HERE)
    authorise(OPERATOR, Action.DECIDE_TAKEDOWN)
    with pytest.raises(Forbidden):
        authorise(OPERATOR, Action.ANSWER_DISPUTE, HERE)
    with pytest.raises(Forbidden):
        authorise(OWNER, Action.DECIDE_TAKEDOWN, HERE)


def test_some_actions_need_a_fresh_sign_in() -> None:
    stale = Actor(account=1, roles={HERE: Role.OWNER})
    authorise(stale, Action.EDIT_COMPONENT, HERE)
    with pytest.raises(SignInAgain):
        authorise(stale, Action.REMOVE_MEMBER, HERE)


def test_a_token_may_do_what_its_scopes_name() -> None:
    def token(*scopes: Scope) -> Actor:
        return Actor(account=1, roles={HERE: Role.OWNER}, scopes=frozenset(scopes))

    authorise(token(Scope.COMPONENTS_WRITE), Action.EDIT_COMPONENT, HERE)
    authorise(token(Scope.ORGANISATION_ADMIN), Action.CHANGE_ROLE, HERE)
    for scopes in ((), (Scope.READ,), (Scope.WEBHOOKS_WRITE, Scope.ORGANISATION_ADMIN)):
        with pytest.raises(Forbidden):
            authorise(token(*scopes), Action.EDIT_COMPONENT, HERE)


@pytest.mark.parametrize("action", [Action.CREATE_TOKEN, Action.DELETE_ACCOUNT])
def test_no_token_does_what_is_for_people(action: Action) -> None:
    with pytest.raises(Forbidden):
        authorise(Actor(account=1, scopes=frozenset(Scope)), action)


def test_what_is_not_in_the_table_is_refused_to_everybody() -> None:
    for check in (authorise, admit):
        with pytest.raises(Forbidden):
            check(OPERATOR, "something new")  # type: ignore[arg-type]


def test_before_the_thing_is_known_a_role_anywhere_is_enough() -> None:
    admit(OWNER, Action.CHANGE_ROLE)
    with pytest.raises(Forbidden):
        admit(MEMBER, Action.CHANGE_ROLE)
    with pytest.raises(Forbidden):
        admit(Actor(account=9), Action.READ_MEMBERS)
