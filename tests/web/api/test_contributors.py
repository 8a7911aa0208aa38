"""Contributors over the API: shares that add up, switches, CSV, and wrong questions."""

import csv
import io

from litestar import Litestar
from litestar.testing import TestClient

SLUG = "part-03"
URL = f"/api/v1/components/{SLUG}/contributors"
Client = TestClient[Litestar]


def test_shares_of_both_lenses(api: Client) -> None:
    body = api.get(URL).json()
    assert [period["name"] for period in body["periods"]] == ["window", "all"]
    for period in body["periods"]:
        assert [lens["name"] for lens in period["lenses"]] == ["wrote", "behalf"]
        for lens in period["lenses"]:
            shares = sum(x["share"] for x in lens["parties"]) + lens["unattributed"]["share"]
            assert abs(shares - 1) < 1e-9
    assert body["verified"] == 0


def test_switches_reach_the_question(api: Client) -> None:
    body = api.get(f"{URL}?with_merges=true").json()
    assert body["query"] == {"with_merges": True, "with_bots": False, "with_inherited": False}
    assert api.get(f"{URL}?with_merges=maybe").status_code == 400


def test_the_file_has_every_lens(api: Client) -> None:
    answer = api.get(f"{URL}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(row["lens"], row["period"]) for row in rows} >= {("wrote", "all"), ("behalf", "2025")}


def test_a_component_that_is_not_there(api: Client) -> None:
    assert api.get("/api/v1/components/nothing/contributors").status_code == 404
