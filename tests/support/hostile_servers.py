"""Servers on the loopback: an honest one for git, and hostile ones for every client of ours.

Each is a context manager that gives its address as `host:port`; `hits` counts its connections.
"""

import gzip
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Handler = Callable[[socket.socket, bytes, threading.Event], None]
_OK = b"HTTP/1.1 200 OK\r\n"
REFS_TYPE = b"Content-Type: application/x-git-upload-pack-advertisement\r\n"


class RawServer:
    """Reads the head of each request and lets a handler answer as it likes."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self.wrap: Callable[[socket.socket], socket.socket] = lambda connection: connection
        self.hits = 0
        self.requests: list[bytes] = []
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "RawServer":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.hits += 1
            self._sockets.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection = self.wrap(connection)
        except OSError:
            connection.close()
            return
        with connection:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    data = connection.recv(65536)
                    if not data:
                        return
                    head += data
                self.requests.append(head)
                self._handler(connection, head, self._stopped)
            except OSError:
                return


def answer(status: str, headers: bytes = b"", body: bytes = b"") -> Handler:
    """Answer every request alike."""
    length = f"Content-Length: {len(body)}\r\nConnection: close\r\n".encode()
    whole = f"HTTP/1.1 {status}\r\n".encode() + headers + length + b"\r\n" + body
    return lambda connection, head, stopped: connection.sendall(whole)


def redirect(location: str, status: str = "302 Found") -> Handler:
    """Redirect every request, also without a query."""
    return answer(status, f"Location: {location}\r\n".encode())


def drip(connection: socket.socket, head: bytes, stopped: threading.Event) -> None:
    """Send a promised body one byte at a time."""
    connection.sendall(_OK + REFS_TYPE + b"Content-Length: 100000\r\n\r\n001e# service")
    while not stopped.wait(0.05):
        connection.sendall(b"x")


def slow_headers(connection: socket.socket, head: bytes, stopped: threading.Event) -> None:
    """Send header lines for ever, slowly enough for any read timeout."""
    connection.sendall(_OK)
    while not stopped.wait(0.05):
        connection.sendall(b"X-Drip: 1\r\n")


def endless_refs(connection: socket.socket, head: bytes, stopped: threading.Event) -> None:
    """Announce refs for ever, as fast as they are taken."""
    connection.sendall(_OK + REFS_TYPE + b"Connection: close\r\n\r\n")
    connection.sendall(packet(b"# service=git-upload-pack\n") + b"0000")
    connection.sendall(packet(b"%040x HEAD\0side-band-64k\n" % 1))
    number = 0
    while not stopped.is_set():
        lines = [packet(b"%040x refs/heads/b%09d\n" % (1, number + i)) for i in range(2000)]
        number += 2000
        connection.sendall(b"".join(lines))


def packet(data: bytes) -> bytes:
    """Return one pkt-line of git's protocol."""
    return b"%04x" % (len(data) + 4) + data


def gzip_bomb(size: int = 200 * 1024**2) -> Handler:
    """Answer with a small body that unpacks to a large one."""
    body = gzip.compress(bytes(size), 9)
    return answer("200 OK", b"Content-Encoding: gzip\r\n", body)


@contextmanager
def git_server(
    root: Path, *, cut_after: int | None = None, can_push: bool = False
) -> Iterator["GitHttpServer"]:
    """Serve the bare repositories below `root` over git's smart HTTP protocol.

    With `cut_after` the answer that carries objects is cut after so many bytes; with `can_push`
    anybody may push.
    """
    server = GitHttpServer(root, cut_after, can_push=can_push)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class GitHttpServer(ThreadingHTTPServer):
    """`git http-backend` behind the standard library's HTTP server."""

    daemon_threads = True

    def __init__(self, root: Path, cut_after: int | None, *, can_push: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _GitHandler)
        self.can_push = can_push
        self.root = root
        self.cut_after = cut_after
        self.paths: list[str] = []
        self.headers_seen: list[dict[str, str]] = []

    @property
    def host(self) -> str:
        """Its `host:port`."""
        return f"127.0.0.1:{self.server_address[1]}"


class _GitHandler(BaseHTTPRequestHandler):
    server: GitHttpServer

    def do_GET(self) -> None:
        self._backend(b"")

    def do_POST(self) -> None:
        self._backend(self._body())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        return

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().strip(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _backend(self, body: bytes) -> None:
        self.server.paths.append(self.path)
        self.server.headers_seen.append({k.lower(): v for k, v in self.headers.items()})
        path, _, query = self.path.partition("?")
        config = [
            ("http.receivepack", "true" if self.server.can_push else "false"),
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("safe.directory", "*"),
        ]
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(config)),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        for number, (name, value) in enumerate(config):
            environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        done = subprocess.run(
            ["git", "http-backend"], input=body, capture_output=True, env=environment, check=False
        )
        self._relay(done.stdout)

    def _relay(self, raw: bytes) -> None:
        head, _, body = raw.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
        status = next((value for name, value in headers if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in headers:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = self.server.cut_after
        whole = cut is None or self.command != "POST" or b"PACK" not in body
        self.wfile.write(body if whole else body[:cut])
