"""What the API returns, made of the read models; the locked document shows every change of it.

Every item has `api_url`, and `html_url` where people have a page of it. Times are UTC.
"""

from datetime import datetime

from msgspec import Struct

from registry.catalogue.readmodels import (
    ComponentCard,
    CrawlEventView,
    DependencyView,
    DocumentView,
    Facet,
    FailureGroup,
    HostView,
    Listing,
    OrganisationView,
    PackageView,
    Provenance,
    ReleaseView,
    RepositoryView,
    ResolvedField,
    Share,
    SourceView,
    Text,
)


class ComponentItem(ComponentCard, frozen=True, kw_only=True):
    """A component in a list; `highlight` is escaped HTML whose only tag is `mark`."""

    api_url: str
    html_url: str


class ComponentPage(Struct, frozen=True, kw_only=True):
    """One page of components.

    Beyond 10,000 the `total` is 10,000 and `total_is_exact` is false. `facets` count the
    components per value under all other filters. `suggestion` is the question with its spelling
    mended. `degraded` tells that the search index is down and the database answered.
    """

    items: tuple[ComponentItem, ...]
    total: int
    total_is_exact: bool
    next: str | None
    facets: tuple[Facet, ...]
    suggestion: str | None
    degraded: bool


class Parts(Struct, frozen=True, kw_only=True):
    """Links to what else is known of a component."""

    dependencies: str
    metadata: str
    activity: str
    releases: str
    forks: str
    reuse: str
    lineage: str
    drift: str
    adopters: str
    replicability: str


class ComponentResource(ComponentItem, frozen=True, kw_only=True):
    """All that is known of a component but its parts, which `parts` links to.

    `uuid` never changes, `slug` may. `licence_source` is where the licence was read.
    `is_attribution_disputed` says that the organisation objects to being named here.
    """

    uuid: str
    repository: RepositoryView
    descriptions: tuple[Text, ...]
    long_description: Text | None
    features: tuple[Text, ...]
    languages: tuple[Share, ...]
    language_basis: str | None
    community: dict[str, str]
    licence_source: Provenance | None
    release_count: int
    is_attribution_disputed: bool
    created_at: datetime | None
    revision: int
    parts: Parts


class Submodule(Struct, frozen=True):
    """A git submodule; `url` is absent where it may not be followed."""

    path: str
    commit: str
    url: str | None


class Dependencies(Struct, frozen=True, kw_only=True):
    """What a component depends on, publishes as packages, and pins as submodules."""

    dependencies: tuple[DependencyView, ...]
    packages: tuple[PackageView, ...]
    submodules: tuple[Submodule, ...]


class Metadata(Struct, frozen=True, kw_only=True):
    """Every resolved field with its source, the documents that were read, and other catalogues.

    `listings` are other catalogues that list the component, under this or another address.
    """

    fields: tuple[ResolvedField, ...]
    documents: tuple[DocumentView, ...]
    listings: tuple[Listing, ...]


class Activity(Struct, frozen=True, kw_only=True):
    """Commits of a component, and the newest lines of its crawl log."""

    activity: str
    commit_count: int
    first_commit_at: datetime | None
    last_commit_at: datetime | None
    last_checked_at: datetime | None
    last_crawled_at: datetime | None
    events: tuple[CrawlEventView, ...]


class Releases(Struct, frozen=True, kw_only=True):
    """The newest releases, and how many there are."""

    items: tuple[ReleaseView, ...]
    total: int


class Forks(Struct, frozen=True, kw_only=True):
    """Components that are forks or variants of this one, the latest changed first."""

    items: tuple[ComponentItem, ...]


class OrganisationItem(OrganisationView, frozen=True, kw_only=True):
    """A public body."""

    api_url: str
    html_url: str


class OrganisationPage(Struct, frozen=True, kw_only=True):
    """One page of organisations by slug."""

    items: tuple[OrganisationItem, ...]
    next: str | None


class RepositoryItem(RepositoryView, frozen=True, kw_only=True):
    """A repository; `html_url` is its public crawl log."""

    api_url: str
    html_url: str


class RepositoryPage(Struct, frozen=True, kw_only=True):
    """One page of repositories by number."""

    items: tuple[RepositoryItem, ...]
    next: str | None


class RegionCount(Struct, frozen=True):
    """A region (ISO 3166-2) with the number of its components."""

    code: str
    components: int


class CountryItem(Struct, frozen=True, kw_only=True):
    """A country with what was crawled of it."""

    code: str
    components: int
    organisations: int
    repositories: int
    failed: int
    regions: tuple[RegionCount, ...]
    api_url: str
    html_url: str


class CountryList(Struct, frozen=True, kw_only=True):
    """Every country by code."""

    items: tuple[CountryItem, ...]


class SuggestionItem(Struct, frozen=True, kw_only=True):
    """A completion; `api_url` and `html_url` are set when it is the name of a component."""

    text: str
    slug: str | None
    api_url: str | None
    html_url: str | None


class Suggestions(Struct, frozen=True, kw_only=True):
    """At most eight completions, the best first."""

    items: tuple[SuggestionItem, ...]


class SourceList(Struct, frozen=True, kw_only=True):
    """Every source, by what the operator wrote."""

    items: tuple[SourceView, ...]


class CrawlReport(Struct, frozen=True, kw_only=True):
    """The state of crawling.

    `freshness` counts repositories by the age of their last check; `queue` counts jobs by host
    and state; `index_pending` counts components that the search index has yet to take.
    """

    as_of: datetime
    repositories: int
    states: dict[str, int]
    freshness: dict[str, int]
    queue: dict[str, dict[str, int]]
    worker_seen_at: datetime | None
    hosts: tuple[HostView, ...]
    failures: tuple[FailureGroup, ...]
    index_pending: int


class CrawlLog(Struct, frozen=True, kw_only=True):
    """The crawl log of one repository, newest line first, at most 100 lines."""

    repository: RepositoryItem
    events: tuple[CrawlEventView, ...]


class ResourceLink(Struct, frozen=True):
    """A resource of the API; `url` may hold variables in braces (RFC 6570)."""

    name: str
    url: str
    description: str


class ApiIndex(Struct, frozen=True, kw_only=True):
    """Where everything is."""

    name: str
    version: str
    openapi: str
    documentation: str
    data_as_of: datetime
    resources: tuple[ResourceLink, ...]
