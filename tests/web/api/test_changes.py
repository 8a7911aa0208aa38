"""The change log over the API."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.api_samples import BASE

Client = TestClient[Litestar]
URL = "/api/v1/changes"


def test_the_log_is_read_to_its_end_and_on_from_there(api: Client) -> None:
    whole = api.get(URL).json()
    assert [x["kind"] for x in whole["items"]] == ["reuse", "reuse"]
    address: str | None = f"{URL}?limit=1"
    found = []
    while address:
        answer = api.get(address)
        page = answer.json()
        found += page["items"]
        address = page["next"]
        assert bool(address) == ('rel="next"' in answer.headers.get("link", ""))
    assert found == whole["items"]
    assert page["last"] == whole["items"][-1]["seq"]
    assert api.get(f"{URL}?after={page['last']}").json() == {
        "items": [], "last": page["last"], "next": None,
    }  # fmt: skip
    assert {x["api_url"] for x in found} == {
        f"{BASE}/api/v1/components/part-{number}" for number in ("03", "05")
    }
    assert api.get(found[0]["api_url"]).status_code == 200


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "9" * 19, "٣", ""])
def test_a_number_that_is_none_is_refused(api: Client, value: str) -> None:
    answer = api.get(URL, params={"after": value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["location"] == "after"


def test_a_number_beyond_the_end_is_no_error(api: Client) -> None:
    assert api.get(f"{URL}?after={2**63 - 1}").json()["items"] == []
