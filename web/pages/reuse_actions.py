"""`/reuse-actions/{key}`: how a copy is made, whether it was found, and what comes next.

The key in the address is all that is needed to see, change and remove the action, so these pages
are kept out of caches and indexes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.adoption.readmodels import ReuseActionView
from registry.errors import InvalidInput, NotFound
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, private, read_form
from web.pages.view import Context, FeedLink, View, ViewDependency, feed_links
from web.ports.adoption import ReuseActionsPort

# After so many looks, or so long, the page asks by itself no more: the crawler goes on.
PATIENCE_LOOKS: Final = 3
PATIENCE: Final = timedelta(minutes=10)
MADE_COST: Final = 60
FORM_COST: Final = 5


class ReuseActionContext(Context, frozen=True, kw_only=True):
    """Variables of `reuse_this/action.html`.

    `is_waiting` says that the crawler was asked to look and has not answered yet. `suggestions`
    are names that the copy could have instead. `problem` is what was wrong with an address.
    """

    template: ClassVar[str] = "reuse_this/action.html"
    action: ReuseActionView
    is_waiting: bool
    offers_api: bool
    must_wait: bool
    is_signed_in: bool
    suggestions: tuple[str, ...]
    feeds: tuple[FeedLink, ...]
    problem: str
    csrf: str


class ReuseActionPages(Controller):
    """`/reuse-actions/{key}`."""

    path = "/reuse-actions/{key:str}"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(
        self, view: ViewDependency, visit: VisitDependency, key: FromPath[str]
    ) -> Response[bytes]:
        """Show the action as it is now; while somebody waits, the page asks every two seconds."""
        context = _context(view, visit, actions_of(view).action(key))
        return private(view.render(context, is_indexed=False))

    @post("/made", sync_to_thread=True, status_code=200, opt={"action": Action.RECORD_REUSE})
    def made(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        key: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take somebody's word that the copy is there: the crawler looks now."""
        url = read_form(view.site, request, body, MADE_COST).get("url", "")
        try:
            actions_of(view).made(key, url)
        except InvalidInput as error:
            context = _context(view, visit, actions_of(view).action(key), str(error))
            return private(view.render(context, status=400))
        return back_to(view, f"/reuse-actions/{key}", asked="1")

    @post("/fork", sync_to_thread=True, status_code=200, opt={"action": Action.FORK_BY_API})
    def fork(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        key: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Have the forge asked again, after it refused."""
        token = read_form(view.site, request, body, MADE_COST).get("token", "").strip()
        actions_of(view).retry(visit.actor, key, token)
        return back_to(view, f"/reuse-actions/{key}", asked="1")

    @post("/remove", sync_to_thread=True, status_code=200, opt={"action": Action.RECORD_REUSE})
    def remove(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        key: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Remove the record; what was made at the forge stays there."""
        read_form(view.site, request, body, FORM_COST)
        component = actions_of(view).action(key).component
        actions_of(view).remove(visit.actor, key)
        return back_to(view, f"/components/{component.slug}/reuse-this")


def actions_of(view: View) -> ReuseActionsPort:
    """Return the reuse actions of this instance."""
    if view.services.reuse_actions is None:
        raise NotFound("This registry records no reuse.")
    return view.services.reuse_actions


def _context(
    view: View, visit: Visit, action: ReuseActionView, problem: str = ""
) -> ReuseActionContext:
    return ReuseActionContext(
        action=action,
        is_waiting=not problem and _is_waiting(action, is_asked=bool(view.first("asked"))),
        offers_api=actions_of(view).asks_forges and action.is_same_forge,
        must_wait=bool(action.ask_again_at and action.ask_again_at > datetime.now(UTC)),
        is_signed_in=visit.actor.account is not None,
        suggestions=_suggestions(action),
        feeds=view.offered(feed_links(f"/feeds/components/{action.component.slug}")),
        problem=problem,
        csrf=visit.csrf,
    )


def _is_waiting(action: ReuseActionView, *, is_asked: bool) -> bool:
    """Tell whether somebody waits for a look that is under way."""
    is_open = action.state == "forking" or (action.state in {"recorded", "found"} and is_asked)
    is_lately = datetime.now(UTC) - action.changed_at < PATIENCE
    return is_open and is_lately and action.looks < PATIENCE_LOOKS


def _suggestions(action: ReuseActionView) -> tuple[str, ...]:
    """Return names that are likely to be free at the destination."""
    if action.problem != "name_taken":
        return ()
    owner = action.url.rpartition("/")[0].rpartition("/")[2]
    return (f"{action.name}-{owner}"[:100], f"{action.name}-fork"[:100])
