"""Reported savings: what is reported of a component, and reporting it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.adoption.savings.checking import CLASSES
from registry.adoption.savings.models import NewSaving, SavingView
from registry.catalogue.readmodels import ComponentCard, Link
from registry.errors import Conflict, NotFound
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.paging import page_links, row_after
from web.pages.view import MAX_INT64, Context, View, ViewDependency
from web.ports.adoption import ReportedSavingsPort

FORM_COST: Final = 10
FIELDS: Final = (
    "organisation", "kind", "low", "high", "currency", "since", "until", "method", "url", "on",
    "sha256", "supersedes",
)  # fmt: skip
MAX_VALUE: Final = 2048


class ComponentSavingsContext(Context, frozen=True, kw_only=True):
    """Variables of `savings/of_component.html`; `count` is of all pages."""

    template: ClassVar[str] = "savings/of_component.html"
    card: ComponentCard
    count: int
    savings: tuple[SavingView, ...]
    first_href: str | None
    next_href: str | None


class OrganisationSavingsContext(Context, frozen=True, kw_only=True):
    """Variables of `savings/of_organisation.html`."""

    template: ClassVar[str] = "savings/of_organisation.html"
    organisation: Link
    savings: tuple[SavingView, ...]
    first_href: str | None
    next_href: str | None


class RecordSavingContext(Context, frozen=True, kw_only=True):
    """Variables of `savings/record.html`; `wrong` is the field to mend, `problem` why.

    `organisations` are those that the reader speaks for; an operator writes a slug.
    """

    template: ClassVar[str] = "savings/record.html"
    card: ComponentCard
    organisations: tuple[Link, ...]
    is_operator: bool
    sent: dict[str, str]
    classes: tuple[str, ...]
    is_signed_in: bool
    wrong: str
    problem: str
    csrf: str


class ComponentSavingPages(Controller):
    """`/components/{slug}/savings`."""

    path = "/components/{slug:str}/savings"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """List what organisations report that the component saved them; there is no total."""
        port = savings_of(view)
        card = view.services.catalogue.component(slug, view.language.code).card
        found, following = port.list(component=card.slug, after=row_after(view))
        first_href, next_href = page_links(view, following)
        context = ComponentSavingsContext(
            card=card,
            count=port.count(card.slug),
            savings=found,
            first_href=first_href,
            next_href=next_href,
        )
        twin = f"/api/v1/components/{card.slug}/reported-savings"
        return view.render(context, is_demo=card.is_demo, twin=twin)

    @get("/record", sync_to_thread=True)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Ask what an organisation reports; with `supersedes` in the words of the former one."""
        card = view.services.catalogue.component(slug, view.language.code).card
        return _form(view, visit, card, _former(view, visit, card))

    @post("/record", sync_to_thread=True, status_code=200, opt={"action": Action.REPORT_SAVING})
    def record(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Record it, or show the form again with what is to be mended."""
        card = view.services.catalogue.component(slug, view.language.code).card
        form = read_form(view.site, request, body, FORM_COST)
        sent = {name: form.get(name, "").strip()[:MAX_VALUE] for name in FIELDS}
        try:
            made = savings_of(view).record(visit.actor, _asked(card.slug, sent))
        except WrongField as error:
            return _form(view, visit, card, sent, error.field, error.problem)
        except Conflict:
            return _form(view, visit, card, sent, "", "closed", status=409)
        return back_to(view, f"/reported-savings/{made.id}", done="recorded")


class OrganisationSavingPages(Controller):
    """`/organisations/{slug}/savings`."""

    include_in_schema = False

    @get("/organisations/{slug:str}/savings", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """List what an organisation reports that reuse saved it."""
        body = view.services.catalogue.organisation(slug)
        found, following = savings_of(view).list(organisation=body.slug, after=row_after(view))
        first_href, next_href = page_links(view, following)
        context = OrganisationSavingsContext(
            organisation=Link(body.slug, body.name),
            savings=found,
            first_href=first_href,
            next_href=next_href,
        )
        return view.render(context, twin=f"/api/v1/organisations/{body.slug}/reported-savings")


def savings_of(view: View) -> ReportedSavingsPort:
    """Return the reported savings of this instance."""
    if view.services.reported_savings is None:
        raise NotFound("This registry records no savings.")
    return view.services.reported_savings


def _asked(component: str, sent: dict[str, str]) -> NewSaving:
    rest = {name: sent[name] for name in FIELDS if name != "supersedes"}
    return NewSaving(component=component, supersedes=_number(sent["supersedes"]), **rest)


def _number(text: str) -> int | None:
    """Return the number of a saving, None where nothing is written, or raise `WrongField`."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_INT64):
        raise WrongField("supersedes", "unknown", "is no number of a saving")
    return int(text)


def _former(view: View, visit: Visit, card: ComponentCard) -> dict[str, str]:
    """Return what stands in the form: the saving that is amended, for who may amend it."""
    text = view.first("supersedes")
    if not text or visit.actor.account is None:
        return {}
    number = _number(text)
    found = savings_of(view).amended(visit.actor, number or 0)
    if found.component.slug != card.slug:
        raise NotFound("this saving is of another component")
    return {
        "organisation": found.organisation.slug, "kind": found.kind, "low": str(found.low),
        "high": "" if found.high == found.low else str(found.high), "currency": found.currency,
        "since": found.since, "until": found.until or "", "method": found.method,
        "url": found.source.url or "", "supersedes": str(found.id),
    }  # fmt: skip


def _form(
    view: View, visit: Visit, card: ComponentCard, sent: dict[str, str],
    wrong: str = "", problem: str = "", *, status: int = 400,
) -> Response[bytes]:  # fmt: skip
    is_signed_in = visit.actor.account is not None
    context = RecordSavingContext(
        card=card,
        organisations=savings_of(view).reporters(visit.actor) if is_signed_in else (),
        is_operator=visit.actor.is_operator,
        sent={name: sent.get(name, "") for name in FIELDS},
        classes=CLASSES,
        is_signed_in=is_signed_in,
        wrong=wrong,
        problem=problem,
        csrf=visit.csrf,
    )
    return view.render(context, status=status if problem else 200, is_indexed=False)
