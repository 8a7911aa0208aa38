"""The OSV API on the loopback: `POST /v1/querybatch` and `GET /v1/vulns/{id}`, as documented."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


class OsvDouble:
    """Knows records by id; answers a page of `page_size` for each query.

    `about` are the ids for each name of a package or repository. `raw` are bodies, and `statuses`
    status codes, that are answered for a path instead.
    """

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.about: dict[str, list[str]] = {}
        self.raw: dict[str, bytes] = {}
        self.statuses: dict[str, int] = {}
        self.page_size = 2
        self.asked: list[str] = []
        self.queries: list[dict[str, Any]] = []
        self.url = ""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        self.asked.append(path)
        status = self.statuses.get(path, 200)
        if status != 200 or path in self.raw:
            return status, self.raw.get(path, b"{}")
        if path == "/v1/querybatch":
            queries = json.loads(body)["queries"]
            self.queries += queries
            return 200, json.dumps({"results": [self._found(x) for x in queries]}).encode()
        record = self.records.get(unquote(path.removeprefix("/v1/vulns/")))
        return (404, b'{"code":5}') if record is None else (200, json.dumps(record).encode())

    def _found(self, query: dict[str, Any]) -> dict[str, Any]:
        package = query["package"]
        ids = self.about.get(package.get("purl") or package["name"], [])
        start = int(query.get("page_token") or 0)
        page = ids[start : start + self.page_size]
        named = [{"id": key, "modified": self.records[key]["modified"]} for key in page]
        found: dict[str, Any] = {"vulns": named} if named else {}
        if start + self.page_size < len(ids):
            found["next_page_token"] = str(start + self.page_size)
        return found


@contextmanager
def osv_server() -> Iterator[OsvDouble]:
    """Start the API and yield it."""
    double = OsvDouble()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, sent: bytes) -> None:
            status, body = double.answer(self.path, sent)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
