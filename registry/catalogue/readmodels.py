"""What the pages, the API and the command line read: frozen structs, never table rows."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class Text(Struct, frozen=True):
    """A text with its language (BCP 47), `None` where the source did not say."""

    value: str
    lang: str | None = None


class Link(Struct, frozen=True):
    """A named thing with its slug, to be linked to."""

    slug: str
    name: str


class ComponentQuery(Struct, frozen=True, kw_only=True):
    """A question to the catalogue: values of one filter are alternatives, filters add up.

    `platform` is one that publiccode.yml names. `min_reuse_organisations`, `min_reuse_countries`
    and `reused_in` ask for reuse by so many other organisations, in so many countries other than
    its own, or by an organisation of a country (ISO 3166-1), by measured evidence.
    """

    q: str = ""
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    licence_fits: str | None = None
    language: tuple[str, ...] = ()
    ui_language: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    readiness: tuple[str, ...] = ()
    forge: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    reused_in: tuple[str, ...] = ()
    min_reuse_organisations: int = 0
    min_reuse_countries: int = 0
    is_fork: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: str = "relevance"
    limit: int = 20
    after: str | None = None
    lang: str = "en"


class FacetValue(Struct, frozen=True):
    """A value of a filter with the number of components under the other active filters."""

    value: str
    label: str
    count: int
    selected: bool = False


class Facet(Struct, frozen=True):
    """A filter with its values, most frequent first."""

    name: str
    values: tuple[FacetValue, ...]


class Upstream(Struct, frozen=True, kw_only=True):
    """The component that another grew out of, as shared commits prove; `evidence` is the key."""

    slug: str
    name: str
    organisation: str | None
    evidence: str


class ComponentCard(Struct, frozen=True, kw_only=True):
    """A component in a list.

    `origin` is what its forge calls it a fork of, `upstream` what its history grew out of.
    `reuse_organisations` other organisations reuse it, in `reuse_countries` countries other than
    its own, by measured evidence.
    """

    slug: str
    name: Text
    description: Text | None = None
    organisation: Link | None = None
    country: str | None = None
    region: str | None = None
    licence: str | None = None
    licence_class: str = "unknown"
    language: str | None = None
    activity: str = "unknown"
    state: str = "active"
    version: str | None = None
    last_commit_at: datetime | None = None
    updated_at: datetime | None = None
    repository_url: str = ""
    origin: Link | None = None
    upstream: Upstream | None = None
    fork_count: int = 0
    fork_countries: tuple[str, ...] = ()
    reuse_organisations: int = 0
    reuse_countries: int = 0
    highlight: str | None = None
    is_demo: bool = False


class SearchPage(Struct, frozen=True, kw_only=True):
    """One page of an answer; `highlight` of a card is escaped HTML with `<mark>` only.

    `is_broadened` says that no component has all the words, so those with any are given.
    """

    items: tuple[ComponentCard, ...]
    total: int
    total_is_exact: bool = True
    facets: tuple[Facet, ...] = ()
    next: str | None = None
    suggestion: str | None = None
    degraded: bool = False
    is_broadened: bool = False


class Matching(Struct, frozen=True):
    """The components that a question is answered with, by id, and how many there are in all."""

    ids: tuple[int, ...]
    total: int


class Searched(Struct, frozen=True):
    """How many components a search looks at; of `waiting` it has not yet the newest state."""

    components: int
    waiting: int = 0


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a value was read: the document, its line and commit, and a link to look at it."""

    basis: str
    path: str | None = None
    line: int | None = None
    commit: str | None = None
    url: str | None = None
    observed_at: datetime | None = None


class Alternative(Struct, frozen=True, kw_only=True):
    """What another source states for the same property."""

    value: Any
    source: Provenance


class ResolvedField(Struct, frozen=True, kw_only=True):
    """A field of a component: the value shown, its source, and what others say.

    `is_disputed` says that members of the organisation object to the value.
    """

    property: str
    value: Any
    lang: str | None = None
    source: Provenance
    is_conflict: bool = False
    is_disputed: bool = False
    alternatives: tuple[Alternative, ...] = ()


class DocumentView(Struct, frozen=True, kw_only=True):
    """A metadata document as read, with the problems found in it."""

    kind: str
    path: str
    status: str
    version: str | None
    size: int
    commit: str
    blob: str
    swhid: str | None
    url: str | None
    read_at: datetime
    diagnostics: tuple[dict[str, Any], ...] = ()


class RepositoryView(Struct, frozen=True, kw_only=True):
    """A repository and how the crawler sees it."""

    id: int
    url: str
    web_url: str | None
    host: str
    forge: str
    state: str
    state_since: datetime
    moved_to: str | None = None
    aliases: tuple[str, ...] = ()
    is_fork: bool = False
    parent_url: str | None = None
    fork_class: str | None = None
    default_branch: str | None = None
    head_commit: str | None = None
    swhid: str | None = None
    commit_count: int = 0
    head_files: int = 0
    first_commit_at: datetime | None = None
    last_commit_at: datetime | None = None
    flags: tuple[str, ...] = ()
    last_checked_at: datetime | None = None
    last_crawled_at: datetime | None = None
    last_outcome: str | None = None
    last_detail: str | None = None
    component: str | None = None
    is_demo: bool = False


class Share(Struct, frozen=True):
    """A part of a whole: a size in the unit that the context names, and its share from 0 to 1."""

    name: str
    size: int
    share: float


class ReleaseView(Struct, frozen=True):
    """A release, newest first in lists."""

    name: str
    version: str
    commit: str
    released_at: datetime | None


class DependencyView(Struct, frozen=True, kw_only=True):
    """A dependency with the manifest and line that name it."""

    ecosystem: str
    name: str
    spec: str | None
    scope: str
    path: str
    line: int | None
    url: str | None
    component: Link | None = None


class PackageView(Struct, frozen=True, kw_only=True):
    """A package that the component publishes."""

    ecosystem: str
    name: str
    version: str | None
    path: str
    purl: str


class CrawlEventView(Struct, frozen=True, kw_only=True):
    """A line of the crawl log, with the cause in words and the next step where it failed."""

    at: datetime
    stage: str
    outcome: str
    detail: str
    size_bytes: int
    duration_ms: int
    cause: str | None = None
    next_step: str | None = None


class Listing(Struct, frozen=True, kw_only=True):
    """Another catalogue that lists a component, and the answer in which it did.

    `url` is set where it names another address, whose repository begins with the same commits.
    """

    peer: str
    read_from: str
    read_at: datetime
    key: str
    url: str | None = None
    is_active: bool = True


class ComponentDetail(Struct, frozen=True, kw_only=True):
    """All that is known of one component.

    `is_attribution_disputed` says that its organisation objects to being named here.
    """

    card: ComponentCard
    uuid: str
    repository: RepositoryView
    descriptions: tuple[Text, ...] = ()
    long_description: Text | None = None
    features: tuple[Text, ...] = ()
    readme_html: str | None = None
    readme_source: Provenance | None = None
    fields: tuple[ResolvedField, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    languages: tuple[Share, ...] = ()
    language_basis: str | None = None
    releases: tuple[ReleaseView, ...] = ()
    release_count: int = 0
    packages: tuple[PackageView, ...] = ()
    dependencies: tuple[DependencyView, ...] = ()
    submodules: tuple[tuple[str, str, str | None], ...] = ()
    community: dict[str, str] = {}
    forks: tuple[ComponentCard, ...] = ()
    events: tuple[CrawlEventView, ...] = ()
    licence_source: Provenance | None = None
    listings: tuple[Listing, ...] = ()
    is_attribution_disputed: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    revision: int = 1


class OrganisationView(Struct, frozen=True, kw_only=True):
    """A public body with its sources and counts."""

    slug: str
    uri: str
    name: str
    country: str | None
    region: str | None
    level: str
    website: str | None = None
    components: int = 0
    repositories: int = 0
    failed: int = 0
    sources: tuple[str, ...] = ()
    basis: str = "source"
    last_crawled_at: datetime | None = None
    is_demo: bool = False


class CountryView(Struct, frozen=True, kw_only=True):
    """A country with what was crawled of it."""

    code: str
    components: int
    organisations: int
    repositories: int
    failed: int
    regions: tuple[tuple[str, int], ...] = ()


class SourceView(Struct, frozen=True, kw_only=True):
    """A source as the operator added it, and how it does; `next_step` is set where it failed."""

    id: int
    spec: str
    kind: str
    forge: str
    host: str
    name: str | None
    country: str | None
    region: str | None
    level: str
    added_at: datetime
    discovered_at: datetime | None
    outcome: str | None
    detail: str | None
    next_step: str | None = None
    repositories: int = 0
    failed: int = 0
    is_demo: bool = False


class FailureGroup(Struct, frozen=True, kw_only=True):
    """Repositories that failed for one reason, with its cause and the next step."""

    reason: str
    cause: str
    next_step: str
    count: int
    examples: tuple[tuple[int, str, str], ...] = ()


class HostView(Struct, frozen=True, kw_only=True):
    """What a host last said about its budget of requests."""

    host: str
    remaining: int | None
    limit: int | None
    reset_at: datetime | None
    not_before: datetime | None


class CrawlStatus(Struct, frozen=True, kw_only=True):
    """The state of crawling: freshness, queue, budgets, failures, sources."""

    as_of: datetime
    repositories: int
    states: dict[str, int]
    freshness: dict[str, int]
    queue: dict[str, dict[str, int]]
    worker_seen_at: datetime | None
    hosts: tuple[HostView, ...]
    failures: tuple[FailureGroup, ...]
    sources: tuple[SourceView, ...]
    source_count: int = 0
    index_pending: int = 0


class Totals(Struct, frozen=True, kw_only=True):
    """The numbers of the home page."""

    components: int
    organisations: int
    countries: int
    repositories: int
    newest_crawl_at: datetime | None
    has_demo: bool
    demo_components: int = 0
