"""`POST /api/v1/validate`: files as they are and in JSON, and no body that makes it fail."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.examples import share
from tests.support.publiccode_samples import MINIMAL

Client = TestClient[Litestar]
URL = "/api/v1/validate"
YAML = {"content-type": "application/yaml"}
OLD = MINIMAL.replace('"0"', '"0.2"')


def test_a_file_is_answered_with_its_problems(api: Client) -> None:
    answer = api.post(URL, content=OLD.encode(), headers=YAML)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["status"], body["version"], body["errors"], body["warnings"]) == (
        "valid", "0.2", 0, 1,
    )  # fmt: skip
    (problem,) = body["problems"]
    assert (problem["path"], problem["line"], problem["column"], problem["severity"]) == (
        "publiccodeYmlVersion", 1, 1, "warning",
    )  # fmt: skip
    assert problem["fix"] == '"0"'
    assert body["fixed"] is None


def test_the_same_file_in_json_and_with_its_fixes(api: Client) -> None:
    body = api.post(f"{URL}?fix=true", json={"content": OLD}).json()
    assert body["fixed"] == {
        "content": MINIMAL, "made": 1, "status": "valid", "errors": 0, "warnings": 0,
    }  # fmt: skip


def test_forges_get_sarif(api: Client) -> None:
    headers = {**YAML, "accept": "application/sarif+json"}
    answer = api.post(f"{URL}?path=a/publiccode.yml", content=b"x: [", headers=headers)
    assert answer.headers["content-type"] == "application/sarif+json"
    (result,) = answer.json()["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "a/publiccode.yml"}


@pytest.mark.parametrize(
    ("content", "headers", "query", "status"),
    [
        (b"a: 1", {"content-type": "text/plain"}, "", 415),
        (b"a: 1", {}, "", 415),
        (b"{", {"content-type": "application/json"}, "", 400),
        (b'{"content": 1}', {"content-type": "application/json"}, "", 400),
        (b'{"content": "", "more": 1}', {"content-type": "application/json"}, "", 400),
        (b"a: 1", YAML, "?fix=perhaps", 400),
        (b"a: 1", YAML, "?url=x", 400),
        (b"a: 1", {**YAML, "accept": "text/html"}, "", 406),
        (b"a" * (1024 * 1024 + 1), YAML, "", 413),
    ],
)
def test_what_is_no_question_is_refused(
    api: Client, content: bytes, headers: dict[str, str], query: str, status: int
) -> None:
    answer = api.post(URL + query, content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


PIECES = st.sampled_from(
    [b"a: ", b"[", b"{", b"- ", b"\n", b"  ", b"'", b'"', b"&x ", b"*x", b"!!binary ", b"<<: ",
     b"\xff", b"\x00", b"\xef\xbb\xbf", b"no", b"9" * 300, b"? ", b"|\n", b"%YAML 1.1\n---\n",
     b"description:\n  en:\n", b"name: ", b"legal: ", b"categories: ", "\u2028".encode()]
)  # fmt: skip


@settings(
    max_examples=share(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=60) | st.lists(PIECES, max_size=12).map(b"".join), st.booleans())
@example(b"?", True)
def test_no_file_makes_it_fail(api: Client, data: bytes, with_fixes: bool) -> None:
    query = "?fix=true" if with_fixes else ""
    answer = api.post(URL + query, content=data, headers=YAML)
    assert answer.status_code == 200, answer.text
    text = json.dumps({"content": data.decode("latin-1")})
    answer = api.post(URL, content=text, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
