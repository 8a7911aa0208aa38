"""The OpenAPI document: locked, complete, true, and fuzzed."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient

from registry.db.tables import RepositoryState, ReuseState
from registry.db.tables.lineage import EdgeKind, EdgeState, EdgeTag
from registry.lineage import vocabulary
from registry.lineage.readmodels import ReuseQuery
from tests.support.adoption_fakes import KEYS
from tests.support.examples import share
from tests.support.reports import sample_snapshots
from tests.support.reuse_samples import BLOB, FIRST
from web.api import snapshot
from web.api.repositories import STATES

Client = TestClient[Litestar]
KEPT = Path(__file__).with_name("openapi.json")
DOCUMENT: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
# What needs a token is tested where there are accounts: test_webhooks.py.
OPEN = {
    path: {method: operation for method, operation in item.items() if "security" not in operation}
    for path, item in DOCUMENT["paths"].items()
}
OPERATIONS = {path: item["get"] for path, item in OPEN.items() if "get" in item}
SENT = {path: item["post"] for path, item in OPEN.items() if "post" in item}
EXAMPLES = {
    "slug": "part-05",
    "code": "EE",
    "repository_id": "5",
    "key": FIRST,
    "dispute": "1",
    "fix": "fix_missing",
    "need": "1",
    "call_number": "1",
    "follow_number": "1",
    "statement": "1",
    "number": "1",
    "snapshot": sample_snapshots().list()[0].id,
}
NEEDED = {
    "suggest": "?q=part",
    "lookup": f"?blob={BLOB}",
    "compare": f"?with={sample_snapshots().list()[1].id}",
    "verdict": "?inbound=MIT&outbound=EUPL-1.2",
}


def filled(path: str) -> str:
    if path.startswith("/api/v1/organisations/"):
        return path.replace("{slug}", "city")
    if path.startswith("/api/v1/reuse-actions/"):
        return path.replace("{key}", KEYS[ReuseState.RECORDED])
    if path.startswith("/api/v1/bodies/"):
        path = path.replace("{slug}", "forms-together")
    return re.sub(r"\{(\w+)\}", lambda match: EXAMPLES[match[1]], path)


def test_the_document_is_the_one_that_is_kept() -> None:
    made = snapshot.text()
    assert made == KEPT.read_text(encoding="utf-8"), (
        "the API changed: look at the difference, then run `python -m web.api.snapshot`"
    )


def test_the_document_that_is_served_is_the_one_that_is_kept(api: Client) -> None:
    served = api.get("/api/v1/openapi.json").json()
    assert served["paths"] == DOCUMENT["paths"]
    assert served["components"] == DOCUMENT["components"]


def address(path: str) -> str:
    return filled(path) + NEEDED.get(path.rpartition("/")[2], "")


def test_visitors_send_questions_objections_and_what_they_take_over() -> None:
    methods = {(method, path) for path, item in OPEN.items() for method in item}
    assert {path for method, path in methods if method != "get"} == {
        "/api/v1/lookup",
        "/api/v1/validate",
        "/api/v1/disputes",
        "/api/v1/needs/candidates",
        "/api/v1/reuse-actions",
        "/api/v1/reuse-actions/{key}",
        "/api/v1/reuse-actions/{key}/made",
    }
    assert {path for method, path in methods if method not in {"get", "post"}} == {
        "/api/v1/reuse-actions/{key}"
    }


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_operation_is_documented(path: str) -> None:
    operation = OPERATIONS[path]
    assert re.fullmatch(r"(get|list|export|suggest)_[a-z_]+", operation["operationId"])
    assert operation["summary"]
    assert operation["description"].endswith((".", "?"))
    assert operation["tags"]
    for parameter in operation.get("parameters", ()):
        assert parameter["description"]
        assert parameter["schema"]
    for status in ("400", "406", "429", "500", "503"):
        content = operation["responses"][status]["content"]
        assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


@pytest.mark.parametrize("path", SENT)
def test_every_operation_that_is_sent_a_body_is_documented(api: Client, path: str) -> None:
    operation = SENT[path]
    assert re.fullmatch(r"post_[a-z_]+", operation["operationId"])
    assert operation["summary"]
    assert operation["description"].endswith(".")
    for status in ("400", "406", "413", "415", "429", "500", "503"):
        assert "application/problem+json" in operation["responses"][status]["content"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        Draft202012Validator(schema).validate(example)
        known = {"evidence": "ev_commits"} if "evidence" in example else {}
        answer = api.post(filled(path), json=example | known)
        (status,) = (code for code in operation["responses"] if code.startswith("2"))
        assert answer.status_code == int(status)
        told = operation["responses"][status]["content"]["application/json"]["schema"]
        whole = {**told, "components": DOCUMENT["components"]}
        Draft202012Validator(whole).validate(answer.json())


def test_operation_ids_are_unique() -> None:
    every = (*OPERATIONS.values(), *SENT.values())
    ids = [operation["operationId"] for operation in every]
    assert len(ids) == len(set(ids)) > 40


@pytest.mark.parametrize("path", OPERATIONS)
def test_answers_are_what_the_document_says(api: Client, path: str) -> None:
    answer = api.get(address(path))
    assert answer.status_code == 200
    content = OPERATIONS[path]["responses"]["200"]["content"]
    media = answer.headers["content-type"].partition(";")[0]
    assert media in content
    if media == "application/json":
        schema = {**content[media]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(answer.json())


def test_a_problem_is_what_the_document_says(api: Client) -> None:
    schema = {"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]}
    for path in ("/api/v1/components?contry=x", "/api/v1/components/nothing", "/api/v1/x"):
        Draft202012Validator(schema).validate(api.get(path).json())


def test_examples_are_what_the_document_says() -> None:
    for operation in (x for item in DOCUMENT["paths"].values() for x in item.values()):
        for answer in operation["responses"].values():
            for media in (answer.get("content") or {}).values():
                schema = {**media["schema"], "components": DOCUMENT["components"]}
                for example in (media.get("examples") or {}).values():
                    Draft202012Validator(schema).validate(example["value"])


def test_the_states_of_repositories_are_those_of_the_tables() -> None:
    shown = [state for state in RepositoryState if state is not RepositoryState.TAKEN_DOWN]
    assert list(STATES) == [state.value for state in shown]


def test_the_values_of_edges_are_those_of_the_tables() -> None:
    known = {"kind": EdgeKind, "tag": EdgeTag, "state": EdgeState}
    said = {
        parameter["name"]: json.dumps(parameter["schema"])
        for parameter in DOCUMENT["paths"]["/api/v1/reuse"]["get"]["parameters"]
    }
    for name, values in known.items():
        assert json.dumps([value.value for value in values]) in said[name], name


def test_every_field_of_a_question_about_reuse_can_be_asked_for() -> None:
    named = {*vocabulary.MANY, *vocabulary.ONE, *vocabulary.MOMENTS, *vocabulary.WITH}
    fields = {*vocabulary.MANY.values(), *vocabulary.ONE.values()} | (
        named - {*vocabulary.MANY, *vocabulary.ONE}
    )
    others = {"foreign", "sort", "limit", "after"}
    assert fields | others == set(ReuseQuery.__struct_fields__)
    parameters = DOCUMENT["paths"]["/api/v1/reuse"]["get"]["parameters"]
    assert named | others <= {parameter["name"] for parameter in parameters}


NASTY = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e9", "9" * 40, "NaN", "null", "true", "%00", "%", "%zz", "%ED%A0%80",
         "%FF", "'", '"', "*", "..", "CA", "MQ", "2024-05-31", "0001-01-01", "\\", "%25", "😀",
         "a" * 250, "AND OR NOT", '"', "-", "(", "[", "{}", "slug", "name,slug", "a:b", "~1"]
    ),
    st.text(max_size=12).map(lambda text: quote(text, errors="replace")),
    st.binary(max_size=8).map(quote),
    st.integers().map(str),
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str]:
    """Return a path of the document and a query string of mostly known names."""
    path = draw(st.sampled_from(sorted(OPERATIONS)))
    declared = OPERATIONS[path].get("parameters", ())
    for name in re.findall(r"\{\w+\}", path):
        real = st.just(EXAMPLES[name[1:-1]])
        path = path.replace(name, draw(real | NASTY).replace("/", "").strip(".") or "x")
    names = [x["name"] for x in declared if x["in"] == "query"] or ["q", "limit", "fields"]
    name = st.sampled_from(names) | st.just("unknown")
    pairs = draw(st.lists(st.tuples(name, NASTY), max_size=5))
    return path, "&".join(f"{key}={value}" for key, value in pairs)


@settings(
    max_examples=share(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(requests())
def test_no_request_makes_the_api_fail(api: Client, asked: tuple[str, str]) -> None:
    path, query = asked
    answer = api.get(f"{path}?{query}")
    assert answer.status_code in {200, 304, 400, 404}, (path, query, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


@settings(
    max_examples=share(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(sorted(OPERATIONS)),
    st.dictionaries(
        st.sampled_from(["accept", "if-none-match", "accept-language", "range", "origin"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
    ),
)
def test_no_header_makes_the_api_fail(api: Client, path: str, headers: dict[str, str]) -> None:
    answer = api.get(address(path), headers=headers)
    assert answer.status_code in {200, 304, 406}


NAMES = st.sampled_from(["blobs", "commits", "purls", "urls", "swhids", "category", "reason", "x"])
TEXTS = st.text(max_size=12) | st.sampled_from(["a" * 40, "pkg:npm/x", "swh:1:cnt:", "other"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
BODIES = st.dictionaries(NAMES, st.lists(PLAIN | TEXTS, max_size=4) | PLAIN, max_size=5) | PLAIN


@settings(
    max_examples=share(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(SENT)), BODIES)
def test_no_body_makes_the_api_fail(api: Client, path: str, body: Any) -> None:
    headers = {"content-type": "application/json"}
    answer = api.post(filled(path), content=json.dumps(body), headers=headers)
    assert answer.status_code in {200, 202, 400, 409}, (path, body, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["status"] == answer.status_code
