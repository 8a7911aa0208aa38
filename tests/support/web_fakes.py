"""An in-memory twin of the catalogue, with synthetic components that try to break pages.

All names are invented. The data hold long words, several languages, right-to-left text, missing
values, conflicts, forks, failures, demo marks and markup that must never become markup.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from registry.catalogue.readmodels import (
    Alternative,
    ComponentCard,
    ComponentDetail,
    ComponentQuery,
    CountryView,
    CrawlEventView,
    CrawlStatus,
    DependencyView,
    DocumentView,
    Facet,
    FacetValue,
    FailureGroup,
    HostView,
    Link,
    Listing,
    OrganisationView,
    PackageView,
    Provenance,
    ReleaseView,
    RepositoryView,
    ResolvedField,
    SearchPage,
    Share,
    SourceView,
    Text,
    Totals,
)
from registry.catalogue.replicability import Replicability
from registry.domain.crawl import REASONS, describe
from registry.errors import Gone, NotFound
from registry.publishing.takedowns import TakedownView
from registry.search.port import Suggestion
from registry.settings import WebSettings
from tests.support.drafts import sample_drafts
from tests.support.publiccode_files import InProcessFiles
from tests.support.replicability_samples import facts, full, shown
from web.ports.catalogue import Verdict
from web.services import Moved, Services

NOW = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)
COMMIT = "0a015386d4b9c2b1a0f3e5d7c9b8a7f6e5d4c3b2"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
EVIL_URL = "javascript:alert(3)"
LONG_WORD = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnungsverwaltung"
MOVED_SLUG, NEW_SLUG = "old-forms", "forms"
PAGE = 20


def source(basis: str, path: str | None = None, line: int | None = None) -> Provenance:
    """Return a source with a link to a file, as the catalogue makes them."""
    url = f"https://git.example.org/blob/{COMMIT}/{path}#L{line or 1}" if path else None
    return Provenance(
        basis=basis, path=path, line=line, commit=COMMIT if path else None, url=url, observed_at=NOW
    )


def card(slug: str, title: str, **values: object) -> ComponentCard:
    """Return a card with plausible values, any of which can be given."""
    given: dict[str, object] = {
        "slug": slug,
        "name": Text(title),
        "description": Text(f"{title}: a service for people and their administrations.", "en"),
        "organisation": Link("ministry-of-examples", "Ministry of Examples"),
        "country": "EE",
        "licence": "EUPL-1.2",
        "licence_class": "weak",
        "language": "Python",
        "activity": "active",
        "version": "2.4.0",
        "last_commit_at": NOW - timedelta(days=9),
        "updated_at": NOW,
        "repository_url": f"https://git.example.org/examples/{slug}",
    }
    return ComponentCard(**{**given, **values})  # type: ignore[arg-type]


def _cards() -> list[ComponentCard]:
    forms = card(
        "forms",
        "Forms for citizens",
        fork_count=14,
        fork_countries=("CA", "FI"),
        highlight="Forms for &lt;citizens&gt; with <mark>self assessment</mark>",
    )
    special = [
        forms,
        card(
            "auto-evaluation",
            "Auto-évaluation",
            description=Text("Un service d’auto-évaluation pour la santé publique.", "fr"),
            name=Text("Auto-évaluation", "fr"),
            country="CA",
            region="CA-ON",
            organisation=Link("digital-service", "Digital Service"),
            licence="MIT",
            licence_class="permissive",
            language="TypeScript",
            is_demo=True,
        ),
        card("hidden", EVIL, description=Text(EVIL, "x' onmouseover='alert(4)"), highlight=EVIL),
        card("long-name", LONG_WORD, description=Text(LONG_WORD * 12, "de"), country="DE"),
        card(
            "bare",
            "bare",
            description=None,
            organisation=None,
            country=None,
            licence=None,
            licence_class="unknown",
            language=None,
            activity="unknown",
            version=None,
            last_commit_at=None,
        ),
        card(
            "arabic",
            "خدمة النماذج",
            name=Text("خدمة النماذج", "ar"),
            description=Text("خدمة للمواطنين", "ar"),
            country="TN",
            activity="quiet",
        ),
        card("gone-service", "Gone service", state="gone", activity="archived", country="FI"),
    ]
    forks = [
        card(
            f"forms-fork-{i}",
            f"Forms of town {i}",
            origin=Link("forms", "Forms for citizens"),
            country="FI" if i % 2 else "CA",
        )
        for i in range(14)
    ]
    languages = [f"Language {i}" for i in range(30)]
    many = [
        card(
            f"service-{i}",
            f"Service number {i}",
            language=languages[i % 30],
            country=("EE", "FI", "CA", "DE", "ES", "FR", "IT")[i % 7],
            activity=("active", "quiet", "archived")[i % 3],
        )
        for i in range(60)
    ]
    return [*special, *forks, *many]


class InMemoryCatalogue:
    """A catalogue of invented components; `is_empty` and `is_degraded` make the hard cases."""

    def __init__(self, *, is_empty: bool = False, is_degraded: bool = False) -> None:
        self.cards = [] if is_empty else _cards()
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
        return _poor(found) if slug == "bare" else _rich(found, self.cards)

    def near_slugs(self, slug: str) -> Sequence[Link]:
        """Return components whose slug shares its beginning."""
        near = [x for x in self.cards if x.slug[:3] == slug[:3]]
        return [Link(x.slug, x.name.value) for x in near[:5]]

    def organisations(
        self, country: str | None, after: str | None, limit: int
    ) -> tuple[Sequence[OrganisationView], str | None]:
        """List the invented organisations, two pages of them."""
        found = [x for x in self._organisations() if country in (None, x.country)]
        start = int(after) if after and after.isdigit() else 0
        following = str(start + limit) if start + limit < len(found) else None
        return found[start : start + limit], following

    def organisation(self, slug: str) -> OrganisationView:
        """Return one organisation."""
        for item in self._organisations():
            if item.slug == slug:
                return item
        raise NotFound(f"there is no organisation {slug!r}")

    def countries(self) -> Sequence[CountryView]:
        """Return the countries of the cards."""
        counts = Counter(x.country for x in self.cards if x.country)
        return [self._country(code, count) for code, count in sorted(counts.items())]

    def country(self, code: str) -> CountryView:
        """Return one country."""
        for item in self.countries():
            if item.code == code:
                return item
        raise NotFound(f"there is no country {code!r}")

    def crawl_status(self) -> CrawlStatus:
        """Return a crawl in trouble, or an empty one."""
        return _empty_status() if self.is_empty else _status()

    def repository_log(
        self, repository_id: int
    ) -> tuple[RepositoryView, tuple[CrawlEventView, ...]]:
        """Return a failing repository under 7 and one that was never read under 8."""
        if repository_id not in {7, 8} or self.is_empty:
            raise NotFound(f"there is no repository {repository_id}")
        events = _events() if repository_id == 7 else ()
        return replace(_repository("forms"), id=repository_id, component=None), events

    def find_repositories(self, text: str) -> Sequence[RepositoryView]:
        """Find by a part of the URL."""
        return [_repository(x.slug) for x in self.cards if text in x.repository_url][:20]

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
        found = [_repository(x.slug) for x in self.cards]
        return [x for x in found if url in (None, x.url)], None

    def sources(self) -> Sequence[SourceView]:
        """Return the sources of the crawl status."""
        return self.crawl_status().sources

    def totals(self) -> Totals:
        """Count the cards."""
        return Totals(
            components=len(self.cards),
            organisations=len(self._organisations()),
            countries=len(self.countries()),
            repositories=0 if self.is_empty else 12_345,
            newest_crawl_at=None if self.is_empty else NOW,
            has_demo=any(x.is_demo for x in self.cards),
            demo_components=sum(x.is_demo for x in self.cards),
        )

    def latest(self, limit: int, lang: str = "en") -> Sequence[ComponentCard]:
        """Return the first cards."""
        return self.cards[:limit]

    def licence_verdict(self, outbound: str, inbound: str) -> Verdict:
        """Answer all three ways, by the licence of the reader."""
        return {"EUPL-1.2": "yes", "MIT": "no"}.get(outbound, "unknown")  # type: ignore[return-value]

    def _card(self, slug: str) -> ComponentCard:
        for item in self.cards:
            if item.slug == slug:
                return item
        raise NotFound(f"there is no component {slug!r}")

    def _organisations(self) -> list[OrganisationView]:
        if self.is_empty:
            return []
        special = [
            OrganisationView(
                slug="ministry-of-examples",
                uri="https://example.org/id/ministry",
                name="Ministry of Examples",
                country="EE",
                region=None,
                level="national",
                website="https://example.org/",
                components=81,
                repositories=90,
                failed=2,
                sources=("github:ministry-of-examples", "https://example.org/list.csv"),
                last_crawled_at=NOW,
            ),
            OrganisationView(
                slug="digital-service",
                uri=EVIL_URL,
                name=f"Digital Service {EVIL}",
                country="CA",
                region="CA-ON",
                level="regional",
                website=EVIL_URL,
                is_demo=True,
            ),
        ]
        towns = [
            OrganisationView(
                slug=f"town-{i}",
                uri=f"https://example.org/id/town-{i}",
                name=f"Town {i}",
                country="FI",
                region=None,
                level="local",
                components=i,
            )
            for i in range(60)
        ]
        return [*special, *towns]

    def _country(self, code: str, count: int) -> CountryView:
        regions = (("CA-ON", 3), ("CA-AB", 1)) if code == "CA" else ()
        bodies = sum(x.country == code for x in self._organisations())
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


def _repository(slug: str) -> RepositoryView:
    return RepositoryView(
        id=7,
        url=f"https://git.example.org/examples/{slug}",
        web_url=f"https://git.example.org/examples/{slug}",
        host="git.example.org",
        forge="gitlab",
        state="active",
        state_since=NOW - timedelta(days=400),
        aliases=("https://old.example.org/examples/forms", EVIL_URL),
        fork_class="VARIANT_FORK" if "fork" in slug else None,
        default_branch="main",
        head_commit=COMMIT,
        swhid=f"swh:1:rev:{COMMIT}",
        commit_count=13_674,
        head_files=812,
        first_commit_at=NOW - timedelta(days=4000),
        last_commit_at=NOW - timedelta(days=9),
        last_checked_at=NOW,
        last_crawled_at=NOW,
        last_outcome="crawled",
        component=slug,
    )


def _events() -> tuple[CrawlEventView, ...]:
    lines = [("probe", "unchanged", ""), ("fetch", "crawled", ""), ("fetch", "http_451", "")]
    lines += [("fetch", "too_large", f"3 GB {EVIL}"), ("extract", "memory", "")]
    failed = {
        "http_451": ("The host answered with HTTP status 451", "Check the URL and the host"),
        **REASONS,
    }
    return tuple(
        CrawlEventView(
            at=NOW - timedelta(hours=i),
            stage=stage,
            outcome=outcome,
            detail=detail,
            size_bytes=10**i,
            duration_ms=100,
            cause=failed[outcome][0] if outcome in failed else None,
            next_step=failed[outcome][1] if outcome in failed else None,
        )
        for i, (stage, outcome, detail) in enumerate(lines)
    )


def _poor(item: ComponentCard) -> ComponentDetail:
    bare = replace(_repository(item.slug), head_commit=None, swhid=None, aliases=(), commit_count=0)
    return ComponentDetail(card=item, uuid="00000000-0000-4000-8000-000000000000", repository=bare)


def _rich(item: ComponentCard, cards: Sequence[ComponentCard]) -> ComponentDetail:
    publiccode = source("publiccode", "publiccode.yml", 12)
    return ComponentDetail(
        card=item,
        uuid="00000000-0000-4000-8000-000000000001",
        repository=_repository(item.slug),
        descriptions=(
            *([item.description] if item.description else []),
            Text("Un service pour les gens et leurs administrations.", "fr"),
        ),
        long_description=Text(f"First paragraph.\n\n{EVIL}\n\n" + "Long text. " * 40, "en"),
        features=(Text("Works offline", "en"), Text("Fonctionne hors ligne", "fr"), Text(EVIL)),
        readme_html=(
            "<h3>Forms</h3><p>Read <a href='https://example.org/' rel='nofollow ugc noopener'>the "
            "manual</a>.</p><pre><code>make run</code></pre><h4>More</h4><ul><li>One</li></ul>"
        ),
        readme_source=source("readme", "README.md", 1),
        fields=_fields(publiccode),
        documents=_documents(),
        languages=(
            Share("Python", 90_000, 0.899),
            Share("HTML", 10_000, 0.1),
            Share("Makefile", 9, 0.001),
        ),
        language_basis="sample",
        releases=(
            ReleaseView("v2.4.0", "2.4.0", COMMIT, NOW - timedelta(days=30)),
            ReleaseView("v2.3.0", "2.3.0", COMMIT, None),
        ),
        release_count=80,
        packages=(
            PackageView(
                ecosystem="npm",
                name="forms",
                version=None,
                path="package.json",
                purl="pkg:npm/forms",
            ),
        ),
        dependencies=_dependencies(),
        submodules=(("vendor/maps", COMMIT, EVIL_URL), ("vendor/x", COMMIT, None)),
        community={"contributing": "CONTRIBUTING.md", "security": "SECURITY.md"},
        forks=tuple(x for x in cards if x.origin and x.origin.slug == item.slug),
        events=_events(),
        licence_source=source("licence", "LICENSE", 1),
        listings=_listings(),
        created_at=NOW,
        updated_at=NOW,
    )


def _listings() -> tuple[Listing, ...]:
    api = "https://api.example.org/v1"
    own = Listing(peer=f"catalog:{api}", read_from=f"{api}/software", read_at=NOW, key="1")
    moved = Listing(
        peer=f"catalog:{EVIL_URL}", read_from=EVIL_URL, read_at=NOW, key=EVIL,
        url="https://git.example.org/mirror/forms", is_active=False,
    )  # fmt: skip
    return own, moved


def _signals() -> list[ResolvedField]:
    checks = [
        {"name": "Fuzzing", "score": 0, "reason": "project is not fuzzed"},
        {"name": EVIL, "score": None, "reason": EVIL},
    ]
    card = {"date": "2026-03-04", "commit": COMMIT[::-1], "version": "v5", "checks": checks}
    badge = {"level": "silver", "updated": "2026-03-04", "project": "https://badge.example.org/1"}
    values: dict[str, object] = {
        "scorecard": card, "best_practices": badge, "sdgs": [9, 16],
        "deployment_countries": ["EE", "NO", "ZZ"],
    }  # fmt: skip
    api = "https://api.example.org/v1"
    peer = Provenance(basis="peer", path=f"catalog:{api}", url=f"{api}/software", observed_at=NOW)
    return [
        ResolvedField(property=name, value=value, source=peer) for name, value in values.items()
    ]


def _fields(publiccode: Provenance) -> tuple[ResolvedField, ...]:
    other = Alternative(value="MIT", source=source("codejson", "code.json", 8))
    values: list[tuple[str, object]] = [
        ("categories", ["it-development", "online-booking"]),
        ("landing_url", "https://example.org/forms"),
        ("documentation_url", EVIL_URL),
        ("is_based_on", ["https://git.example.org/other/base"]),
        ("contacts", [{"name": "Forms team", "channel": "https://example.org/contact"}]),
        ("standards", {"open": [1, 2.5, None, True, False, [], {"deep": {"deeper": [[[EVIL]]]}}]}),
    ]
    plain = [ResolvedField(property=name, value=value, source=publiccode) for name, value in values]
    conflict = ResolvedField(
        property="licence",
        value="EUPL-1.2",
        source=source("licence", "LICENSE", 1),
        is_conflict=True,
        alternatives=(other,),
    )
    organisation = ResolvedField(
        property="organisation", value="Ministry of Examples", source=source("publisher")
    )
    french = ResolvedField(
        property="short_description", value="Un service.", lang="fr", source=publiccode
    )
    return (conflict, organisation, french, *plain, *_signals())


def _documents() -> tuple[DocumentView, ...]:
    problems: tuple[dict[str, object], ...] = (
        {"severity": "error", "message": f"must be a date {EVIL}", "key": "releaseDate", "line": 9},
        {"severity": "warning", "message": "is deprecated", "fix": "remove it"},
    )
    kinds = (("publiccode", "invalid", problems), ("codejson", "valid", ()))
    return tuple(
        DocumentView(
            kind=kind,
            path=f"{kind}.file",
            status=status,
            version="0.4",
            size=2_048,
            commit=COMMIT,
            blob=COMMIT,
            swhid=f"swh:1:cnt:{COMMIT}",
            url=f"https://git.example.org/blob/{kind}",
            read_at=NOW,
            diagnostics=found,
        )
        for kind, status, found in kinds
    )


def _dependencies() -> tuple[DependencyView, ...]:
    def one(name: str, **values: object) -> DependencyView:
        given: dict[str, object] = {"spec": "^1.2", "scope": "runtime", "line": 4, "url": None}
        return DependencyView(
            ecosystem="npm", name=name, path="package.json", **{**given, **values}
        )  # type: ignore[arg-type]

    return (
        one("design-system", component=Link("service-1", "Service number 1")),
        one(EVIL, url=EVIL_URL, spec=None),
        one("left", url="https://www.example.org/left", scope="dev", line=None),
    )


def _status() -> CrawlStatus:
    groups = [
        FailureGroup(
            reason=reason,
            cause=REASONS[reason][0],
            next_step=REASONS[reason][1],
            count=3,
            examples=((7, "https://git.example.org/examples/forms", EVIL),),
        )
        for reason in ("gone", "too_large", "auth")
    ]
    sources = [
        SourceView(
            id=i,
            spec=spec,
            kind="organisation",
            forge="github",
            host="git.example.org",
            name=name,
            country="CA",
            region="CA-ON",
            level="national",
            added_at=NOW,
            discovered_at=NOW if i else None,
            outcome="discovered" if i else None,
            detail=None,
            repositories=90,
            failed=2,
            is_demo=not i,
        )
        for i, (spec, name) in enumerate(
            [("demo:all", "Demo"), ("github:examples", None), (LONG_WORD, EVIL)]
        )
    ]
    peer = SourceView(
        id=9, spec="catalog:https://api.example.org/v1", kind="peer", forge="unknown",
        host="api.example.org", name=None, country=None, region=None, level="unknown",
        added_at=NOW, discovered_at=NOW, outcome="rate_limited", detail=EVIL,
        next_step=describe("rate_limited")[1],
    )  # fmt: skip
    sources.insert(0, peer)
    return CrawlStatus(
        as_of=NOW,
        repositories=12_345,
        states={"active": 12_000, "gone": 40, "pending": 305},
        freshness={"day": 9_000, "week": 3_000, "month": 300, "older": 45},
        queue={"crawl": {"waiting": 305, "running": 2}, "index": {"done": 12}},
        worker_seen_at=NOW - timedelta(minutes=14),
        hosts=(
            HostView(
                host="git.example.org", remaining=4_321, limit=5_000, reset_at=NOW, not_before=None
            ),
            HostView(
                host="slow.example.org", remaining=None, limit=None, reset_at=None, not_before=NOW
            ),
        ),
        failures=tuple(groups),
        sources=tuple(sources),
        index_pending=3,
    )


def _empty_status() -> CrawlStatus:
    return CrawlStatus(
        as_of=NOW,
        repositories=0,
        states={},
        freshness={},
        queue={},
        worker_seen_at=None,
        hosts=(),
        failures=(),
        sources=(),
    )


LIMITS = (("crawl.fetch_seconds", "600", "Wall time of one fetch, in seconds."),)


def web_services(
    *, is_empty: bool = False, is_degraded: bool = False, settings: WebSettings | None = None
) -> Services:
    """Return services over the in-memory catalogue, as of a fixed moment."""
    from tests.support.adoption_fakes import InMemoryAdopters, InMemoryReuseActions
    from tests.support.dispute_fakes import InMemoryDisputes
    from tests.support.drift_fakes import InMemoryDrifts
    from tests.support.lineage_fakes import (
        InMemoryContents,
        InMemoryLineage,
    )  # its edges join these components
    from tests.support.needs import sample_needs
    from tests.support.ownership_fakes import InMemoryOwnership
    from tests.support.publishing_fakes import InMemoryPublishing

    catalogue = InMemoryCatalogue(is_empty=is_empty, is_degraded=is_degraded)
    return Services(
        catalogue=catalogue,
        publishing=InMemoryPublishing(catalogue.cards),
        lineage=InMemoryLineage(is_empty=is_empty),
        disputes=InMemoryDisputes(is_empty=is_empty),
        settings=settings or WebSettings(base_url="http://localhost:8000"),
        version="0.0-test",
        as_of=lambda: NOW,
        limits=LIMITS,
        contents=InMemoryContents(),
        publiccode=InProcessFiles(),
        ownership=InMemoryOwnership(),
        reuse_actions=InMemoryReuseActions(),
        adopters=InMemoryAdopters(),
        drafts=sample_drafts(),
        removals=InMemoryRemovals(is_empty=is_empty),
        needs=sample_needs(is_empty=is_empty),
        drifts=InMemoryDrifts(is_empty=is_empty),
    )


class InMemoryRemovals:
    """A log of takedowns, with the hard cases."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.all = [] if is_empty else [
            TakedownView(id=3, slug="", category="other", note=EVIL, taken_down_at=NOW,
                         lifted_at=None),
            TakedownView(id=2, slug="removed-service", category="court_order", note="",
                         taken_down_at=NOW, lifted_at=None),
            TakedownView(id=1, slug="forms", category="published_by_mistake", note=LONG_WORD,
                         taken_down_at=NOW, lifted_at=NOW),
        ]  # fmt: skip

    def takedowns(
        self, *, after: int | None = None, limit: int = 50
    ) -> tuple[list[TakedownView], int | None]:
        """Return takedowns, the newest first."""
        del limit
        return [x for x in self.all if after is None or x.id < after], None


# Every kind of page, with the hard cases of each; the same paths exist under each language.
_REUSE_STATES = ("recorded-", "forking-", "failed-", "found-", "measured-", "missing-")
PAGE_PATHS = (
    "/",
    "/search",
    "/search?q=service&country=EE&language=Language+0",
    "/search?q=zzz&country=EE&licence=MIT&is_fork=true&licence_fits=MIT&since=2020-01-01",
    "/search?q=fomrs",
    "/search?after=40",
    "/components/forms",
    "/components/forms/dependencies",
    "/components/forms/metadata",
    "/components/forms/activity",
    "/components/forms/reuse",
    "/components/forms/reuse?tag=declared",
    "/components/forms/lineage",
    "/components/forms/drift",
    "/components/bare/drift",
    "/components/hidden/drift",
    "/fixes-missing",
    "/fixes-missing?state=muted&severity=high&organisation=ministry-of-examples&after=9",
    "/fixes-missing/fix_missing",
    "/fixes-missing/fix_unknown",
    "/fixes-missing/fix_muted",
    "/fixes-missing/fix_ended",
    "/components/forms/reuse-this",
    "/components/bare/reuse-this?owner=x&name=y&adopter=1",
    "/components/forms/reuse-this/check?forge=gitlab&owner=https://git.example.org/town&name=taken",
    "/components/bare/reuse-this/check?forge=github&owner=town&name=forms&branch=1",
    "/components/hidden/reuse-instructions",
    "/components/forms/adopters",
    "/components/forms/adopters?after=2",
    "/components/bare/adopters",
    "/components/hidden/adopters/declare",
    "/organisations/ministry-of-examples/adoptions",
    "/organisations/digital-service/adoptions",
    *(f"/reuse-actions/{state.ljust(24, 'k')}" for state in _REUSE_STATES),
    "/components/forms/replicability",
    "/components/bare/replicability",
    "/components/auto-evaluation/replicability",
    "/components/bare/reuse",
    "/components/bare/lineage",
    "/components/auto-evaluation/lineage",
    "/reuse",
    "/reuse?from=EE&to=CA&to=FI&tag=measured&state=disputed&since=2020-01-01&with_possible=true",
    "/reuse?component=hidden&foreign=false",
    "/reuse?after=20",
    "/evidence/ev_commits",
    "/evidence/ev_files",
    "/evidence/ev_similar",
    "/evidence/ev_package",
    "/evidence/ev_submodule",
    "/evidence/ev_vendored",
    "/evidence/ev_text",
    "/evidence/ev_declared",
    "/evidence/ev_undirected",
    "/evidence/ev_mirror",
    "/evidence/ev_disputed",
    "/evidence/ev_withdrawn",
    "/evidence/ev_evil",
    "/evidence/ev_unlicensed",
    "/evidence/ev_evil/dispute",
    "/evidence/ev_commits/dispute",
    "/evidence/ev_withdrawn/dispute",
    "/components/forms/dispute",
    "/disputes",
    "/disputes?state=open",
    "/disputes?after=2",
    "/disputes/1",
    "/disputes/2",
    "/disputes/3?done=sent",
    "/disputes/4?done=sent",
    "/lookup",
    "/lookup?q=" + "a" * 40,
    "/lookup?q=" + "b" * 40,
    "/validate",
    "/validate?url=https://git.example.org/examples/forms",
    "/validate?url=https://git.example.org/examples/bare",
    "/publish",
    "/publish/organisation?url=https://git.example.org/town",
    "/publish/new",
    "/publish/new/about",
    "/publish/new/description",
    "/publish/new/upkeep",
    "/publish/new/rights?field=licence",
    "/publish/new/file",
    "/publish/new/text",
    "/publish/held",
    "/publish/held?made=2",
    "/publish/held/about",
    "/publish/held/text",
    "/publish/held/file",
    "/publish/wrong",
    "/publish/wrong/about",
    "/publish/wrong/description",
    "/publish/broken",
    "/publish/slow",
    "/publish/failed",
    "/publish/evil",
    "/publish/evil/about?field=name",
    "/matrix",
    "/matrix?year=2024&kind=shared_commits",
    "/matrix?group=region&tag=attributed",
    "/matrix?group=organisation",
    "/components/bare",
    "/components/bare/dependencies",
    "/components/bare/metadata",
    "/components/bare/activity",
    "/components/hidden",
    "/components/long-name",
    "/components/arabic",
    "/components/auto-evaluation",
    "/components/gone-service",
    "/components/forms-fork-1?use=MIT",
    "/organisations",
    "/organisations?country=FI&after=50",
    "/organisations/ministry-of-examples",
    "/organisations/digital-service",
    "/countries",
    "/countries/CA",
    "/countries/TN",
    "/crawls",
    "/crawls?find=forms",
    "/crawls?find=%3Cscript%3Ealert(5)%3C/script%3E",
    "/crawls/repositories/7",
    "/crawls/repositories/8",
    "/method",
    "/glossary",
    "/accessibility",
    "/cookies",
    "/data-licence",
    "/about/limits",
    "/transparency",
    "/transparency?after=2",
    "/needs",
    "/needs?state=closed&country=CA&q=img",
    "/needs/new?q=snow+ploughs",
    "/needs/drafts/draft-of-nobody",
    "/needs/1",
    "/needs/2",
    "/needs/1/statement",
    "/needs/1/statement/1",
    "/api",
)
ERROR_PATHS = (
    "/components/formz",
    "/components/removed-service",
    "/evidence/ev_none",
    "/fixes-missing/fix_none",
    "/reuse-actions/none",
    "/components/formz/reuse-this",
    "/components/forms/reuse-this/check?owner=x%20y&name=n",
    "/lookup?q=%3Cscript%3E",
    "/validate?url=%3Cscript%3E",
    "/publish/none",
    "/needs/7",
    "/needs/2/statement",
    "/needs/drafts/none",
    "/publish/new/nothing",
    "/nothing/here",
    "/search?q=%00",
    "/broken",
)
