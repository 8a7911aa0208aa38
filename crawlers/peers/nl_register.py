"""Reads the Dutch OSS register: repositories, the accounts of bodies, and the bodies themselves.

Source: the register's published OpenAPI description. Answers are bare lists, pages stand in the
headers; an entry's keys tell what it is.
"""

from typing import Any, Final

from crawlers.metadata.json_guard import load
from crawlers.metadata.values import clean_text, one_line, web_url
from crawlers.peers.answers import Answer, only_one
from crawlers.peers.digest import digest
from crawlers.peers.records import lead, software
from registry.domain.peers import Batch, Body, Hosting, Record

# Values of the peer's own crawl.
_VOLATILE: Final = frozenset({"createdAt", "lastCrawledAt", "lastActivityAt"})
_ACCOUNT: Final = frozenset({"id", "organisation", "url"})


def read(answers: tuple[Answer, ...], *, max_bytes: int, only: int | None) -> Batch:
    """Return the records of all answers; raises `UnreadableJson`."""
    records, problems = [], []
    for answer in answers:
        entries = load(answer.body, max_bytes=max_bytes)
        if not isinstance(entries, list):
            problems.append(f"{answer.read_from[:200]}: the answer is no list")
            continue
        for number, entry in only_one(entries, only):
            found = _record(entry) if isinstance(entry, dict) else None
            if found is None:
                problems.append(f"entry {number} is nothing that the description knows")
            else:
                records.append(found)
    return Batch(records=tuple(records), problems=tuple(problems[:20]))


def _record(entry: dict[str, Any]) -> Record | None:
    if "uri" in entry and "url" not in entry:
        return _publisher(one_line(entry.get("uri"), 255), entry, ())
    url = web_url(entry.get("url"))
    key = one_line(entry.get("id"), 255)
    if key is None or url is None:
        return None
    stated = entry.get("organisation")
    body = stated if isinstance(stated, dict) else {}
    if set(entry) <= _ACCOUNT:
        return _publisher(key, body, (Hosting(url=url),))
    return software(
        key,
        url=url,
        body=_body(body, ()),
        data=entry,
        unchanging={name: value for name, value in entry.items() if name not in _VOLATILE},
        claims=[
            lead("name", one_line(entry.get("name"), 300)),
            lead("short_description", clean_text(entry.get("shortDescription"), 5_000)),
            lead("organisation", one_line(body.get("label"), 300)),
            lead("organisation_uri", web_url(body.get("uri"))),
            lead("status", "obsolete" if entry.get("archived") is True else None),
        ],
    )


def _body(stated: dict[str, Any], hosting: tuple[Hosting, ...]) -> Body | None:
    uri = web_url(stated.get("uri"))
    return (
        Body(name=one_line(stated.get("label"), 300) or uri, uri=uri, hosting=hosting)
        if uri
        else None
    )


def _publisher(
    key: str | None, stated: dict[str, Any], hosting: tuple[Hosting, ...]
) -> Record | None:
    body = _body(stated, hosting)
    if key is None or body is None:
        return None
    return Record(
        kind="publisher",
        key=key,
        body=body,
        size=0,
        sha256=digest([body.name, body.uri, [place.url for place in hosting]]),
        data={"label": body.name, "uri": body.uri, "hosting": [place.url for place in hosting]},
    )
