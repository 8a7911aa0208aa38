"""Following: the page by which somebody begins, what an account follows, and its mail address."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.adoption.follows.readmodels import Ending, FollowView, MailStatus, searched
from registry.adoption.follows.service import Follows
from registry.catalogue.questions import question_pairs, write_question
from registry.catalogue.readmodels import Link
from registry.errors import Conflict, InvalidInput, NotFound
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.query import address, parse_query
from web.pages.search import search_feeds
from web.pages.view import Context, FeedLink, View, ViewDependency, bounded_id, feed_links

PATH: Final = "/account/follows"
FORM_COST: Final = 5
MAIL_COST: Final = 30
FOLLOW: Final = {"action": Action.FOLLOW}
MANAGE: Final = {"action": Action.MANAGE_ACCOUNT}


class FollowContext(Context, frozen=True, kw_only=True):
    """Variables of `follows/follow.html`; `kind` is `component`, `organisation` or `search`.

    `own` is how who is signed in follows it already. `here` is the address of the page, `problem`
    why a search cannot be followed.
    """

    template: ClassVar[str] = "follows/follow.html"
    kind: str
    target: Link
    place: str
    here: str
    shown_feeds: tuple[FeedLink, ...]
    own: FollowView | None
    is_signed_in: bool
    mail: MailStatus | None
    csrf: str
    problem: str = ""


class FollowsContext(Context, frozen=True, kw_only=True):
    """Variables of `follows/own.html`; `address` is what the form for a mail address holds."""

    template: ClassVar[str] = "follows/own.html"
    follows: tuple[FollowView, ...]
    endings: tuple[Ending, ...]
    mail: MailStatus
    address: str
    wrong: str
    problem: str
    done: str
    csrf: str


class FollowPages(Controller):
    """`/components/{slug}/follow`, `/organisations/{slug}/follow` and `/search/follow`."""

    include_in_schema = False

    @get("/components/{slug:str}/follow", sync_to_thread=True)
    def ask_component(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show the feeds for everybody, and the button for who is signed in."""
        return view.render(_ask(view, visit, "component", slug), is_indexed=False)

    @post("/components/{slug:str}/follow", sync_to_thread=True, opt=FOLLOW)
    def follow_component(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Follow it, by mail where that is asked for."""
        by_mail = _by_mail(view, request, body)
        follows_of(view).follow(visit.actor, component=slug, by_mail=by_mail)
        return back_to(view, PATH, done="followed")

    @get("/organisations/{slug:str}/follow", sync_to_thread=True)
    def ask_organisation(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show the feeds for everybody, and the button for who is signed in."""
        return view.render(_ask(view, visit, "organisation", slug), is_indexed=False)

    @post("/organisations/{slug:str}/follow", sync_to_thread=True, opt=FOLLOW)
    def follow_organisation(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Follow it, by mail where that is asked for."""
        by_mail = _by_mail(view, request, body)
        follows_of(view).follow(visit.actor, organisation=slug, by_mail=by_mail)
        return back_to(view, PATH, done="followed")

    @get("/search/follow", sync_to_thread=True)
    def ask_search(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Show the feeds of the search in the address, and the button for who is signed in."""
        return view.render(_ask_search(view, visit), is_indexed=False)

    @post("/search/follow", sync_to_thread=True, opt=FOLLOW)
    def follow_search(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Follow the search in the address, by mail where that is asked for."""
        by_mail = _by_mail(view, request, body)
        query = _question(view)
        try:
            follows_of(view).follow(visit.actor, search=query, by_mail=by_mail)
        except InvalidInput:
            problem = "broad" if query else "nothing"
            return view.render(replace(_ask_search(view, visit), problem=problem), status=400)
        return back_to(view, PATH, done="followed")


class OwnFollowPages(Controller):
    """`/account/follows` and `/account/mail`."""

    include_in_schema = False

    @get(PATH, sync_to_thread=True, opt=FOLLOW)
    def mine(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List what the visitor follows, what ends soon, and where they get mail."""
        return view.render(_own(view, visit), is_indexed=False)

    @post(f"{PATH}/{{follow_number:int}}/end", sync_to_thread=True, opt=FOLLOW)
    def end(
        self, view: ViewDependency, visit: VisitDependency, follow_number: FromPath[int]
    ) -> Response[Any]:
        """Follow something no more."""
        follows_of(view).unfollow(visit.actor, bounded_id(follow_number))
        return back_to(view, PATH, done="ended")

    @post(f"{PATH}/{{follow_number:int}}/mail", sync_to_thread=True, opt=FOLLOW)
    def by_mail(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        follow_number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Put something that is followed into the daily mail, or take it out."""
        by_mail = _by_mail(view, request, body)
        follows_of(view).set_mail(visit.actor, bounded_id(follow_number), by_mail=by_mail)
        return back_to(view, PATH, done="changed")

    @post("/account/mail", sync_to_thread=True, opt=MANAGE)
    def give(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Take an address, and send it a link that confirms it."""
        address = read_form(view.site, request, body, MAIL_COST).get("address", "")
        try:
            follows_of(view).give_address(visit.actor, address, view.language.code)
        except WrongField as error:
            context = replace(_own(view, visit), address=address[:300], wrong=error.field,
                              problem=error.problem)  # fmt: skip
            return view.render(context, status=400)
        except Conflict:
            context = replace(_own(view, visit), wrong="address", problem="many")
            return view.render(context, status=409)
        return back_to(view, PATH, done="given")

    @post("/account/mail/remove", sync_to_thread=True, opt=MANAGE)
    def remove(self, view: ViewDependency, visit: VisitDependency) -> Response[Any]:
        """Forget the address."""
        follows_of(view).remove_address(visit.actor)
        return back_to(view, PATH, done="removed")


def follows_of(view: View) -> Follows:
    """Return what is followed in this instance."""
    if view.services.follows is None:
        raise NotFound("Nobody follows anything in this registry.")
    return view.services.follows


def _by_mail(view: View, request: AnyRequest, body: bytes) -> bool:
    return bool(read_form(view.site, request, body, FORM_COST).get("by_mail"))


def _ask(view: View, visit: Visit, kind: str, slug: str) -> FollowContext:
    follows = follows_of(view)
    if kind == "component":
        card = view.services.catalogue.component(slug, view.language.code).card
        target = Link(card.slug, card.name.value)
    else:
        body = view.services.catalogue.organisation(slug)
        target = Link(body.slug, body.name)
    place = f"/{kind}s/{target.slug}"
    shown = FollowContext(
        kind=kind,
        target=target,
        place=view.language.link(place),
        here=view.language.link(f"{place}/follow"),
        shown_feeds=view.offered(feed_links(f"/feeds{place}")),
        own=None,
        is_signed_in=False,
        mail=None,
        csrf=visit.csrf,
    )
    return _with_own(shown, follows, visit, lambda x: _slug_of(x, kind) == target.slug)


def _ask_search(view: View, visit: Visit) -> FollowContext:
    follows = follows_of(view)
    question = _question(view)
    found = searched(question)
    query = parse_query(view.pairs, view.language.code)
    shown = FollowContext(
        kind="search",
        target=Link("", found.label if found else ""),
        place=address(view.language.link("/search"), query),
        here=address(view.language.link("/search/follow"), query),
        shown_feeds=view.offered(search_feeds(replace(query, sort="newest"))),
        own=None,
        is_signed_in=False,
        mail=None,
        csrf=visit.csrf,
        problem="" if question else "nothing",
    )
    return _with_own(
        shown, follows, visit, lambda x: x.search is not None and x.search.question == question
    )


def _question(view: View) -> str:
    """Return the search in the address in its fixed form; empty where nothing is asked."""
    query = parse_query(view.pairs, view.language.code)
    return write_question(query) if question_pairs(query) else ""


def _with_own(
    shown: FollowContext, follows: Follows, visit: Visit, is_this: Callable[[FollowView], bool]
) -> FollowContext:
    """Add what only who is signed in sees."""
    if visit.actor.account is None:
        return shown
    own = next(filter(is_this, follows.list(visit.actor)), None)
    return replace(shown, own=own, is_signed_in=True, mail=follows.mail(visit.actor))


def _slug_of(follow: FollowView, kind: str) -> str:
    link = follow.component if kind == "component" else follow.organisation
    return link.slug if link else ""


def _own(view: View, visit: Visit) -> FollowsContext:
    follows = follows_of(view)
    mail = follows.mail(visit.actor)
    return FollowsContext(
        follows=follows.list(visit.actor),
        endings=follows.endings(visit.actor),
        mail=mail,
        address=mail.address,
        wrong="",
        problem="",
        done=view.first("done"),
        csrf=visit.csrf,
    )
