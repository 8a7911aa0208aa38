"""Reads inventories of whole agencies: code.json in all its forms, and Canada's code files.

Sources: M-16-21 and SHARE IT (code.json), the Open Resource Exchange (YAML). What has no repository
is closed code: its record is kept, and leads nowhere.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from crawlers.metadata import codejson, ore
from crawlers.metadata.values import web_url
from crawlers.peers.answers import Answer, only_one
from crawlers.peers.records import Keys, software
from registry.domain.facts import Claim
from registry.domain.peers import Batch, Record, as_leads

# Where the code is says the record's own url; contacts and versions grow old in lists.
_NOT_CLAIMED: Final = frozenset({"repository_url", "contacts", "version", "release_date"})


def read_code_json(answers: tuple[Answer, ...], *, max_bytes: int, only: int | None) -> Batch:
    """Return the releases of inventories; a file that is the copy of another one counts once."""

    def releases(body: bytes) -> tuple[str | None, list[dict[str, Any]]]:
        inventory = codejson.read_inventory(body, max_bytes=max_bytes)
        if inventory.form == "unknown":
            raise ValueError("this is no code.json of a known form")
        return inventory.agency, list(inventory.releases)

    return _read(answers, releases, codejson.release_claims, only)


def read_ore(answers: tuple[Answer, ...], *, max_bytes: int, only: int | None) -> Batch:
    """Return the releases of code files of the Open Resource Exchange."""

    def releases(body: bytes) -> tuple[str | None, list[dict[str, Any]]]:
        if len(body) > max_bytes:
            raise ValueError(f"the file is larger than {max_bytes} bytes")
        document = ore.read(body, path="", blob="")
        if document.status == "unparseable" or not isinstance(document.data, dict):
            raise ValueError(document.diagnostics[0].message)
        if not document.data.get("releases"):
            raise ValueError("the file names no release")
        return document.data.get("admin_code"), document.data.get("releases") or []

    return _read(answers, releases, ore.release_claims, only)


_Releases = Callable[[bytes], tuple[str | None, list[dict[str, Any]]]]


def _read(
    answers: tuple[Answer, ...],
    releases: _Releases,
    claims: Callable[[dict[str, Any]], tuple[Claim, ...]],
    only: int | None,
) -> Batch:
    records: list[Record] = []
    problems: list[str] = []
    notes: list[str] = []
    keys = Keys()
    copies: dict[bytes, str] = {}
    for answer in answers:
        name = answer.read_from[:200]
        former = copies.setdefault(hashlib.sha256(answer.body).digest(), name)
        if former != name:
            notes.append(f"{name} is a copy of {former}")
            continue
        try:
            agency, items = releases(answer.body)
        except (ValueError, RecursionError) as error:
            problems.append(f"{name}: {error}")
            continue
        records += _records(agency, items, claims, keys, only)
    return Batch(records=tuple(records), problems=tuple(problems), notes=tuple(notes))


def _records(
    agency: str | None,
    items: list[dict[str, Any]],
    claims: Callable[[dict[str, Any]], tuple[Claim, ...]],
    keys: Keys,
    only: int | None,
) -> Iterator[Record]:
    for _, item in only_one(items, only):
        url = web_url(item.get("repository_url"))
        name = str(item.get("name") or "")
        key = keys.of(url, f"{item.get('organization') or agency or ''}/{name}")
        data = {"agency": agency, **item} if agency else item
        yield software(
            key,
            url=url,
            data=data,
            unchanging={key: value for key, value in data.items() if key != "line"},
            claims=list(as_leads(claims(item), without=_NOT_CLAIMED)),
        )
