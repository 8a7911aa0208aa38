"""All that is known of the components of `tests.support.catalogue_samples`: much, or nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from registry.catalogue.readmodels import (
    Alternative,
    ComponentCard,
    ComponentDetail,
    CrawlEventView,
    DependencyView,
    DocumentView,
    Link,
    Listing,
    PackageView,
    Provenance,
    ReleaseView,
    RepositoryView,
    ResolvedField,
    Share,
    Text,
)
from registry.domain.crawl import REASONS
from tests.support.hard_cases import COMMIT, EVIL, EVIL_URL, NOW


def poor(item: ComponentCard) -> ComponentDetail:
    """Return a component of which next to nothing is known."""
    bare = replace(repository(item.slug), head_commit=None, swhid=None, aliases=(), commit_count=0)
    return ComponentDetail(card=item, uuid="00000000-0000-4000-8000-000000000000", repository=bare)


def rich(item: ComponentCard, cards: Sequence[ComponentCard]) -> ComponentDetail:
    """Return a component with something in every field; its forks are found among the cards."""
    publiccode = source("publiccode", "publiccode.yml", 12)
    return ComponentDetail(
        card=item,
        uuid="00000000-0000-4000-8000-000000000001",
        repository=repository(item.slug),
        descriptions=(
            *([item.description] if item.description else []),
            Text("Un service pour les gens et leurs administrations.", "fr"),
        ),
        long_description=Text(f"First paragraph.\n\n{EVIL}\n\n" + "Long text. " * 40, "en"),
        features=(Text("Works offline", "en"), Text("Fonctionne hors ligne", "fr"), Text(EVIL)),
        readme_html=(
            "<h3>Forms</h3><p>Read <a href='https://example.org/' rel='nofollow ugc noopener'>the "
            "manual</a>.</p><pre><code>make run " + "--option " * 40 + "</code></pre>"
            "<h4>More</h4><ul><li>One</li></ul>"
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
        events=events(),
        licence_source=source("licence", "LICENSE", 1),
        listings=_listings(),
        created_at=NOW,
        updated_at=NOW,
    )


def repository(slug: str) -> RepositoryView:
    """Return the repository of a component."""
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


def events() -> tuple[CrawlEventView, ...]:
    """Return a crawl log with successes and failures."""
    lines = [("discover", "discovered", ""), ("crawl", "crawled", ""), ("crawl", "http_451", "")]
    lines += [("crawl", "too_large", f"3 GB {EVIL}"), ("crawl", "memory", "")]
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
    def one(name: str, **values: Any) -> DependencyView:
        given: dict[str, Any] = {"spec": "^1.2", "scope": "runtime", "line": 4, "url": None}
        return DependencyView(
            ecosystem="npm", name=name, path="package.json", **{**given, **values}
        )

    return (
        one("design-system", component=Link("service-1", "Service number 1")),
        one(EVIL, url=EVIL_URL, spec=None),
        one("left", url="https://www.example.org/left", scope="dev", line=None),
    )


def source(basis: str, path: str | None = None, line: int | None = None) -> Provenance:
    """Return a source with a link to a file, as the catalogue makes them."""
    url = f"https://git.example.org/blob/{COMMIT}/{path}#L{line or 1}" if path else None
    return Provenance(
        basis=basis, path=path, line=line, commit=COMMIT if path else None, url=url, observed_at=NOW
    )
