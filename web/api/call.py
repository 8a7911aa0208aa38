"""One request to the API: what was asked, and the ways to answer it."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from litestar import Request, Response
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Struct

from registry.accounts.actors import VISITOR, Actor
from registry.accounts.audit_log import AuditLog
from registry.errors import NotFound, Unauthenticated
from registry.webhooks.hooks import OrganisationHooks
from registry.webhooks.service import Webhooks
from web import limits
from web.api.answers import encoded, selected, spooled_answer, whole_answer
from web.api.kinds import SLUG
from web.api.middleware import ALLOWANCE
from web.api.negotiation import Form, chosen_form
from web.api.parameters import Parameter, Values, read
from web.auth.visit import actor_of_token
from web.limits import RateLimiter, client_of
from web.ports.catalogue import Catalogue
from web.services import Services, ServicesDependency

PREFIX: Final = "/api/v1"
MAX_INT64: Final = 2**63 - 1
_SLUG: Final = re.compile(SLUG, re.ASCII)
_ID: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Call:
    """One request; handlers read its parameters and answer through it."""

    services: Services
    request: Request[Any, Any, Any]
    limiter: RateLimiter
    actor: Actor = VISITOR

    @property
    def catalogue(self) -> Catalogue:
        """The questions that can be asked."""
        return self.services.catalogue

    @property
    def webhooks(self) -> Webhooks:
        """The endpoints that are told of events; raises `NotFound` where there are none."""
        if self.services.webhooks is None:
            raise NotFound("this registry tells nobody of events")
        return self.services.webhooks

    @property
    def hooks(self) -> OrganisationHooks:
        """The hooks of organisations; raises `NotFound` where there are none."""
        if self.services.hooks is None:
            raise NotFound("this registry takes no messages of forges")
        return self.services.hooks

    @property
    def audit(self) -> AuditLog:
        """The audit log; raises `NotFound` where there is none."""
        if self.services.audit is None:
            raise NotFound("this registry has no audit log")
        return self.services.audit

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return (self.services.settings.base_url or str(self.request.base_url)).rstrip("/")

    def api_url(self, *parts: str) -> str:
        """Return the absolute URL of a resource; the parts are slugs, codes or ids."""
        return "/".join((self.base_url + PREFIX, *parts))

    def page_url(self, *parts: str) -> str:
        """Return the absolute URL of the page for people."""
        return "/".join((self.base_url, *parts))

    @property
    def form(self) -> Form:
        """The form of the answer: of the handler, by the suffix, or by the Accept header (406)."""
        options = self.request.route_handler.opt
        if "form" in options:
            return Form(options["form"])
        if "." in self.request.url.path.rpartition("/")[2]:
            return Form.JSON  # or what the handler makes of the suffix
        return chosen_form(self.request.headers.get("accept"), options.get("forms", (Form.JSON,)))

    def read(self, known: Iterable[Parameter]) -> Values:
        """Return the query parameters, or raise the error that names every mistake.

        A form that cannot be had is refused first: nothing is looked up for it.
        """
        _ = self.form
        return read(self.request.scope["query_string"], known)

    def pay(self, cost: int) -> None:
        """Take `cost` from the allowance of the account, or else of the address, or raise 429."""
        per_minute = self.services.settings.requests_per_minute
        if not per_minute:
            return
        address = self.request.client and self.request.client.host
        known = self.actor.account is not None
        client = f"account {self.actor.account}" if known else client_of(address)
        allowance = self.limiter.take(client, per_minute, cost)
        if allowance.retry_after is not None:
            raise limits.refused(allowance)
        self.request.scope["state"][ALLOWANCE] = allowance

    def next_url(self, values: Values, cursor: str | None) -> str | None:
        """Return the URL of the next page, with every parameter of this one."""
        if cursor is None:
            return None
        return f"{self.base_url}{self.request.url.path}?{values.with_cursor(cursor)}"

    def links(self, values: Values, following: str | None) -> dict[str, str]:
        """Return the `Link` header (RFC 8288) of a page."""
        found = [f'<{following}>; rel="next"'] if following else []
        if values.one("after"):
            query = values.with_cursor(None)
            first = self.base_url + self.request.url.path + (f"?{query}" if query else "")
            found.append(f'<{first}>; rel="first"')
        return {"Link": ", ".join(found)} if found else {}

    def json(
        self,
        body: Any,
        *,
        last_modified: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response[Any]:
        """Answer with JSON, or with 304."""
        return whole_answer(
            encoded(body),
            Form.JSON,
            if_none_match=self.request.headers.get("if-none-match"),
            last_modified=last_modified,
            headers=headers,
        )

    def resource(
        self, item: Struct, values: Values, *, last_modified: datetime | None = None
    ) -> Response[Any]:
        """Answer with one resource, or with its chosen fields."""
        return self.json(selected(item, values.one("fields", ())), last_modified=last_modified)

    def file(
        self,
        content: bytes,
        form: Form,
        *,
        name: str,
        last_modified: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response[Any]:
        """Answer with a file that is in memory, under the name that people give it."""
        shown = {"Content-Disposition": f'inline; filename="{name}"'}
        return whole_answer(
            content,
            form,
            if_none_match=self.request.headers.get("if-none-match"),
            last_modified=last_modified,
            headers={**shown, **(headers or {})},
        )

    def export(
        self,
        parts: Iterator[bytes],
        form: Form,
        *,
        last_modified: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response[Any]:
        """Answer with a file, put aside whole before it is sent."""
        return spooled_answer(
            parts,
            form,
            if_none_match=self.request.headers.get("if-none-match"),
            last_modified=last_modified,
            headers=headers,
        )


async def _paid(call: Call, cost: int) -> None:
    """Pay; in a thread where a database may have to be asked."""
    if call.limiter.shared is None:
        call.pay(cost)
    else:
        await sync_to_thread(call.pay, cost)


CallDependency: TypeAlias = NamedDependency[SkipValidation[Call]]


def call_provider(limiter: RateLimiter) -> Callable[..., Awaitable[Call]]:
    """Return the dependency `call`; the handler's `cost` is paid before it runs.

    A token that is not in force is refused on every route, and paid for by the address.
    """

    async def provide_call(request: Request[Any, Any, Any], services: ServicesDependency) -> Call:
        call = Call(services, request, limiter)
        cost = request.route_handler.opt.get("cost", limits.LIST_COST)
        if "authorization" in request.headers:
            try:
                actor = await sync_to_thread(actor_of_token, request, services)
            except Unauthenticated:
                await _paid(call, cost)
                raise
            call = Call(services, request, limiter, actor)
        await _paid(call, cost)
        return call

    return provide_call


def slug_in(text: str, kind: str) -> str:
    """Return a slug from a path, without `.json`, or raise `NotFound` where it can be none."""
    slug = text.removesuffix(".json")
    if not _SLUG.fullmatch(slug):
        raise NotFound(f"there is no {kind} of this name")
    return slug


def id_in(text: str, kind: str) -> int:
    """Return a row id from a path, without `.json`, or raise `NotFound` where it can be none."""
    number = text.removesuffix(".json")
    if not _ID.fullmatch(number) or int(number) > MAX_INT64:
        raise NotFound(f"there is no {kind} of this number")
    return int(number)
