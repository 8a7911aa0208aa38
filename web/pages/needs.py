"""Before you build: the list of needs, and writing one without signing in."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.adoption.needs.readmodels import (
    Answer,
    DraftView,
    NeedItem,
    NeedQuery,
    NewNeed,
    State,
)
from registry.adoption.needs.service import Needs
from registry.adoption.needs.writing import REASONS
from registry.domain.countries import COUNTRIES
from registry.domain.publiccode_lists import CATEGORIES
from registry.errors import Conflict, NotFound
from registry.search.analysis import STEMMERS
from registry.texts import WrongField
from web.auth.forgery import Protection
from web.pages.forms import AnyRequest, back_to, private, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, feed_links

PATH: Final = "/needs"
# A search for candidates asks the index a dozen questions.
SEARCH_COST: Final = 30
FORM_COST: Final = 5
WRITE: Final = {"action": Action.WRITE_NEED, "protection": Protection.ORIGIN}
STATES: Final[tuple[State, ...]] = ("open", "expired", "closed")
LANGUAGES: Final = tuple(sorted(set(STEMMERS) - {"no"}))


class NeedsContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/list.html`."""

    template: ClassVar[str] = "needs/list.html"
    needs: tuple[NeedItem, ...]
    query: NeedQuery
    countries: tuple[str, ...]
    functions: tuple[str, ...]
    states: tuple[str, ...]
    first_href: str | None
    next_href: str | None


class NewNeedContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/new.html`; `wrong` is the field to be mended, `problem` what is wrong."""

    template: ClassVar[str] = "needs/new.html"
    asked: NewNeed
    languages: tuple[str, ...]
    functions: tuple[str, ...]
    wrong: str
    problem: str


class DraftContext(Context, frozen=True, kw_only=True):
    """Variables of `needs/draft.html`: what was found, and why it is not used."""

    template: ClassVar[str] = "needs/draft.html"
    draft: DraftView
    secret: str
    reasons: tuple[str, ...]
    wrong: str
    problem: str
    done: str


class NeedsPages(Controller):
    """`/needs`, `/needs/new` and `/needs/drafts/{secret}`."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency) -> Response[bytes]:
        """List needs, the open ones unless another state is asked for."""
        query = query_of(view)
        found, following = needs_of(view).list(query)
        return view.render(
            _list(view, query, found, following),
            twin="/api/v1/needs",
            feeds=feed_links("/feeds/needs"),
        )

    @get("/new", sync_to_thread=True)
    def ask(self, view: ViewDependency) -> Response[bytes]:
        """Ask what is needed; a search that found nothing brings its words."""
        needs_of(view)
        asked = NewNeed(title=view.first("q")[:200], description="", lang=view.language.code)
        return view.render(_form(asked), is_indexed=False)

    @post("/new", sync_to_thread=True, opt=WRITE)
    def begin(self, view: ViewDependency, request: AnyRequest, body: RawBody) -> Response[Any]:
        """Search, and keep a draft; what is wrong is said at the form."""
        fields = read_form(view.site, request, body, SEARCH_COST)
        asked = need_of(fields)
        try:
            secret = needs_of(view).begin(asked)
        except WrongField as error:
            return view.render(_form(asked, error.field, error.problem), status=400)
        except Conflict:
            return view.render(_form(asked, "", "many"), status=409)
        return back_to(view, f"{PATH}/drafts/{secret}")

    @get("/drafts/{secret:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, secret: FromPath[str]) -> Response[bytes]:
        """Show the candidates, with a form for why each is not used."""
        return private(view.render(_draft(view, secret), is_indexed=False))

    @post("/drafts/{secret:str}", sync_to_thread=True, opt=WRITE)
    def answer(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str], body: RawBody
    ) -> Response[Any]:
        """Put down why candidates are not used."""
        fields = read_form(view.site, request, body, FORM_COST)
        try:
            needs_of(view).answer_draft(secret, answers_of(fields))
        except WrongField as error:
            context = replace(_draft(view, secret), wrong=error.field, problem=error.problem)
            return private(view.render(context, status=400))
        return back_to(view, f"{PATH}/drafts/{secret}", done="saved")

    @post("/drafts/{secret:str}/forget", sync_to_thread=True, opt=WRITE)
    def forget(self, view: ViewDependency, secret: FromPath[str]) -> Response[Any]:
        """Remove the draft now."""
        needs_of(view).forget_draft(secret)
        return back_to(view, PATH)


def needs_of(view: View) -> Needs:
    """Return the needs of this instance."""
    if view.services.needs is None:
        raise NotFound("This registry keeps no needs.")
    return view.services.needs


def what_is_wrong(error: WrongField | Conflict) -> tuple[str, str]:
    """Return the field to be mended, if it is one, and what is wrong."""
    return (error.field, error.problem) if isinstance(error, WrongField) else ("", "closed")


def need_of(fields: Mapping[str, str]) -> NewNeed:
    """Return what a form holds."""
    function = fields.get("function", "")
    return NewNeed(
        title=fields.get("title", ""),
        description=fields.get("description", ""),
        lang=fields.get("lang", ""),
        functions=(function,) if function else (),
    )


def answers_of(fields: Mapping[str, str]) -> dict[str, Answer]:
    """Return why candidates are not used, by slug, from `reason-…` and `text-…`."""
    return {
        name.removeprefix("reason-"): Answer(
            reason, fields.get(f"text-{name.removeprefix('reason-')}", "")
        )
        for name, reason in fields.items()
        if name.startswith("reason-")
    }


def query_of(view: View) -> NeedQuery:
    """Return what the address asks for; what is in no list is passed over."""
    country, function = view.first("country").upper(), view.first("function")
    return NeedQuery(
        q=view.first("q")[:200],
        country=country if country in COUNTRIES else None,
        function=function if function in CATEGORIES else None,
        state=next((x for x in STATES if x == view.first("state")), STATES[0]),
        after=row_after(view),
    )


def _list(
    view: View, query: NeedQuery, found: tuple[NeedItem, ...], following: int | None
) -> NeedsContext:
    first_href, next_href = page_links(view, following)
    return NeedsContext(
        needs=found,
        query=query,
        countries=tuple(sorted(COUNTRIES, key=view.language.country)),
        functions=CATEGORIES,
        states=STATES,
        first_href=first_href,
        next_href=next_href,
    )


def _form(asked: NewNeed, wrong: str = "", problem: str = "") -> NewNeedContext:
    return NewNeedContext(
        asked=asked, languages=LANGUAGES, functions=CATEGORIES, wrong=wrong, problem=problem
    )


def _draft(view: View, secret: str) -> DraftContext:
    return DraftContext(
        draft=needs_of(view).draft(secret),
        secret=secret,
        reasons=REASONS,
        wrong="",
        problem="",
        done=view.first("done"),
    )
