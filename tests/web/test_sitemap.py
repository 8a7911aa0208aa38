from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace as changed

from tests.support.web_fakes import web_services
from web.app import create_app
from web.sitemap import addresses, index, robots

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "https://code.example"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    services = web_services()
    settings = changed(services.settings, base_url=BASE)
    app = create_app(replace(services, settings=settings), [robots, index, addresses])
    with TestClient(app, base_url=BASE) as opened:
        yield opened


def locations(text: str) -> list[str]:
    return [x.text or "" for x in ET.fromstring(text).iter(f"{SPACE}loc")]


def test_the_sitemap_leads_to_every_listed_component(client: TestClient) -> None:
    (file,) = locations(client.get("/sitemap.xml").text)
    assert file == f"{BASE}/sitemaps/0.xml"
    answer = client.get(file.removeprefix(BASE))
    assert answer.headers["content-type"].startswith("application/xml")
    found = locations(answer.text)
    assert len(found) == len(set(found)) > 3
    for address in found:
        assert client.get(address.removeprefix(BASE)).status_code in {200, 301, 308}
    days = [x.text for x in ET.fromstring(answer.text).iter(f"{SPACE}lastmod")]
    assert len(days) == len(found)


@pytest.mark.parametrize("name", ["0", "x.xml", "-1.xml", "9" * 30 + ".xml", "١.xml"])
def test_what_is_no_file_of_the_sitemap_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/sitemaps/{name}").status_code == 404


def test_robots_are_told_what_is_private(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    assert text.startswith("User-agent: *\n")
    assert "Disallow: /account\n" in text
    assert f"Sitemap: {BASE}/sitemap.xml\n" in text
