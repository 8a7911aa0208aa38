"""A catalogue of made components, written in bulk: the same on every machine."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from registry.cli.build import Registry
from registry.db.bulk import insert_rows
from registry.db.tables import (
    ClaimRow,
    CommitRow,
    Component,
    ComponentField,
    CrawlEvent,
    DependencyRow,
    DocumentRow,
    LanguageRow,
    Organisation,
    PackageRow,
    ReleaseRow,
    Repository,
)
from registry.search.indexing import rebuild
from tests.bench.bench_search import COUNTRIES, LICENCES, SYLLABLES, Vocabulary
from tests.bench.bench_search import LANGUAGES as PROGRAMMING

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORGANISATIONS = 400
TOPICS = ("payments", "forms", "identity", "maps", "statistics", "notifications")


def fill(registry: Registry, count: int) -> None:
    """Write `count` components with documents, claims, releases and dependencies; index them."""
    words = {lang: Vocabulary(lang) for lang in SYLLABLES}
    with registry.database.write() as session:
        insert_rows(session, Organisation, map(_organisation, range(1, ORGANISATIONS + 1)))
        insert_rows(session, Repository, map(_repository, range(1, count + 1)))
        for table, rows in (
            (DocumentRow, _documents),
            (ClaimRow, _claims),
            (LanguageRow, _languages),
            (ReleaseRow, _releases),
            (PackageRow, _packages),
            (DependencyRow, _dependencies),
            (CrawlEvent, _events),
            (CommitRow, _commits),
        ):
            insert_rows(session, table, rows(count, words))
        insert_rows(session, Component, _components(count, words))
        insert_rows(session, ComponentField, _fields(count, words))
    rebuild(registry.database, registry.index)


def slug(number: int) -> str:
    """Return the slug of a component."""
    return f"agency-{_agency(number)}-service-{number}"


def organisation_slug(number: int) -> str:
    """Return the slug of an organisation, numbered from 1."""
    return f"agency-{number}"


def _agency(number: int) -> int:
    """Spread components unevenly, as organisations are: a few hold very many."""
    return 1 + int(random.Random(number).paretovariate(0.6)) % ORGANISATIONS


def _organisation(number: int) -> dict[str, Any]:
    return {
        "id": number, "slug": organisation_slug(number), "name": f"Agency {number}",
        "names": {"en": f"Agency {number}"}, "uri": f"https://bench.example/agency-{number}",
        "country": COUNTRIES[number % len(COUNTRIES)], "level": "agency", "basis": "source",
        "is_demo": False, "created_at": NOW,
    }  # fmt: skip


def _repository(number: int) -> dict[str, Any]:
    path = f"agency-{_agency(number)}/service-{number}"
    return {
        "id": number, "url": f"https://bench.example/{path}", "host": "bench.example",
        "forge": "git", "path": path, "organisation_id": _agency(number), "state": "active",
        "state_since": NOW, "is_fork": False, "forge_data": {}, "default_branch": "main",
        "head_commit": f"{number:040x}", "object_format": "sha1", "root_commits": [],
        "reader_version": 1, "commit_count": 20, "head_files": 100, "first_commit_at": NOW,
        "last_commit_at": NOW, "language_basis": "all",
        "community": {"contributing": "CONTRIBUTING.md"}, "flags": [], "bytes_received": 1000,
        "is_stored": False, "is_demo": False, "added_at": NOW, "last_checked_at": NOW,
        "last_crawled_at": NOW, "last_outcome": "crawled", "failures": 0,
    }  # fmt: skip


Words = dict[str, Vocabulary]


def _texts(number: int, words: Words) -> tuple[str, str, str]:
    """Return the language, the name and the description of a component."""
    source = random.Random(-number)
    lang = source.choice(sorted(words))
    name = " ".join(source.choices(words[lang].words, k=2))
    return lang, f"{name} {number}", words[lang].text(source, 15)


def _components(count: int, words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        lang, name, text = _texts(number, words)
        agency = _agency(number)
        yield {
            "id": number, "uuid": str(UUID(int=number)), "slug": slug(number),
            "repository_id": number, "organisation_id": agency,
            "country": COUNTRIES[agency % len(COUNTRIES)], "name": name, "names": {"": name},
            "descriptions": {lang: text}, "licence": LICENCES[number % len(LICENCES)],
            "licence_class": "permissive", "language": PROGRAMMING[number % len(PROGRAMMING)],
            "activity": ("active", "quiet", "archived")[number % 3], "categories": [],
            "topics": [TOPICS[number % len(TOPICS)]], "version": "1.2.0", "released_at": NOW,
            "last_commit_at": NOW - timedelta(days=number % 900), "fork_count": 0, "conflicts": 0,
            "is_demo": False, "created_at": NOW, "updated_at": NOW - timedelta(minutes=number),
            "revision": 1,
        }  # fmt: skip


def _documents(count: int, words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        lang, name, _ = _texts(number, words)
        body = words[lang].text(random.Random(number), 200)
        yield {
            "id": number, "repository_id": number, "kind": "readme", "path": "README.md",
            "blob": f"{number:040x}", "commit": f"{number:040x}", "sha256": f"{number:064x}",
            "size": len(body), "status": "read", "reader_version": 1, "text": f"{name}\n{body}",
            "html": f"<h3>{name}</h3><p>{body}</p>", "data": None, "diagnostics": [],
            "read_at": NOW,
        }  # fmt: skip


def _stated(number: int, words: Words) -> list[tuple[str, str | None, Any]]:
    lang, name, text = _texts(number, words)
    path = f"agency-{_agency(number)}/service-{number}"
    return [
        ("name", None, name),
        ("short_description", lang, text),
        ("licence", None, LICENCES[number % len(LICENCES)]),
        ("repository_url", None, f"https://bench.example/{path}"),
        ("topics", None, [TOPICS[number % len(TOPICS)]]),
        ("version", None, "1.2.0"),
    ]


def _claims(count: int, words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        for property_, lang, value in _stated(number, words):
            yield {
                "repository_id": number, "document_id": number, "property": property_,
                "lang": lang, "value": value, "basis": "readme", "path": "README.md", "line": 1,
                "commit": f"{number:040x}", "confidence": 1.0, "observed_at": NOW,
            }  # fmt: skip


def _fields(count: int, words: Words) -> Iterator[dict[str, Any]]:
    claim = 0
    for number in range(1, count + 1):
        for property_, lang, value in _stated(number, words):
            claim += 1
            yield {
                "component_id": number, "property": property_, "lang": lang, "value": value,
                "basis": "readme", "claim_id": claim, "is_conflict": False,
            }  # fmt: skip


def _languages(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        for at in range(3):
            name = PROGRAMMING[(number + at) % len(PROGRAMMING)]
            yield {"repository_id": number, "name": name, "size": 9000 // (at + 1), "files": 9}


def _releases(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        for at in range(3):
            yield {
                "repository_id": number, "name": f"v1.{at}.0", "commit": f"{number:040x}",
                "version": f"1.{at}.0", "released_at": NOW - timedelta(days=90 * (3 - at)),
            }  # fmt: skip


def _packages(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {
            "repository_id": number, "ecosystem": "npm", "name": f"service-{number}",
            "version": "1.2.0", "path": "package.json", "private": False,
        }  # fmt: skip


def _dependencies(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        for at in range(8):
            yield {
                "repository_id": number, "ecosystem": "npm", "name": f"package-{number * at % 977}",
                "spec": "^1.0.0", "scope": "runtime", "path": "package.json", "line": at + 5,
                "local": False, "locked": False,
            }  # fmt: skip


def _events(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {
            "repository_id": number, "at": NOW, "stage": "crawl", "outcome": "crawled",
            "detail": "20 commits", "size_bytes": 1000, "duration_ms": 900,
        }  # fmt: skip


def _commits(count: int, _words: Words) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        for at in range(20):
            moment = int(NOW.timestamp()) - at * 86_400
            yield {
                "repository_id": number, "id": (number * 100 + at).to_bytes(20, "big"),
                "parents": b"", "author_time": moment, "commit_time": moment,
                "author_key": bytes(16), "author_domain": "bench.example", "on_main": True,
                "flags": "",
            }  # fmt: skip
