"""Joint bodies: the list, one body, and the tab of a component that says who governs it."""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath

from registry.adoption.calls.readmodels import CallView
from registry.adoption.drift.readmodels import DriftView
from registry.domain.countries import COUNTRIES
from registry.errors import NotFound
from registry.governance.declared.readmodels import Declared
from registry.governance.measures.standing import Standing
from registry.governance.record.body_view import BodyView, GoverningBody
from registry.governance.record.decision_models import DecisionItem, DecisionQuery
from registry.governance.record.readmodels import BodyItem, BodyQuery
from registry.governance.record.service import Bodies
from web.pages.calls import open_calls
from web.pages.components import Heading, heading
from web.pages.paging import page_links, row_after
from web.pages.view import Context, View, ViewDependency, feed_links
from web.pages.work import (
    KEPT_SECONDS,
    Measured,
    exports_of,
    measured_of_body,
    standing_of_component,
)

PATH: Final = "/bodies"
FILES: Final = (
    "calendar.ics", "decisions.csv", "members.csv", "funding.csv", "commitments.csv", "drift.csv",
)  # fmt: skip
SHOWN: Final = 10
"""Decisions that the page of a body shows, the newest; the rest are on a page of their own."""


class BodiesContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/list.html`."""

    template: ClassVar[str] = "bodies/list.html"
    bodies: tuple[BodyItem, ...]
    query: BodyQuery
    countries: tuple[str, ...]
    first_href: str | None
    next_href: str | None


class BodyContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/body.html`; `forks` are those of members, `widest` the longest bar."""

    template: ClassVar[str] = "bodies/body.html"
    body: BodyView
    decisions: tuple[DecisionItem, ...]
    calls: tuple[CallView, ...]
    measured: Measured
    forks: tuple[DriftView, ...]
    widest: int
    files: tuple[tuple[str, str], ...]


class GovernanceContext(Context, frozen=True, kw_only=True):
    """Variables of `component/governance.html`: the bodies that govern a component, what its
    repository declares, and what is measured."""

    template: ClassVar[str] = "component/governance.html"
    head: Heading
    bodies: tuple[GoverningBody, ...]
    standing: Standing
    declared: Declared
    exports: tuple[tuple[str, str], ...]


class BodiesPages(Controller):
    """`/bodies` and `/bodies/{slug}`."""

    path = PATH
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def index(self, view: ViewDependency) -> Response[bytes]:
        """List bodies, of one country where that is asked for."""
        query = query_of(view)
        found, following = bodies_of(view).list(query)
        first_href, next_href = page_links(view, following)
        context = BodiesContext(
            bodies=found,
            query=query,
            countries=tuple(sorted(COUNTRIES, key=view.language.country)),
            first_href=first_href,
            next_href=next_href,
        )
        is_demo = any(x.is_demo for x in found)
        return view.render(context, is_demo=is_demo, twin="/api/v1/bodies")

    @get("/{slug:str}", sync_to_thread=True)
    def show(self, view: ViewDependency, slug: FromPath[str]) -> Response[bytes]:
        """Show a body with all that is recorded of it, and say what is not."""
        body = bodies_of(view).body(slug)
        forks = view.services.memo.get(
            f"forks of members of {body.item.slug}", KEPT_SECONDS,
            lambda: view.services.drifts.of_members(body.governed, body.keepers),
        )  # fmt: skip
        return view.render(
            BodyContext(
                body=body,
                decisions=bodies_of(view).decisions.list(slug, DecisionQuery(limit=SHOWN))[0],
                calls=open_calls(view, body=slug),
                measured=measured_of_body(view, body.item.slug),
                forks=forks,
                widest=max((x for y in forks for x in (y.behind, y.ahead) if x), default=0),
                files=files_of(view, body.item.slug),
            ),
            is_demo=body.item.is_demo,
            twin=f"/api/v1/bodies/{body.item.slug}",
            feeds=feed_links(f"/feeds/bodies/{body.item.slug}"),
        )


class ComponentGovernancePages(Controller):
    """`/components/{slug}/governance`."""

    path = "/components"
    include_in_schema = False

    @get("/{slug:str}/governance", sync_to_thread=True)
    def show_governance(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show the bodies that govern the component, or that none is recorded."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        context = GovernanceContext(
            head=heading(view, detail, "governance"),
            bodies=bodies_of(view).of_component(slug),
            standing=standing_of_component(view, slug),
            declared=view.services.measures.declared(slug),
            exports=exports_of(view, f"/api/v1/components/{slug}/governance"),
        )
        return view.render(
            context,
            is_demo=detail.card.is_demo,
            twin=f"/api/v1/components/{slug}/governance",
        )


def bodies_of(view: View) -> Bodies:
    """Return the bodies of this instance."""
    if view.services.bodies is None:
        raise NotFound("This registry records no bodies.")
    return view.services.bodies


def files_of(view: View, slug: str) -> tuple[tuple[str, str], ...]:
    """Return name and address of the files of a body that this instance offers."""
    files = ((name, f"/api/v1/bodies/{slug}/{name}") for name in FILES)
    return tuple((name, href) for name, href in files if view.site.offers(href))


def query_of(view: View) -> BodyQuery:
    """Return what the address asks for; what is in no list is passed over."""
    country = view.first("country").upper()
    return BodyQuery(country=country if country in COUNTRIES else None, after=row_after(view))
