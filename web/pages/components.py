"""The pages of one component: overview, dependencies, metadata, activity."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from registry.adoption.calls.readmodels import CallView
from registry.adoption.drift.readmodels import DriftSummary
from registry.catalogue.readmodels import (
    ComponentDetail,
    DependencyView,
    DocumentView,
    Provenance,
    ResolvedField,
    Text,
)
from registry.lineage.readmodels import ReuseSummary
from registry.lineage.vocabulary import TAGS
from registry.publishing.exports.forms import BY_NAME, OfferedForm
from registry.publishing.ownership_views import Ownership
from web.pages.badges import BadgeSnippets, badge_snippets
from web.pages.calls import open_calls
from web.pages.licences import LicenceAnswer, licence_answer
from web.pages.query import address, parse_query
from web.pages.validate import own_file
from web.pages.view import Context, View, ViewDependency, feed_links

TABS: Final = (
    "overview", "reuse", "lineage", "drift", "contributors", "governance", "replicability",
    "dependencies",
    "metadata", "activity",
)  # fmt: skip
SHOWN_FORKS: Final = 5
SHOWN_DEPENDENCIES: Final = 500
# Fields that the overview lists under "Details", in this order; the rest is under "Metadata".
DETAILS: Final = (
    "landing_url",
    "documentation_url",
    "categories",
    "scopes",
    "platforms",
    "interface_languages",
    "status",
    "maintenance_type",
    "is_based_on",
    "used_by",
    "development_countries",
    "deployment_countries",
    "sdgs",
    "topics",
)
# What others measured is shown check by check, apart from the fields.
SIGNALS: Final = ("scorecard", "best_practices")


class Tab(Struct, frozen=True):
    """A tab as a link."""

    name: str
    href: str
    is_current: bool


class Heading(Struct, frozen=True, kw_only=True):
    """What every tab of a component begins with; `summary` is in the reader's language if any.

    `reuse_this` is the way to a copy of one's own, where this registry records reuse.
    """

    detail: ComponentDetail
    tabs: tuple[Tab, ...]
    summary: Text | None
    drift: DriftSummary
    reuse_this: str | None
    follow: str | None


class OverviewContext(Context, frozen=True, kw_only=True):
    """Variables of `component/overview.html`; `sources` maps a property to where it was read.

    `licence_file` is shown where no licence was recognised. `reuse` is how often others reuse it,
    by how it is known. `structured` is the JSON-LD of the component for search engines. `owners`
    are those who claim the component, `can_claim` says that this registry takes claims.
    `adopters` is how many organisations state that they use it, `savings` how many savings are
    reported of it, where this registry records them.
    """

    template: ClassVar[str] = "component/overview.html"
    head: Heading
    answer: LicenceAnswer
    licence_file: DocumentView | None
    reuse: tuple[ReuseSummary, ...]
    sources: dict[str, Provenance]
    details: tuple[ResolvedField, ...]
    contacts: ResolvedField | None
    forks_shown: int
    structured: str
    owners: tuple[Ownership, ...]
    can_claim: bool
    adopters: int
    savings: int | None
    calls: tuple[CallView, ...]


class DependenciesContext(Context, frozen=True, kw_only=True):
    """Variables of `component/dependencies.html`; `known` are components of this registry."""

    template: ClassVar[str] = "component/dependencies.html"
    head: Heading
    known: tuple[DependencyView, ...]
    shown: tuple[DependencyView, ...]


class MetadataContext(Context, frozen=True, kw_only=True):
    """Variables of `component/metadata.html`.

    `signals` are what others measured, by property; `downloads` are forms with their addresses.
    `badges` are for the README of the component. `has_kept` says that this registry keeps a file
    for it, or could: where the repository has none.
    """

    template: ClassVar[str] = "component/metadata.html"
    head: Heading
    fields: tuple[ResolvedField, ...]
    signals: dict[str, ResolvedField]
    conflicts: tuple[ResolvedField, ...]
    downloads: tuple[tuple[OfferedForm, str], ...]
    badges: tuple[BadgeSnippets, ...]
    has_kept: bool


class ActivityContext(Context, frozen=True, kw_only=True):
    """Variables of `component/activity.html`."""

    template: ClassVar[str] = "component/activity.html"
    head: Heading


class ComponentPages(Controller):
    """`/components` and all below."""

    path = "/components"
    include_in_schema = False

    @get("/", sync_to_thread=False)
    def index(self, view: ViewDependency) -> Redirect:
        """Lead to the search, which lists all components."""
        query = parse_query(view.pairs, view.language.code)
        return Redirect(address(view.language.link("/search"), query), status_code=302)

    @get("/{slug:str}", sync_to_thread=True)
    def show_overview(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Answer the five questions of a reader, then show the README."""
        detail = view.services.catalogue.component(slug, view.language.code)
        fields = {field.property: field for field in reversed(detail.fields)}
        ownership, adopters = view.services.ownership, view.services.adopters
        reported = view.services.reported_savings
        context = OverviewContext(
            head=heading(view, detail, "overview"),
            answer=licence_answer(view.services.catalogue, detail.card.licence, view.first("use")),
            licence_file=next((x for x in detail.documents if x.kind == "licence"), None),
            reuse=_by_strength(view.services.lineage.summary(detail.card.slug)),
            sources={name: field.source for name, field in fields.items()},
            details=tuple(fields[name] for name in DETAILS if name in fields),
            contacts=fields.get("contacts"),
            forks_shown=SHOWN_FORKS,
            structured=_structured(view, detail.card.slug),
            owners=ownership.of_component(detail.card.slug) if ownership else (),
            can_claim=ownership is not None,
            adopters=adopters.count(detail.card.slug) if adopters else 0,
            savings=reported.count(detail.card.slug) if reported else None,
            calls=open_calls(view, component=detail.card.slug),
        )
        return _render(view, context, detail)

    @get("/{slug:str}/dependencies", sync_to_thread=True)
    def show_dependencies(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """List what the component is built on, government components first."""
        detail = view.services.catalogue.component(slug, view.language.code)
        context = DependenciesContext(
            head=heading(view, detail, "dependencies"),
            known=tuple(x for x in detail.dependencies if x.component),
            shown=detail.dependencies[:SHOWN_DEPENDENCIES],
        )
        return _render(view, context, detail)

    @get("/{slug:str}/metadata", sync_to_thread=True)
    def show_metadata(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show every field with its source, conflicts side by side, and problems by line."""
        detail = view.services.catalogue.component(slug, view.language.code)
        context = MetadataContext(
            head=heading(view, detail, "metadata"),
            fields=tuple(x for x in detail.fields if x.property not in SIGNALS),
            signals={x.property: x for x in detail.fields if x.property in SIGNALS},
            conflicts=tuple(field for field in detail.fields if field.is_conflict),
            downloads=_downloads(view, detail.card.slug),
            badges=badge_snippets(view, detail.card.slug),
            has_kept=view.services.kept is not None and own_file(detail) is None,
        )
        return _render(view, context, detail)

    @get("/{slug:str}/activity", sync_to_thread=True)
    def show_activity(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """Show releases, languages, the state of the repository, and its crawl log."""
        detail = view.services.catalogue.component(slug, view.language.code)
        return _render(view, ActivityContext(head=heading(view, detail, "activity")), detail)


def _structured(view: View, slug: str) -> str:
    found = view.services.publishing.export(slug, BY_NAME["schema-org"], view.site.base_url)
    return found.content.decode()


def _downloads(view: View, slug: str) -> tuple[tuple[OfferedForm, str], ...]:
    """Return the forms of other catalogues, where there is an API to have them from."""
    if not view.site.offers(f"/api/v1/components/{slug}"):
        return ()
    forms = view.services.publishing.offered(slug, view.site.base_url)
    return tuple((form, f"/api/v1/components/{slug}.{form.suffix}") for form in forms)


def _tab_path(slug: str, tab: str) -> str:
    return f"/components/{slug}" if tab == "overview" else f"/components/{slug}/{tab}"


def heading(view: View, detail: ComponentDetail, current: str) -> Heading:
    """Return what every tab begins with; reuse is there even where none was found."""
    drift = view.services.drifts.summary(detail.card.slug)
    has_data = {
        "overview": True,
        "drift": drift.origin is not None or drift.forks > 0,
        "reuse": True,
        "lineage": True,
        "governance": view.services.bodies is not None,
        "contributors": True,
        "replicability": True,
        "dependencies": bool(detail.dependencies or detail.packages or detail.submodules),
        "metadata": bool(detail.fields or detail.documents or detail.listings),
        "activity": bool(detail.events or detail.releases or detail.languages),
    }
    return Heading(
        detail=detail,
        tabs=tuple(
            Tab(name, view.language.link(_tab_path(detail.card.slug, name)), name == current)
            for name in TABS
            if has_data[name] or name == current
        ),
        summary=_summary(view, detail),
        drift=drift,
        reuse_this=_reuse_this(view, detail.card.slug),
        follow=follow_href(view, f"/components/{detail.card.slug}"),
    )


def _reuse_this(view: View, slug: str) -> str | None:
    if view.services.reuse_actions is None:
        return None
    return view.language.link(f"/components/{slug}/reuse-this")


def follow_href(view: View, place: str) -> str | None:
    """Return the way to follow what is at a place, where this registry lets people follow."""
    return view.language.link(f"{place}/follow") if view.services.follows is not None else None


def _summary(view: View, detail: ComponentDetail) -> Text | None:
    """Return the description in the language of the page where there is one."""
    own = (x for x in detail.descriptions if (x.lang or "").split("-")[0] == view.language.code)
    return next(own, detail.card.description)


def _by_strength(found: Sequence[ReuseSummary]) -> tuple[ReuseSummary, ...]:
    return tuple(sorted(found, key=lambda row: TAGS.index(row.tag)))


def _render(view: View, context: Context, detail: ComponentDetail) -> Response[Any]:
    return view.render(
        context,
        is_demo=detail.card.is_demo,
        twin=f"/api/v1/components/{detail.card.slug}",
        feeds=feed_links(f"/feeds/components/{detail.card.slug}"),
    )
