"""A stand-in for a Meilisearch server on loopback, written from its public API description.

It keeps indexes in memory and carries out every task at once. What it does like the real one:
tasks with status and error, settings, primary key, filters (a small grammar: a wrong filter is
answered with `invalid_search_filter`), facets of filterable attributes only, ranking rules by
words, typos, attribute and custom fields, prefix of the last word, phrases, negative words,
`_formatted` with highlight tags, multi-search, index swap, and a task store that can be full.
"""

import json
import re
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_NOW = "2026-01-01T00:00:00.000000000Z"
_WORD = re.compile(r"[^\W_]+")
_LITERAL = r'"(?:[^"\\]|\\.)*"|-?\d+|true|false'
_CONDITION = re.compile(
    rf"(?P<field>\w+) (?:IN \[(?P<list>(?:{_LITERAL})(?:, (?:{_LITERAL}))*)?\]"
    rf"|(?P<op>=|>=|<=|<|>) (?P<value>{_LITERAL}))"
)


class ApiError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class MeilisearchDouble:
    """Serves on a free loopback port between `with`; `url` is where."""

    def __init__(self) -> None:
        self.indexes: dict[str, dict[int, dict[str, Any]]] = {}
        self.settings: dict[str, dict[str, Any]] = {}
        self.tasks: list[dict[str, Any]] = []
        self.is_full = False  # the task store takes no more: writes are refused
        self.fail_next_task: str | None = None
        self.requests: list[str] = []
        double = self

        class Handler(_Handler):
            state = double

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # Routes: (method, pattern) -> name of the function below.
    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        self.requests.append(f"{method} {parts.path}")
        for verb, pattern, name in _ROUTES:
            match = re.fullmatch(pattern, parts.path)
            if verb == method and match:
                return getattr(self, name)(body, parse_qs(parts.query), *match.groups())
        raise ApiError(404, "not_found")

    def task(self, kind: str, uid: str | None, error: str | None = None) -> tuple[int, Any]:
        if self.fail_next_task:
            error, self.fail_next_task = self.fail_next_task, None
        made = {
            "uid": len(self.tasks), "indexUid": uid, "type": kind, "enqueuedAt": _NOW,
            "startedAt": _NOW, "finishedAt": _NOW, "status": "failed" if error else "succeeded",
            "error": {"code": error, "message": error} if error else None, "details": {},
        }  # fmt: skip
        self.tasks.append(made)
        summary = {"taskUid": made["uid"], "indexUid": uid, "status": "enqueued", "type": kind}
        return 202, {**summary, "enqueuedAt": _NOW}

    def _write(self) -> None:
        if self.is_full:
            raise ApiError(422, "no_space_left_on_device")

    def _documents(self, uid: str) -> dict[int, dict[str, Any]]:
        if uid not in self.indexes:
            raise ApiError(404, "index_not_found")
        return self.indexes[uid]

    def health(self, body: Any, options: Any) -> tuple[int, Any]:
        return 200, {"status": "available"}

    def list_indexes(self, body: Any, options: Any) -> tuple[int, Any]:
        rows = [_index(uid) for uid in sorted(self.indexes)]
        return 200, {"results": rows, "offset": 0, "limit": 1000, "total": len(rows)}

    def get_index(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        self._documents(uid)
        return 200, _index(uid)

    def create_index(self, body: Any, options: Any) -> tuple[int, Any]:
        self._write()
        uid = body["uid"]
        if uid in self.indexes:
            return self.task("indexCreation", uid, "index_already_exists")
        answer = self.task("indexCreation", uid)
        if self.tasks[-1]["status"] == "succeeded":
            self.indexes[uid], self.settings[uid] = {}, {}
        return answer

    def delete_index(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        self._documents(uid)
        del self.indexes[uid], self.settings[uid]
        return self.task("indexDeletion", uid)

    def update_settings(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        self._write()
        self.settings[uid] = body
        return self.task("settingsUpdate", uid)

    def stats(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        count = len(self._documents(uid))
        return 200, {"numberOfDocuments": count, "isIndexing": False, "fieldDistribution": {}}

    def add_documents(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        self._write()
        answer = self.task("documentAdditionOrUpdate", uid)
        if self.tasks[-1]["status"] == "succeeded":
            self._documents(uid).update({row["id"]: row for row in body})
        return answer

    def delete_documents(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        self._write()
        kept = self._documents(uid)
        for row in self._filtered(uid, body["filter"]):
            del kept[row["id"]]
        return self.task("documentDeletion", uid)

    def fetch_documents(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        rows = self._filtered(uid, body.get("filter"))
        offset, limit, fields = body.get("offset", 0), body.get("limit", 20), body.get("fields")
        page = [{k: v for k, v in r.items() if k in fields} for r in rows[offset : offset + limit]]
        return 200, {"results": page, "offset": offset, "limit": limit, "total": len(rows)}

    def swap(self, body: Any, options: Any) -> tuple[int, Any]:
        self._write()
        for pair in body:
            one, other = pair["indexes"]
            self._documents(one), self._documents(other)
            for kept in (self.indexes, self.settings):
                kept[one], kept[other] = kept[other], kept[one]
        return self.task("indexSwap", None)

    def get_task(self, body: Any, options: Any, number: str) -> tuple[int, Any]:
        return 200, next(task for task in self.tasks if task["uid"] == int(number))

    def delete_tasks(self, body: Any, options: Any) -> tuple[int, Any]:
        self.is_full = False
        return self.task("taskDeletion", None)

    def search_one(self, body: Any, options: Any, uid: str) -> tuple[int, Any]:
        return 200, self._search(uid, body)

    def multi_search(self, body: Any, options: Any) -> tuple[int, Any]:
        return 200, {"results": [self._search(q["indexUid"], q) for q in body["queries"]]}

    def _filtered(self, uid: str, given: Any) -> list[dict[str, Any]]:
        rows = list(self._documents(uid).values())
        allowed = self.settings[uid].get("filterableAttributes", [])
        for expression in [given] if isinstance(given, str) else given or []:
            match = _CONDITION.fullmatch(expression)
            if not match or match["field"] not in allowed:
                raise ApiError(400, "invalid_search_filter")
            rows = [row for row in rows if _holds(match, row.get(match["field"]))]
        return rows

    def _search(self, uid: str, asked: dict[str, Any]) -> dict[str, Any]:
        settings = self.settings.get(uid, {})
        rows = self._filtered(uid, asked.get("filter"))
        engine = _Engine(asked, settings)
        found = [(key, row) for row in rows if (key := engine.score(row)) is not None]
        if not found and asked.get("matchingStrategy") == "last":
            while not found and engine.drop_last_word():
                found = [(key, row) for row in rows if (key := engine.score(row)) is not None]
        for rule in ["slug:asc", "rank:desc", None, *reversed(asked.get("sort", []))]:
            if rule is None:
                found.sort(key=lambda pair: pair[0])
            else:
                field, _, way = rule.partition(":")
                found.sort(key=lambda pair, f=field: pair[1][f], reverse=way == "desc")
        answer = self._paged(asked, [row for _, row in found])
        answer["hits"] = [engine.shown(row) for row in answer["hits"]]
        if "facets" in asked:
            if set(asked["facets"]) - set(settings.get("filterableAttributes", [])):
                raise ApiError(400, "invalid_search_facets")
            answer["facetDistribution"] = _distribution([r for _, r in found], asked["facets"])
            answer["facetStats"] = {}
        return {"indexUid": uid, "query": asked.get("q", ""), "processingTimeMs": 0, **answer}

    def _paged(self, asked: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
        if "hitsPerPage" in asked or "page" in asked:
            size, page = asked.get("hitsPerPage", 20), asked.get("page", 1)
            return {"hits": rows[(page - 1) * size : page * size], "totalHits": len(rows)}
        offset, limit = asked.get("offset", 0), asked.get("limit", 20)
        return {"hits": rows[offset : offset + limit], "estimatedTotalHits": len(rows)}


_ROUTES = (
    ("GET", "/health", "health"),
    ("GET", "/indexes", "list_indexes"),
    ("POST", "/indexes", "create_index"),
    ("GET", "/indexes/([^/]+)", "get_index"),
    ("DELETE", "/indexes/([^/]+)", "delete_index"),
    ("PATCH", "/indexes/([^/]+)/settings", "update_settings"),
    ("GET", "/indexes/([^/]+)/stats", "stats"),
    ("POST", "/indexes/([^/]+)/documents", "add_documents"),
    ("POST", "/indexes/([^/]+)/documents/delete", "delete_documents"),
    ("POST", "/indexes/([^/]+)/documents/fetch", "fetch_documents"),
    ("POST", "/indexes/([^/]+)/search", "search_one"),
    ("POST", "/multi-search", "multi_search"),
    ("POST", "/swap-indexes", "swap"),
    ("GET", r"/tasks/(\d+)", "get_task"),
    ("DELETE", "/tasks", "delete_tasks"),
)


def _index(uid: str) -> dict[str, Any]:
    return {"uid": uid, "primaryKey": "id", "createdAt": _NOW, "updatedAt": _NOW}


def _holds(match: re.Match[str], value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    if match["op"] is None:
        wanted = [json.loads(x) for x in re.findall(_LITERAL, match["list"] or "")]
        return any(v in wanted for v in values)
    wanted_value = json.loads(match["value"])
    return {
        "=": value == wanted_value,
        ">=": match["op"] == ">=" and value >= wanted_value,
        "<": match["op"] == "<" and value < wanted_value,
    }[match["op"]]


def _distribution(rows: list[dict[str, Any]], names: list[str]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in rows:
        for name in names:
            for value in row[name] if isinstance(row[name], list) else [row[name]]:
                counts[name][value] = counts[name].get(value, 0) + 1
    return counts


def _fold(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in bare if not unicodedata.combining(c))


def _edits(one: str, other: str) -> int:
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and (a, one[i - 2]) == (other[j - 2], b):
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


class _Engine:
    """Matches rows against one question, and marks what matched."""

    def __init__(self, asked: dict[str, Any], settings: dict[str, Any]) -> None:
        text = asked.get("q") or ""
        self.asked = asked
        self.stop = set(settings.get("stopWords", []))
        self.synonyms = settings.get("synonyms", {})
        self.fields = asked.get("attributesToSearchOn") or settings.get("searchableAttributes", [])
        self.phrases = [_words(p) for p in re.findall(r'(?<!-)"([^"]*)"', text)]
        plain = re.sub(r'-?"[^"]*"', " ", text)
        self.banned = [w for p in re.findall(r"(?<!\S)-(\w\S*)", plain) for w in _words(p)]
        self.banned_phrases = [_words(p) for p in re.findall(r'-"([^"]*)"', text)]
        plain = re.sub(r"(?<!\S)-\w\S*", " ", plain)
        self.words = [w for w in _words(plain) if w not in self.stop][:10]

    def drop_last_word(self) -> bool:
        self.words = self.words[:-1]
        return bool(self.words)

    def cost(self, asked: str, word: str, *, last: bool) -> int | None:
        if (
            word == asked
            or (last and word.startswith(asked))
            or word in self.synonyms.get(asked, ())
        ):
            return 0
        limit = 2 if len(asked) >= 8 else 1 if len(asked) >= 4 else 0
        if abs(len(word) - len(asked)) > limit or word[:1] != asked[:1]:
            return None
        edits = _edits(asked, word)
        return edits if 0 < edits <= limit else None

    def score(self, row: dict[str, Any]) -> tuple[int, int] | None:
        texts = [[_words(t) for t in _list(row[field])] for field in self.fields]
        every = [words for field in texts for words in field]
        if any(word in words for word in self.banned for words in every):
            return None
        if any(_side_by_side(p, words) for p in self.banned_phrases if p for words in every):
            return None
        if not all(any(_side_by_side(p, words) for words in every) for p in self.phrases if p):
            return None
        typos = place = 0
        for number, asked in enumerate(self.words):
            last = number == len(self.words) - 1
            costs = [
                (cost, position)
                for position, field in enumerate(texts)
                for words in field
                for word in words
                if (cost := self.cost(asked, word, last=last)) is not None
            ]
            if not costs:
                return None
            best = min(costs)
            typos, place = typos + best[0], place + best[1]
        return typos, place

    def shown(self, row: dict[str, Any]) -> dict[str, Any]:
        kept = self.asked.get("attributesToRetrieve", list(row))
        hit: dict[str, Any] = {k: v for k, v in row.items() if k in kept}
        marked = self.asked.get("attributesToHighlight", [])
        if marked:
            hit["_formatted"] = {k: [self._mark(t) for t in _list(row[k])] for k in marked}
        if self.asked.get("showRankingScore"):
            hit["_rankingScore"] = 1.0
        return hit

    def _mark(self, text: str) -> str:
        def mark(match: re.Match[str]) -> str:
            word = _fold(match[0])
            last = len(self.words) - 1
            hit = any(
                self.cost(w, word, last=i == last) is not None for i, w in enumerate(self.words)
            )
            hit = hit or any(word in phrase for phrase in self.phrases)
            return (
                f"{self.asked['highlightPreTag']}{match[0]}{self.asked['highlightPostTag']}"
                if hit
                else match[0]
            )

        return _WORD.sub(mark, text)


def _words(text: str) -> list[str]:
    return _WORD.findall(_fold(text))


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _side_by_side(phrase: list[str], words: list[str]) -> bool:
    return any(words[i : i + len(phrase)] == phrase for i in range(len(words)))


class _Handler(BaseHTTPRequestHandler):
    state: MeilisearchDouble

    def _reply(self) -> None:
        try:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw.decode()) if raw else None
            status, answer = self.state.answer(self.command, self.path, body)
        except ApiError as error:
            status = error.status
            answer = {"code": error.code, "message": error.code, "type": "x", "link": ""}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = _reply  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
