"""Is this code already somewhere? Ids of files and commits, packages and repositories, by line."""

import re
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import RawBody
from msgspec import Struct
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.errors import InvalidInput
from registry.lineage.readmodels import LookupAnswer, LookupQuery
from web.auth.forgery import Protection
from web.pages.forms import AnyRequest, read_form
from web.pages.view import Context, View, ViewDependency

API: Final = "/api/v1/lookup"
# An id may be one of a file or of a commit, so that it is asked for twice.
MAX_LINES: Final = 500
LOOKUP_COST: Final = 5
_ID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LISTED: Final = re.compile(r"\d{6} blob ([0-9a-f]{40}|[0-9a-f]{64})(?:\s.*)?", re.DOTALL)
_ADDRESS: Final = re.compile(r"(?:https?|git|ssh)://\S+|git@\S+")


class Asked(Struct, frozen=True):
    """The question, how many lines were understood, and those that were not, by number."""

    query: LookupQuery
    lines: int
    mistakes: tuple[tuple[int, str], ...]


class LookupContext(Context, frozen=True, kw_only=True):
    """Variables of `lookup.html`; `answer` is missing until something is asked."""

    template: ClassVar[str] = "lookup.html"
    text: str
    asked: Asked | None
    answer: LookupAnswer | None
    problem: str
    most: int
    has_api: bool


class LookupPages(Controller):
    """`/lookup`."""

    include_in_schema = False

    @get("/lookup", sync_to_thread=True)
    def look(self, view: ViewDependency) -> Response[bytes]:
        """Show the form, and the answer to one thing in the address."""
        text = view.first("q")
        if not text:
            return view.render(_context(view, "", None, None))
        context = _answered(view, text)
        return view.render(context, status=400 if context.problem else 200)

    @post(
        "/lookup",
        sync_to_thread=True,
        status_code=200,
        opt={"action": Action.LOOK_UP, "protection": Protection.ORIGIN},
    )
    def look_many(self, view: ViewDependency, request: AnyRequest, body: RawBody) -> Response[Any]:
        """Answer what was sent; it is not kept, and nobody on the way may keep the answer."""
        text = read_form(view.site, request, body, LOOKUP_COST).get("q", "")
        context = _answered(view, text)
        answer = view.render(context, status=400 if context.problem else 200)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def read_lines(text: str) -> Asked:
    """Return what each line asks for: an id, a line of `git ls-tree`, a purl, a SWHID or a URL."""
    found: dict[str, list[str]] = {name: [] for name in LookupQuery.__struct_fields__}
    mistakes, understood = [], 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        names, value = _kinds(words)
        for name in names:
            found[name].append(value)
        understood += bool(names)
        if words and not names:
            mistakes.append((number, words[:80]))
    query = replace(LookupQuery(), **{name: tuple(dict.fromkeys(x)) for name, x in found.items()})
    return Asked(query, understood, tuple(mistakes))


def _kinds(words: str) -> tuple[tuple[str, ...], str]:
    lower = words.lower()
    if _ID.fullmatch(lower):
        return ("blobs", "commits"), lower
    if listed := _LISTED.fullmatch(lower):
        return ("blobs",), listed[1]
    if lower.startswith("swh:"):
        return ("swhids",), words
    if lower.startswith("pkg:"):
        return ("purls",), words
    return (("urls",), words) if _ADDRESS.fullmatch(words) else ((), words)


def _answered(view: View, text: str) -> LookupContext:
    asked = read_lines(text)
    if asked.lines > MAX_LINES:
        return _context(view, text, asked, None, "many")
    if not asked.lines:
        return _context(view, text, asked, None, "none")
    try:
        answer = view.services.lineage.lookup(asked.query)
    except InvalidInput as error:
        return _context(view, text, asked, None, str(error))
    return _context(view, text, asked, answer)


def _context(
    view: View, text: str, asked: Asked | None, answer: LookupAnswer | None, problem: str = ""
) -> LookupContext:
    return LookupContext(
        text=text,
        asked=asked,
        answer=answer,
        problem=problem,
        most=MAX_LINES,
        has_api=view.site.offers(API),
    )
