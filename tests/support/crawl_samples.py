"""The state of crawling: in trouble, and before anything was crawled."""

from datetime import timedelta

from registry.catalogue.readmodels import CrawlStatus, FailureGroup, HostView, SourceView
from registry.domain.crawl import REASONS, describe
from tests.support.hard_cases import EVIL, LONG_WORD, NOW


def crawl_status() -> CrawlStatus:
    """Return a crawl with failures, sources of each kind and a host that asks to wait."""
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


def empty_status() -> CrawlStatus:
    """Return the status before anything was crawled."""
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
