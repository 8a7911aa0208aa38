"""Joining the web to the parts of a running registry."""

from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from registry.accounts.audit_log import AuditLog
from registry.catalogue.service import data_as_of
from registry.cli.build import Registry
from registry.gitstore.contents import GitContents
from registry.settings import describe
from registry.webhooks.hooks import OrganisationHooks

if TYPE_CHECKING:  # Litestar takes two seconds to import
    from litestar import Litestar

# Settings that tell visitors how the registry treats them and the repositories it reads.
PUBLIC_LIMITS = (
    "crawl.interval_hours", "crawl.max_repository_bytes", "crawl.fetch_seconds",
    "crawl.read_seconds", "crawl.languages_sample", "crawl.retention", "web.requests_per_minute",
)  # fmt: skip


def build_app(registry: Registry, served_at: str) -> "Litestar":
    """Return the web application over the catalogue of this registry."""
    from crawlers.pipeline import store_root
    from web.api.idempotency import IdempotentPosts
    from web.api.router import api_routers
    from web.app import create_app
    from web.checkpoint import checkpoint_giver
    from web.health import health
    from web.hooks import hook_receiver
    from web.limits import RateLimiter
    from web.llms import llms
    from web.mcp.http import mcp_route
    from web.services import Services
    from web.sitemap import addresses, index, robots

    web = registry.settings.web
    posts = IdempotentPosts(registry.accounts, registry.idempotency)
    if not web.base_url:
        web = msgspec.structs.replace(web, base_url=served_at)
    limiter = RateLimiter(shared=registry.buckets, area="api")
    services = Services(
        catalogue=registry.catalogue,
        lineage=registry.lineage,
        disputes=registry.disputes,
        publishing=registry.publishing,
        settings=web,
        accounts=registry.accounts,
        webhooks=registry.webhooks,
        hooks=OrganisationHooks(registry.database, registry.sealer, registry.clock),
        audit=AuditLog(registry.database),
        version=version("public-code-registry"),
        as_of=lambda: data_as_of(registry.database) or registry.clock(),
        api_routes=api_routers(posts=posts, limiter=limiter),
        buckets=registry.buckets,
        data_state=registry.data_state.read,
        ownership=registry.ownership,
        reuse_actions=registry.reuse_actions,
        adopters=registry.adopters,
        reported_savings=registry.reported_savings,
        removals=registry.removals,
        drifts=registry.drifts,
        measures=registry.measures,
        contents=GitContents(store_root(registry.settings.home)),
        publiccode=registry.publiccode_files,
        drafts=registry.drafts,
        proposals=registry.proposals,
        kept=registry.kept_files,
        needs=registry.needs,
        demand=registry.demand,
        calls=registry.calls,
        follows=registry.follows,
        bodies=registry.bodies,
        votes=registry.votes,
        reports=registry.reports,
        savings=registry.savings,
        snapshots=registry.snapshots,
        bulk=registry.bulk,
        limits=[row for row in describe(registry.settings) if row[0] in PUBLIC_LIMITS],
    )
    return create_app(
        services,
        [
            *(health, robots, index, addresses, llms),
            hook_receiver(registry.hooks),
            checkpoint_giver(AuditLog(registry.database)),
            mcp_route(services, limiter),
        ],
    )
