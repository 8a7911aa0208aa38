"""Searches that found nothing: what is looked for, and nobody offers."""

from typing import ClassVar, Final

from litestar import Controller, Response, get

from registry.adoption.demand.service import ENOUGH_DAYS, DemandItem
from registry.errors import NotFound
from web.pages.paging import page_links, row_after
from web.pages.view import Context, ViewDependency
from web.pages.work import exports_of

PAGE_SIZE: Final = 50


class DemandContext(Context, frozen=True, kw_only=True):
    """Variables of `demand.html`; `enough_days` is from how many days on words are shown."""

    template: ClassVar[str] = "demand.html"
    items: tuple[DemandItem, ...]
    exports: tuple[tuple[str, str], ...]
    enough_days: int
    first_href: str | None
    next_href: str | None


class DemandPages(Controller):
    """`/demand`."""

    path = "/demand"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency) -> Response[bytes]:
        """List searches in vain, those of the most days first."""
        demand = view.services.demand
        if demand is None:
            raise NotFound("this registry does not count searches")
        items, following = demand.list(after=row_after(view) or 0, limit=PAGE_SIZE)
        first, following_href = page_links(view, following)
        context = DemandContext(
            items=items, exports=exports_of(view, "/api/v1/demand"), enough_days=ENOUGH_DAYS,
            first_href=first, next_href=following_href,
        )  # fmt: skip
        return view.render(context, twin="/api/v1/demand")
