"""A body for its members: invitations are answered, changes of members asked for and signed off."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.catalogue.readmodels import Link
from registry.errors import Conflict, NotFound
from registry.governance.record.body_view import BodyView
from registry.governance.record.changes import ChangeView
from registry.governance.record.readmodels import MemberView, NewMember
from registry.governance.record.service import Bodies
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.bodies import PATH, bodies_of
from web.pages.body_founding import FORM_COST, ROLES, dues_in, roles_of
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.view import Context, View, ViewDependency, bounded_id

SIGNED_IN: Final = {"action": Action.READ_ACCOUNT}
RECORD: Final = {"action": Action.RECORD_IN_BODY}
WAYS: Final = ("add_component", "remove_component")
ANSWERS: Final = {"accept": True, "decline": False}


class BodyMembersContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/members.html`; `asked` are memberships that the reader may answer for.

    `acting` are the organisations of the reader that are members today, `leaving` all that are.
    """

    template: ClassVar[str] = "bodies/members.html"
    body: BodyView
    asked: tuple[MemberView, ...]
    acting: tuple[RoleView, ...]
    leaving: tuple[Link, ...]
    changes: tuple[ChangeView, ...]
    member_roles: tuple[str, ...]
    ways: tuple[str, ...]
    fields: Mapping[str, str]
    wrong: str
    problem: str
    done: str
    csrf: str


class BodyMemberPages(Controller):
    """`/bodies/{slug}/members`."""

    path = f"{PATH}/{{slug:str}}/members"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=SIGNED_IN)
    def show(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show what waits for an answer or a sign-off."""
        return view.render(_context(view, visit, slug), is_indexed=False)

    @post("/{member:int}/{answer:str}", sync_to_thread=True, opt={"action": Action.JOIN_BODY})
    def answer(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        slug: FromPath[str],
        member: FromPath[int],
        answer: FromPath[str],
    ) -> Response[Any]:
        """Accept or decline for an organisation."""
        if answer not in ANSWERS:
            raise NotFound("an invitation is accepted or declined")
        number, agrees = bounded_id(member), ANSWERS[answer]
        return _done(view, visit, slug, {}, "answered",
                     lambda x: x.answer(visit.actor, slug, number, agrees=agrees))  # fmt: skip

    @post("/invite", sync_to_thread=True, opt=RECORD)
    def invite(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Ask for a new member."""
        fields = read_form(view.site, request, body, FORM_COST)
        asked = NewMember(
            organisation=fields.get("organisation", ""),
            role=fields.get("role", ""),
            since=fields.get("since", ""),
        )
        by, url = fields.get("by", ""), fields.get("url", "")
        return _done(view, visit, slug, fields, "proposed", lambda x: x.propose_member(
            visit.actor, slug, replace(asked, dues=dues_in(fields)), by, url))  # fmt: skip

    @post("/leave", sync_to_thread=True, opt=RECORD)
    def leave(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Ask for the end of a membership."""
        fields = read_form(view.site, request, body, FORM_COST)
        named = [fields.get(x, "") for x in ("member", "leaver", "leaves_on")]
        return _done(
            view, visit, slug, fields, "proposed",
            lambda x: x.propose_leaving(visit.actor, slug, *named),
        )  # fmt: skip

    @post("/component", sync_to_thread=True, opt=RECORD)
    def component(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Ask for a component to be governed, or no longer."""
        fields = read_form(view.site, request, body, FORM_COST)
        named, by = fields.get("component", ""), fields.get("asker", "")
        rest = {"on": fields.get("on", ""), "url": fields.get("source", "")}
        removes = fields.get("way", "") == "remove_component"
        return _done(view, visit, slug, fields, "proposed", lambda x: x.propose_component(
            visit.actor, slug, named, by, removes=removes, **rest))  # fmt: skip

    @post("/changes/{change:int}/sign", sync_to_thread=True, opt=RECORD)
    def sign(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        change: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Sign a change off."""
        fields = read_form(view.site, request, body, FORM_COST)
        number = bounded_id(change)
        return _done(view, visit, slug, {}, "signed", lambda x: x.sign_off(
            visit.actor, slug, number, fields.get("by", "")))  # fmt: skip

    @post("/changes/{change:int}/withdraw", sync_to_thread=True, opt=RECORD)
    def withdraw(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        change: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Take a change back that waits."""
        fields = read_form(view.site, request, body, FORM_COST)
        number = bounded_id(change)
        return _done(view, visit, slug, {}, "withdrawn", lambda x: x.withdraw_change(
            visit.actor, slug, number, fields.get("by", "")))  # fmt: skip


def _done(
    view: View, visit: Visit, slug: str, fields: Mapping[str, str], done: str,
    act: Callable[[Bodies], None],
) -> Response[Any]:  # fmt: skip
    """Do something and go back to the page, or say there what is wrong with what was sent."""
    try:
        act(bodies_of(view))
    except WrongField as error:
        context = _context(view, visit, slug, fields, error.field, error.problem)
        return view.render(context, status=400)
    except Conflict:
        return view.render(_context(view, visit, slug, fields, "", "closed"), status=409)
    return back_to(view, f"{PATH}/{slug}/members", done=done)


def _context(
    view: View, visit: Visit, slug: str, fields: Mapping[str, str] = {}, wrong: str = "",
    problem: str = "",
) -> BodyMembersContext:  # fmt: skip
    body, roles = bodies_of(view).body(slug), roles_of(view, visit)
    own = {role.slug for role in roles if role.role.value != "member"}
    members = [x for x in body.members if x.organisation and x.organisation.slug in own]
    leaving = tuple(x.organisation for x in body.members
                    if x.organisation and x.is_current and x.state == "confirmed")  # fmt: skip
    confirmed = {x.slug for x in leaving}
    return BodyMembersContext(
        body=body,
        asked=tuple(x for x in members if x.state in {"invited", "stated"}),
        acting=tuple(x for x in roles if x.slug in confirmed),
        leaving=leaving,
        changes=bodies_of(view).waiting_changes(slug),
        member_roles=ROLES,
        ways=WAYS,
        fields=fields,
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
