"""Every error of the API has one shape: problem details (RFC 9457)."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from registry.catalogue.service import Catalogue
from registry.errors import Gone, RegistryError, Unavailable
from registry.lineage.service import Lineage
from tests.support.api_samples import api_client
from web.services import Moved

Client = TestClient[Litestar]
KNOWN = {"type", "title", "status", "instance", "detail", "errors", "incident"}


class Failing:
    """A catalogue or lineage whose every answer is the error that a test sets."""

    error: Exception

    def __getattr__(self, name: str) -> Any:
        def fail(*_args: object, **_named: object) -> None:
            raise self.error

        return fail


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert set(body) <= KNOWN
    assert {"type", "title", "status", "instance"} <= set(body)
    assert body["status"] == status
    assert body["instance"].startswith("/api/")
    for error in body.get("errors", ()):
        assert set(error) == {"in", "location", "code", "detail"}
    return body


FAILING = Failing()


@pytest.fixture(scope="module")
def failing() -> Iterator[Client]:
    with api_client(FAILING) as client:
        yield client


@pytest.fixture(scope="module")
def failing_lineage(catalogue: Catalogue) -> Iterator[Client]:
    with api_client(catalogue, lineage=FAILING) as client:
        yield client


@pytest.fixture
def limited(catalogue: Catalogue) -> Iterator[Client]:
    with api_client(catalogue, requests_per_minute=1) as client:
        client.get("/api/v1/countries")
        yield client


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/components/x/y/z", "/api/v2"])
def test_an_address_that_is_not_there(api: Client, path: str) -> None:
    assert_problem(api.get(path), 404)


@pytest.mark.parametrize(
    "path",
    [
        "components/nothing",
        "components/nothing/forks",
        "organisations/nothing",
        "organisations/%00",
        "repositories/999999",
        "repositories/0",
        "repositories/-1",
        "repositories/abc",
        "repositories/9223372036854775808",
        f"repositories/{'9' * 5000}",
        "crawls/repositories/999999",
        f"crawls/repositories/{'9' * 19}",
        "components/nothing/reuse",
        "components/nothing/reuse.csv",
        "components/nothing/lineage",
        "evidence/ev_ffffffffffffffff",
        "evidence/ev_ffffffffffffffff/proof",
        "evidence/%00",
        "evidence/EV_1",
        "countries/XX/reuse",
        "countries/France/reuse",
        "countries/FR",
        "countries/%00%00",
        "countries/France",
    ],
)
def test_a_thing_that_is_not_there(api: Client, path: str) -> None:
    assert assert_problem(api.get(f"/api/v1/{path}"), 404)["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/components", "/api/v1/repositories/5"])
def test_a_method_that_is_not_offered(api: Client, method: str, path: str) -> None:
    assert_problem(api.request(method, path), 405)


def test_a_form_that_is_not_offered(api: Client) -> None:
    assert_problem(api.get("/api/v1/countries", headers={"accept": "image/png"}), 406)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "openapi.json",
        "components",
        "components.json",
        "components.csv",
        "components.ndjson",
        "components.atom",
        "components/part-05",
        "components/part-05/dependencies",
        "components/part-05/metadata",
        "components/part-05/activity",
        "components/part-05/releases",
        "components/part-05/forks",
        "organisations",
        "organisations.json",
        "organisations.csv",
        "organisations.ndjson",
        "organisations/city",
        "repositories",
        "repositories.json",
        "repositories/5",
        "countries",
        "countries.json",
        "countries/EE",
        "reuse",
        "reuse.json",
        "reuse.csv",
        "reuse.ndjson",
        "reuse.atom",
        "evidence/ev_0000000000000001",
        "evidence/ev_0000000000000001/proof",
        "components/part-03/reuse",
        "components/part-03/reuse.csv",
        "components/part-03/reuse.ndjson",
        "components/part-03/reuse.atom",
        "components/part-03/lineage",
        "matrix",
        "matrix.csv",
        "countries/EE/reuse",
        "lookup",
        "method",
        "search/suggest",
        "sources",
        "sources.json",
        "crawls",
        "crawls.json",
        "crawls/repositories/5",
    ],
)
def test_an_unknown_parameter_is_named_by_every_resource(api: Client, path: str) -> None:
    answer = api.get(f"/api/v1/{path}?reused_by=FR")
    errors = assert_problem(answer, 400)["errors"]
    assert errors[0]["location"] == "reused_by"
    assert errors[0]["code"] == "unknown_parameter"
    assert "reused_by" in answer.json()["detail"]


def test_too_many_requests(limited: Client) -> None:
    body = assert_problem(limited.get("/api/v1/countries"), 429)
    assert "try again in 60 s" in body["detail"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unavailable("the database is busy", retry_after=7), 503),
        (Gone("taken out on request"), 410),
        (RegistryError("an error that nobody mapped"), 500),
        (ZeroDivisionError("secret detail"), 500),
    ],
)
@pytest.mark.parametrize("path", ["components/part-05", "countries", "crawls", "sources"])
def test_a_failure_inside(failing: Client, error: Exception, status: int, path: str) -> None:
    FAILING.error = error
    with capture_logs() as lines:
        answer = failing.get(f"/api/v1/{path}")
    body = assert_problem(answer, status)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "secret" not in answer.text
    if status == 500:
        assert set(body) == {"type", "title", "status", "instance", "incident"}
        assert [line["incident"] for line in lines] == [body["incident"]]


@pytest.mark.parametrize(
    "path",
    [
        "reuse",
        "reuse.csv",
        "reuse.atom",
        "evidence/ev_1",
        "evidence/ev_1/proof",
        "components/part-05/reuse",
        "components/part-05/reuse.ndjson",
        "components/part-05/lineage",
        "matrix",
        "matrix.csv",
        "countries/EE/reuse",
        "method",
        "lookup?purl=pkg:npm/x",
    ],
)
def test_a_failure_of_lineage_is_never_half_an_answer(failing_lineage: Client, path: str) -> None:
    FAILING.error = Unavailable("the database is busy", retry_after=7)
    answer = failing_lineage.get(f"/api/v1/{path}")
    assert_problem(answer, 503)
    assert answer.headers["retry-after"] == "7"
    FAILING.error = ZeroDivisionError("secret detail")
    body = assert_problem(failing_lineage.get(f"/api/v1/{path}"), 500)
    assert "secret" not in str(body)


def test_the_reuse_of_a_renamed_component_is_redirected_to(lineage: Lineage) -> None:
    FAILING.error = Moved("new-name")
    with api_client(FAILING, lineage=lineage) as client:
        for part in ("reuse?tag=measured", "reuse.csv", "lineage"):
            answer = client.get(f"/api/v1/components/old-name/{part}")
            assert answer.status_code == 301
            assert answer.headers["location"] == f"/api/v1/components/new-name/{part}"


@pytest.mark.parametrize("part", ["", "/metadata"])
def test_a_component_that_was_renamed_is_redirected_to(failing: Client, part: str) -> None:
    FAILING.error = Moved("new-name")
    answer = failing.get(f"/api/v1/components/old-name{part}?lang=fr")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/api/v1/components/new-name{part}?lang=fr"


def test_a_wrong_host_is_not_answered(api: Client) -> None:
    answer = api.get("/api/v1/countries", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
