"""Invented components and organisations that try to break pages.

The data hold long words, several languages, right-to-left text, missing values, forks, demo marks
and markup that must never become markup.
"""

from datetime import timedelta
from typing import Any

from registry.catalogue.readmodels import ComponentCard, Link, OrganisationView, Text, Upstream
from tests.support.hard_cases import EVIL, EVIL_URL, LONG_WORD, NOW


def card(slug: str, title: str, **values: Any) -> ComponentCard:
    """Return a card with plausible values, any of which can be given."""
    given: dict[str, Any] = {
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
    return ComponentCard(**{**given, **values})


def cards() -> list[ComponentCard]:
    """Return components with every hard case, forks of the first, and sixty plain ones."""
    forms = card(
        "forms",
        "Forms for citizens",
        fork_count=14,
        fork_countries=("CA", "FI"),
        reuse_organisations=3,
        reuse_countries=2,
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
            upstream=Upstream(
                slug="forms",
                name=f"{EVIL} of old",
                organisation=LONG_WORD,
                evidence="ev_0000000000000001",
            ),
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


def organisations() -> list[OrganisationView]:
    """Return a ministry, a body whose name and addresses are hostile, and towns for two pages."""
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
