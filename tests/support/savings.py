"""Reported savings for tests: what a county writes of a town's forms."""

from typing import Any, Final

from crawlers.egress import public_url
from registry.adoption.savings.models import NewSaving

SLUG: Final = "code-example-town-forms"
SOURCE: Final = "https://county.example/report.pdf#page=7"
SAID: Final[dict[str, str]] = {
    "kind": "cash_releasing", "low": "120000", "high": "150000", "currency": "EUR",
    "since": "2024", "method": "Licence fees of the former system, as invoiced.", "url": SOURCE,
    "on": "2026-04-30",
}  # fmt: skip


def check_url(url: str) -> str:
    """Return a public address as the application checks it."""
    return public_url(url)


def reported(**values: Any) -> NewSaving:
    """Return what the county reports, with some values changed."""
    return NewSaving(**{"component": SLUG, "organisation": "county", **SAID} | values)
