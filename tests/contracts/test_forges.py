"""What every forge adapter must hold, whatever the software at the other end."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.forges.budget import InMemoryRateBudgets
from crawlers.forges.cache import InMemoryConditionalCache
from registry.errors import CrawlFailure, InvalidInput, NotFound
from tests.support.examples import share
from tests.support.forge_doubles import (
    DOUBLES,
    FakeClock,
    ForgeDouble,
    Project,
    Reply,
    client_for,
    json_reply,
)

TOKEN = "a-token-for-the-tests"


@pytest.fixture(params=DOUBLES, ids=lambda kind: kind.__name__.removesuffix("Double").lower())
def double(request: pytest.FixtureRequest) -> ForgeDouble:
    made: ForgeDouble = request.param()
    made.projects = [
        Project(1, "org/alpha"),
        Project(2, "org/beta", archived=True),
        Project(3, "org/gamma", parent="upstream/gamma"),
        Project(4, "org/secret", private=True),
        Project(5, "org/renamed", former="org/old"),
        Project(6, "person/own"),
    ]
    return made


def _paths(double: ForgeDouble, client: Any = None, namespace: str = "org") -> list[str]:
    forge = double.forge(client or client_for(double))
    return [found.path for found in forge.list_repositories(namespace)]


def test_every_public_repository_of_an_organisation_is_listed_page_by_page(double):
    assert _paths(double) == ["org/alpha", "org/beta", "org/gamma", "org/renamed"]
    assert [request.status for request in double.requests] == [200, 200, 200]


def test_a_repository_is_read_with_canonical_urls_and_typed_values(double):
    found = double.forge(client_for(double)).get_repository("org/alpha")
    assert found.url == f"https://{double.host}/org/alpha"
    assert found.web_url == found.url
    assert (found.host, found.name, found.default_branch) == (double.host, "alpha", "main")
    assert found.forge_id == double.forge_id(double.projects[0])
    assert found.pushed_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found.created_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert (found.description, found.homepage, found.is_fork) == ("A tool", None, False)


def test_an_archived_repository_is_recognised_where_the_forge_knows_it(double):
    found = double.forge(client_for(double)).get_repository("org/beta")
    assert found.archived is double.supports_archived


@pytest.mark.parametrize("said", [True, False, None])
def test_whether_issues_are_taken_is_what_the_forge_says(double, said):
    double.projects[0].issues = said
    assert double.forge(client_for(double)).get_repository("org/alpha").has_issues is said


def test_a_fork_names_its_parent(double):
    found = double.forge(client_for(double)).get_repository("org/gamma")
    assert found.is_fork
    assert found.parent_url == f"https://{double.host}/upstream/gamma"


def test_a_renamed_repository_keeps_its_id_and_gives_its_new_path(double):
    forge = double.forge(client_for(double))
    by_old_path = forge.get_repository("org/old")
    assert by_old_path.path == "org/renamed"
    assert forge.get_by_id(by_old_path.forge_id) == by_old_path


def test_another_repository_under_a_known_path_has_another_id(double):
    forge = double.forge(client_for(double))
    before = forge.get_repository("org/alpha")
    double.projects[0] = Project(77, "org/alpha")
    assert forge.get_repository("org/alpha").forge_id != before.forge_id
    with pytest.raises(NotFound):
        forge.get_by_id(before.forge_id)


def test_a_deleted_repository_and_an_unknown_organisation_are_not_found(double):
    forge = double.forge(client_for(double))
    with pytest.raises(NotFound):
        forge.get_repository("org/gone")
    with pytest.raises(NotFound):
        list(forge.list_repositories("nobody"))


def test_an_unchanged_listing_costs_no_full_body(double):
    client = client_for(double)
    first = _paths(double, client)
    asked = len(double.requests)
    assert _paths(double, client) == first
    second = double.requests[asked:]
    assert [request.status for request in second] == [304] * asked
    assert sum(request.size for request in second) == 0


def test_a_changed_page_is_read_again(double):
    client = client_for(double)
    _paths(double, client)
    double.projects[0] = Project(1, "org/alpha-two")
    assert _paths(double, client)[0] == "org/alpha-two"


def test_a_full_last_page_that_stays_the_same_still_leads_to_a_new_page_after_it(double):
    double.projects = double.projects[:2]
    client = client_for(double)
    assert _paths(double, client) == ["org/alpha", "org/beta"]
    double.projects.append(Project(8, "org/new"))
    for _ in range(2):
        assert _paths(double, client) == ["org/alpha", "org/beta", "org/new"]


def test_an_answer_kept_for_one_token_is_not_used_for_another(double):
    cache = InMemoryConditionalCache()
    _paths(double, client_for(double, cache=cache))
    asked = len(double.requests)
    _paths(double, client_for(double, cache=cache, tokens={double.host: TOKEN}))
    assert all("if-none-match" not in request.headers for request in double.requests[asked:])


def test_after_429_nothing_is_asked_until_the_host_allows_it(double):
    clock = FakeClock()
    client = client_for(double, clock)
    double.scripted = [json_reply({}, 429, retry_after="120")]
    with pytest.raises(CrawlFailure) as refused:
        _paths(double, client)
    assert (refused.value.reason, refused.value.retryable) == ("rate_limited", True)
    assert refused.value.retry_after == 120
    clock.advance(119)
    with pytest.raises(CrawlFailure) as early:
        _paths(double, client)
    assert (early.value.reason, early.value.retry_after) == ("rate_limited", 1)
    assert len(double.requests) == 1
    clock.advance(1)
    assert len(_paths(double, client)) == 4


def test_a_page_of_html_with_status_200_is_malformed(double):
    double.scripted = [Reply(200, {"content-type": "text/html"}, b"<!doctype html><p>Sign in")]
    with pytest.raises(CrawlFailure) as failure:
        _paths(double)
    assert failure.value.reason == "malformed"
    assert not failure.value.retryable


def test_a_page_of_html_is_never_kept_for_later(double):
    client = client_for(double)
    double.scripted = [Reply(200, {"etag": '"x"'}, b"<html>")]
    with pytest.raises(CrawlFailure):
        _paths(double, client)
    assert len(_paths(double, client)) == 4
    assert "if-none-match" not in double.requests[1].headers


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_may_be_tried_again(double, status):
    double.scripted = [Reply(status, {}, b"oops")]
    with pytest.raises(CrawlFailure) as failure:
        _paths(double)
    assert (failure.value.reason, failure.value.retryable) == ("unavailable", True)


def test_a_refusal_of_access_is_told_from_a_limit(double):
    double.scripted = [json_reply({}, 403, x_ratelimit_remaining="10")]
    with pytest.raises(CrawlFailure) as failure:
        _paths(double)
    assert (failure.value.reason, failure.value.retryable) == ("auth", False)


@pytest.mark.parametrize(
    "target",
    [
        "https://attacker.example/orgs/org/repos?page=2",
        "http://{host}/page",
        "https://{host}:8443/page",
        "https://{host}.attacker.example/page",
        "https://{host}@attacker.example/page",
        "file:///etc/passwd",
    ],
)
def test_a_next_page_at_another_address_is_refused(double, target):
    api_host = double.root.split("/")[2]
    double.next_link = target.format(host=api_host)
    with pytest.raises(CrawlFailure) as failure:
        _paths(double, client_for(double, tokens={double.host: TOKEN}))
    assert failure.value.reason == "malformed"
    assert [request.url.split("/")[2] for request in double.requests] == [api_host]


def test_a_user_is_listed_where_no_organisation_has_the_name(double):
    if not double.lists_users:
        with pytest.raises(NotFound):
            _paths(double, namespace="person")
        return
    assert _paths(double, namespace="person") == ["person/own"]


def test_pages_that_never_end_are_refused(double):
    _paths(double)
    double.next_link = double.requests[0].url
    double.requests.clear()
    with pytest.raises(CrawlFailure) as failure:
        _paths(double)
    assert failure.value.reason == "malformed"
    assert len(double.requests) <= 2


def test_a_redirect_to_another_host_is_refused_and_never_sees_the_token(double):
    double.scripted = [json_reply({}, 302, location="https://attacker.example/x")]
    with pytest.raises(CrawlFailure) as failure:
        double.forge(client_for(double, tokens={double.host: TOKEN})).get_repository("org/alpha")
    assert failure.value.reason == "redirect_refused"
    assert TOKEN not in str(failure.value)
    there = [r for r in double.requests if "attacker.example" in r.url]
    assert len(there) == 1
    assert "authorization" not in there[0].headers


def test_a_token_goes_to_its_own_api_in_a_header_only(double):
    _paths(double, client_for(double, tokens={double.host: TOKEN, "other.example": "another"}))
    for request in double.requests:
        assert request.headers["authorization"].split(" ")[1] == TOKEN
        assert TOKEN not in request.url
    double.requests.clear()
    _paths(double, client_for(double, tokens={"other.example": "another"}))
    assert all("authorization" not in request.headers for request in double.requests)


def test_an_item_that_speaks_for_another_host_is_left_out_alone(double):
    good, bad = (double.encode(project) for project in double.projects[:2])
    text = json.dumps(bad).replace(f"https://{double.host}", "https://victim.example")
    bad = json.loads(text)
    bad["full_name"] = bad["path_with_namespace"] = "org/beta"
    double.scripted = [json_reply({"values": [bad, good]} if "uuid" in good else [bad, good])]
    assert _paths(double) == ["org/alpha"]


def test_an_item_without_an_id_is_left_out_alone(double):
    good = double.encode(double.projects[0])
    bad = {key: value for key, value in good.items() if key not in {"id", "uuid"}}
    double.scripted = [json_reply({"values": [bad, good, 7]} if "uuid" in good else [bad, good, 7])]
    assert _paths(double) == ["org/alpha"]


@pytest.mark.parametrize("path", ["", "org", "org/../x", "org/a b", "org/a?x=1", "-/x/", "org/a#b"])
def test_a_path_that_is_none_is_refused_before_anything_is_asked(double, path):
    with pytest.raises((InvalidInput, NotFound)):
        double.forge(client_for(double)).get_repository(path)
    assert all("?x=1" not in r.url and ".." not in r.url for r in double.requests)


def test_a_host_that_keeps_failing_gets_a_pause_and_then_one_trial(double):
    clock, budgets = FakeClock(), InMemoryRateBudgets()
    client = client_for(double, clock, budgets=budgets)
    double.scripted = [Reply(503, {}, b"") for _ in range(6)]
    for _ in range(5):
        with pytest.raises(CrawlFailure):
            _paths(double, client)
    with pytest.raises(CrawlFailure) as paused:
        _paths(double, client)
    assert (paused.value.reason, paused.value.retryable) == ("unavailable", True)
    assert len(double.requests) == 5
    clock.advance(60)
    for _ in range(2):  # the trial fails, so the second is not even sent
        with pytest.raises(CrawlFailure):
            _paths(double, client)
    assert len(double.requests) == 6
    clock.advance(120)
    assert len(_paths(double, client)) == 4


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "values", "links", "next", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", DOUBLES)
@given(data=_JSON, name=st.sampled_from(["id", "name", "full_name", "links", "parent", "topics"]))
@settings(max_examples=share(40), deadline=None)
def test_no_answer_can_break_a_reading(kind, data, name):
    double = kind(projects=[Project(1, "org/alpha")])
    forge = double.forge(client_for(double))
    mended = double.encode(double.projects[0]) | {name: data}
    for answer in (data, mended):
        double.scripted = [json_reply(answer)]
        try:
            found = forge.get_repository("org/alpha")
        except CrawlFailure as failure:
            if failure.reason != "malformed":
                raise
            continue
        assert found.url == f"https://{double.host}/org/alpha"
