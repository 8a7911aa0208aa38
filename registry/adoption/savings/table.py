"""Reported savings as columns: the same names in CSV, spreadsheets, snapshots and commands."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from registry.adoption.savings.models import ConfirmationView, SavingView

# What each column means stands in docs/reports.md.
SAVING_COLUMNS: Final = (
    "number", "component", "organisation", "organisation_name", "country", "class", "low", "high",
    "currency", "since", "until", "grade", "method", "source_url", "source_on", "source_sha256",
    "confirmed_by", "audited_by", "is_by_operator", "overlaps", "supersedes", "recorded_at",
    "is_disputed",
)  # fmt: skip


def saving_items(savings: Iterable[SavingView]) -> Iterator[dict[str, Any]]:
    """Yield each saving with its columns in their order; several in a cell have `; ` between."""
    for item in savings:
        yield {
            "number": item.id, "component": item.component.slug,
            "organisation": item.organisation.slug, "organisation_name": item.organisation.name,
            "country": item.country, "class": item.kind, "low": item.low, "high": item.high,
            "currency": item.currency, "since": item.since, "until": item.until,
            "grade": item.grade, "method": item.method, "source_url": item.source.url,
            "source_on": item.source.on, "source_sha256": item.source.sha256,
            "confirmed_by": _told(x for x in item.confirmations if not x.auditor),
            "audited_by": _told(x for x in item.confirmations if x.auditor),
            "is_by_operator": item.is_by_operator,
            "overlaps": "; ".join(map(str, item.overlaps)),
            "supersedes": item.supersedes,
            "recorded_at": msgspec.to_builtins(item.recorded_at),
            "is_disputed": item.state == "disputed",
        }  # fmt: skip


def _told(confirmations: Iterable[ConfirmationView]) -> str:
    """Return who confirmed, each with the address where it can be read, if there is one."""
    return "; ".join(
        f"{_name(x)} ({x.source.url})" if x.source.url else _name(x) for x in confirmations
    )


def _name(found: ConfirmationView) -> str:
    return found.auditor or (found.organisation.slug if found.organisation else "")


def confirmation_items(found: SavingView) -> list[dict[str, Any]]:
    """Return who confirmed a saving, as JSON values: what its grade follows from."""
    return [
        {
            "organisation": x.organisation.slug if x.organisation else None, "auditor": x.auditor,
            "url": x.source.url, "on": x.source.on, "sha256": x.source.sha256,
            "confirmed_at": msgspec.to_builtins(x.confirmed_at),
        }
        for x in found.confirmations
    ]  # fmt: skip
