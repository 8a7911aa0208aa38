import datetime as dt
import gzip
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.egress import DENY, Egress, check_url, is_public
from registry.domain.crawl import REASONS
from registry.errors import BlockedUrl, CrawlFailure
from registry.settings import CrawlSettings
from tests.support import hostile_servers as servers
from tests.support.hostile_servers import RawServer

PUBLIC = "93.184.215.14"

NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "",
]

BAD_URLS = [
    "http://example.org/a",
    "ftp://example.org/a",
    "file:///etc/passwd",
    "git://example.org/a",
    "ssh://-oProxyCommand=id/a",
    "ext::sh -c id",
    "/etc/passwd",
    "--upload-pack=id",
    "https://user@example.org/a",
    "https://user:word@example.org/a",
    "https://example.org:8443/a",
    "https://example.org:22/a",
    "https://example.org:99999/a",
    "https://example.org/a#b",
    "https://example.org/a\r\nHost: x",
    "https://example.org/a%0d%0aHost:x",
    "https://example.org/a?b=%00",
    "https://example.org\\@127.0.0.1/",
    "https://exa mple.org/",
    "https:///a",
    "https://./a",
    "https://-x.example.org/",
    "https://example.org/" + "a" * 3000,
    "javascript:alert(1)",
    "",
]

# Each reaches an address only by name resolution, so the rule for addresses must catch it.
INTERNAL_URLS = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
]


@pytest.fixture
def egress() -> Iterator[Egress]:
    client = Egress(CrawlSettings())
    yield client
    client.close()


def _allowing(*hosts: str, **more: object) -> Egress:
    return Egress(CrawlSettings(allow_hosts=hosts), **more)  # type: ignore[arg-type]


def _reason(client: Egress, url: str, **more: object) -> str:
    try:
        with pytest.raises(CrawlFailure) as caught:
            client.get(url, **more)  # type: ignore[arg-type]
    finally:
        client.close()
    assert caught.value.reason in REASONS
    return caught.value.reason


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_that_is_not_on_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "140.82.121.4", "2606:4700::6810:84e5", "9.9.9.9"])
def test_public_address_is_accepted(address: str) -> None:
    assert is_public(address)


@settings(deadline=None)
@given(st.sampled_from(DENY), st.integers(min_value=0, max_value=2**128))
def test_no_address_of_a_reserved_block_is_public(
    block: ipaddress.IPv4Network | ipaddress.IPv6Network, offset: int
) -> None:
    assert not is_public(str(block[offset % block.num_addresses]))


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_mapped_address_is_judged_like_the_address_in_it(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    assert is_public(f"::ffff:{plain}") == is_public(str(plain))


@pytest.mark.parametrize("url", BAD_URLS)
def test_url_that_may_not_be_asked_for_is_refused(url: str) -> None:
    with pytest.raises(BlockedUrl):
        check_url(url)


def test_url_is_rebuilt_with_its_query() -> None:
    target = check_url("https://API.GitHub.com:443/repos/A/b?per_page=100&q=a%20b")
    assert target.url == "https://api.github.com/repos/A/b?per_page=100&q=a%20b"
    assert (target.host, target.port, target.allowed) == ("api.github.com", 443, False)


def test_international_host_is_rebuilt_in_ascii() -> None:
    assert check_url("https://bücher.example/ä").url == "https://xn--bcher-kva.example/%C3%A4"


def test_excepted_host_may_use_http_and_another_port_but_only_that_one() -> None:
    allow = frozenset({"git.internal:8080"})
    assert check_url("http://git.internal:8080/a", allow).allowed
    with pytest.raises(BlockedUrl):
        check_url("http://git.internal:8081/a", allow)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_checked_url_or_refused(text: str) -> None:
    try:
        target = check_url(text)
    except BlockedUrl:
        return
    assert target.url.startswith("https://")
    assert target.url.isascii()


@pytest.mark.parametrize("url", INTERNAL_URLS)
def test_internal_url_is_refused_before_any_connection(egress: Egress, url: str) -> None:
    with pytest.raises(CrawlFailure) as caught:
        egress.get(url)
    assert caught.value.reason in {"blocked_address", "dns_failed"}


@pytest.mark.parametrize("url", BAD_URLS)
def test_bad_url_is_a_typed_failure_of_the_client(egress: Egress, url: str) -> None:
    with pytest.raises(CrawlFailure) as caught:
        egress.get(url)
    assert caught.value.reason == "blocked_url"


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1", PUBLIC]])
def test_one_private_answer_of_the_resolver_blocks_the_host(answers: list[str]) -> None:
    client = Egress(CrawlSettings(), resolver=lambda host, port: answers)
    assert _reason(client, "https://rebind.example/") == "blocked_address"


def test_name_is_resolved_once_between_check_and_connection() -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with RawServer(servers.answer("200 OK", body=b"hello")) as server:
        port = server.host.rpartition(":")[2]
        client = _allowing(f"code.example:{port}", resolver=resolver)
        response = client.get(f"http://code.example:{port}/x?y=1")
        client.close()
    assert (response.status, response.body) == (200, b"hello")
    assert asked == ["code.example"]
    assert f"host: code.example:{port}".encode() in server.requests[0].lower()


def test_unknown_name_is_a_dns_failure_that_is_tried_again() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    client = Egress(CrawlSettings(), resolver=resolver)
    with pytest.raises(CrawlFailure) as caught:
        client.get("https://nowhere.example/")
    client.close()
    assert (caught.value.reason, caught.value.retryable) == ("dns_failed", True)


def test_redirect_to_the_metadata_service_is_refused() -> None:
    with RawServer(servers.redirect("http://169.254.169.254/latest/meta-data/")) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "redirect_refused"


def test_redirect_over_https_to_an_internal_address_is_blocked() -> None:
    with RawServer(servers.redirect("https://127.0.0.1/")) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "blocked_address"


def test_redirect_to_another_excepted_host_is_refused() -> None:
    with RawServer(servers.answer("200 OK")) as inner:
        with RawServer(servers.redirect(f"http://{inner.host}/")) as outer:
            client = _allowing(outer.host, inner.host)
            assert _reason(client, f"http://{outer.host}/") == "redirect_refused"
        assert inner.hits == 0


def test_endless_redirects_end_after_three() -> None:
    with RawServer(servers.redirect("/again")) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "redirect_refused"
        assert len(server.requests) == 4


def test_redirect_on_the_same_origin_is_followed_and_keeps_credentials() -> None:
    def handler(connection: object, head: bytes, stopped: threading.Event) -> None:
        moved = servers.redirect("/new", "301 Moved Permanently")
        (moved if b" /old " in head else servers.answer("200 OK", body=b"new"))(
            connection,
            head,
            stopped,  # type: ignore[arg-type]
        )

    with RawServer(handler) as server:
        client = _allowing(server.host)
        response = client.get(f"http://{server.host}/old", headers={"Authorization": "Bearer s"})
        client.close()
    assert response.url == f"http://{server.host}/new"
    assert response.body == b"new"
    assert all(b"bearer s" in head.lower() for head in server.requests)


def test_credentials_do_not_follow_a_redirect_to_another_origin() -> None:
    from crawlers.egress.client import _Asked, _redirected

    asked = _Asked(
        "GET",
        check_url("https://api.example/x"),
        {"authorization": "s", "private-token": "s", "cookie": "s", "accept": "a/b"},
        None,
    )
    moved = _redirected(asked, 302, "https://other.example/y", frozenset())
    assert moved.headers == {"accept": "a/b"}
    upward = _redirected(asked, 302, "https://api.example:443/z", frozenset())
    assert "authorization" in upward.headers


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (303, "GET"), (307, "POST")])
def test_redirected_post_keeps_its_body_only_where_the_status_says_so(
    status: int, method: str
) -> None:
    from crawlers.egress.client import _Asked, _redirected

    asked = _Asked("POST", check_url("https://api.example/x"), {}, b"body")
    moved = _redirected(asked, status, "/y", frozenset())
    assert (moved.method, moved.body is None) == (method, method == "GET")


def test_slow_headers_end_at_the_total_time() -> None:
    with RawServer(servers.slow_headers) as server:
        url = f"http://{server.host}/"
        assert _reason(_allowing(server.host), url, total_seconds=0.4) == "too_slow"


def test_dripping_body_ends_at_the_total_time() -> None:
    with RawServer(servers.drip) as server:
        url = f"http://{server.host}/"
        assert _reason(_allowing(server.host), url, total_seconds=0.4) == "too_slow"


def test_endless_headers_are_malformed() -> None:
    def handler(connection: object, head: bytes, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000_000)  # type: ignore[attr-defined]

    with RawServer(handler) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "malformed"


def test_large_body_ends_at_its_budget() -> None:
    with RawServer(servers.endless_refs) as server:
        url = f"http://{server.host}/"
        assert _reason(_allowing(server.host), url, max_bytes=100_000) == "too_large"


def test_body_of_exactly_the_budget_is_accepted() -> None:
    with RawServer(servers.answer("200 OK", body=b"x" * 1000)) as server:
        client = _allowing(server.host)
        assert len(client.get(f"http://{server.host}/", max_bytes=1000).body) == 1000
        client.close()


def test_gzip_bomb_ends_at_its_budget() -> None:
    with RawServer(servers.gzip_bomb(20 * 1024**2)) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "too_large"
        assert b"accept-encoding: identity" in server.requests[0].lower()


def test_small_compressed_answer_is_unpacked() -> None:
    body = gzip.compress(b"hello")
    with RawServer(servers.answer("200 OK", b"Content-Encoding: gzip\r\n", body)) as server:
        client = _allowing(server.host)
        assert client.get(f"http://{server.host}/").body == b"hello"
        client.close()


@pytest.mark.parametrize(
    ("coding", "body"),
    [(b"gzip", b"not gzip"), (b"gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]), (b"br", b"")],
)
def test_damaged_or_unknown_compression_is_malformed(coding: bytes, body: bytes) -> None:
    header = b"Content-Encoding: " + coding + b"\r\n"
    with RawServer(servers.answer("200 OK", header, body)) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "malformed"


def test_answer_that_is_not_http_is_malformed() -> None:
    def handler(connection: object, head: bytes, stopped: threading.Event) -> None:
        connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")  # type: ignore[attr-defined]

    with RawServer(handler) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "malformed"


def test_answer_that_is_cut_short_is_a_connection_failure() -> None:
    def handler(connection: object, head: bytes, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc")  # type: ignore[attr-defined]

    with RawServer(handler) as server:
        assert _reason(_allowing(server.host), f"http://{server.host}/") == "connect_failed"


def test_closed_port_is_a_connection_failure() -> None:
    with RawServer(servers.answer("200 OK")) as server:
        host = server.host
    assert _reason(_allowing(host), f"http://{host}/") == "connect_failed"


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(servers.answer("200 OK")) as canary, RawServer(servers.answer("204 No")) as real:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{canary.host}")
        client = _allowing(real.host)
        assert client.get(f"http://{real.host}/").status == 204
        client.close()
        assert canary.hits == 0


def test_request_says_who_asks_and_sends_its_body() -> None:
    with RawServer(servers.answer("201 Created", b"Link: a\r\nLink: b\r\n")) as server:
        client = Egress(CrawlSettings(allow_hosts=(server.host,), contact="https://reg.example"))
        response = client.request(
            "POST", f"http://{server.host}/x", headers={"X-A": "b", "Host": "evil"}, body=b"{}"
        )
        client.close()
    head = server.requests[0]
    assert response.headers["link"] == "a, b"
    assert b"+https://reg.example" in head
    assert b"content-length: 2\r\n" in head.lower()
    assert b"evil" not in head


def test_header_with_a_line_break_is_refused(egress: Egress) -> None:
    with pytest.raises(CrawlFailure):
        egress.get("https://example.org/", headers={"X": "a\r\nY: b"})


def test_closing_ends_the_thread_and_may_be_repeated() -> None:
    with RawServer(servers.answer("200 OK")) as server:
        client = _allowing(server.host)
        client.get(f"http://{server.host}/")
        client.close()
        client.close()
    assert not [t for t in threading.enumerate() if t.name == "egress"]
    with pytest.raises(RuntimeError):
        client.get(f"http://{server.host}/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = RawServer(servers.answer("200 OK", body=b"secret"))
    server.wrap = lambda connection: context.wrap_socket(connection, server_side=True)
    with server:
        yield server


def test_certificate_that_nobody_vouches_for_is_a_tls_failure(tls_server: RawServer) -> None:
    client = _allowing(tls_server.host)
    assert _reason(client, f"https://{tls_server.host}/") == "tls_failed"


def test_trusted_certificate_is_accepted(tls_server: RawServer, certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=certificate)
    client = _allowing(tls_server.host, tls=trust)
    assert client.get(f"https://{tls_server.host}/").body == b"secret"
    client.close()
