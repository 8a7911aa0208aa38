"""Lists of many pages: where a page begins, and the links to the first and to the next one."""

from urllib.parse import urlencode

from web.pages.query import Pairs
from web.pages.view import MAX_INT64, View


def row_after(view: View) -> int | None:
    """Return the row after which a page begins; what no page of ours links to begins at the first.

    It is never larger than a database can hold.
    """
    text = view.first("after")
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), MAX_INT64) if is_number else None


def page_links(view: View, following: int | str | None) -> tuple[str | None, str | None]:
    """Return the links to the first page, unless this is it, and to the next one, if there is one.

    Everything else in the address stays.
    """
    path = view.language.link(view.path)
    kept: Pairs = [(name, value) for name, value in view.pairs if name != "after"]
    first = with_query(path, kept) if view.first("after") else None
    is_last = following is None
    return first, None if is_last else with_query(path, [*kept, ("after", str(following))])


def with_query(path: str, pairs: Pairs) -> str:
    """Return a path with a query string; without pairs there is none."""
    return f"{path}?{urlencode(pairs)}" if pairs else path
