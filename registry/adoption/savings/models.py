"""What is told of reported savings, and what is asked to be recorded: never table rows."""

from datetime import datetime

from msgspec import Struct

from registry.catalogue.readmodels import Link


class NewSaving(Struct, frozen=True, kw_only=True):
    """A saving that an organisation reports, as it was written; slugs name the two.

    `low` and `high` are whole units of `currency` (ISO 4217), negative where it cost more; without
    `high` it is one figure. The period goes from `since` to `until` (days, months or years: up to
    and without a day, to the end of a month or year); without `until` it is the whole of `since`.
    `on` is the day on which the source was read. `supersedes` is the number of one that it amends.
    """

    component: str
    organisation: str
    kind: str
    low: str
    currency: str
    since: str
    method: str
    high: str = ""
    until: str = ""
    url: str = ""
    on: str = ""
    sha256: str = ""
    supersedes: int | None = None


class NewConfirmation(Struct, frozen=True, kw_only=True):
    """Another organisation, by its slug, confirms a saving; the address says where, if anywhere."""

    organisation: str
    url: str = ""
    on: str = ""
    sha256: str = ""


class NewAudit(Struct, frozen=True, kw_only=True):
    """An audit body, by its name or slug, found in a public report that a saving is right."""

    auditor: str
    url: str
    on: str = ""
    sha256: str = ""


class SavingSource(Struct, frozen=True, kw_only=True):
    """Where something can be read, when it was read, and the SHA-256 of what was read."""

    url: str | None
    on: str | None
    sha256: str | None


class ConfirmationView(Struct, frozen=True, kw_only=True):
    """Who confirmed a saving: an organisation of this registry, or an audit body by its name."""

    id: int
    organisation: Link | None
    auditor: str
    source: SavingSource
    confirmed_at: datetime


class SavingView(Struct, frozen=True, kw_only=True):
    """A saving that an organisation reports: stated, never measured, never added to estimates.

    `grade` is 1 stated, 2 documented, 3 confirmed by another organisation, 4 audited. `state` is
    current, disputed (in force, while an organisation that is concerned objects), superseded or
    withdrawn. `overlaps` are the numbers of others that the organisation
    reports of the component for a part of the same time: they may be about the same money.
    `is_by_operator` says that an operator took it from a public document.
    """

    id: int
    component: Link
    organisation: Link
    organisation_id: int
    country: str | None
    kind: str
    low: int
    high: int
    currency: str
    since: str
    until: str | None
    method: str
    source: SavingSource
    grade: int
    confirmations: tuple[ConfirmationView, ...]
    overlaps: tuple[int, ...]
    is_by_operator: bool
    state: str
    supersedes: int | None
    superseded_by: int | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    tag: str = "reported"
