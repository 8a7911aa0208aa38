"""The page of countries: what is known of each, and across which borders code is reused."""

from litestar import Litestar
from litestar.testing import TestClient

from tests.support.page_structure import Structure

Client = TestClient[Litestar]
REST = "&tag=measured&direction=known&foreign=true"


def test_each_country_says_with_how_many_others_it_shares_code(client: Client) -> None:
    page = Structure(client.get("/countries").text)
    numbers = {
        x.attributes["href"].removeprefix("/reuse?").removesuffix(REST): x.text.split(" – ")[0]
        for x in page.all("a")
        if x.attributes["href"].startswith("/reuse?")
    }
    assert numbers == {"from=EE": "3", "to=CA": "1", "to=DE": "1", "to=FI": "1"}


def test_a_number_leads_to_the_rows_that_it_counts(client: Client) -> None:
    rows = Structure(client.get(f"/reuse?from=EE{REST}").text)
    reusers = {x.text for x in rows.all("a") if x.attributes["href"].startswith("/countries/")}
    assert len(reusers - {"Estonia"}) == 3
