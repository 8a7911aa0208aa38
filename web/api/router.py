"""The API as one router: every resource, its dependency, and the headers of every answer."""

import time
from collections.abc import Callable
from typing import Any, Final

from litestar import Controller, Request, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware

from web.api.adopters import AdoptersApi, AdopterWritesApi
from web.api.audit import AuditApi
from web.api.badges import badges_router
from web.api.body_changes import BodyChangesApi
from web.api.body_drift import BodyDriftApi
from web.api.body_exports import BodyExportsApi
from web.api.body_facts import BodyFactsApi
from web.api.body_files import BodyFilesApi, BodyFileWritesApi
from web.api.body_members import BodyMembersApi
from web.api.body_votes import BodyVotesApi
from web.api.call import PREFIX, CallDependency, call_provider
from web.api.change_feeds import feeds_router
from web.api.changes import ChangesApi
from web.api.component_exports import CatalogueExportsApi
from web.api.component_files import ComponentFilesApi
from web.api.component_reuse import ComponentReuseApi
from web.api.components import ComponentsApi, components
from web.api.contributors import ContributorsApi
from web.api.crawling import CrawlingApi, crawls, sources
from web.api.decisions import DecisionsApi, DecisionWritesApi
from web.api.demand import DemandApi
from web.api.disputes import DisputesApi
from web.api.drift import ComponentDriftApi, FixesApi, FixFilesApi, FixMutesApi
from web.api.follows import FollowsApi
from web.api.hooks import HooksApi
from web.api.idempotency import IdempotentPosts
from web.api.inventories import InventoriesApi
from web.api.joint_bodies import BodiesApi, BodyWritesApi
from web.api.kept import KeptFilesApi
from web.api.licences import LicencesApi
from web.api.lookup import LookupApi
from web.api.matrix import MatrixApi
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.need_upkeep import NeedUpkeepApi
from web.api.needs import NeedsApi, NeedSearchApi, NeedWritesApi
from web.api.oai import oai_router
from web.api.openapi import described, specs
from web.api.organisations import OrganisationsApi, organisations
from web.api.ownership import OwnershipApi
from web.api.partner_calls import CallsApi, CallWritesApi
from web.api.places import CountriesApi, SearchApi, countries
from web.api.proposals import ProposalsApi
from web.api.replicability import ReplicabilityApi
from web.api.report_savings import ReportSavingsApi
from web.api.reported_savings import ReportedSavingsApi, ReportedSavingWritesApi
from web.api.reports import ReportsApi
from web.api.repositories import RepositoriesApi, repositories
from web.api.reuse import EvidenceApi, ReuseApi, reuse
from web.api.reuse_actions import ReuseActionsApi
from web.api.reuse_files import ReuseFilesApi
from web.api.snapshots import SnapshotFeedApi, SnapshotsApi
from web.api.software_catalog import software_catalog_router
from web.api.standing import BodyMeasuresApi, ComponentStandingApi
from web.api.structs import ApiIndex, ResourceLink
from web.api.takedowns import TakedownsApi
from web.api.validation import ValidationApi
from web.api.webhooks import WebhooksApi
from web.auth.forgery import Protection
from web.limits import RateLimiter
from web.openapi_document import openapi_document
from web.services import Moved

RESOURCES: Final = (
    ("components", "components{.format}{?q,country,licence,…}", "The entries of the catalogue."),
    ("component", "components/{slug}", "One entry, with links to its parts."),
    ("export", "components/{slug}.{form}", "One entry as a file for other catalogues."),
    ("changes", "changes{?after}", "What happened to components, in order, with tombstones."),
    ("dcat", "components.dcat.jsonld", "The whole catalogue as DCAT-AP."),
    ("reuse", "reuse{.format}{?from,to,kind,tag,…}", "Who reuses whose code."),
    ("evidence", "evidence/{key}", "All about one edge, with its proof."),
    ("disputes", "disputes{?state,evidence,component}", "What people object to."),
    ("component_reuse", "components/{slug}/reuse{.format}", "The edges of a component."),
    ("lineage", "components/{slug}/lineage", "The family of a component."),
    ("drift", "components/{slug}/drift{.csv}", "How far a fork is from its upstream, and back."),
    ("missed_fixes", "fixes-missing{.format}{?organisation,…}", "Fixes that forks miss."),
    ("contributors", "components/{slug}/contributors{.csv}", "Who works on a component."),
    ("governance", "components/{slug}/governance{.csv}", "Where it stands in co-governance."),
    ("body_measures", "bodies/{slug}/measures{.csv}", "Who works on what a body governs."),
    ("replicability", "components/{slug}/replicability", "What stands in the way elsewhere."),
    ("matrix", "matrix{.format}{?group,period,tag,…}", "Who reuses whose code, in numbers."),
    ("country_reuse", "countries/{code}/reuse", "What a country gives and takes."),
    ("lookup", "lookup{?blob,commit,purl,url,swhid}", "Is this code somewhere?"),
    ("validate", "validate{?fix,path}", "Is this publiccode.yml right? (POST)"),
    ("licence_verdict", "licences/verdict{?inbound,outbound}", "Do two licences go together?"),
    ("method", "method", "How reuse is measured."),
    ("organisations", "organisations{.format}{?country}", "Public bodies."),
    (
        "inventory",
        "organisations/{slug}/inventory{.csv}{?activity,usage,feedback,reuse,sort}",
        "The code of an organisation, with what agencies report of it.",
    ),
    ("repositories", "repositories{?url,q,host,state}", "Git repositories, listed or not."),
    ("countries", "countries", "Countries with what was crawled of them."),
    ("suggest", "search/suggest{?q}", "Completion of what is being typed."),
    ("ownership_claims", "ownership-claims", "What you claim to own; needs a token."),
    ("proposals", "proposals{?state}", "What you propose to crawl; needs a token."),
    ("needs", "needs{?q,country,function,state,…}", "What public bodies look for."),
    ("demand", "demand{.csv}", "What is searched for in vain."),
    ("calls", "calls{?kind,country,component,…}", "Who looks for partners."),
    ("bodies", "bodies{?country,organisation,component}", "Who governs code together."),
    ("reports", "reports{?organisation,component,url,…}", "Who reuses a portfolio."),
    ("savings", "reports/savings{?organisation,component,kappa,rate,…}", "What reuse saved."),
    ("snapshots", "snapshots{.atom}", "Frozen reports, which can be cited and verified."),
    ("snapshot_difference", "snapshots/{id}/compare{?with}", "What differs between two."),
    ("takedowns", "takedowns", "What was removed from view, and why."),
    ("sources", "sources", "What is crawled."),
    ("crawls", "crawls", "The state of crawling."),
    ("crawl_log", "crawls/repositories/{id}", "What happened to a repository."),
)


class RootApi(Controller):
    """The API itself."""

    tags = ["API"]

    @get(
        "/",
        sync_to_thread=True,
        operation_id="get_index",
        summary="Get the index of resources",
        responses=specs(ApiIndex, "Where everything is."),
        operation_class=described(),
    )
    def get_index(self, call: CallDependency) -> Response[Any]:
        """Return the resources, and the time of the newest crawl."""
        call.read(())
        body = ApiIndex(
            name="Public Code Registry",
            version=call.services.version,
            openapi=call.api_url("openapi.json"),
            documentation=call.page_url("api"),
            data_as_of=call.services.as_of(),
            resources=tuple(ResourceLink(n, call.api_url(url), text) for n, url, text in RESOURCES),
        )
        return call.json(body)

    @get("/openapi.json", sync_to_thread=True, include_in_schema=False)
    def get_openapi(self, call: CallDependency) -> Response[Any]:
        """Return the OpenAPI document."""
        call.read(())
        return call.json(openapi_document(call.request.app))


class JsonSuffixApi(Controller):
    """Lists under addresses that end in `.json`, whatever the client accepts."""

    include_in_schema = False

    @get("/components.json", sync_to_thread=True)
    def components(self, call: CallDependency) -> Response[Any]:
        """Return a page of components."""
        return components(call)

    @get("/organisations.json", sync_to_thread=True)
    def organisations(self, call: CallDependency) -> Response[Any]:
        """Return a page of organisations."""
        return organisations(call)

    @get("/repositories.json", sync_to_thread=True)
    def repositories(self, call: CallDependency) -> Response[Any]:
        """Return a page of repositories."""
        return repositories(call)

    @get("/countries.json", sync_to_thread=True)
    def countries(self, call: CallDependency) -> Response[Any]:
        """Return the countries."""
        return countries(call)

    @get("/reuse.json", sync_to_thread=True)
    def reuse(self, call: CallDependency) -> Response[Any]:
        """Return a page of edges."""
        return reuse(call)

    @get("/sources.json", sync_to_thread=True)
    def sources(self, call: CallDependency) -> Response[Any]:
        """Return the sources."""
        return sources(call)

    @get("/crawls.json", sync_to_thread=True)
    def crawls(self, call: CallDependency) -> Response[Any]:
        """Return the state of crawling."""
        return crawls(call)


def api_routers(
    clock: Callable[[], float] = time.monotonic,
    posts: IdempotentPosts | None = None,
    limiter: RateLimiter | None = None,
) -> list[Router]:
    """Return the routes for programs; `clock` gives the seconds of the rate limit they share.

    With a `limiter` others share it too.

    `posts` answers what was sent before; without it every request is a new one.
    """
    limiter = RateLimiter(clock) if limiter is None else limiter  # an empty one is false
    others = (software_catalog_router, oai_router, feeds_router, badges_router)
    return [_api(limiter, posts), *(router(limiter) for router in others)]


def _api(limiter: RateLimiter, posts: IdempotentPosts | None) -> Router:
    provider = call_provider(limiter)
    return Router(
        PREFIX,
        route_handlers=[
            RootApi,
            ComponentsApi,
            ComponentFilesApi,
            CatalogueExportsApi,
            ChangesApi,
            OrganisationsApi,
            InventoriesApi,
            RepositoriesApi,
            CountriesApi,
            SearchApi,
            CrawlingApi,
            ReuseApi,
            ReuseFilesApi,
            EvidenceApi,
            DisputesApi,
            ComponentReuseApi,
            AdoptersApi,
            AdopterWritesApi,
            ReportedSavingsApi,
            ReportedSavingWritesApi,
            ReuseActionsApi,
            ComponentDriftApi,
            ContributorsApi,
            ComponentStandingApi,
            BodyMeasuresApi,
            FixesApi,
            FixFilesApi,
            FixMutesApi,
            ReplicabilityApi,
            MatrixApi,
            LicencesApi,
            LookupApi,
            BodiesApi,
            BodyWritesApi,
            DecisionsApi,
            DecisionWritesApi,
            BodyChangesApi,
            BodyMembersApi,
            BodyFactsApi,
            BodyFilesApi,
            BodyFileWritesApi,
            BodyVotesApi,
            BodyDriftApi,
            BodyExportsApi,
            NeedsApi,
            NeedSearchApi,
            DemandApi,
            NeedWritesApi,
            NeedUpkeepApi,
            CallsApi,
            CallWritesApi,
            ReportsApi,
            ReportSavingsApi,
            SnapshotsApi,
            SnapshotFeedApi,
            TakedownsApi,
            OwnershipApi,
            ProposalsApi,
            KeptFilesApi,
            ValidationApi,
            FollowsApi,
            WebhooksApi,
            HooksApi,
            AuditApi,
            JsonSuffixApi,
        ],
        dependencies={"call": Provide(provider)},
        opt={"protection": Protection.PROGRAM},
        exception_handlers={Moved: _moved},
        middleware=[
            ApiHeaders(),
            DefineMiddleware(CompressionMiddleware, config=COMPRESSION),
            *([posts] if posts else []),
        ],
    )


def _moved(request: Request[Any, Any, Any], error: Moved) -> Response[Any]:
    """Answer 301 to the same part of the component under its present slug."""
    head, _, _ = request.url.path.partition("/components/")
    name, slash, part = request.url.path.removeprefix(f"{head}/components/").partition("/")
    _, dot, suffix = name.partition(".")
    tail = dot + suffix + slash + part
    query = f"?{request.url.query}" if request.url.query else ""
    location = f"{head}/components/{error.slug}{tail}{query}"
    return Response(b"", status_code=301, headers={"Location": location})
