"""What was removed from view, when and why: the public log of takedowns."""

from typing import ClassVar, Final

from litestar import Controller, Response, get

from registry.publishing.takedowns import TakedownView
from web.pages.view import MAX_INT64, Context, ViewDependency

PAGE_SIZE: Final = 50


class TransparencyContext(Context, frozen=True, kw_only=True):
    """Variables of `transparency.html`."""

    template: ClassVar[str] = "transparency.html"
    takedowns: tuple[TakedownView, ...]
    first_href: str | None
    next_href: str | None


class TransparencyPages(Controller):
    """`/transparency`."""

    path = "/transparency"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def log(self, view: ViewDependency) -> Response[bytes]:
        """List takedowns, the newest first."""
        after = _number(view.first("after"))
        found, following = view.services.removals.takedowns(after=after, limit=PAGE_SIZE)
        path = view.language.link("/transparency")
        context = TransparencyContext(
            takedowns=tuple(found),
            first_href=path if after else None,
            next_href=f"{path}?after={following}" if following else None,
        )
        return view.render(context, twin="/api/v1/takedowns")


def _number(text: str) -> int | None:
    """Return where a page begins; what no page of ours links to begins at the first."""
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), MAX_INT64) if is_number else None
