"""Headers, hosts, and what a page may load or run."""

import json
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from registry.settings import WebSettings
from tests.support.hard_cases import EVIL
from tests.support.page_paths import ERROR_PATHS, PAGE_PATHS
from tests.support.page_structure import Structure
from tests.support.web_apps import asked
from tests.support.web_fakes import web_services
from web.app import create_app
from web.pages.templating import marked, trusted_html, web_url
from web.security import HEADERS, allowed_hosts, host_name

Client = TestClient[Litestar]
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    asset = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    paths = ("/", asset, "/static/none.css", "/api/v1/components", "/components/old-forms")
    for path in (*paths, *ERROR_PATHS):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1@evil"])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text or not host
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:8000", "[::1]:8000"])
def test_the_loopback_is_served_on_any_port(client: Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_forwarding_headers_do_not_choose_the_host(client: Client) -> None:
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example"}).text
    assert "evil.example" not in page


def test_the_public_address_is_an_allowed_host() -> None:
    assert "code.example.org" in allowed_hosts(WebSettings(base_url="https://code.example.org:444"))
    assert allowed_hosts(WebSettings(allowed_hosts=("A.example",))) == {"a.example"}
    assert "0.0.0.0" not in allowed_hosts(WebSettings(host="0.0.0.0"))
    assert host_name("Example.ORG.:80") == "example.org"


def test_https_is_insisted_on_only_where_it_is_served() -> None:
    settings = WebSettings(base_url="https://code.example.org")
    with asked(create_app(web_services(settings=settings))) as client:
        assert "max-age" in client.get("/").headers["strict-transport-security"]
        assert 'href="https://code.example.org/"' in client.get("/").text
    with asked(create_app(web_services())) as client:
        assert "strict-transport-security" not in client.get("/").headers


def test_an_address_that_is_too_long_is_refused(client: Client) -> None:
    assert client.get("/search?x=" + "y" * 9000).status_code == 400


def test_no_page_holds_inline_code_or_loads_from_elsewhere(client: Client) -> None:
    for path in (*PAGE_PATHS, *ERROR_PATHS):
        assert_only_own_code(Structure(client.get(path).text))


def assert_only_own_code(structure: Structure) -> None:
    for element in structure.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        url = element.attributes.get(LOADING.get(element.tag, ""), "")
        assert not url or url.startswith("/static/")
        href = element.attributes.get("href", "")
        assert not href.lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))
        if element.tag == "link" and element.attributes["rel"] in {"stylesheet", "icon"}:
            assert href.startswith("/static/")
    assert not structure.all("style", "iframe", "object", "embed", "img")
    scripts = structure.all("script")
    assert [x.text for x in scripts if x.attributes["type"] == "module"] == [""]
    for block in scripts:  # what is no module is data, which no browser runs
        if block.attributes["type"] != "module":
            assert block.attributes == {"type": "application/ld+json"}
            assert json.loads(block.text)["@type"] in {"SoftwareSourceCode", "Dataset"}
            assert not set("<>&") & set(block.text)


def test_text_from_repositories_never_becomes_markup(client: Client) -> None:
    for path in PAGE_PATHS:
        page = client.get(path).text
        assert "<script>alert" not in page, path
        assert "onerror=alert(2)>" not in page, path
        assert not Structure(page).unbalanced, path


def test_links_to_other_sites_pass_on_no_trust(client: Client) -> None:
    for path in (
        "/components/forms",
        "/components/forms/metadata",
        "/organisations/digital-service",
    ):
        for link in Structure(client.get(path).text).all("a"):
            if link.attributes["href"].startswith("http"):
                assert {"nofollow", "ugc", "noopener"} <= set(link.attributes["rel"].split())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://example.org",
        "https://exa\nmple.org",
        "data:text/html,x",
        "//example.org",
        "https:///x",
        "http://[",
        "/local",
        "",
        None,
    ],
)
def test_only_whole_web_addresses_become_links(url: str | None) -> None:
    assert web_url(url) is None


def test_a_web_address_becomes_a_link() -> None:
    assert web_url("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"


def test_a_highlight_keeps_its_marks_and_nothing_else() -> None:
    found = str(marked(f"a &lt;b&gt; <mark>c</mark> {EVIL} <mark onclick=x>"))
    assert found.startswith("a &lt;b&gt; <mark>c</mark> &lt;script&gt;")
    assert set(re.findall(r"<[^>]*>", found)) == {"<mark>", "</mark>"}


def test_what_the_sanitiser_made_is_shown_as_it_is() -> None:
    assert str(trusted_html("<h3>x</h3>")) == "<h3>x</h3>"
