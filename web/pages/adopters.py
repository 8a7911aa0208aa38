"""Adopters: who states to use a component, what an organisation states to use, and stating it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.adoption.adopters import HOWS, NewAdoption
from registry.adoption.readmodels import AdoptionView
from registry.catalogue.readmodels import ComponentCard, Link
from registry.errors import NotFound
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, bounded_id
from web.ports.adoption import AdoptersPort

FORM_COST: Final = 10
FIELDS: Final = (
    "organisation", "version", "used_since", "in_production", "how", "contact", "repository_url",
)  # fmt: skip
MAX_VALUE: Final = 2048
_FLAGS: Final = {"yes": True, "no": False}


class AdoptersContext(Context, frozen=True, kw_only=True):
    """Variables of `adopters/of_component.html`; `count` is of all pages."""

    template: ClassVar[str] = "adopters/of_component.html"
    card: ComponentCard
    count: int
    adopters: tuple[AdoptionView, ...]
    first_href: str | None
    next_href: str | None


class UsesContext(Context, frozen=True, kw_only=True):
    """Variables of `adopters/of_organisation.html`."""

    template: ClassVar[str] = "adopters/of_organisation.html"
    organisation: Link
    adoptions: tuple[AdoptionView, ...]
    first_href: str | None
    next_href: str | None


class DeclareContext(Context, frozen=True, kw_only=True):
    """Variables of `adopters/declare.html`; `wrong` is the field to mend, `problem` why."""

    template: ClassVar[str] = "adopters/declare.html"
    card: ComponentCard
    organisations: tuple[Link, ...]
    sent: dict[str, str]
    hows: tuple[str, ...]
    is_signed_in: bool
    wrong: str
    problem: str
    csrf: str


class OwnAdoptionsContext(Context, frozen=True, kw_only=True):
    """Variables of `adopters/own.html`; `done` is what was just done."""

    template: ClassVar[str] = "adopters/own.html"
    adoptions: tuple[AdoptionView, ...]
    done: str
    csrf: str


class ComponentAdopterPages(Controller):
    """`/components/{slug}/adopters`."""

    path = "/components/{slug:str}/adopters"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """List who states to use a component."""
        port = _port(view)
        detail = view.services.catalogue.component(slug, view.language.code)
        found, following = port.list(component=slug, after=row_after(view))
        first_href, next_href = page_links(view, following)
        context = AdoptersContext(
            card=detail.card,
            count=port.count(slug),
            adopters=tuple(found),
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, is_demo=detail.card.is_demo)

    @get("/declare", sync_to_thread=True)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Ask what an organisation states."""
        detail = view.services.catalogue.component(slug, view.language.code)
        return _form(view, visit, detail.card, {})

    @post("/declare", sync_to_thread=True, status_code=200, opt={"action": Action.DECLARE_ADOPTION})
    def declare(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Write the statement down, or show the form again with what is to be mended."""
        port = _port(view)
        detail = view.services.catalogue.component(slug, view.language.code)
        form = read_form(view.site, request, body, FORM_COST)
        sent = {name: form.get(name, "").strip()[:MAX_VALUE] for name in FIELDS}
        try:
            port.declare(visit.actor, _stated(detail.card.slug, sent))
        except WrongField as error:
            return _form(view, visit, detail.card, sent, error.field, error.problem)
        return back_to(view, "/account/adoptions", done="declared")


class OrganisationAdopterPages(Controller):
    """`/organisations/{slug}/adoptions`."""

    include_in_schema = False

    @get("/organisations/{slug:str}/adoptions", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """List what an organisation states to use."""
        port = _port(view)
        body = view.services.catalogue.organisation(slug)
        found, following = port.list(organisation=slug, after=row_after(view))
        first_href, next_href = page_links(view, following)
        context = UsesContext(
            organisation=Link(body.slug, body.name),
            adoptions=tuple(found),
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, is_demo=body.is_demo)


class OwnAdoptionPages(Controller):
    """`/account/adoptions`: what one may confirm and withdraw."""

    path = "/account/adoptions"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def mine(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """List the statements of the organisations that the visitor may speak for."""
        done = view.first("done")
        context = OwnAdoptionsContext(
            adoptions=tuple(_port(view).mine(visit.actor)),
            done=done if done in {"declared", "renewed", "withdrawn"} else "",
            csrf=visit.csrf,
        )
        return view.render(context, is_indexed=False)

    @post("/{number:int}/renew", sync_to_thread=True, opt={"action": Action.DECLARE_ADOPTION})
    def renew(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """Confirm a statement for another twelve months."""
        _port(view).renew(visit.actor, bounded_id(number))
        return back_to(view, "/account/adoptions", done="renewed")

    @post("/{number:int}/withdraw", sync_to_thread=True, opt={"action": Action.DECLARE_ADOPTION})
    def withdraw(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[Any]:
        """End a statement."""
        _port(view).withdraw(visit.actor, bounded_id(number))
        return back_to(view, "/account/adoptions", done="withdrawn")


def _port(view: View) -> AdoptersPort:
    if view.services.adopters is None:
        raise NotFound("This registry takes no statements of adopters.")
    return view.services.adopters


def _stated(component: str, sent: dict[str, str]) -> NewAdoption:
    return NewAdoption(
        component=component,
        organisation=sent["organisation"],
        version=sent["version"],
        used_since=sent["used_since"],
        in_production=_FLAGS.get(sent["in_production"]),
        how=sent["how"] or None,
        contact=sent["contact"],
        repository_url=sent["repository_url"],
    )


def _form(
    view: View,
    visit: Visit,
    card: ComponentCard,
    sent: dict[str, str],
    wrong: str = "",
    problem: str = "",
) -> Response[bytes]:
    port = _port(view)
    spoken_for = port.organisations_of(visit.actor) if visit.actor.account is not None else ()
    context = DeclareContext(
        card=card,
        organisations=tuple(spoken_for),
        sent={name: sent.get(name, "") for name in FIELDS},
        hows=HOWS,
        is_signed_in=visit.actor.account is not None,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )
    return view.render(context, status=400 if wrong else 200, is_indexed=False)
