"""The index on a Meilisearch server that the operator configured.

Meilisearch answers writes with a task: a write counts as done when its task succeeded. Everything
that goes wrong on the way is `Unavailable`, so that the outbox waits and searches go to the
database.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape
from threading import local
from typing import Any, Final
from uuid import uuid4

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchError

from registry.db.bulk import batches
from registry.errors import Unavailable
from registry.search.documents import SearchDocument
from registry.search.highlight import by_preference
from registry.search.meilisearch_settings import (
    MARK_END,
    MARK_START,
    MAX_TOTAL,
    SCHEMA_VERSION,
    filter_expressions,
    index_document,
    index_settings,
    search_requests,
)
from registry.search.port import (
    MAX_SUGGESTIONS,
    SearchAnswer,
    SearchHit,
    SearchQuery,
    Suggestion,
    clean_text,
)

REQUEST_SECONDS: Final = 10
TASK_SECONDS: Final = 120
_BATCH: Final = 1_000
_FULL: Final = "no_space_left_on_device"


class MeilisearchIndex:
    """`SearchIndex` over the HTTP API of Meilisearch (1.8 or newer)."""

    def __init__(self, url: str, key: str = "", prefix: str = "registry") -> None:
        """Note where the server is; nothing is sent before the first use."""
        self._url, self._key = url.rstrip("/"), key
        self.uid = f"{prefix}_components_v{SCHEMA_VERSION}"
        self._clients = local()

    @property
    def _client(self) -> meilisearch.Client:
        # The client changes its headers with every request: one per thread.
        if not hasattr(self._clients, "client"):
            self._clients.client = meilisearch.Client(
                self._url, self._key or None, timeout=REQUEST_SECONDS
            )
        return self._clients.client  # type: ignore[no-any-return]

    def upsert(self, documents: Iterable[SearchDocument]) -> int:
        """Write documents durably, leaving out those older than what is held; return how many."""
        count = 0
        with self._errors():
            for batch in batches(documents, _BATCH):
                self._prepare(self.uid)
                held = self._held([document.id for document in batch])
                fresh = [d for d in batch if d.revision >= held.get(d.id, d.revision)]
                self._add(self.uid, fresh)
                count += len(fresh)
        return count

    def _add(self, uid: str, documents: list[SearchDocument]) -> None:
        if documents:
            rows = [index_document(document) for document in documents]
            self._wait(self._client.index(uid).add_documents(rows, "id").task_uid)

    def remove(self, ids: Iterable[int]) -> int:
        """Remove documents durably; return how many there were."""
        count = 0
        with self._errors():
            for batch in batches(sorted(set(ids)), _BATCH):
                self._prepare(self.uid)
                held = self._held(batch)
                if held:
                    task = self._client.index(self.uid).delete_documents(filter=_with_ids(held))
                    self._wait(task.task_uid)
                    count += len(held)
        return count

    def _held(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the revisions of those of the documents that the index holds."""
        question = {"filter": _with_ids(ids), "fields": ["id", "revision"], "limit": _BATCH}
        found = self._client.index(self.uid).get_documents(question).results
        return {int(document.id): int(document.revision) for document in found}

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index aside, swap it in, and return how many documents it holds."""
        aside = f"{self.uid}_rebuild_{uuid4().hex[:12]}"
        count = 0
        with self._errors():
            self._drop_leftovers()
            self._prepare(self.uid)
            self._prepare(aside)
        for batch in batches(documents, _BATCH):
            with self._errors():
                self._add(aside, batch)
            count += len(batch)
        with self._errors():
            self._wait(self._client.swap_indexes([{"indexes": [self.uid, aside]}]).task_uid)
            self._wait(self._client.delete_index(aside).task_uid)
        return count

    def _drop_leftovers(self) -> None:
        """Drop what a rebuild that was killed left behind."""
        for index in self._client.get_indexes({"limit": 1000})["results"]:
            if index.uid.startswith(f"{self.uid}_rebuild_"):
                self._wait(index.delete().task_uid)

    def _prepare(self, uid: str) -> None:
        """Make an index with its settings where it does not exist."""
        try:
            self._client.get_raw_index(uid)
        except MeilisearchApiError as error:
            if error.code != "index_not_found":
                raise
            self._wait(self._client.create_index(uid, {"primaryKey": "id"}).task_uid)
            self._wait(self._client.index(uid).update_settings(index_settings()).task_uid)

    def _wait(self, task_uid: int) -> None:
        """Wait until a task succeeded; a task that fails is `Unavailable`."""
        task = self._client.wait_for_task(task_uid, TASK_SECONDS * 1000)
        if task.status != "succeeded":
            code = str((task.error or {}).get("code", "unknown"))
            if code == _FULL:
                self._prune_tasks()
            raise Unavailable(f"Meilisearch could not carry out a task: {code}", retry_after=30)

    def _prune_tasks(self) -> None:
        """Delete finished tasks: their store has a fixed size, and a full one refuses writes."""
        self._client.delete_tasks({"statuses": ["succeeded", "failed", "canceled"]})

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Answer a question; no text of a user makes it fail."""
        with self._errors():
            results = self._ask(query, "all")
            broad = not _total(results[0])[0] and len(query.q.split()) > 1
            if broad:
                results = self._ask(query, "last")
            total, is_exact = _total(results[0])
            return SearchAnswer(
                hits=tuple(_hit(hit, query.lang) for hit in results[0]["hits"]),
                total=total,
                total_is_exact=is_exact,
                facets=_facets(query, results),
                is_broadened=broad and total > 0,
            )

    def _ask(self, query: SearchQuery, strategy: str) -> list[dict[str, Any]]:
        requests = search_requests(query, self.uid, strategy=strategy)
        return self._client.multi_search(requests)["results"]

    def suggest(self, prefix: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:
        """Complete what is being typed with names of components, at most eight."""
        text = clean_text(prefix).strip()
        limit = max(0, min(limit, MAX_SUGGESTIONS))
        if not text or not limit:
            return []
        options = {
            "limit": limit,
            "attributesToSearchOn": ["names", "name_parts"],
            "attributesToRetrieve": ["name", "slug"],
            "matchingStrategy": "all",
        }
        with self._errors():
            hits = self._client.index(self.uid).search(text, options)["hits"]
            return [Suggestion(hit["name"], hit["slug"]) for hit in hits]

    def count(self) -> int:
        """Return the number of documents."""
        with self._errors():
            return int(self._client.index(self.uid).get_stats().number_of_documents)

    def ids_and_revisions(self) -> Iterator[tuple[int, int]]:
        """Yield the id and revision of every document, in no order."""
        offset = 0
        while True:
            page = {"fields": ["id", "revision"], "limit": _BATCH, "offset": offset}
            with self._errors():
                found = self._client.index(self.uid).get_documents(page).results
            yield from ((int(document.id), int(document.revision)) for document in found)
            if len(found) < _BATCH:
                return
            offset += _BATCH

    def health(self) -> bool:
        """Tell whether a search would be answered; never raises."""
        try:
            self.search(SearchQuery(limit=1))
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Forget the clients; they hold no connections."""
        self._clients = local()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn every failure on the way to the server and back into `Unavailable`."""
        try:
            yield
        except MeilisearchApiError as error:
            if error.code == _FULL:
                with self._errors():
                    self._prune_tasks()
            raise Unavailable(
                f"Meilisearch refused a request: {error.code or error.status_code}", retry_after=30
            ) from error
        except (MeilisearchError, OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(
                f"Meilisearch does not answer as it should ({type(error).__name__})", retry_after=30
            ) from error


def _with_ids(ids: Iterable[int]) -> str:
    return f"id IN [{', '.join(str(int(identity)) for identity in ids)}]"


def _total(result: dict[str, Any]) -> tuple[int, bool]:
    """Return the number of hits and whether it is exact."""
    if "totalHits" in result:
        return int(result["totalHits"]), int(result["totalHits"]) < MAX_TOTAL
    return int(result.get("estimatedTotalHits", 0)), False


def _facets(query: SearchQuery, results: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, Any] = {}
    for result in results:
        found |= result.get("facetDistribution") or {}
    active = filter_expressions(query)
    counts = {}
    for name in query.facets:
        pairs = sorted(found.get(name, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        chosen = query.selected.get(name, ()) if name in active else ()
        values = {value: int(count) for value, count in pairs}
        counts[name] = values | {value: values.get(value, 0) for value in chosen}
    return counts


def _hit(hit: dict[str, Any], lang: str) -> SearchHit:
    shown = hit.get("_formatted", {})
    marked: dict[str, str] = {}
    langs: dict[str, str] = {}
    for field, tags in (("name", hit["name_langs"]), ("description", hit["description_langs"])):
        texts = dict(zip(tags, shown.get(f"{field}s", []), strict=True))
        best = next((tag for tag in by_preference(texts, lang) if MARK_START in texts[tag]), None)
        if best is not None:
            safe = escape(texts[best])
            marked[field] = safe.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
            if best:
                langs[field] = best
    return SearchHit(
        component_id=int(hit["id"]),
        revision=int(hit["revision"]),
        score=float(hit.get("_rankingScore", 0.0)),
        highlights=marked,
        highlight_langs=langs,
    )
