"""Forges over real HTTP that take branches, files and requests, as their descriptions say.

A double keeps what it was sent; `refuse` makes it answer the first request whose method and path it
names by a status.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

REPOSITORY: Final = "town/letters"
FORK: Final = "ada/letters"


class RequestDouble:
    """One repository at a forge of a kind: its branches with their files, and its requests.

    Where Ada may not push (`may_push`), she has it forked: `fork` is her copy once it is there,
    which is `slow` for as many questions.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.branches: dict[str, dict[str, str]] = {"main": {"README.md": "# Letters\n"}}
        self.fork: dict[str, dict[str, str]] | None = None
        self.may_push = True
        self.parent = REPOSITORY
        self.slow = 0
        self.requests: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.refuse: tuple[str, str, int, dict[str, str]] | None = None
        double = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                size = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(size) or b"null")
                double.asked.append(
                    (self.command, self.path, self.headers.get("authorization", ""))
                )
                status, data, headers = double.answer(self.command, self.path, body)
                content = json.dumps(data).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = _any  # noqa: N815 - names of the standard library

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}/{REPOSITORY}"

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        if self.refuse and method == self.refuse[0] and self.refuse[1] in path:
            _, _, status, headers = self.refuse
            return status, {"message": f"no: {status}"}, headers
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        name = {"github": "_github", "gitlab": "_gitlab", "gitea": "_gitea"}[self.kind]
        path = unquote(parts.path) if f"{FORK}/" in f"{unquote(parts.path)}/" else parts.path
        if FORK in path:
            return (*self._of_fork(name, method, path, query, body), {})
        status, data = getattr(self, name)(method, parts.path, query, body)
        return status, data, {}

    def _of_fork(self, name: str, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        """Answer for the fork as for the repository itself, with its own branches."""
        if self.fork is None:
            return 404, {"message": "Not Found"}
        if self.slow and path.endswith(("/branches/main", "/git/ref/heads/main")):
            self.slow -= 1
            return 404, {"message": "Branch not found"}
        place = quote(REPOSITORY, safe="") if self.kind == "gitlab" else REPOSITORY
        own, self.branches = self.branches, self.fork
        inner = quote_file(path.replace(FORK, place), self.kind)
        try:
            status, data = getattr(self, name)(method, inner, query, body)
        finally:
            self.branches = own
        if isinstance(data, dict) and "default_branch" in data:
            data |= {"id": 2, "parent": {"full_name": self.parent}}
        return status, data

    def _facts(self) -> dict[str, Any]:
        """Return what the forge says of the repository, and of what Ada may do in it."""
        level = {"access_level": 30 if self.may_push else 20}
        said = {"project_access": level, "group_access": None}
        permissions = said if self.kind == "gitlab" else {"push": self.may_push, "pull": True}
        return {"id": 1, "default_branch": "main", "permissions": permissions}

    def _forked(self, status: int, words: str) -> Any:
        if self.fork is not None and status:
            return status, {"message": words}
        if self.fork is None:
            self.fork = {name: dict(files) for name, files in self.branches.items()}
        return 202, {"full_name": FORK, "path_with_namespace": FORK}

    def _github(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        if path == "/api/v3/meta":
            return 200, {"installed_version": "3.17"}
        place = f"/api/v3/repos/{REPOSITORY}"
        if path == place:
            return 200, self._facts()
        rest = path.removeprefix(place)
        if rest == "/git/ref/heads%2Fmain":
            return 200, {"object": {"sha": "a" * 40}}
        if (method, rest) == ("POST", "/git/refs"):
            name = body["ref"].removeprefix("refs/heads/")
            return self._branch(name, 422, "Reference already exists")
        if (method, rest) == ("POST", "/forks"):
            return self._forked(0, "")
        if rest == "/pulls":
            if method == "GET":
                head = query["head"].removeprefix("town:")
                return 200, [x for x in self.requests if x["branch"] == head]
            return self._open(body["head"], 422, "A pull request already exists for town:x")
        return self._contents(method, rest, query, body)

    def _gitea(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        if path == "/api/v1/version":
            return 200, {"version": "12.0.0"}
        place = f"/api/v1/repos/{REPOSITORY}"
        if path == place:
            return 200, self._facts()
        rest = path.removeprefix(place)
        if path == "/api/v1/user":
            return 200, {"login": "ada"}
        if rest == "/branches/main":
            return 200, {"name": "main"}
        if (method, rest) == ("POST", "/forks"):
            return self._forked(409, "repository is already forked by user")
        if (method, rest) == ("POST", "/branches"):
            return self._branch(body["new_branch_name"], 409, "The branch already exists.")
        if (method, rest) == ("POST", "/pulls"):
            return self._open(body["head"], 409, "pull request already exists for these targets")
        if found := re.fullmatch(r"/pulls/main/(.+)", rest):
            known = [x for x in self.requests if x["branch"] == unquote(found[1])]
            return (200, known[0]) if known else (404, {"message": "not there"})
        return self._contents(method, rest, query, body)

    def _contents(self, method: str, rest: str, query: dict[str, str], body: Any) -> Any:
        found = re.fullmatch(r"/contents/(.+)", rest)
        if found is None:
            return 404, {"message": "Not Found"}
        path = unquote(found[1])
        files = self.branches.get(query.get("ref") or body["branch"], {})
        if method == "GET":
            if path not in files:
                return 404, {"message": "Not Found"}
            return 200, {"content": _encoded(files[path]), "sha": _hash(files[path])}
        is_new = path not in files
        if not is_new and body.get("sha") != _hash(files[path]):
            return 409, {"message": "does not match"}
        files[path] = base64.b64decode(body["content"]).decode()
        return 201 if is_new else 200, {}

    def _gitlab(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        if path == "/api/v4/projects":
            return 200, [{}]
        place = f"/api/v4/projects/{REPOSITORY.replace('/', '%2F')}"
        if path == place:
            return 200, self._facts()
        rest = path.removeprefix(place)
        if rest == "/repository/branches/main":
            return 200, {"name": "main"}
        if rest == "/forks":
            return 200, [{"path_with_namespace": FORK}] if self.fork is not None else []
        if rest == "/fork":
            return self._forked(409, "Project namespace name has already been taken")
        if rest == "/repository/branches":
            return self._branch(body["branch"], 400, "Branch already exists")
        if rest == "/merge_requests":
            if method == "GET":
                return 200, [x for x in self.requests if x["branch"] == query["source_branch"]]
            return self._open(
                body["source_branch"], 409, "Another open merge request already exists: !1",
                source_project_id=2 if body.get("target_project_id") == 1 else 1,
            )  # fmt: skip
        return self._gitlab_file(method, rest, query, body)

    def _gitlab_file(self, method: str, rest: str, query: dict[str, str], body: Any) -> Any:
        found = re.fullmatch(r"/repository/files/(.+)", rest)
        if found is None:
            return 404, {"message": "404 Not Found"}
        name = unquote(found[1])
        files = self.branches.get(query.get("ref") or body["branch"], {})
        if method == "GET":
            if name not in files:
                return 404, {"message": "404 File Not Found"}
            text = files[name]
            return 200, {"content": _encoded(text), "last_commit_id": _hash(text)}
        if (method == "POST") == (name in files):
            return 400, {"message": "A file with this name already exists"}
        files[name] = base64.b64decode(body["content"]).decode()
        return 201 if method == "POST" else 200, {}

    def _branch(self, name: str, status: int, words: str) -> Any:
        if name in self.branches:
            return status, {"message": words}
        self.branches[name] = dict(self.branches["main"])
        return 201, {}

    def _open(self, branch: str, status: int, words: str, **more: int) -> Any:
        if any((x["branch"], _source(x)) == (branch, _source(more)) for x in self.requests):
            return status, {"message": words}
        address = f"http://{self.host}/{REPOSITORY}/request/{len(self.requests) + 1}"
        made = {"branch": branch, "state": "open", "html_url": address, "web_url": address, **more}
        self.requests.append(made)
        return 201, made


def _source(request: dict[str, Any]) -> int:
    return int(request.get("source_project_id", 1))


def quote_file(path: str, kind: str) -> str:
    """Return a path in which a file, or the name of a ref, is one segment again."""
    mark = "/repository/files/" if kind == "gitlab" else "/git/ref/"
    before, found, name = path.partition(mark)
    return before + found + quote(name, safe="")


def _encoded(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


def _hash(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def request_double(kind: str) -> Iterator[RequestDouble]:
    """Yield a forge that is running."""
    double = RequestDouble(kind)
    serve = {"poll_interval": 0.02}
    thread = threading.Thread(target=double.server.serve_forever, kwargs=serve, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        double.server.shutdown()
        double.server.server_close()
