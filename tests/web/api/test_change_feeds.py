"""Feeds of what changed: both forms say the same, ids stay, hostile text stays text."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from litestar import Litestar
from litestar.testing import TestClient

from registry.db.changes import note_change
from registry.db.session import Database
from registry.db.tables import Component
from registry.db.tables.change import ChangeKind
from registry.publishing.service import Publishing
from tests.support.api_samples import (
    BASE,
    HOSTILE,
    NOW,
    api_client,
    filled_database,
    sample_catalogue,
)
from tests.support.reuse_samples import lineage_over

Client = TestClient[Litestar]
ATOM = "{http://www.w3.org/2005/Atom}"
CLEAN = HOSTILE.replace("\x08", "\ufffd").replace("\ufffe", "\ufffd")
BEFORE = datetime(2025, 5, 1, tzinfo=UTC)

# All that happens to a component, and how its feed tells of it.
HAPPENED: tuple[tuple[ChangeKind, dict[str, Any], str], ...] = (
    (ChangeKind.RELEASE, {"version": "2.1"}, "Part 13 has a new release: 2.1"),
    (ChangeKind.ADVISORY, {"advisory": "GHSA-1"}, "A security advisory is about Part 13: GHSA-1"),
    (ChangeKind.FIX, {"fix": "fix_1", "advisory": "GHSA-1"}, "Part 13 lacks the fix of GHSA-1"),
    (ChangeKind.EDGE, {"evidence": "ev_1", "what": "discovered", "reuser": "Copy"},
     "Copy reuses Part 13"),
    (ChangeKind.EDGE, {"evidence": "ev_1", "state": "disputed"},
     "Evidence about the reuse of Part 13 is disputed"),
    (ChangeKind.EDGE, {"evidence": "ev_1", "state": "never heard of"},
     "Evidence about the reuse of Part 13 has changed"),
    (ChangeKind.ADOPTERS, {"adoption": 1, "what": "declared", "by": "Town"},
     "Town states that it uses Part 13"),
    (ChangeKind.ADOPTERS, {"adoption": 1, "what": "withdrawn", "by": "Town"},
     "Town states no longer that it uses Part 13"),
    (ChangeKind.CALL, {"call": 4, "what": "opened", "kind": "co_funder", "by": "Town"},
     "Town looks for partners for Part 13: Co-funders wanted"),
    (ChangeKind.SIGNAL, {"signal": "abandoned", "state": "began", "on": "2024-01-01"},
     "Nobody has worked on Part 13 for 547 days"),
    (ChangeKind.SIGNAL, {"signal": "no_health", "state": "ended", "on": None},
     "The health of Part 13 is above 0 again"),
    (ChangeKind.REUSE, {}, ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with filled_database(Path(tmp_path_factory.mktemp("feeds"))) as made:
        with made.write() as session:
            for number, kind, detail in (
                (8, ChangeKind.CREATED, {}),
                (9, ChangeKind.CREATED, {}),
                (8, ChangeKind.LICENCE, {"before": "MIT", "after": HOSTILE}),
                (10, ChangeKind.UPDATED, {}),
            ):
                component = session.get_one(Component, number)
                note_change(session, component, kind, BEFORE, detail)
            told = session.get_one(Component, 13)
            for kind, detail, _ in HAPPENED:
                note_change(session, told, kind, BEFORE, detail)
            gone = session.get_one(Component, 11)
            gone.is_taken_down = True
            session.flush()
            note_change(session, gone, ChangeKind.UPDATED, NOW)
        yield made


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[Client]:
    publishing = Publishing(database, lambda: NOW)
    catalogue, lineage = sample_catalogue(database), lineage_over(database)
    with api_client(catalogue, lineage=lineage, publishing=publishing) as made:
        yield made


def atom(client: Client, path: str) -> list[tuple[str, str, str]]:
    answer = client.get(f"{path}.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    feed = fromstring(answer.content)
    assert feed.findtext(f"{ATOM}id").startswith("tag:127.0.0.1,2025:feeds/")
    (own,) = [x.get("href") for x in feed.findall(f"{ATOM}link") if x.get("rel") == "self"]
    assert own == f"{BASE}{path}.atom"
    names = ("id", "title", "updated")
    entries = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated")
    return [tuple(entry.findtext(ATOM + name) for name in names) for entry in entries]


def json_feed(client: Client, path: str) -> list[tuple[str, str, str]]:
    answer = client.get(f"{path}.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/feed+json")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{BASE}{path}.json"
    assert feed["title"]
    assert all(item["content_text"] for item in feed["items"])
    return [(x["id"], x["title"], x["date_modified"]) for x in feed["items"]]


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        (
            "/feeds/new",
            ["Part 09 was added to the catalogue", "Part 08 was added to the catalogue"],
        ),
        (
            "/feeds/updated",
            [
                "Part 11 is not listed any more",
                "Part 13 has a new release: 2.1",
                "Part 10 was updated",
                f"Part 08 is under another licence: {CLEAN} (before: MIT)",
            ],
        ),
        (
            "/feeds/components/part-09",
            ["Part 09 was added to the catalogue"],
        ),
        ("/feeds/components/part-11", ["Part 11 is not listed any more"]),
        ("/feeds/components/part-12", []),
    ],
)
def test_both_forms_tell_the_newest_first(client: Client, path: str, titles: list[str]) -> None:
    found = atom(client, path)
    assert [title for _, title, _ in found] == titles
    in_json = json_feed(client, path)
    assert [(key, at) for key, _, at in in_json] == [(key, at) for key, _, at in found]
    assert len({key for key, _, _ in found}) == len(found)


def test_the_feed_of_a_component_tells_of_all_that_happens_to_it(client: Client) -> None:
    path = "/feeds/components/part-13.json"
    found = client.get(path).json()["items"]
    assert [x["title"] for x in found] == [title for _, _, title in HAPPENED[::-1] if title]
    places = {x["url"].removeprefix(BASE) for x in found}
    assert places == {"/components/part-13", "/components/part-13/adopters", "/evidence/ev_1",
                      "/fixes-missing/fix_1", "/calls/4",
                      "/components/part-13/governance"}  # fmt: skip
    for code, title in (
        ("fr", "Town cherche des partenaires pour Part 13 : Cofinanceurs recherchés"),
        ("es", "Town busca socios para Part 13: Se buscan cofinanciadores"),
    ):
        other = client.get(f"{path}?lang={code}").json()["items"]
        (called,) = [x for x in other if x["title"] == title]
        assert [x["id"] for x in other] == [x["id"] for x in found]
        assert called["url"] == f"{BASE}/{code}/calls/4"
    assert client.get(f"{path}?lang=de").status_code == 400


def test_a_change_has_one_id_in_every_feed_and_the_time_of_the_event(client: Client) -> None:
    (one,) = atom(client, "/feeds/licence-change")
    assert one in atom(client, "/feeds/components/part-08")
    assert one in atom(client, "/feeds/organisations/agency")
    assert one in atom(client, "/feeds/countries/CA")
    assert one not in atom(client, "/feeds/countries/EE")
    assert one[2] == "2025-05-01T00:00:00Z"


def test_the_feed_of_reuse_has_the_ids_of_the_list_of_edges(client: Client) -> None:
    edges = fromstring(client.get("/api/v1/reuse.atom").content).findall(f"{ATOM}entry")
    expected = [edge.findtext(f"{ATOM}id") for edge in edges][:50]
    assert expected
    assert [key for key, _, _ in atom(client, "/feeds/reuse")] == expected
    assert [key for key, _, _ in json_feed(client, "/feeds/reuse")] == expected


@pytest.mark.parametrize(("code", "verb"), [("fr", " réutilise "), ("es", " reutiliza ")])
def test_feeds_of_reuse_and_objections_speak_the_language_that_is_asked_for(
    client: Client, code: str, verb: str
) -> None:
    for name, place in (("reuse", "evidence"), ("disputes", "disputes")):
        english = client.get(f"/feeds/{name}.json").json()["items"]
        items = client.get(f"/feeds/{name}.json?lang={code}").json()["items"]
        assert [x["id"] for x in items] == [x["id"] for x in english]
        assert all(f"{BASE}/{code}/{place}/" in x["url"] for x in items)
        assert all(a["title"] != b["title"] for a, b in zip(items, english, strict=True))
        assert any(verb in x["title"] for x in items) == (name == "reuse")
    first = client.get(f"/feeds/reuse.json?lang={code}&limit=1").json()
    assert f"lang={code}" in first["next_url"]


def test_a_feed_is_asked_for_again_for_nothing(client: Client) -> None:
    first = client.get("/feeds/new.json")
    assert first.headers["last-modified"] == "Thu, 01 May 2025 00:00:00 GMT"
    again = client.get("/feeds/new.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["new", "new.rss", "old.atom", ".atom", "components/none.atom", "components/PART-01.json",
     "organisations/none.json", "countries/XX.atom"],
)  # fmt: skip
def test_a_feed_that_is_none_is_a_problem(client: Client, path: str) -> None:
    answer = client.get(f"/feeds/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_parameter_is_refused(client: Client) -> None:
    assert client.get("/feeds/new.atom?size=9").status_code == 400


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/feeds/new"),
        ("/components/part-09", "/feeds/components/part-09"),
        ("/components/part-09/activity", "/feeds/components/part-09"),
        ("/organisations/agency", "/feeds/organisations/agency"),
        ("/countries/CA", "/feeds/countries/CA"),
    ],
)
def test_pages_lead_to_their_feeds(client: Client, page: str, feed: str) -> None:
    text = client.get(page).text
    for media, suffix in (("atom+xml", "atom"), ("feed+json", "json")):
        link = f'<link rel="alternate" type="application/{media}"'
        (line,) = [x for x in text.splitlines() if link in x]
        assert f'href="{feed}.{suffix}"' in line
        assert text.count(f'href="{feed}.{suffix}"') == 2  # and one to click on
        assert client.get(f"{feed}.{suffix}").status_code == 200


def test_a_search_leads_to_the_feeds_of_its_query(client: Client) -> None:
    text = client.get("/search?q=form&country=CA").text
    link = '<link rel="alternate" type="application/feed+json" title="JSON Feed" href="'
    href = text.partition(link)[2].partition('"')[0].replace("&amp;", "&")
    found: Any = client.get(href).json()
    assert len(found["items"]) == client.get("/api/v1/components?q=form&country=CA").json()["total"]


@pytest.mark.parametrize("path", ["/feeds/components/part-13", "/feeds/reuse", "/feeds/disputes"])
def test_a_feed_goes_on_page_by_page_in_both_forms(client: Client, path: str) -> None:
    whole = [x["id"] for x in client.get(f"{path}.json?limit=100").json()["items"]]
    assert len(whole) > 1
    found: list[str] = []
    url = f"{path}.json?limit=1"
    while url:
        page = client.get(url).json()
        found += [x["id"] for x in page["items"]]
        url = page.get("next_url", "")
        assert not url or "limit=1" in url
    assert found == whole
    feed = fromstring(client.get(f"{path}.atom?limit=1").content)
    links = {x.get("rel"): x.get("href") for x in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{BASE}{path}.atom?limit=1"
    second = fromstring(client.get(links["next"]).content)
    assert [x.findtext(f"{ATOM}id") for x in second.findall(f"{ATOM}entry")] == whole[1:2]
    first = {x.get("rel"): x.get("href") for x in second.findall(f"{ATOM}link")}["first"]
    assert first == f"{BASE}{path}.atom?limit=1"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=x!", "after=eA", "page=2"])
def test_what_is_no_page_of_a_feed_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/feeds/new.json?{query}").status_code == 400
