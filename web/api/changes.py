"""The change log: what happened to components, in an order that never changes."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from msgspec import Struct

from web.api import kinds
from web.api.call import MAX_INT64, Call, CallDependency
from web.api.openapi import described, specs
from web.api.parameters import Parameter


class ChangeItem(Struct, frozen=True, kw_only=True):
    """A change; `removed` is the tombstone of a component. `detail` of `licence` and `moved` has
    what was `before` and `after`."""

    seq: int
    kind: str
    component: str
    uuid: str
    repository_url: str
    organisation: str | None
    country: str | None
    detail: dict[str, Any]
    at: datetime
    api_url: str


class ChangePage(Struct, frozen=True, kw_only=True):
    """Changes in their order; `last` is the number to go on after, also when there is no more."""

    items: tuple[ChangeItem, ...]
    last: int
    next: str | None = None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_INT64):
        raise ValueError("must be a number that this registry gave out, or 0")
    return int(text)


AFTER: Final = Parameter(
    name="after",
    description="The number (`seq`, or `last` of a page) of the last change that is known already.",
    parse=_number,
    schema=Schema(type=OpenAPIType.INTEGER, minimum=0, default=0),
    example="0",
)
LIST: Final = (AFTER, kinds.limit(most=1_000, default=100))


class ChangesApi(Controller):
    """The change log."""

    tags = ["Components"]

    @get(
        "/changes",
        sync_to_thread=True,
        operation_id="list_changes",
        summary="Read what changed",
        responses=specs(ChangePage, "Changes in their order."),
        operation_class=described(LIST),
    )
    def list_changes(self, call: CallDependency) -> Response[Any]:
        """Return what happened to components after a number: created, updated, licence (another
        one), moved (the repository has another address), reuse (counted anew) and removed.

        Who asks again and again with `after=<last>` misses nothing and sees nothing twice. A
        component is as `api_url` gives it now, whatever it was at the time of the change.
        """
        return changes(call)


def changes(call: Call) -> Response[Any]:
    """Answer with a page of changes."""
    values = call.read(LIST)
    after, limit = values.one("after", 0), values.one("limit", 100)
    found = call.services.publishing.changes.after(after, limit)
    items = tuple(
        ChangeItem(
            seq=x.seq, kind=x.kind, component=x.slug, uuid=x.uuid,
            repository_url=x.repository_url, organisation=x.organisation, country=x.country,
            detail=x.detail, at=x.at, api_url=call.api_url("components", x.slug),
        )
        for x in found
    )  # fmt: skip
    last = items[-1].seq if items else after
    following = call.next_url(values, str(last)) if len(items) == limit else None
    page = ChangePage(items=items, last=last, next=following)
    return call.json(page, headers=call.links(values, following))
