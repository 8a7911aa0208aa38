"""What the API returns of drift: the read models with their links."""

from datetime import datetime

from msgspec import Struct

from registry.adoption.drift.readmodels import DriftView, FixView


class DriftItem(DriftView, frozen=True, kw_only=True):
    """The drift of a pair; a number that is not known is null, and `reason` says why."""

    evidence_url: str | None
    api_url: str
    html_url: str


class FixItem(FixView, frozen=True, kw_only=True):
    """A fix of a published advisory that a fork lacks, or of which nobody can tell."""

    api_url: str
    html_url: str


class ComponentDriftResource(Struct, frozen=True, kw_only=True):
    """The drift of a component from what its code comes from, and of its forks from it.

    `advisories` counts those about its upstreams that were looked for, `advisories_as_of` is when
    the newest was brought in.
    """

    slug: str
    upstreams: tuple[DriftItem, ...]
    forks: tuple[DriftItem, ...]
    forks_in_all: int
    fixes: tuple[FixItem, ...]
    advisories: int
    advisories_as_of: datetime | None
    api_url: str
    html_url: str


class FixListing(Struct, frozen=True, kw_only=True):
    """A page of missed fixes, the latest changed first."""

    items: tuple[FixItem, ...]
    next: str | None


class MuteRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a fix is not needed: everybody can read it."""

    reason: str
