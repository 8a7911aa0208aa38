"""Asking the OSV API through the egress: page by page, what is new or changed, and what is not."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, select

from crawlers.advisories import MAX_PAGES, AdvisoryRefresh
from crawlers.egress import Egress
from registry.db.session import Database
from registry.db.tables import Advisory, Component, ComponentAdvisory, Drift
from registry.errors import CrawlFailure
from registry.jobs.embedded import EmbeddedQueue
from registry.settings import AdvisorySettings, CrawlSettings
from tests.support.lineage_rows import NOW, World
from tests.support.osv_double import OsvDouble, osv_server
from tests.support.osv_records import CVE, GHSA, git_range, osv_record

FORMS = "https://code.example/forms"


@pytest.fixture
def osv() -> Iterator[OsvDouble]:
    with osv_server() as double:
        yield double


@pytest.fixture
def refresh(sqlite_database: Database, osv: OsvDouble) -> Iterator[AdvisoryRefresh]:
    """Yield what asks about a component that has a fork whose upstream's commits name a flaw."""
    with sqlite_database.write() as session:
        world = World(session)
        forms, fork = world.component("forms"), world.component("fork")
        world.edge("forms", "fork")
        session.add(
            Drift(
                origin_id=forms, reuser_id=fork, state="measured", looked_at=NOW,
                detail={"mentioned": [["c" * 40, CVE]]},
            )
        )  # fmt: skip
    egress = Egress(CrawlSettings(allow_hosts=(urlsplit(osv.url).netloc,)))
    queue = EmbeddedQueue(sqlite_database)
    settings = AdvisorySettings(osv_url=osv.url + "/")
    yield AdvisoryRefresh(sqlite_database, settings, egress, queue, lambda: NOW)
    egress.close()


def known(database: Database) -> dict[str, str]:
    """Return (advisory → basis) of what is about the component."""
    with database.read() as session:
        rows = session.execute(
            select(col(Advisory.key), col(ComponentAdvisory.basis))
            .outerjoin(ComponentAdvisory, col(ComponentAdvisory.advisory_id) == col(Advisory.id))
            .outerjoin(Component, col(Component.id) == col(ComponentAdvisory.component_id))
        )
        return {row[0]: row[1] or "" for row in rows}


def tell(osv: OsvDouble, *names: str) -> None:
    """Let the API know records about the repository of the component."""
    for name in names:
        osv.records[name] = osv_record(name, aliases=[], affected=[git_range(FORMS)])
    osv.about[FORMS] = list(names)


def test_every_page_and_every_name_is_asked_for(
    refresh: AdvisoryRefresh, osv: OsvDouble, sqlite_database: Database
) -> None:
    names = [f"GHSA-2345-6789-{letter * 4}" for letter in "cfghj"]
    tell(osv, *names)
    osv.records[CVE] = osv_record(CVE, aliases=[])
    done = refresh.refresh()
    assert (done.new, done.refused) == (6, ())
    assert known(sqlite_database) == dict.fromkeys(names, "repository") | {CVE: "message"}
    assert osv.asked.count("/v1/querybatch") == 3
    assert [query.get("page_token") for query in osv.queries] == [None, None, "2", "4"]


def test_only_what_changed_is_read_again(refresh: AdvisoryRefresh, osv: OsvDouble) -> None:
    tell(osv, GHSA, "CVE-2026-2")
    assert refresh.refresh().new == 2
    osv.asked.clear()
    osv.records[GHSA]["modified"] = "2026-07-09T10:00:00.123456Z"
    osv.records[GHSA]["withdrawn"] = "2026-07-09T10:00:00Z"
    done = refresh.refresh()
    assert (done.new, done.changed) == (0, 1)
    assert osv.asked == ["/v1/querybatch", f"/v1/vulns/{GHSA}", f"/v1/vulns/{CVE}"]
    osv.asked.clear()
    refresh.refresh()
    assert osv.asked == ["/v1/querybatch", f"/v1/vulns/{CVE}"]


def test_a_record_that_is_missing_broken_or_too_large_is_left_for_the_next_day(
    refresh: AdvisoryRefresh, osv: OsvDouble, sqlite_database: Database
) -> None:
    tell(osv, GHSA, "CVE-2026-2", "CVE-2026-3", "CVE-2026-4", "CVE-2026-5")
    osv.statuses["/v1/vulns/CVE-2026-2"] = 500
    osv.raw["/v1/vulns/CVE-2026-3"] = b'{"id": "\xff'
    osv.raw["/v1/vulns/CVE-2026-4"] = b" " * (4 * 1024 * 1024 + 1)
    osv.records["CVE-2026-5"]["published"] = "2999-01-01T00:00:00Z"
    done = refresh.refresh()
    assert set(known(sqlite_database)) == {GHSA}
    assert len(done.refused) == 2
    osv.raw.clear()
    osv.statuses.clear()
    refresh.refresh()
    assert set(known(sqlite_database)) == {GHSA, "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"}


@pytest.mark.parametrize(
    ("status", "body", "reason", "is_retried"),
    [
        (503, b"", "unavailable", True),
        (200, b"{", "malformed", False),
        (200, b'{"results": [{"vulns": [{"id": "\xff"}]}]}', "malformed", False),
        (200, b'{"results": [{"vulns": 7}]}', "malformed", False),
    ],
)
def test_an_api_that_cannot_be_asked_is_a_failure_of_the_job(
    refresh: AdvisoryRefresh,
    osv: OsvDouble,
    status: int,
    body: bytes,
    reason: str,
    is_retried: bool,
) -> None:
    osv.statuses["/v1/querybatch"], osv.raw["/v1/querybatch"] = status, body
    with pytest.raises(CrawlFailure) as failure:
        refresh.refresh()
    assert (failure.value.reason, failure.value.retryable) == (reason, is_retried)


def test_pages_without_an_end_are_cut(refresh: AdvisoryRefresh, osv: OsvDouble) -> None:
    osv.raw["/v1/querybatch"] = b'{"results": [{"next_page_token": "more"}]}'
    refresh.refresh()
    assert osv.asked.count("/v1/querybatch") == MAX_PAGES


def test_without_an_address_nobody_is_asked(sqlite_database: Database, osv: OsvDouble) -> None:
    egress = Egress(CrawlSettings())
    queue = EmbeddedQueue(sqlite_database)
    settings = AdvisorySettings(osv_url="")
    done = AdvisoryRefresh(sqlite_database, settings, egress, queue, lambda: NOW).refresh()
    egress.close()
    assert (done.new, osv.asked) == (0, [])
