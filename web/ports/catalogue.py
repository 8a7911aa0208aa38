"""What the web asks of the catalogue."""

from collections.abc import Sequence
from typing import Literal, Protocol

from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    CountryView,
    CrawlEventView,
    CrawlStatus,
    Link,
    OrganisationView,
    RepositoryView,
    SearchPage,
    SourceView,
    Totals,
)
from registry.catalogue.replicability import Replicability
from registry.search.port import Suggestion

Verdict = Literal["yes", "no", "unknown"]


class Catalogue(Protocol):
    """The read side of the registry.

    A slug or id that is not known raises `NotFound`, one that was renamed raises `Moved`, a part
    that is down raises `Unavailable`. Cursors (`after`, `next`) are opaque to the web.
    """

    def search(self, query: ComponentQuery) -> SearchPage:
        """Return one page of the components that the query asks for, with facets."""

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """Return names that begin with what was typed so far."""

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return all that is known of a component, with texts in a language where there are."""

    def replicability(self, slug: str) -> Replicability:
        """Return what stands in the way of using a component elsewhere."""

    def near_slugs(self, slug: str) -> Sequence[Link]:
        """Return components whose slug is close to one that does not exist."""

    def organisations(
        self, country: str | None, after: str | None, limit: int
    ) -> tuple[Sequence[OrganisationView], str | None]:
        """Return organisations by name, and the cursor of the next page."""

    def organisation(self, slug: str) -> OrganisationView:
        """Return one organisation."""

    def countries(self) -> Sequence[CountryView]:
        """Return the countries that have at least one organisation or component."""

    def reusing_countries(self) -> Sequence[str]:
        """Return the codes of the countries in which something is reused, as measured."""

    def country(self, code: str) -> CountryView:
        """Return one country by its ISO 3166-1 code in capitals."""

    def crawl_status(self) -> CrawlStatus:
        """Return the state of crawling."""

    def repository_log(
        self, repository_id: int
    ) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return a repository with its crawl log, newest line first."""

    def find_repositories(self, text: str) -> Sequence[RepositoryView]:
        """Return repositories, listed or not, whose URL holds the text."""

    def repositories(
        self,
        *,
        url: str | None = None,
        text: str | None = None,
        host: str | None = None,
        state: str | None = None,
        after: int = 0,
        limit: int = 20,
    ) -> tuple[Sequence[RepositoryView], int | None]:
        """Return repositories by number, listed or not, and the number to go on after.

        `url` is a canonical URL, present or past; `text` a part of the present one.
        """

    def sources(self) -> Sequence[SourceView]:
        """Return what the operator added."""

    def totals(self) -> Totals:
        """Return the numbers of the home page."""

    def latest(self, limit: int, lang: str = "en") -> Sequence[ComponentCard]:
        """Return the components that were read last."""

    def licence_verdict(self, outbound: str, inbound: str) -> Verdict:
        """Say whether code under `inbound` may be combined into a work under `outbound`."""


class Contents(Protocol):
    """The contents of files in the repositories that were fetched."""

    def contents(self, url: str, blob: str) -> bytes | None:
        """Return a blob of the repository with this canonical URL, if it is here and not large."""
