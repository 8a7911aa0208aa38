"""What operators look after: ownership claims of everybody, and the hooks of forges."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from registry.accounts.authorise import Action
from registry.db.tables import OwnershipState
from registry.errors import NotFound
from registry.publishing.ownership_views import OwnershipClaimView
from registry.webhooks.hooks import HookView, ReceivedView
from web.auth.visit import VisitDependency
from web.pages.claims import ownership_of
from web.pages.forms import back_to
from web.pages.paging import page_links, row_after
from web.pages.view import Context, ViewDependency, bounded_id

PAGE_SIZE: Final = 50
WAITING: Final = (OwnershipState.UNCONFIRMED, OwnershipState.CONTESTED)
STATES: Final = ("waiting", *(x.value for x in OwnershipState))
LEVELS: Final = ("0", "1", "2", "3")


class OperatorClaimsContext(Context, frozen=True, kw_only=True):
    """Variables of `operator_claims.html`; `state` and `level` are what is asked for, if any."""

    template: ClassVar[str] = "operator_claims.html"
    claims: tuple[OwnershipClaimView, ...]
    states: tuple[str, ...]
    state: str
    levels: tuple[str, ...]
    level: str
    first_href: str | None
    next_href: str | None


class OperatorHooksContext(Context, frozen=True, kw_only=True):
    """Variables of `operator_hooks.html`."""

    template: ClassVar[str] = "operator_hooks.html"
    hooks: tuple[HookView, ...]
    received: tuple[ReceivedView, ...]


class OperatorPages(Controller):
    """`/operator`."""

    path = "/operator"
    include_in_schema = False

    @get("/claims", sync_to_thread=True, opt={"action": Action.DECIDE_OWNERSHIP_CLAIM})
    def claims(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List ownership claims of everybody, by state and level."""
        state, level = view.first("state"), view.first("level")
        state, level = state if state in STATES else "", level if level in LEVELS else ""
        states = WAITING if state == "waiting" else (OwnershipState(state),) if state else ()
        found = ownership_of(view).overview(
            visit.actor,
            states=states,
            level=int(level) if level else None,
            before=row_after(view),
            limit=PAGE_SIZE + 1,
        )
        is_more = len(found) > PAGE_SIZE
        first_href, next_href = page_links(view, found[PAGE_SIZE - 1].id if is_more else None)
        context = OperatorClaimsContext(
            claims=tuple(found[:PAGE_SIZE]),
            states=STATES,
            state=state,
            levels=LEVELS,
            level=level,
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, is_indexed=False)

    @post(
        "/claims/{number:int}/revoke",
        sync_to_thread=True,
        opt={"action": Action.DECIDE_OWNERSHIP_CLAIM},
    )
    def revoke(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """End a wrong claim together with the role that it gave."""
        claim = ownership_of(view).revoke_as(visit.actor, bounded_id(number))
        return back_to(view, f"/claims/{claim.id}")

    @get("/hooks", sync_to_thread=True, opt={"action": Action.MANAGE_FEDERATION})
    def hooks(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Show the hooks of forges, what they took last, and which refused something."""
        if view.services.hooks is None:
            raise NotFound("This registry takes no messages of forges.")
        context = OperatorHooksContext(
            hooks=view.services.hooks.all(visit.actor),
            received=view.services.hooks.received(visit.actor, PAGE_SIZE),
        )
        return view.render(context, is_indexed=False)
