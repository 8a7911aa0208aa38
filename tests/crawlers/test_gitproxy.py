import base64
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.egress import Egress, check_url
from crawlers.gitproxy import GitProxy
from registry.settings import CrawlSettings
from tests.support import hostile_servers as servers
from tests.support.hostile_servers import RawServer


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(servers.answer("200 OK", body=b"refs")) as running:
        yield running


def _said(proxy: GitProxy, request: bytes, *, credential: str | None = None) -> bytes:
    """Send one request with a credential (by default the right one) and return what came back."""
    shown = base64.b64encode((credential or proxy.credential).encode())
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
        connection.sendall(request + b"\r\nProxy-Authorization: Basic " + shown + b"\r\n\r\n")
        return _all(connection)


def _all(connection: socket.socket) -> bytes:
    parts = []
    while data := connection.recv(65536):
        parts.append(data)
    return b"".join(parts)


def _proxy(egress: Egress, url: str, *, budget: int = 10_000, seconds: float = 5.0) -> GitProxy:
    return GitProxy(egress, check_url(url, egress.allow), budget=budget, seconds=seconds)


@pytest.fixture
def egress(server: RawServer) -> Iterator[Egress]:
    port = int(server.host.rpartition(":")[2])
    client = Egress(
        CrawlSettings(allow_hosts=(server.host, f"code.example:{port}")),
        resolver=lambda host, port: ["127.0.0.1"],
    )
    yield client
    client.close()


def test_tunnel_to_the_jobs_host_carries_bytes_and_counts_them(
    egress: Egress, server: RawServer
) -> None:
    port = server.host.rpartition(":")[2]
    with _proxy(egress, f"https://code.example:{port}/x") as proxy:
        shown = base64.b64encode(proxy.credential.encode())
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            connection.sendall(
                f"CONNECT code.example:{port} HTTP/1.1\r\n".encode()
                + b"Proxy-Authorization: Basic "
                + shown
                + b"\r\n\r\n"
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert _all(connection).endswith(b"refs")
        assert proxy.received > len(b"refs")
        assert proxy.failure is None


@pytest.mark.parametrize(
    "line",
    [
        "CONNECT other.example:443 HTTP/1.1",
        "CONNECT code.example:22 HTTP/1.1",
        "CONNECT 127.0.0.1:443 HTTP/1.1",
        "CONNECT code.example HTTP/1.1",
        "GET http://code.example:PORT/x HTTP/1.1",
        "GET / HTTP/1.1",
        "POST https://code.example:PORT/x HTTP/1.1",
        "CONNECT code.example:PORT HTTP/2",
        "nonsense",
    ],
)
def test_everything_else_is_refused_without_a_connection(
    egress: Egress, server: RawServer, line: str
) -> None:
    port = server.host.rpartition(":")[2]
    with _proxy(egress, f"https://code.example:{port}/x") as proxy:
        assert _said(proxy, line.replace("PORT", port).encode()).startswith(b"HTTP/1.1 403")
        assert proxy.failure is not None
        assert proxy.failure.reason == "blocked_url"
    assert server.hits == 0


def test_request_without_the_jobs_credential_is_refused(egress: Egress, server: RawServer) -> None:
    port = server.host.rpartition(":")[2]
    with _proxy(egress, f"https://code.example:{port}/x") as proxy:
        line = f"CONNECT code.example:{port} HTTP/1.1".encode()
        assert _said(proxy, line, credential="git:guess").startswith(b"HTTP/1.1 403")
    assert server.hits == 0


def test_plain_request_reaches_an_excepted_host_without_the_credential(
    egress: Egress, server: RawServer
) -> None:
    with _proxy(egress, f"http://{server.host}/x") as proxy:
        answer = _said(proxy, f"GET http://{server.host}/x/info/refs HTTP/1.1".encode())
    assert answer.endswith(b"refs")
    head = server.requests[0].lower()
    assert head.startswith(b"get /x/info/refs http/1.1")
    assert b"proxy-" not in head
    assert b"connection: close" in head


def test_plain_request_for_another_host_is_refused(egress: Egress, server: RawServer) -> None:
    with _proxy(egress, f"http://{server.host}/x") as proxy:
        for url in ("http://169.254.169.254/", f"http://{server.host}.evil/", "http://x/"):
            assert _said(proxy, f"GET {url} HTTP/1.1".encode()).startswith(b"HTTP/1.1 403")
    assert server.hits == 0


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"]])
def test_host_with_a_private_address_is_blocked(server: RawServer, answers: list[str]) -> None:
    client = Egress(CrawlSettings(), resolver=lambda host, port: answers)
    with _proxy(client, "https://code.example/x") as proxy:
        assert _said(proxy, b"CONNECT code.example:443 HTTP/1.1").startswith(b"HTTP/1.1 403")
        assert proxy.failure is not None
        assert proxy.failure.reason == "blocked_address"
    client.close()
    assert server.hits == 0


def test_name_is_resolved_once_for_all_connections_of_a_job(server: RawServer) -> None:
    rebinding = iter([["127.0.0.1"], ["10.0.0.1"]])
    port = server.host.rpartition(":")[2]
    client = Egress(
        CrawlSettings(allow_hosts=(f"code.example:{port}",)),
        resolver=lambda host, port: next(rebinding),
    )
    with _proxy(client, f"http://code.example:{port}/x") as proxy:
        for _ in range(3):
            line = f"GET http://code.example:{port}/x HTTP/1.1".encode()
            assert _said(proxy, line).endswith(b"refs")
    client.close()
    assert next(rebinding) == ["10.0.0.1"]


def test_connection_is_cut_at_the_byte_budget() -> None:
    with RawServer(servers.endless_refs) as hostile:
        client = Egress(CrawlSettings(allow_hosts=(hostile.host,)))
        with _proxy(client, f"http://{hostile.host}/x", budget=100_000) as proxy:
            got = _said(proxy, f"GET http://{hostile.host}/x HTTP/1.1".encode())
            assert len(got) <= 100_000
            assert proxy.failure is not None
            assert proxy.failure.reason == "too_large"
        client.close()


def test_connection_is_cut_at_the_wall_limit() -> None:
    with RawServer(servers.drip) as hostile:
        client = Egress(CrawlSettings(allow_hosts=(hostile.host,)))
        with _proxy(client, f"http://{hostile.host}/x", seconds=0.3) as proxy:
            _said(proxy, f"GET http://{hostile.host}/x HTTP/1.1".encode())
            assert proxy.failure is not None
            assert proxy.failure.reason == "too_slow"
        client.close()


def test_proxy_no_longer_listens_after_the_job(egress: Egress, server: RawServer) -> None:
    with _proxy(egress, f"http://{server.host}/x") as proxy:
        port = proxy.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_unix_socket_lies_in_the_given_folder(
    egress: Egress, server: RawServer, tmp_path: Path
) -> None:
    target = check_url(f"http://{server.host}/x", egress.allow)
    with GitProxy(egress, target, budget=1, seconds=1, folder=tmp_path) as proxy:
        assert proxy.socket == tmp_path / "proxy"
        assert proxy.socket.is_socket()
