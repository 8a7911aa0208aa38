"""From the read models of drift to what the API returns, with links, and to rows of files."""

from datetime import datetime
from typing import Final

from msgspec.structs import asdict

from registry.adoption.drift.readmodels import ComponentDrift, DriftView, FixView
from web.api.call import Call
from web.api.drift_structs import ComponentDriftResource, DriftItem, FixItem
from web.api.exports import Column, column
from web.api.feeds import Entry
from web.i18n.happenings import told
from web.i18n.languages import Language, shipped_languages


def drift_item(call: Call, view: DriftView) -> DriftItem:
    """Return the drift of a pair with its links."""
    return DriftItem(
        **asdict(view),
        evidence_url=call.api_url("evidence", view.edge) if view.edge else None,
        api_url=call.api_url("components", view.reuser.slug, "drift"),
        html_url=call.page_url("components", view.reuser.slug, "drift"),
    )


def fix_item(call: Call, view: FixView) -> FixItem:
    """Return a missed fix with its links."""
    return FixItem(
        **asdict(view),
        api_url=call.api_url("fixes-missing", view.key),
        html_url=call.page_url("fixes-missing", view.key),
    )


def component_drift_resource(call: Call, found: ComponentDrift) -> ComponentDriftResource:
    """Return the drift of a component with its links."""
    return ComponentDriftResource(
        slug=found.slug,
        upstreams=tuple(drift_item(call, view) for view in found.upstreams),
        forks=tuple(drift_item(call, view) for view in found.forks),
        forks_in_all=found.forks_in_all,
        fixes=tuple(fix_item(call, view) for view in found.fixes),
        advisories=found.advisories,
        advisories_as_of=found.advisories_as_of,
        api_url=call.api_url("components", found.slug, "drift"),
        html_url=call.page_url("components", found.slug, "drift"),
    )


def fix_entry(item: FixItem, _fallback: datetime, language: Language | None = None) -> Entry:
    """Return the entry of a missed fix in a feed; when it ends, its entry says so."""
    tongue = language or shipped_languages()[0]
    title = told(tongue, f"fix_{item.state}", fork=item.fork.name, advisory=item.advisory)
    terms = (("state", item.state), ("severity", item.severity), ("country", item.fork.country))
    return Entry(
        key=f"fix/{item.key}",
        title=title,
        updated=item.changed_at,
        html_url=item.html_url,
        related=item.commit_url or item.advisory_url,
        author=item.fork.organisation,
        summary=item.summary or None,
        categories=tuple((scheme, term) for scheme, term in terms if term),
    )


DRIFT_COLUMNS: Final = (
    Column("upstream", "origin", lambda x: x.origin.slug),
    Column("fork", "reuser", lambda x: x.reuser.slug),
    *map(column, (
        "distance", "state", "reason", "is_related", "behind", "behind_merges", "missing",
        "equivalent", "absorbed", "edited", "gone", "ahead", "ahead_merges", "ahead_equivalent",
        "parallel", "files_held", "files_older", "fixes_missing", "fixes_not_known", "base_commit",
        "base_at", "synced_at", "sync_basis", "origin_head", "reuser_head", "looked_at",
    )),
)  # fmt: skip
FIX_COLUMNS: Final = (
    *map(column, ("key", "state")),
    Column("fork", "fork", lambda x: x.fork.slug),
    Column("upstream", "upstream", lambda x: x.upstream.slug),
    *map(column, (
        "advisory", "aliases", "severity", "summary", "published_at", "basis", "reason", "commit",
        "commit_url", "commit_at", "subject", "command", "found_at", "changed_at", "ended_at",
        "ended_because", "muted_at", "mute_reason", "html_url",
    )),
)  # fmt: skip
