"""An in-memory twin of the catalogue, for the pages."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from registry.catalogue.readmodels import (
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    CountryView,
    CrawlEventView,
    CrawlStatus,
    Facet,
    FacetValue,
    Link,
    OrganisationView,
    RepositoryView,
    Searched,
    SearchPage,
    SourceView,
    Totals,
)
from registry.catalogue.replicability import Replicability
from registry.errors import Gone, NotFound
from registry.search.port import Suggestion
from tests.support.catalogue_samples import cards, organisations
from tests.support.component_samples import events, poor, repository, rich
from tests.support.crawl_samples import crawl_status, empty_status
from tests.support.hard_cases import NOW
from tests.support.replicability_samples import facts, full, shown
from web.ports.catalogue import Verdict
from web.services import Moved

MOVED_SLUG, NEW_SLUG = "old-forms", "forms"


class InMemoryCatalogue:
    """A catalogue of invented components; `is_empty` and `is_degraded` make the hard cases."""

    def __init__(self, *, is_empty: bool = False, is_degraded: bool = False) -> None:
        self.cards = [] if is_empty else cards()
        self.bodies = [] if is_empty else organisations()
        self.is_empty = is_empty
        self.is_degraded = is_degraded
        self.queries: list[ComponentQuery] = []

    def search(self, query: ComponentQuery) -> SearchPage:
        """Match words as substrings and filters by equality; cursors are offsets."""
        self.queries.append(query)
        found = [x for x in self.cards if _matches(x, query)]
        start = int(query.after) if query.after and query.after.isdigit() else 0
        end = start + query.limit
        return SearchPage(
            items=tuple(found[start:end]),
            total=len(found),
            facets=() if self.is_degraded else _facets(found),
            next=str(end) if end < len(found) else None,
            suggestion="forms" if query.q == "fomrs" else None,
            degraded=self.is_degraded,
        )

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """Complete by the beginning of the name."""
        wanted = prefix.lower()
        begun = [x for x in self.cards if x.name.value.lower().startswith(wanted)]
        return [Suggestion(x.name.value, x.slug) for x in begun[:limit]]

    def replicability(self, slug: str) -> Replicability:
        """Give one component every obstacle, one none, and let the others be unread."""
        self.component(slug)
        known = {"forms": full(), "auto-evaluation": facts()}
        return shown(known.get(slug, facts(inspection=None)), slug)

    def component(self, slug: str, lang: str = "en") -> ComponentDetail:
        """Return a rich record for most slugs and a poor one for `bare`."""
        if slug == MOVED_SLUG:
            raise Moved(NEW_SLUG)
        if slug == "removed-service":
            raise Gone("removed on 2026-08-02: court order", "court_order", NOW)
        found = self._card(slug)
        return poor(found) if slug == "bare" else rich(found, self.cards)

    def near_slugs(self, slug: str) -> Sequence[Link]:
        """Return components whose slug shares its beginning."""
        near = [x for x in self.cards if x.slug[:3] == slug[:3]]
        return [Link(x.slug, x.name.value) for x in near[:5]]

    def organisations(
        self, country: str | None, after: str | None, limit: int
    ) -> tuple[Sequence[OrganisationView], str | None]:
        """List the invented organisations, two pages of them."""
        found = [x for x in self.bodies if country in (None, x.country)]
        start = int(after) if after and after.isdigit() else 0
        following = str(start + limit) if start + limit < len(found) else None
        return found[start : start + limit], following

    def organisation(self, slug: str) -> OrganisationView:
        """Return one organisation."""
        for item in self.bodies:
            if item.slug == slug:
                return item
        raise NotFound(f"there is no organisation {slug!r}")

    def countries(self) -> Sequence[CountryView]:
        """Return the countries of the cards."""
        counts = Counter(x.country for x in self.cards if x.country)
        return [self._country(code, count) for code, count in sorted(counts.items())]

    def reusing_countries(self) -> Sequence[str]:
        """Return two countries, or none."""
        return () if self.is_empty else ("CA", "FI")

    def country(self, code: str) -> CountryView:
        """Return one country."""
        for item in self.countries():
            if item.code == code:
                return item
        raise NotFound(f"there is no country {code!r}")

    def crawl_status(self) -> CrawlStatus:
        """Return a crawl in trouble, or an empty one."""
        return empty_status() if self.is_empty else crawl_status()

    def repository_log(
        self, repository_id: int
    ) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return a failing repository under 7 and one that was never read under 8."""
        if repository_id not in {7, 8} or self.is_empty:
            raise NotFound(f"there is no repository {repository_id}")
        log = events() if repository_id == 7 else ()
        return replace(repository("forms"), id=repository_id, component=None), log

    def find_repositories(self, text: str) -> Sequence[RepositoryView]:
        """Find by a part of the URL."""
        return [repository(x.slug) for x in self.cards if text in x.repository_url][:20]

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
        """Return the repository of a URL, or all of them on one page, whatever else is asked."""
        found = [repository(x.slug) for x in self.cards]
        return [x for x in found if url in (None, x.url)], None

    def sources(self) -> Sequence[SourceView]:
        """Return the sources of the crawl status."""
        return self.crawl_status().sources

    def totals(self) -> Totals:
        """Count the cards."""
        return Totals(
            components=len(self.cards),
            organisations=len(self.bodies),
            countries=len(self.countries()),
            repositories=0 if self.is_empty else 12_345,
            newest_crawl_at=None if self.is_empty else NOW,
            has_demo=any(x.is_demo for x in self.cards),
            demo_components=sum(x.is_demo for x in self.cards),
        )

    def searched(self) -> Searched:
        """Count the cards."""
        return Searched(len(self.cards))

    def latest(self, limit: int, lang: str = "en") -> Sequence[ComponentCard]:
        """Return the first cards."""
        return self.cards[:limit]

    def licence_verdict(self, outbound: str, inbound: str) -> Verdict:
        """Answer all three ways, by the licence of the reader."""
        known: dict[str, Verdict] = {"EUPL-1.2": "yes", "MIT": "no"}
        return known.get(outbound, "unknown")

    def _card(self, slug: str) -> ComponentCard:
        for item in self.cards:
            if item.slug == slug:
                return item
        raise NotFound(f"there is no component {slug!r}")

    def _country(self, code: str, count: int) -> CountryView:
        regions = (("CA-ON", 3), ("CA-AB", 1)) if code == "CA" else ()
        bodies = sum(x.country == code for x in self.bodies)
        return CountryView(
            code=code,
            components=count,
            organisations=bodies,
            repositories=count + 3,
            failed=3,
            regions=regions,
        )


def _matches(item: ComponentCard, query: ComponentQuery) -> bool:
    text = " ".join(
        (item.name.value, item.description.value if item.description else "", item.highlight or "")
    )
    organisation = item.organisation.slug if item.organisation else ""
    chosen = (
        (query.country, item.country),
        (query.region, item.region),
        (query.organisation, organisation),
        (query.licence, item.licence),
        (query.language, item.language),
        (query.activity, item.activity),
    )
    if query.is_fork is not None and query.is_fork != bool(item.origin):
        return False
    return query.q.lower() in text.lower() and all(not w or v in w for w, v in chosen)


def _facets(found: Sequence[ComponentCard]) -> tuple[Facet, ...]:
    values = {
        "country": Counter(x.country for x in found if x.country),
        "licence": Counter(x.licence for x in found if x.licence),
        "language": Counter(x.language for x in found if x.language),
        "activity": Counter(x.activity for x in found),
        "function": Counter({"it-development": 3, "online-booking": 2}) if found else Counter(),
        "ui_language": Counter({"et": 4, "fr": 2}) if found else Counter(),
    }
    return tuple(
        Facet(name, tuple(FacetValue(v, v, n) for v, n in counts.most_common()))
        for name, counts in values.items()
    )
