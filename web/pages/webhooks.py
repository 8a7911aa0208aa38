"""Webhooks of the own account: endpoints made, tested, paused, removed, and what they were sent."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.errors import BlockedUrl, Conflict, InvalidInput, NotFound
from registry.webhooks.endpoints import EndpointView, NewEndpoint
from registry.webhooks.events import EVENTS
from registry.webhooks.service import DeliveryView, Webhooks
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import FORM_COST
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.view import Context, View, ViewDependency

PATH: Final = "/account/webhooks"
OPT: Final = {"action": Action.MANAGE_OWN_WEBHOOKS}
SHOWN: Final = 50
EMPTY: Final = NewEndpoint(url="", events=(), followed=True)


class WebhooksContext(Context, frozen=True, kw_only=True):
    """Variables of `webhooks.html`; `asked` is what the form holds, `problem` what is wrong."""

    template: ClassVar[str] = "webhooks.html"
    endpoints: tuple[EndpointView, ...]
    events: tuple[str, ...]
    asked: NewEndpoint
    is_operator: bool
    problem: str
    done: str
    csrf: str


class WebhookContext(Context, frozen=True, kw_only=True):
    """Variables of `webhook.html`; `secret` is a new one, shown this once, `address` what the form
    for another address holds."""

    template: ClassVar[str] = "webhook.html"
    endpoint: EndpointView
    deliveries: tuple[DeliveryView, ...]
    secret: str
    address: str
    problem: str
    done: str
    csrf: str


class WebhookRemoveContext(Context, frozen=True, kw_only=True):
    """Variables of `webhook_remove.html`: whether a webhook is really to be removed."""

    template: ClassVar[str] = "webhook_remove.html"
    endpoint: EndpointView
    csrf: str


class WebhookPages(Controller):
    """`/account/webhooks`."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=OPT)
    def show_all(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the endpoints, with a form for another one."""
        return view.render(_list(view, visit), is_indexed=False)

    @post("/", sync_to_thread=True, status_code=200, opt=OPT)
    def create(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Make an endpoint and show its secret this once; what is wrong is said at the form."""
        asked = _asked(read_form(view.site, request, body, FORM_COST))
        try:
            made, secret = webhooks_of(view).create(visit.actor, asked)
        except BlockedUrl:
            return view.render(_list(view, visit, asked, problem="url"), status=400)
        except (InvalidInput, NotFound) as error:
            problem = _problem(asked, error)
            return view.render(_list(view, visit, asked, problem=problem), status=400)
        except Conflict:
            return view.render(_list(view, visit, asked, problem="many"), status=409)
        return view.render(_one(view, visit, made.id, secret=secret), is_indexed=False)

    @get("/{webhook:str}", sync_to_thread=True, opt=OPT)
    def show(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[bytes]:
        """Show an endpoint with what it was sent."""
        return view.render(_one(view, visit, webhook), is_indexed=False)

    @post("/{webhook:str}/test", sync_to_thread=True, opt=OPT)
    def test(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[Any]:
        """Send a message that only shows that the address can be reached."""
        try:
            webhooks_of(view).test(visit.actor, webhook)
        except Conflict:
            return view.render(_one(view, visit, webhook, problem="paused"), status=409)
        return back_to(view, f"{PATH}/{webhook}", done="test")

    @post("/{webhook:str}/pause", sync_to_thread=True, opt=OPT)
    def pause(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[Any]:
        """Tell the address of nothing for now."""
        webhooks_of(view).change(visit.actor, webhook, state="paused")
        return back_to(view, f"{PATH}/{webhook}", done="pause")

    @post("/{webhook:str}/resume", sync_to_thread=True, opt=OPT)
    def resume(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[Any]:
        """Go on, beginning with what waits."""
        webhooks_of(view).change(visit.actor, webhook, state="active")
        return back_to(view, f"{PATH}/{webhook}", done="resume")

    @post("/{webhook:str}/address", sync_to_thread=True, status_code=200, opt=OPT)
    def change_address(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        webhook: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Tell another address from now on; the secret stays."""
        address = read_form(view.site, request, body, FORM_COST).get("url", "").strip()
        try:
            webhooks_of(view).change(visit.actor, webhook, url=address)
        except InvalidInput:
            context = _one(view, visit, webhook, problem="url", address=address)
            return view.render(context, status=400)
        return back_to(view, f"{PATH}/{webhook}", done="address")

    @get("/{webhook:str}/remove", sync_to_thread=True, opt=OPT)
    def ask_to_remove(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[bytes]:
        """Ask whether the endpoint is really to be removed."""
        endpoint = webhooks_of(view).show(visit.actor, webhook)
        context = WebhookRemoveContext(endpoint=endpoint, csrf=visit.csrf)
        return view.render(context, is_indexed=False)

    @post("/{webhook:str}/secret", sync_to_thread=True, status_code=200, opt=OPT)
    def replace_secret(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[Any]:
        """Give the endpoint another secret and show it this once."""
        secret = webhooks_of(view).replace_secret(visit.actor, webhook)
        return view.render(_one(view, visit, webhook, secret=secret), is_indexed=False)

    @post("/{webhook:str}/remove", sync_to_thread=True, opt=OPT)
    def remove(
        self, view: ViewDependency, visit: VisitDependency, webhook: FromPath[str]
    ) -> Response[Any]:
        """Remove the endpoint with its log."""
        webhooks_of(view).remove(visit.actor, webhook)
        return back_to(view, PATH, done="remove")

    @post("/{webhook:str}/deliveries/{delivery:str}/redeliver", sync_to_thread=True, opt=OPT)
    def redeliver(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        webhook: FromPath[str],
        delivery: FromPath[str],
    ) -> Response[Any]:
        """Send a message again."""
        try:
            webhooks_of(view).redeliver(visit.actor, webhook, delivery)
        except Conflict:
            return view.render(_one(view, visit, webhook, problem="redeliver"), status=409)
        return back_to(view, f"{PATH}/{webhook}", done="redeliver")


def webhooks_of(view: View) -> Webhooks:
    """Return the webhooks of this instance."""
    if view.services.webhooks is None:
        raise NotFound("This registry tells nobody of events.")
    return view.services.webhooks


def _asked(fields: Mapping[str, str]) -> NewEndpoint:
    kind, slug = fields.get("about", ""), fields.get("slug", "").strip()
    return NewEndpoint(
        url=fields.get("url", "").strip(),
        events=tuple(event for event in EVENTS if f"event-{event}" in fields),
        organisation=slug if kind == "organisation" else None,
        component=slug if kind == "component" else None,
        description=fields.get("description", ""),
        followed=kind == "followed",
    )


def _problem(asked: NewEndpoint, error: Exception) -> str:
    """Return the field that is wrong."""
    if isinstance(error, NotFound):
        return "slug"
    if not asked.events:
        return "events"
    return "description" if str(error).startswith("a description") else "slug"


def _list(
    view: View, visit: Visit, asked: NewEndpoint = EMPTY, *, problem: str = ""
) -> WebhooksContext:
    return WebhooksContext(
        endpoints=webhooks_of(view).list(visit.actor),
        events=tuple(EVENTS),
        asked=asked,
        is_operator=visit.actor.is_operator,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )


def _one(
    view: View,
    visit: Visit,
    webhook: str,
    *,
    secret: str = "",
    problem: str = "",
    address: str | None = None,
) -> WebhookContext:
    webhooks = webhooks_of(view)
    found, _ = webhooks.deliveries(visit.actor, webhook, limit=SHOWN)
    endpoint = webhooks.show(visit.actor, webhook)
    return WebhookContext(
        endpoint=endpoint,
        deliveries=found,
        secret=secret,
        address=endpoint.url if address is None else address,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
