"""The forms of objections: to an edge, to the organisation of a component or its fields, to an
affiliation, and to a reported saving.

Anybody may send them; of a member of an organisation that is concerned they dispute at once.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.adoption.savings.models import SavingView
from registry.catalogue.readmodels import ResolvedField
from registry.disputes.readmodels import DisputeView, Named
from registry.disputes.reasons import (
    AFFILIATION_CATEGORIES,
    ATTRIBUTION_CATEGORIES,
    EDGE_CATEGORIES,
    FIELD_CATEGORIES,
    MAX_REASON,
    SAVING_CATEGORIES,
)
from registry.errors import Conflict, InvalidInput, NotFound
from registry.governance.measures.readmodels import AffiliationView
from registry.lineage.readmodels import EdgeView
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.reported_savings import savings_of
from web.pages.view import Context, View, ViewDependency, bounded_id

# People read what people write: a sender has a few objections a minute.
DISPUTE_COST: Final = 20
OPT: Final = {"action": Action.OPEN_DISPUTE}
OVER: Final = frozenset({"withdrawn", "superseded"})


class DisputeFormContext(Context, frozen=True, kw_only=True):
    """Variables of `dispute_form.html`: an objection to `edge`, that `component` is of
    `organisation`, to its `field`, to an `affiliation`, or to a reported `saving`.

    `objects_for` and `confirms_for` are the organisations for which the reader may do either.
    `problem` is what has to be mended: category, reason, or taken where it cannot be sent now.
    """

    template: ClassVar[str] = "dispute_form.html"
    edge: EdgeView | None
    component: Named | None
    organisation: Named | None
    field: ResolvedField | None = None
    affiliation: AffiliationView | None = None
    saving: SavingView | None = None
    place: str
    categories: tuple[str, ...]
    category: str
    reason: str
    most: int
    problem: str
    is_over: bool
    is_signed_in: bool
    objects_for: tuple[str, ...]
    confirms_for: tuple[str, ...]
    earlier: tuple[DisputeView, ...]
    csrf: str


class EvidenceDisputePages(Controller):
    """`/evidence/{key}/dispute`, and confirming instead."""

    path = "/evidence/{key:str}"
    include_in_schema = False

    @get("/dispute", sync_to_thread=True, opt=OPT)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, key: FromPath[str]
    ) -> Response[bytes]:
        """Show the form for an objection to an edge."""
        form = _of_edge(view, visit, key)
        is_demo = form.edge is not None and form.edge.is_demo
        return view.render(form, is_demo=is_demo, is_indexed=False)

    @post("/dispute", sync_to_thread=True, status_code=200, opt=OPT)
    def receive(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        key: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take an objection; what is wrong with it is said beside the form."""
        sent = read_form(view.site, request, body, DISPUTE_COST)
        objected = partial(view.services.disputes.object_to_edge, visit.actor, key)
        return _received(view, sent, _of_edge(view, visit, key), objected)

    @post("/confirm", sync_to_thread=True, opt={"action": Action.CONFIRM_EDGE})
    def confirm(
        self, view: ViewDependency, visit: VisitDependency, key: FromPath[str]
    ) -> Response[Any]:
        """Let an owner say that an edge is right."""
        view.services.disputes.confirm(visit.actor, key)
        return back_to(view, f"/evidence/{key}")


class AffiliationDisputePages(Controller):
    """`/affiliations/{key}/dispute`."""

    path = "/affiliations/{key:str}/dispute"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=OPT)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, key: FromPath[str]
    ) -> Response[bytes]:
        """Show the form for an objection to an affiliation."""
        return view.render(_of_affiliation(view, visit, key), is_indexed=False)

    @post("/", sync_to_thread=True, status_code=200, opt=OPT)
    def receive(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        key: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take an objection; what is wrong with it is said beside the form."""
        sent = read_form(view.site, request, body, DISPUTE_COST)
        objected = partial(view.services.disputes.object_to_affiliation, visit.actor, key)
        return _received(view, sent, _of_affiliation(view, visit, key), objected)


class SavingDisputePages(Controller):
    """`/reported-savings/{number}/dispute`."""

    path = "/reported-savings/{number:int}/dispute"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=OPT)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, number: FromPath[int]
    ) -> Response[bytes]:
        """Show the form for an objection to a reported saving."""
        return view.render(_of_saving(view, visit, bounded_id(number)), is_indexed=False)

    @post("/", sync_to_thread=True, status_code=200, opt=OPT)
    def receive(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        number: FromPath[int],
        body: RawBody,
    ) -> Response[Any]:
        """Take an objection; what is wrong with it is said beside the form."""
        sent = read_form(view.site, request, body, DISPUTE_COST)
        form = _of_saving(view, visit, bounded_id(number))
        objected = partial(view.services.disputes.object_to_saving, visit.actor, number)
        return _received(view, sent, form, objected)


class ComponentDisputePages(Controller):
    """`/components/{slug}/dispute`."""

    path = "/components/{slug:str}/dispute"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=OPT)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[bytes]:
        """Show the form for an objection to a field of a component, or to its organisation."""
        name, lang = view.first("property"), view.first("lang")
        return view.render(_of_component(view, visit, slug, name, lang), is_indexed=False)

    @post("/", sync_to_thread=True, status_code=200, opt=OPT)
    def receive(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Take an objection; what is wrong with it is said beside the form."""
        sent = read_form(view.site, request, body, DISPUTE_COST)
        name, lang = sent.get("property", ""), sent.get("lang", "")
        disputes = view.services.disputes
        objected = (
            partial(disputes.object_to_field, visit.actor, slug, (name, lang or None))
            if name
            else partial(disputes.object_to_attribution, visit.actor, slug)
        )
        return _received(view, sent, _of_component(view, visit, slug, name, lang), objected)


def _received(
    view: View,
    sent: Mapping[str, str],
    form: DisputeFormContext,
    objected: Callable[[str, str], DisputeView],
) -> Response[Any]:
    """Write an objection down, or show the form again with what is to be mended."""
    category, reason = sent.get("category", ""), sent.get("reason", "")
    form = replace(form, category=category, reason=reason)
    if category not in form.categories:
        return view.render(replace(form, problem="category"), status=400)
    try:
        made = objected(category, reason)
    except InvalidInput:
        return view.render(replace(form, problem="reason"), status=400)
    except Conflict:
        return view.render(replace(form, problem="taken"), status=409)
    return back_to(view, f"/disputes/{made.id}", done="sent")


def _of_edge(view: View, visit: Visit, key: str) -> DisputeFormContext:
    edge = view.services.lineage.evidence(key).edge
    standing = view.services.disputes.standing(visit.actor, key)
    return DisputeFormContext(
        edge=edge,
        component=None,
        organisation=None,
        place=f"/evidence/{edge.key}",
        categories=EDGE_CATEGORIES,
        category="",
        reason="",
        most=MAX_REASON,
        problem="",
        is_over=edge.state in OVER,
        is_signed_in=visit.actor.account is not None,
        objects_for=standing.objects_for,
        confirms_for=standing.confirms_for,
        earlier=view.services.disputes.log(evidence=edge.key, state="open")[0],
        csrf=visit.csrf,
    )


def _of_component(
    view: View, visit: Visit, slug: str, name: str = "", lang: str = ""
) -> DisputeFormContext:
    detail = view.services.catalogue.component(slug, view.language.code)
    card, body = detail.card, detail.card.organisation
    shown = (x for x in detail.fields if (x.property, x.lang or "") == (name, lang))
    field = next(shown, None)
    if field is None and (name or body is None):
        raise NotFound("This component has nothing there that could be objected to.")
    objects = body is not None and view.services.disputes.speaks_for(visit.actor, body.slug)
    return DisputeFormContext(
        edge=None,
        component=Named(card.name.value, card.slug),
        organisation=Named(body.name, body.slug) if body else None,
        field=field,
        place=f"/components/{card.slug}",
        categories=FIELD_CATEGORIES if field else ATTRIBUTION_CATEGORIES,
        category="",
        reason="",
        most=MAX_REASON,
        problem="",
        is_over=False,
        is_signed_in=visit.actor.account is not None,
        objects_for=(body.name,) if body and objects else (),
        confirms_for=(),
        earlier=view.services.disputes.log(component=card.slug, state="open")[0],
        csrf=visit.csrf,
    )


def _of_affiliation(view: View, visit: Visit, key: str) -> DisputeFormContext:
    found = view.services.measures.affiliation(key)
    return DisputeFormContext(
        edge=None,
        component=None,
        organisation=None,
        affiliation=found,
        place=f"/affiliations/{found.key}",
        categories=AFFILIATION_CATEGORIES,
        category="",
        reason="",
        most=MAX_REASON,
        problem="",
        is_over=found.state in OVER,
        is_signed_in=visit.actor.account is not None,
        objects_for=view.services.disputes.speaks_of(visit.actor, found.key),
        confirms_for=(),
        earlier=view.services.disputes.log(affiliation=found.key, state="open")[0],
        csrf=visit.csrf,
    )


def _of_saving(view: View, visit: Visit, number: int) -> DisputeFormContext:
    found = savings_of(view).saving(number)
    return DisputeFormContext(
        edge=None,
        component=None,
        organisation=None,
        saving=found,
        place=f"/reported-savings/{found.id}",
        categories=SAVING_CATEGORIES,
        category="",
        reason="",
        most=MAX_REASON,
        problem="",
        is_over=found.state in OVER,
        is_signed_in=visit.actor.account is not None,
        objects_for=view.services.disputes.speaks_of_saving(visit.actor, found.id),
        confirms_for=(),
        earlier=view.services.disputes.log(saving=found.id, state="open")[0],
        csrf=visit.csrf,
    )
