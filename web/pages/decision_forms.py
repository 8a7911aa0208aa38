"""Decisions for members: proposing and recording them, opening the voting, voting, minutes."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.db.tables import VoteChoice
from registry.errors import Conflict
from registry.governance.record.body_view import BodyView
from registry.governance.record.decision_models import (
    DecisionView,
    NewDecision,
    PastDecision,
    RuleView,
)
from registry.governance.record.decision_service import BodyDecisions
from registry.governance.record.readmodels import BodyItem, Evidence
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.bodies import PATH, bodies_of
from web.pages.body_founding import FORM_COST, LANGUAGES, roles_of
from web.pages.forms import AnyRequest, back_to, number_in, read_form
from web.pages.view import Context, View, ViewDependency, bounded_id

SIGNED_IN: Final = {"action": Action.READ_ACCOUNT}
RECORD: Final = {"action": Action.RECORD_IN_BODY}
WAYS: Final = ("proposed", "voting", "adopted", "rejected")
"""What a new decision is: put forward, put to the vote at once, or recorded as it ended."""


class NewDecisionContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/decision_new.html`; `acting` are the reader's members of today."""

    template: ClassVar[str] = "bodies/decision_new.html"
    body: BodyItem
    acting: tuple[RoleView, ...]
    rules: tuple[RuleView, ...]
    ways: tuple[str, ...]
    languages: tuple[str, ...]
    fields: Mapping[str, str]
    wrong: str
    problem: str
    csrf: str


class VoteContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/vote.html`; `voting` are those of `acting` that may vote today."""

    template: ClassVar[str] = "bodies/vote.html"
    body: BodyItem
    decision: DecisionView
    acting: tuple[RoleView, ...]
    voting: tuple[RoleView, ...]
    choices: tuple[str, ...]
    fields: Mapping[str, str]
    wrong: str
    problem: str
    done: str
    csrf: str


class DecisionFormPages(Controller):
    """`/bodies/{slug}/decisions/new` and `/bodies/{slug}/decisions/{number}/vote`."""

    path = f"{PATH}/{{slug:str}}/decisions"
    include_in_schema = False

    @get("/new", sync_to_thread=True, opt=SIGNED_IN)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Ask what is to be decided, or was."""
        fields = {"lang": view.language.code, "amends": view.first("amends")[:9]}
        return view.render(_new(view, visit, slug, fields), is_indexed=False)

    @post("/new", sync_to_thread=True, opt=RECORD)
    def create(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Propose the decision, or record it as it ended; what is wrong is said at the form."""
        fields = read_form(view.site, request, body, FORM_COST)
        try:
            number = _record(bodies_of(view).decisions, visit, slug, fields)
        except WrongField as error:
            context = _new(view, visit, slug, fields, error.field, error.problem)
            return view.render(context, status=400)
        except Conflict:
            return view.render(_new(view, visit, slug, fields, "", "closed"), status=409)
        return back_to(view, f"{PATH}/{slug}/decisions/{number}")

    @get("/{number:int}/vote", sync_to_thread=True, opt=SIGNED_IN)
    def show(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        slug: FromPath[str],
        number: FromPath[int],
    ) -> Response[bytes]:
        """Show what a member can do about a decision."""
        return view.render(_vote(view, visit, slug, bounded_id(number)), is_indexed=False)

    @post("/{number:int}/open", sync_to_thread=True, opt=RECORD)
    def open_voting(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Put a proposed decision to the vote."""
        fields, which = read_form(view.site, request, body, FORM_COST), bounded_id(number)
        return _done(view, visit, slug, which, fields, "opened", lambda x: x.open_voting(
            visit.actor, slug, which, fields.get("by", "")))  # fmt: skip

    @post("/{number:int}/vote", sync_to_thread=True, opt={"action": Action.VOTE_IN_BODY})
    def vote(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Vote for a member."""
        fields, which = read_form(view.site, request, body, FORM_COST), bounded_id(number)
        return _done(view, visit, slug, which, fields, "voted", lambda x: x.vote(
            visit.actor, slug, which, fields.get("choice", ""), fields.get("by", "")))  # fmt: skip

    @post("/{number:int}/minutes", sync_to_thread=True, opt=RECORD)
    def add_minutes(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Add where the minutes can be read."""
        fields, which = read_form(view.site, request, body, FORM_COST), bounded_id(number)
        return _done(view, visit, slug, which, fields, "minutes", lambda x: x.add_minutes(
            visit.actor, slug, which, evidence_of(fields), fields.get("recorder", "")))  # fmt: skip


def evidence_of(fields: Mapping[str, str]) -> Evidence:
    """Return where something can be read, from the fields of a form."""
    return Evidence(**{name: fields.get(name, "") for name in ("url", "on", "sha256")})


def acting_in(body: BodyView, roles: tuple[RoleView, ...]) -> tuple[RoleView, ...]:
    """Return the organisations of somebody, where it may act, that are members of today."""
    confirmed = {x.organisation.slug for x in body.members
                 if x.organisation and x.is_current and x.state == "confirmed"}  # fmt: skip
    return tuple(x for x in roles if x.slug in confirmed and x.role.value != "member")


def _record(decisions: BodyDecisions, visit: Visit, slug: str, fields: Mapping[str, str]) -> int:
    new = NewDecision(
        **{x: fields.get(x, "") for x in ("title", "text", "lang", "thread_url")},
        rule=number_in(fields, "rule"), amends=number_in(fields, "amends"),
        evidence=evidence_of(fields),
    )  # fmt: skip
    way, by = fields.get("state", ""), fields.get("by", "")
    if way in {"proposed", "voting"}:
        return decisions.propose(visit.actor, slug, new, by, opens=way == "voting")
    past = PastDecision(what=new, state=way, decided_on=fields.get("decided_on", ""))
    return decisions.record_past(visit.actor, slug, past, by)


def _done(
    view: View, visit: Visit, slug: str, number: int, fields: Mapping[str, str], done: str,
    act: Callable[[BodyDecisions], None],
) -> Response[Any]:  # fmt: skip
    """Do something and go back to the page, or say there what is wrong with what was sent."""
    try:
        act(bodies_of(view).decisions)
    except WrongField as error:
        wrong = error.field if error.field in fields else ""
        context = _vote(view, visit, slug, number, fields, wrong, error.problem)
        return view.render(context, status=400)
    except Conflict:
        return view.render(_vote(view, visit, slug, number, fields, "", "closed"), status=409)
    return back_to(view, f"{PATH}/{slug}/decisions/{number}/vote", done=done)


def _new(
    view: View, visit: Visit, slug: str, fields: Mapping[str, str], wrong: str = "",
    problem: str = "",
) -> NewDecisionContext:  # fmt: skip
    body = bodies_of(view).body(slug)
    return NewDecisionContext(
        body=body.item,
        acting=acting_in(body, roles_of(view, visit)),
        rules=bodies_of(view).decisions.rules(slug),
        ways=WAYS,
        languages=LANGUAGES,
        fields=fields,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )


def _vote(
    view: View, visit: Visit, slug: str, number: int, fields: Mapping[str, str] = {},
    wrong: str = "", problem: str = "",
) -> VoteContext:  # fmt: skip
    bodies = bodies_of(view)
    body, decision = bodies.body(slug), bodies.decisions.decision(slug, number)
    acting = acting_in(body, roles_of(view, visit))
    return VoteContext(
        body=body.item,
        decision=decision,
        acting=acting,
        voting=tuple(x for x in acting if x.slug in decision.may_vote),
        choices=tuple(x.value for x in VoteChoice),
        fields=fields,
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
