"""What the tools answer over invented data, and how they refuse what is wrong."""

import re
from dataclasses import replace
from typing import Any

import anyio
import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import MCPError
from mcp.client import Client

from registry.errors import Unavailable
from tests.support.agents import agent_app, agent_sources, answered, called, refused
from tests.support.catalogue_fakes import InMemoryCatalogue
from web.i18n.codes.adoption import WORDS
from web.mcp.answers import MOST_BYTES
from web.mcp.cursors import cursor_of, digest_of
from web.mcp.resources import read_resource
from web.mcp.server import build_server
from web.mcp.toolbox import call
from web.mcp.tools import BY_NAME, TOOLS

NAMES = (
    "search_components", "get_component", "find_by_code", "get_reuse_evidence",
    "check_licence_fit", "reuse_instructions", "validate_publiccode", "country_matrix",
)  # fmt: skip
BLOB = "a" * 40
GOOD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_components", {}),
    ("search_components", {"query": "form", "limit": 20}),
    ("search_components", {"query": "no such thing at all"}),
    ("get_component", {"component": "forms"}),
    ("get_component", {"component": "bare"}),
    ("find_by_code", {"hashes": [BLOB, "b" * 40]}),
    ("find_by_code", {"snippet": "def f():\n    return 1\n"}),
    ("get_reuse_evidence", {"component": "forms", "limit": 20}),
    ("get_reuse_evidence", {"component": "forms", "side": "reuser", "tag": ["declared"]}),
    ("get_reuse_evidence", {"evidence": "ev_fork1"}),
    ("check_licence_fit", {"outbound": "EUPL-1.2", "inbound": "MIT OR GPL-3.0-only"}),
    ("reuse_instructions", {"component": "forms"}),
    ("validate_publiccode", {"content": "publiccodeYmlVersion: '0.4'\nname: x\n" + "a: 1\n" * 99}),
    ("country_matrix", {}),
    ("country_matrix", {"origin": ["EE"], "tag": "attributed"}),
)


def test_there_are_eight_tools_that_only_read_in_one_order() -> None:
    assert tuple(tool.name for tool in TOOLS) == NAMES


@pytest.mark.parametrize(("tool", "arguments"), GOOD)
def test_every_answer_is_small_and_as_its_schema_says(tool: str, arguments: dict[str, Any]) -> None:
    jsonschema.validate(arguments, BY_NAME[tool].input_schema)
    outcome = called(tool, **arguments)
    assert outcome.found is not None, outcome.problem
    jsonschema.validate(outcome.found.content, BY_NAME[tool].output_schema)
    assert outcome.found.size <= MOST_BYTES
    assert all(x.url.startswith("http://127.0.0.1:8000/") for x in outcome.found.links)


def test_every_call_succeeds_with_the_official_client_which_checks_the_schemas() -> None:
    server = build_server(agent_sources(), "1")

    async def ask() -> list[Any]:
        async with Client(server) as client:
            await client.list_tools()
            return [await client.call_tool(tool, arguments) for tool, arguments in GOOD]

    for (tool, _), result in zip(GOOD, anyio.run(ask), strict=True):
        assert not result.is_error, (tool, result.content)
        assert msgspec.json.decode(result.content[0].text) == result.structured_content


def test_pages_follow_each_other_to_the_end_and_hold_everything_once() -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(200):
        more = {"cursor": cursor} if cursor else {}
        page = answered("search_components", limit=20, fields=["name"], **more)
        seen += [item["slug"] for item in page["items"]]
        cursor = page.get("next_cursor", "")
        if not cursor:
            break
    assert sorted(seen) == sorted(x.slug for x in InMemoryCatalogue().cards)
    assert len(set(seen)) == page["total"]


def test_only_the_fields_that_were_asked_for_come_back() -> None:
    (item, *_) = answered("search_components", query="form", fields=["country"])["items"]
    assert set(item) <= {"slug", "country", "is_demo"}
    component = answered("get_component", component="forms", fields=["licence", "reuse"])
    assert set(component) == {"slug", "as_of", "licence", "reuse", "next_step"}
    (edge, *_) = answered("get_reuse_evidence", component="forms", fields=["tag"])["items"]
    assert set(edge) <= {"evidence", "tag", "is_demo"}


def test_filters_reach_the_catalogue() -> None:
    catalogue = InMemoryCatalogue()
    sources = replace(agent_sources(), catalogue=catalogue)
    answer = answered(
        "search_components", sources, query="x", country=["EE"], licence=["MIT"],
        licence_fits="EUPL-1.2", category=["form-builder"], platform=["web"], min_reuse=2,
    )  # fmt: skip
    (query, *_) = catalogue.queries
    assert (query.q, query.country, query.licence) == ("x", ("EE",), ("MIT",))
    assert (query.function, query.platform, query.min_reuse_organisations) == (
        ("form-builder",), ("web",), 2,
    )  # fmt: skip
    assert query.licence_fits == "EUPL-1.2"
    assert "country=EE" in answer["page"]


def test_a_repository_is_known_by_its_url() -> None:
    url = answered("get_component", component="forms")["repository"]
    assert answered("get_component", component=f"{url}.git")["slug"] == "forms"
    assert "no component" in refused("get_component", component="https://code.example/x/nothing")


def test_evidence_comes_with_the_commands_that_the_page_shows() -> None:
    answer = answered("get_reuse_evidence", evidence="ev_fork1")
    verify = {x["purpose"]: x["commands"] for x in answer["verify"]}
    assert "python -m registry.verifier ev_fork1.json" in verify["verify"]
    assert "/api/v1/evidence/ev_fork1/proof" in verify["verify"]
    assert verify["fetch"].startswith("git clone")
    assert answer["checked"]
    local = replace(agent_sources(), is_local=True)
    (first, *_) = answered("get_reuse_evidence", local, evidence="ev_fork1")["verify"]
    assert first["commands"].startswith("registry evidence export ev_fork1 -o ev_fork1.json")


def test_licences_are_judged_with_what_they_ask_for() -> None:
    answer = answered("check_licence_fit", outbound="EUPL-1.2", inbound="Apache-2.0")
    assert answer["verdict"] in {"yes", "no", "unknown"}
    assert WORDS["licence_duty"]["keep_notice_file"] in answer["duties"][0]["duties"]
    wrong = answered("check_licence_fit", outbound="Apache 2.0", inbound="nonsense")
    assert "did you mean Apache-2.0" in wrong["next_step"]


def test_instructions_name_the_origin_in_words_that_count_as_attribution() -> None:
    answer = answered("reuse_instructions", component="forms")
    url = answered("get_component", component="forms")["repository"]
    assert answer["attribution"] == f"This software is adapted from {url}."
    assert answer["is_based_on"] == f"isBasedOn: {url}"
    assert answer["commands"][0] == f"git clone {url}"
    assert "organisation" in {x["kind"] for x in answer["contacts"]}
    without = replace(agent_sources(), reuse=None)
    assert "does not tell" in refused("reuse_instructions", without, component="forms")


def test_a_file_may_hold_what_is_no_text() -> None:
    assert answered("find_by_code", snippet="x = '\ud800\x00'")["known"] == 0
    assert answered("validate_publiccode", content="\x00\ud800")["status"] == "unparseable"


def test_a_snippet_that_is_too_short_is_said_to_be() -> None:
    assert answered("find_by_code", snippet="x = 1")["known"] == 0
    assert "too short" in answered("find_by_code", snippet="x = 1")["next_step"]


BAD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("search_components", {"queri": "x"}, "queri: there is no such argument"),
    ("search_components", {"query": 5}, "query: expected str"),
    ("search_components", {"query": "x" * 301}, "query: expected str of length <= 300"),
    ("search_components", {"country": "EE"}, "country: expected array"),
    ("search_components", {"country": ["Estonia"]}, "country[0]: expected str matching"),
    ("search_components", {"limit": 0}, "limit: expected int >= 1"),
    ("search_components", {"limit": True}, "limit: expected int"),
    ("search_components", {"min_reuse": -1}, "min_reuse: expected int >= 0"),
    ("search_components", {"fields": ["secret"]}, "fields[0]: invalid enum value"),
    ("search_components", {"cursor": "x"}, "cursor: this is not a cursor"),
    ("search_components", {"cursor": "é" * 10}, "cursor: this is not a cursor"),
    ("search_components", {"cursor": "x" * 500}, "cursor: expected str of length"),
    ("get_component", {}, "component: this argument is required"),
    ("get_component", {"component": ""}, "component: expected str of length >= 1"),
    ("get_component", {"component": "no-such-thing"}, "no-such-thing"),
    ("get_component", {"component": "removed-service"}, "removed on 2026-08-02"),
    ("get_component", {"component": "old-forms"}, "is now called 'forms'"),
    ("get_component", {"component": "Not A Slug"}, "component: this is neither a slug"),
    ("get_component", {"component": "forms\x00"}, "component: holds control characters"),
    ("get_reuse_evidence", {"evidence": "ev_\ud800"}, "evidence: holds control characters"),
    ("find_by_code", {"packages": ["pkg:npm/a\x00b"]}, "packages: holds control characters"),
    ("get_component", {"component": "../../etc/passwd"}, "component: this is neither a slug"),
    ("find_by_code", {}, "hashes: send hashes, a snippet, or packages"),
    ("find_by_code", {"hashes": ["a" * 39]}, "hashes[0]: 'aaaaaaaaa"),
    ("find_by_code", {"hashes": [BLOB, "g" * 40]}, "hashes[1]: 'gggg"),
    ("find_by_code", {"hashes": [BLOB] * 201}, "hashes: expected array of length <= 200"),
    ("find_by_code", {"snippet": "x" * 1_000_000}, "snippet: expected str of length <= 262144"),
    ("get_reuse_evidence", {}, "component: send either"),
    ("get_reuse_evidence", {"component": "forms", "evidence": "ev_1"}, "component: send either"),
    ("get_reuse_evidence", {"evidence": "ev_none"}, "no evidence 'ev_none'"),
    ("get_reuse_evidence", {"component": "forms", "side": "left"}, "side: invalid enum value"),
    ("get_reuse_evidence", {"component": "removed-service"}, "removed on 2026-08-02"),
    ("check_licence_fit", {"outbound": "MIT"}, "inbound: this argument is required"),
    ("check_licence_fit", {"outbound": " ", "inbound": "MIT"}, "outbound: this is no SPDX id"),
    ("check_licence_fit", {"outbound": "MIT", "inbound": "a\x00b"}, "inbound: holds control"),
    ("reuse_instructions", {"component": "no-such-thing"}, "no-such-thing"),
    ("validate_publiccode", {"content": ""}, "content: expected str of length >= 1"),
    ("validate_publiccode", {"content": "x" * 262_145}, "content: expected str of length <="),
    ("country_matrix", {"origin": ["ee"]}, "origin[0]: expected str matching"),
    ("country_matrix", {"tag": "all"}, "tag: invalid enum value"),
)


@pytest.mark.parametrize(("tool", "arguments", "problem"), BAD)
def test_what_is_wrong_is_named(tool: str, arguments: dict[str, Any], problem: str) -> None:
    told = refused(tool, **arguments)
    assert problem in told
    assert len(told) <= 500
    assert told.isprintable()


def test_a_cursor_of_another_tool_or_question_is_refused() -> None:
    cursor = answered("search_components", limit=1)["next_cursor"]
    assert answered("search_components", limit=5, cursor=cursor)["items"]
    assert "another question" in refused("search_components", query="form", cursor=cursor)
    assert "another question" in refused("country_matrix", cursor=cursor)


@pytest.mark.parametrize("place", ["", "zzz", "-1", -1, 10**6, 10_000])
@pytest.mark.parametrize("tool", ["search_components", "country_matrix", "find_by_code"])
def test_a_forged_place_tells_nothing(tool: str, place: Any) -> None:
    sent: dict[str, Any] = {"hashes": [BLOB]} if tool == "find_by_code" else {}
    forged = cursor_of(tool, digest_of(sent), place)
    outcome = called(tool, **sent, cursor=forged)
    assert outcome.found is not None or outcome.problem.startswith("cursor: ")
    assert outcome.found is None or outcome.found.size <= MOST_BYTES


SOURCES = agent_sources()
WORDS_SENT = st.sampled_from(sorted({x for t in TOOLS for x in t.arguments.__struct_fields__}))
VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)


@given(st.dictionaries(WORDS_SENT | st.text(max_size=8), VALUES, max_size=4))
@pytest.mark.parametrize("tool", NAMES)
def test_nothing_that_is_sent_raises(tool: str, arguments: dict[str, Any]) -> None:
    outcome = call(BY_NAME[tool], SOURCES, arguments)
    assert (outcome.found is None) == bool(outcome.problem)
    assert "incident" not in outcome.problem


def test_what_is_down_is_told_and_what_breaks_tells_nothing_of_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken(InMemoryCatalogue):
        error: Exception = Unavailable("the database is busy")

        def search(self, query: Any) -> Any:
            raise self.error

    broken = Broken()
    sources = replace(agent_sources(), catalogue=broken)
    assert refused("search_components", sources) == "the database is busy"
    broken.error = ZeroDivisionError("secret detail")
    told = refused("search_components", sources)
    assert re.search(r"incident [0-9a-f]{8}", told)
    assert "secret" not in told


def test_resources_are_the_method_and_the_components() -> None:
    sources = agent_sources()
    server = build_server(sources, "1")

    async def ask() -> tuple[Any, ...]:
        async with Client(server) as client:
            listed = await client.list_resources()
            templates = await client.list_resource_templates()
            method = await client.read_resource(listed.resources[0].uri)
            one = await client.read_resource("registry://components/forms")
            return listed, templates, method, one

    listed, templates, method, one = anyio.run(ask)
    assert templates.resource_templates[0].uri_template == "registry://components/{slug}"
    assert msgspec.json.decode(method.contents[0].text)["tags"]["measured"]
    component = msgspec.json.decode(one.contents[0].text)
    assert component["slug"] == "forms"
    assert component["untrusted"]
    assert (listed.ttl_ms, listed.cache_scope) == (3_600_000, "public")
    assert read_resource(sources, "registry://components/forms").size <= MOST_BYTES


@pytest.mark.parametrize(
    "uri", ["registry://components/nope", "registry://x", "file:///etc/passwd",
            "registry://components/../method", "registry://components/removed-service"]
)  # fmt: skip
def test_a_resource_that_is_not_there_is_an_error(uri: str) -> None:
    async def ask() -> Any:
        async with Client(build_server(agent_sources(), "1")) as client:
            return await client.read_resource(uri)

    with pytest.raises((MCPError, BaseExceptionGroup)) as error:
        anyio.run(ask)
    assert re.search("no such resource|removed on|'nope'", _told(error.value))


def _told(error: BaseException) -> str:
    return _told(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else str(error)


def test_an_application_without_the_extra_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from litestar.testing import TestClient

    from web import extras

    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    with TestClient(agent_app(), base_url="http://127.0.0.1:8000") as client:
        answer = client.post("/mcp", json={})
    assert answer.status_code == 404
    assert "pip install 'mcp>=2.3'" in answer.json()["detail"]
