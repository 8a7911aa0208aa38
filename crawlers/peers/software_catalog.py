"""Reads answers of the Software Catalog API v1: software, publishers and catalogues.

Source: the API's published OpenAPI description (version 1.0.0). Answers are `{data, links}`. The
standard promises a bare cursor in `links.next`; servers send a relative query, or more.
"""

import re
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from crawlers.metadata.json_guard import load_object
from crawlers.metadata.publiccode import read as read_publiccode
from crawlers.metadata.publiccode_contacts import without_personal_data
from crawlers.metadata.values import bounded, one_line, web_url
from crawlers.peers.answers import Answer, only_one
from crawlers.peers.digest import digest
from crawlers.peers.records import masked
from registry.domain.facts import Claim, Diagnostic, Document
from registry.domain.peers import Batch, Body, Hosting, Record, as_leads, joined

MAX_TEXT: Final = 100_000
MAX_LIST: Final = 255
MAX_CURSOR: Final = 255
_CURSOR: Final = re.compile(r"[A-Za-z0-9+_-][A-Za-z0-9+/_-]{0,250}={0,3}")
# Values that change by the day, or with every look of the peer: no new record for these.
_VOLATILE: Final = frozenset({"createdAt", "updatedAt", "vitality"})
# A peer's publiccode.yml says where it believes the code to be: the record's own url says so too.
_NOT_CLAIMED: Final = frozenset({"repository_url", "contacts", "version", "release_date"})


def read(answers: tuple[Answer, ...], *, max_bytes: int, only: int | None) -> Batch:
    """Return the records of answers, or the one at position `only`; raises `UnreadableJson`.

    What an entry is tells its shape: publishers have `codeHosting`, catalogues have `sources`.
    """
    return joined([_read(answer.body, max_bytes, only) for answer in answers])


def _read(data: bytes, max_bytes: int, only: int | None) -> Batch:
    answer = load_object(data, max_bytes=max_bytes)
    entries = answer.get("data")
    if not isinstance(entries, list):
        return Batch(problems=("the answer has no list under `data`",))
    links = answer.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    records, problems = [], []
    for number, entry in only_one(entries, only):
        if not isinstance(entry, dict) or _key(entry) is None:
            problems.append(f"entry {number} is no object with an id")
        else:
            records.append(_record(entry))
    return Batch(
        records=tuple(records),
        problems=tuple(problems[:20]),
        next=following[:4096] if isinstance(following, str) and following.strip() else None,
    )


def next_cursor(link: str, asked: str) -> str | None:
    """Return the cursor of the page after `asked`, from a link in any form that servers send.

    A bare cursor, a relative query, a path with one, or an absolute URL on the same origin; None
    where the link leads elsewhere or holds no cursor.
    """
    text = link.strip()
    if _CURSOR.fullmatch(text):
        return text
    try:
        target = urlsplit(urljoin(asked, text))
    except ValueError:
        return None
    if target[:2] != urlsplit(asked)[:2]:
        return None
    values = parse_qs(target.query).get("page[after]", [])
    return values[-1] if values and len(values[-1]) <= MAX_CURSOR else None


def _key(entry: dict[str, Any]) -> str | None:
    return one_line(entry.get("id"), 255)


def _record(entry: dict[str, Any]) -> Record:
    if "codeHosting" in entry:
        return _publisher(entry)
    if "sources" in entry and "url" not in entry:
        return _catalogue(entry)
    return _software(entry)


def _software(entry: dict[str, Any]) -> Record:
    document = _document(entry.get("publiccodeYml"))
    url = web_url(entry.get("url"))
    claims: tuple[Claim, ...] = ()
    findings = list(document.diagnostics) if document else []
    if url is None:
        findings.insert(0, _finding("the record has no usable url", "url"))
    if document is None:
        findings.insert(0, _finding("the record has no publiccode.yml", "publiccodeYml"))
    else:
        claims = masked(as_leads(document.claims, without=_NOT_CLAIMED))
        findings += _mismatch(document, url)
    return Record(
        kind="software",
        key=_key(entry) or "",
        url=url,
        aliases=_aliases(entry.get("aliases")),
        is_active=entry.get("active") is not False,
        text_sha256=document.sha256 if document else None,
        size=document.size if document else 0,
        sha256=_digest(entry),
        status=document.status if document else "invalid",
        data=_kept(entry, document),
        diagnostics=tuple(findings[:50]),
        claims=claims,
    )


def _document(text: Any) -> Document | None:
    if not isinstance(text, str) or not text.strip():
        return None
    data = text[:MAX_TEXT].encode("utf-8", "replace")
    return read_publiccode(data, path="publiccode.yml", blob="")


def _mismatch(document: Document, url: str | None) -> list[Diagnostic]:
    """Say where the file names another repository than the record: a finding, no refusal."""
    stated = next((c.value for c in document.claims if c.property == "repository_url"), None)
    if url is None or not isinstance(stated, str) or _same(stated, url):
        return []
    return [_finding("the publiccode.yml names another repository than the record", "url")]


def _same(one: str, other: str) -> bool:
    plain = [u.lower().rstrip("/").removesuffix(".git").rpartition("://")[2] for u in (one, other)]
    return plain[0] == plain[1]


def _publisher(entry: dict[str, Any]) -> Record:
    hosting = entry.get("codeHosting")
    places = [
        Hosting(url=url, is_group=place.get("group") is not False)
        for place in (hosting if isinstance(hosting, list) else [])[:MAX_LIST]
        if isinstance(place, dict) and (url := web_url(place.get("url")))
    ]
    key = _key(entry) or ""
    name = one_line(entry.get("description"), 255) or key
    findings = () if places else (_finding("no place for code is named", "codeHosting"),)
    return Record(
        kind="publisher",
        key=key,
        is_active=entry.get("active") is not False,
        body=Body(name=name, uri=one_line(entry.get("alternativeId"), 255) or "",
                  hosting=tuple(places)),
        size=0,
        sha256=_digest(entry),
        data=_kept(entry, None),
        diagnostics=findings,
    )  # fmt: skip


def _catalogue(entry: dict[str, Any]) -> Record:
    return Record(
        kind="catalogue",
        key=_key(entry) or "",
        is_active=entry.get("active") is not False,
        size=0,
        sha256=_digest(entry),
        data=_kept(entry, None),
    )


def _digest(entry: dict[str, Any]) -> str:
    return digest({key: value for key, value in entry.items() if key not in _VOLATILE})


def _aliases(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    found = (web_url(item) for item in items[:MAX_LIST])
    return tuple(dict.fromkeys(url for url in found if url))


def _kept(entry: dict[str, Any], document: Document | None) -> Any:
    """Return what is stored of an entry: its file as it was understood, without personal data."""
    plain = {key: value for key, value in entry.items() if key != "publiccodeYml"}
    kept = without_personal_data(plain)
    if document is not None:
        kept["publiccode"] = document.data
    return bounded(kept)


def _finding(message: str, key: str) -> Diagnostic:
    return Diagnostic(severity="warning", message=message, key=key)
