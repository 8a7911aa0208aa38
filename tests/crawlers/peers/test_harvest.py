"""A peer of the Software Catalog API is harvested: all pages, by difference, nothing lost."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from registry.db.session import Database
from registry.db.tables import (
    ClaimRow,
    Component,
    CrawlEvent,
    Job,
    Organisation,
    PeerRecord,
    Repository,
    RepositoryAlias,
    RepositoryState,
    Source,
)
from registry.domain.facts import Claim
from registry.errors import CrawlFailure
from registry.jobs.port import RunningJob
from tests.support.catalogue_rows import document, reading, record, rows_of
from tests.support.peer_doubles import (
    ROOT,
    SoftwareCatalogDouble,
    problem,
    publisher,
    read_records_in_process,
    software,
    stable_id,
)
from tests.support.peers import Harvester, everything

NAMES = ("letters", "permits", "queues", "forms", "maps")


@pytest.fixture
def double() -> SoftwareCatalogDouble:
    return SoftwareCatalogDouble(software=[software(name) for name in NAMES])


@pytest.fixture
def harvester(sqlite_database: Database, double: SoftwareCatalogDouble) -> Harvester:
    return Harvester(sqlite_database, double)


@pytest.mark.parametrize("links", ["cursor", "query", "short", "path", "absolute"])
def test_every_page_is_read_whatever_form_the_links_have(
    harvester: Harvester, double: SoftwareCatalogDouble, links: str
) -> None:
    double.links = links
    assert harvester.run().outcome == "harvested"
    assert [row.key for row in harvester.records()] == [stable_id(name) for name in NAMES]
    assert all("all=true" in url and "page%5Bsize%5D=50" in url for url in double.requests)


@pytest.mark.parametrize("links", ["loop", "elsewhere", "rubbish"])
def test_links_that_lead_nowhere_fail_and_end_nothing(
    harvester: Harvester, double: SoftwareCatalogDouble, links: str
) -> None:
    harvester.run()
    double.software[3:] = []
    double.links = links
    with pytest.raises(CrawlFailure, match="next"):
        harvester.run()
    assert harvester.source().outcome == "malformed"
    assert len(harvester.records()) == len(NAMES)
    assert not harvester.records(ended=True)
    assert not [url for url in double.requests if "evil" in url]


def test_a_second_harvest_without_change_changes_no_row(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.publishers = [publisher("Town", "https://gitlab.example/town")]
    harvester.run()
    before = everything(harvester.database)
    seen_at = harvester.source().discovered_at
    harvester.run()
    assert everything(harvester.database) == before
    assert harvester.source().discovered_at > seen_at


def test_what_the_peer_names_is_registered_and_queued(harvester: Harvester) -> None:
    harvester.run()
    repositories = rows_of(harvester.database, Repository)
    assert [row["path"] for row in repositories] == [f"town/{name}" for name in NAMES]
    assert {row["state"] for row in repositories} == {RepositoryState.PENDING}
    queued = {job["key"] for job in rows_of(harvester.database, Job) if "repository" in job["task"]}
    assert queued == {str(row["id"]) for row in repositories}


def test_an_update_is_found_though_the_day_of_creation_stays(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    text = double.software[1]["publiccodeYml"].replace("every inhabitant", "everybody")
    double.software[1] |= {"publiccodeYml": text}
    source = harvester.run()
    assert source.detail == "0 new, 1 changed, 4 unchanged, 0 ended"
    (former,) = harvester.records(ended=True)
    assert former.key == stable_id("permits")
    live = next(row for row in harvester.records() if row.key == former.key)
    assert live.text_sha256 != former.text_sha256
    with harvester.database.read() as session:
        claims = session.exec(
            select(ClaimRow).where(
                col(ClaimRow.repository_id) == live.repository_id,
                col(ClaimRow.property) == "short_description",
            )
        ).all()
    assert [(claim.peer_record_id, claim.ended_at is None) for claim in claims] == [
        (former.id, False), (live.id, True),
    ]  # fmt: skip


def test_a_value_that_changes_by_the_day_makes_no_new_record(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    double.software[0] |= {"updatedAt": "2026-05-02T00:00:00Z", "vitality": "90,80"}
    harvester.run()
    assert not harvester.records(ended=True)
    assert harvester.records()[0].data["vitality"] == "90,80"


def test_what_vanished_is_ended_after_a_whole_harvest_and_may_come_back(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    gone = double.software.pop(2)
    harvester.run()
    (ended,) = harvester.records(ended=True)
    assert ended.key == gone["id"]
    with harvester.database.read() as session:
        open_claims = session.exec(
            select(ClaimRow).where(
                col(ClaimRow.peer_record_id) == ended.id, col(ClaimRow.ended_at).is_(None)
            )
        ).all()
        assert session.get(Repository, ended.repository_id) is not None
    assert not open_claims
    double.software.append(gone)
    harvester.run()
    assert len(harvester.records()) == len(NAMES)


@pytest.mark.parametrize(
    ("reply", "reason", "told"),
    [
        (problem(429, "slow down", retry_after="120"), "rate_limited", "api.peer.example"),
        (problem(503, "maintenance", "back at ten"), "unavailable", "maintenance – back at ten"),
        (problem(422, "bad cursor"), "http_422", "bad cursor"),
        (problem(404, "no such list"), "gone", "nothing public"),
    ],
)
def test_a_failure_in_the_middle_keeps_what_was_read_and_ends_nothing(
    harvester: Harvester, double: SoftwareCatalogDouble, reply: Any, reason: str, told: str
) -> None:
    double.scripted = {3: reply}
    with pytest.raises(Exception) as failure:  # noqa: PT011 - NotFound or CrawlFailure
        harvester.run()
    assert getattr(failure.value, "reason", "gone") == reason
    source = harvester.source()
    assert (source.outcome, told in (source.detail or "")) == (reason, True)
    assert len(harvester.records()) == 2
    assert getattr(failure.value, "retry_after", 120) in {120, None}


def test_a_peer_that_names_nothing_any_more_is_not_believed(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    double.software.clear()
    with pytest.raises(CrawlFailure, match="nothing is ended"):
        harvester.run()
    assert len(harvester.records()) == len(NAMES)


def test_entries_that_cannot_be_read_are_told_and_keep_everything(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    double.software[0] = {"url": "https://code.example/town/nameless"}
    source = harvester.run()
    assert source.outcome == "partial"
    assert "entry 0 is no object with an id" in (source.detail or "")
    assert len(harvester.records()) == len(NAMES)


def test_a_record_that_kills_its_reader_costs_itself_alone(
    sqlite_database: Database, double: SoftwareCatalogDouble
) -> None:
    def run(kind: Any, argv: Any, *, stdin: bytes, **rest: Any) -> Any:
        result = read_records_in_process(kind, argv, stdin=stdin, **rest)
        if stable_id("queues").encode() in result.stdout:
            raise CrawlFailure("memory", "the limit of memory is reached")
        return result

    harvester = Harvester(sqlite_database, double, run=run)
    assert harvester.run().outcome == "partial"
    assert len(harvester.records()) == len(NAMES) - 1


def test_inactive_software_is_kept_but_neither_crawled_nor_believed(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.software[0]["active"] = False
    harvester.run()
    row = harvester.records()[0]
    assert (row.is_active, row.repository_id) == (False, None)
    assert "town/letters" not in {r["path"] for r in rows_of(harvester.database, Repository)}


def test_an_older_server_without_catalogues_is_read(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.catalogues = None
    assert harvester.run().outcome == "harvested"


# What a record is about.


def _crawled(harvester: Harvester, path: str, *documents: Any) -> Component:
    with harvester.database.write() as session:
        row = session.exec(select(Repository).where(Repository.path == path)).one()
        return record(session, row, reading(*documents), harvester.now)


def test_a_record_fills_what_the_repository_does_not_say_and_overrides_nothing(
    harvester: Harvester,
) -> None:
    harvester.run()
    silent = _crawled(harvester, "town/letters")
    assert silent.descriptions == {"en": "Sends letters to every inhabitant of the town."}
    assert silent.conflicts == 0
    own = document(
        Claim(property="short_description", value="Its own words."),
        Claim(property="licence", value="MIT"),
    )
    told = _crawled(harvester, "town/permits", own)
    assert list(told.descriptions.values()) == ["Its own words."]
    assert (told.licence, told.conflicts) == ("MIT", 0)


def test_a_record_is_led_to_a_repository_known_by_url_or_alias(
    harvester: Harvester,
) -> None:
    harvester.run()
    with harvester.database.write() as session:
        letters = session.exec(select(Repository).where(Repository.path == "town/letters")).one()
        alias = "https://code.example/old/letters"
        session.add(RepositoryAlias(url=alias, repository_id=letters.id, since=harvester.now))
        letters_id = letters.id
    root = "https://other.example/v1"
    moved = {"aliases": ["https://code.example/town/letters"]}
    double = SoftwareCatalogDouble(
        software=[
            software("a", url="https://code.example/old/letters.git"),
            software("b", url="https://new.example/town/letters", **moved),
        ],
        root=root,
    )
    other = Harvester(harvester.database, double, spec=f"catalog:{root}")
    other.run()
    rows = [r for r in other.records() if r.peer.startswith("catalog:https://other")]
    assert {row.repository_id for row in rows} == {letters_id}
    assert len(rows_of(harvester.database, Repository)) == len(NAMES)


def test_publishers_become_organisations_by_the_name_space_of_their_catalogue(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.catalogues = [
        {"id": stable_id("c"), "name": "Towns", "sources": [], "createdAt": "", "updatedAt": "",
         "publishersNamespace": "urn:x-town:"},
        {"id": stable_id("root"), "name": "All", "sources": [], "alternativeId": "∅",
         "publishersNamespace": "urn:x-all:", "createdAt": "", "updatedAt": ""},
    ]  # fmt: skip
    double.publishers = [
        publisher("Town", "https://gitlab.example/town/", alternativeId="t1",
                  catalogId=stable_id("c"), email="jane.doe@town.example"),
        publisher("County", "https://github.com/county", alternativeId="c9"),
        publisher("Village", "http://plain.example/village"),
        publisher("Closed", "https://github.com/closed", active=False),
    ]  # fmt: skip
    harvester.run()
    organisations = {row["uri"]: row for row in rows_of(harvester.database, Organisation)}
    assert organisations["urn:x-town:t1"]["name"] == "Town"
    assert organisations["urn:x-all:c9"]["basis"] == "peer"
    assert f"{ROOT}/publishers/{stable_id('Village')}" in organisations
    specs = {row["spec"] for row in rows_of(harvester.database, Source)}
    assert {"gitlab:gitlab.example/town", "github:github.com/county"} <= specs
    assert not [spec for spec in specs if "closed" in spec or "plain.example" in spec]
    village = next(r for r in harvester.records("publisher") if r.data["description"] == "Village")
    assert "plain https" in village.diagnostics[-1]["message"]
    with harvester.database.read() as session:
        stored = repr([row.data for row in session.exec(select(PeerRecord))])
    assert "jane.doe" not in stored


def test_a_peer_changes_nothing_about_a_body_that_others_named(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    with harvester.database.write() as session:
        session.add(
            Organisation(slug="town", uri="https://town.example/id", name="Town of Truth",
                         country="EE", created_at=harvester.now)
        )  # fmt: skip
    double.publishers = [
        publisher("Evil", "https://gitlab.example/town", alternativeId="https://town.example/id")
    ]
    harvester.run()
    rows = [r for r in rows_of(harvester.database, Organisation) if r["slug"] == "town"]
    assert [(row["name"], row["country"], row["basis"]) for row in rows] == [
        ("Town of Truth", "EE", "source")
    ]


def test_software_belongs_to_the_body_whose_group_holds_it(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.publishers = [
        publisher("Town", "https://gitlab.example/town", alternativeId="urn:x:town")
    ]
    url = "https://gitlab.example/town/tools/letters"
    double.software = [software("letters", url=url)]
    harvester.run()
    (repository,) = rows_of(harvester.database, Repository)
    with harvester.database.read() as session:
        owner = session.get_one(Organisation, repository["organisation_id"])
    assert owner.uri == "urn:x:town"


def test_mismatches_and_urls_that_are_no_repository_are_findings(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    double.software = [
        software("letters", url="https://code.example/town/other"),
        software("permits", url="https://permits.example/"),
        software("forms", publiccodeYml="{{{"),
    ]
    assert harvester.run().outcome == "harvested"
    said = {row.url or row.data["url"]: repr(row.diagnostics) for row in harvester.records()}
    assert "another repository" in said["https://code.example/town/other"]
    assert "no repository" in said["https://permits.example/"]
    assert [row.status for row in harvester.records()] == ["valid", "valid", "unparseable"]


def test_what_was_taken_down_stays_hidden_whatever_a_peer_says(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    component = _crawled(harvester, "town/letters")
    with harvester.database.write() as session:
        row = session.exec(select(Repository).where(Repository.path == "town/letters")).one()
        row.state = RepositoryState.TAKEN_DOWN
        session.add(row)
        before = session.get_one(Component, component.id).revision
    double.software[0] |= {"publiccodeYml": double.software[1]["publiccodeYml"]}
    assert "1 changed" in (harvester.run().detail or "")
    with harvester.database.write() as session:
        assert session.get_one(Component, component.id).revision == before
        state = session.get_one(Repository, component.repository_id).state
    assert state == RepositoryState.TAKEN_DOWN


def test_sources_that_are_no_peers_are_handed_on(harvester: Harvester) -> None:
    harvester.run()
    job = RunningJob(task="crawl.source", key="2", payload={"source_id": harvester.source_id + 1})
    harvester.harvest.discover(job)
    assert harvester.handed_on == [job]


def test_the_log_tells_each_failure_once_with_its_cause(
    harvester: Harvester, double: SoftwareCatalogDouble
) -> None:
    harvester.run()
    harvester.run()
    double.scripted = {len(double.requests): problem(503, "down")}
    with pytest.raises(CrawlFailure):
        harvester.run()
    events = rows_of(harvester.database, CrawlEvent)
    assert [(row["stage"], row["outcome"]) for row in events] == [
        ("harvest", "harvested"), ("harvest", "unavailable"),
    ]  # fmt: skip
    assert re.search("5 new", events[0]["detail"])
