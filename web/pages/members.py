"""Members of an organisation: their roles, invitations, and the way in for who is invited."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.actors import Actor, Role
from registry.accounts.authorise import Action, authorise
from registry.accounts.invitations import Invited
from registry.accounts.member_service import MembersView
from registry.adoption.follows.readmodels import Ending
from registry.errors import Conflict, Forbidden, InvalidInput
from web.auth.visit import Visit, VisitDependency
from web.pages.account import number
from web.pages.account_parts import FORM_COST, accounts_of
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.sign_in import sign_in_href
from web.pages.view import Context, View, ViewDependency, bounded_id


class MembersContext(Context, frozen=True, kw_only=True):
    """Variables of `members.html`; `invitation` is the link of a new one, shown this once."""

    template: ClassVar[str] = "members.html"
    view: MembersView
    me: int
    may_change: bool
    is_fresh: bool
    roles: tuple[Role, ...]
    invitation: str
    problem: str
    csrf: str
    again: str
    endings: tuple[Ending, ...]


class InvitationContext(Context, frozen=True, kw_only=True):
    """Variables of `invitation.html`; `key` is the secret of the invitation."""

    template: ClassVar[str] = "invitation.html"
    offered: Invited
    key: str
    csrf: str
    problem: str


class MemberPages(Controller):
    """`/organisations/{slug}/members`."""

    path = "/organisations/{slug:str}/members"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.READ_MEMBERS})
    def show(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """List the members, for members."""
        organisation = _may(view, visit, slug, Action.READ_MEMBERS)
        return view.render(_members(view, visit, organisation), is_indexed=False)

    @post("/invite", sync_to_thread=True, status_code=200, opt={"action": Action.INVITE_MEMBER})
    def invite(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Make an invitation and show its link this once."""
        organisation = _may(view, visit, slug, Action.INVITE_MEMBER)
        role = _role(view, request, body)
        try:
            _, secret = accounts_of(view).members.invite(visit.actor, organisation, role)
        except Conflict:
            return view.render(_members(view, visit, organisation, problem="many"), status=409)
        page = view.site.base_url + view.language.link("/invitations")
        link = f"{page}?{urlencode({'key': secret})}"
        return view.render(_members(view, visit, organisation, invitation=link), is_indexed=False)

    @post("/{account:int}/role", sync_to_thread=True, opt={"action": Action.CHANGE_ROLE})
    def change_role(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        account: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Give a member another role."""
        organisation = _may(view, visit, slug, Action.CHANGE_ROLE)
        role = _role(view, request, body)
        members = accounts_of(view).members
        try:
            members.change_role(visit.actor, organisation, bounded_id(account), role)
        except Conflict:
            return view.render(_members(view, visit, organisation, problem="owner"), status=409)
        return back_to(view, f"/organisations/{slug}/members")

    @post("/{account:int}/remove", sync_to_thread=True, opt={"action": Action.REMOVE_MEMBER})
    def remove(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        slug: FromPath[str],
        account: FromPath[int],
    ) -> Response[Any]:
        """Take a member's role away."""
        organisation = _may(view, visit, slug, Action.REMOVE_MEMBER)
        try:
            accounts_of(view).members.remove(visit.actor, organisation, bounded_id(account))
        except Conflict:
            return view.render(_members(view, visit, organisation, problem="owner"), status=409)
        return back_to(view, f"/organisations/{slug}/members")

    @post("/leave", sync_to_thread=True, opt={"action": Action.LEAVE_ORGANISATION})
    def leave(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Give up the own role."""
        organisation = _may(view, visit, slug, Action.LEAVE_ORGANISATION)
        try:
            accounts_of(view).members.remove(visit.actor, organisation, number(visit))
        except Conflict:
            return view.render(_members(view, visit, organisation, problem="owner"), status=409)
        return back_to(view, "/account")

    @post(
        "/invitations/{invitation:int}/withdraw",
        sync_to_thread=True,
        opt={"action": Action.INVITE_MEMBER},
    )
    def withdraw(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        slug: FromPath[str],
        invitation: FromPath[int],
    ) -> Response[Any]:
        """Take an invitation back."""
        organisation = _may(view, visit, slug, Action.INVITE_MEMBER)
        accounts_of(view).members.withdraw(visit.actor, organisation, bounded_id(invitation))
        return back_to(view, f"/organisations/{slug}/members")


class InvitationPages(Controller):
    """`/invitations`: the link that an owner passes on."""

    path = "/invitations"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.ACCEPT_INVITATION})
    def show(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Show what is offered."""
        key = view.first("key")
        return view.render(_invitation(view, visit, key), is_indexed=False)

    @post("/", sync_to_thread=True, opt={"action": Action.ACCEPT_INVITATION})
    def accept(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Take the role that is offered."""
        key = read_form(view.site, request, body, FORM_COST).get("key", "")
        try:
            accepted = accounts_of(view).members.accept(visit.actor, key)
        except Conflict:
            return view.render(_invitation(view, visit, key, problem="member"), status=409)
        return back_to(view, f"/organisations/{accepted.slug}/members")


def _may(view: View, visit: Visit, slug: str, action: Action) -> int:
    """Return the organisation in which the visitor may do this."""
    organisation = accounts_of(view).members.organisation(slug)
    authorise(visit.actor, action, organisation)
    return organisation


def _role(view: View, request: AnyRequest, body: bytes) -> Role:
    sent = read_form(view.site, request, body, FORM_COST).get("role", "")
    if sent not in set(Role):
        raise InvalidInput(f"role must be one of {', '.join(Role)}")
    return Role(sent)


def _members(
    view: View, visit: Visit, organisation: int, *, invitation: str = "", problem: str = ""
) -> MembersContext:
    found = accounts_of(view).members.view(organisation)
    path = view.language.link(f"/organisations/{found.slug}/members")
    follows = view.services.follows
    return MembersContext(
        view=found,
        me=number(visit),
        may_change=_could(visit.actor, Action.CHANGE_ROLE, organisation),
        is_fresh=visit.actor.is_fresh,
        roles=tuple(Role),
        invitation=invitation,
        problem=problem,
        csrf=visit.csrf,
        again=sign_in_href(view, path),
        endings=follows.endings(visit.actor, organisation) if follows else (),
    )


def _could(actor: Actor, action: Action, organisation: int) -> bool:
    """Say whether somebody may do this, be it after a fresh sign-in."""
    try:
        authorise(Actor(actor.account, actor.is_operator, actor.roles, is_fresh=True), action,
                  organisation)  # fmt: skip
    except Forbidden:
        return False
    return True


def _invitation(view: View, visit: Visit, key: str, problem: str = "") -> InvitationContext:
    offered = accounts_of(view).members.invited(key)
    return InvitationContext(offered=offered, key=key, csrf=visit.csrf, problem=problem)
