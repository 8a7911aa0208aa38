"""Reads any JSON or CSV into records by a mapping."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import jsonpath
import msgspec

from crawlers.metadata.json_guard import load
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import clean_text, one_line, one_or_many, text_list, web_url
from crawlers.peers.answers import Answer, only_one
from crawlers.peers.mapping import Expressions, Mapping, alternatives
from crawlers.peers.records import Keys, lead, software
from crawlers.sources.csv_lists import csv_rows
from crawlers.sources.text import decoded
from registry.domain.facts import Claim
from registry.domain.peers import Batch, Body, Record
from registry.domain.properties import COLLECTED, MULTILINGUAL
from registry.errors import InvalidInput

MAX_ENTRIES: Final = 100_000
_LISTS: Final = (
    frozenset(
        {
            "categories",
            "platforms",
            "scopes",
            "interface_languages",
            "intended_countries",
            "features",
        }
    )
    | COLLECTED
)
_ADDRESSES: Final = frozenset({"landing_url", "documentation_url", "organisation_uri", "logo"})
_NO: Final = ("", "0", "false", "no", "none", "null")
Find = Callable[[Expressions | None], list[Any]]


def read(
    answers: tuple[Answer, ...], options: dict[str, Any], *, max_bytes: int, only: int | None
) -> Batch:
    """Return the records of lists by the mapping in `options`; raises `UnreadableJson`."""
    mapping = msgspec.convert(options.get("mapping"), Mapping)
    keys = Keys()
    records: list[Record] = []
    problems: list[str] = []
    notes: list[str] = []
    for answer in answers:
        try:
            found = list(_entries(answer.body, mapping, max_bytes))
        except InvalidInput as error:
            problems.append(f"{answer.read_from[:200]}: {error}")
            continue
        before = len(records)
        for number, find in only_one(found[:MAX_ENTRIES], only):
            record = _record(find, mapping, keys)
            if isinstance(record, Record):
                records.append(record)
            elif record:
                notes.append(f"entry {number} {record}")
        if len(records) == before and not only:
            problems.append(f"{answer.read_from[:200]}: the mapping finds nothing in it")
    return Batch(records=tuple(records), problems=tuple(problems[:20]), notes=tuple(notes[:20]))


def _entries(body: bytes, mapping: Mapping, max_bytes: int) -> Iterator[Find]:
    if mapping.format == "csv":
        for _, row in csv_rows(decoded(body, max_bytes), mapping.separator):
            yield _in_row(row)
        return
    value = load(body, max_bytes=max_bytes)
    compiled = {text: jsonpath.compile(text) for text in mapping.expressions()}
    for entry in jsonpath.findall(mapping.records, value)[: MAX_ENTRIES + 1]:
        if isinstance(entry, dict | list):
            yield _in_json(entry, compiled)


def _in_row(row: dict[str, str]) -> Find:
    def find(stated: Expressions | None) -> list[Any]:
        cells = (row.get(name.strip().lower(), "") for name in alternatives(stated))
        return next(([cell] for cell in cells if cell), [])

    return find


def _in_json(entry: Any, compiled: dict[str, Any]) -> Find:
    def find(stated: Expressions | None) -> list[Any]:
        for text in alternatives(stated):
            found = [v for v in compiled[text].findall(entry) if v not in (None, "", [], {})]
            if found:
                return found
        return []

    return find


def _record(find: Find, mapping: Mapping, keys: Keys) -> Record | str | None:
    """Return the record of an entry, None where it is left out, or what is wrong in words."""
    if any(str(value).strip().lower() not in _NO for value in find(mapping.without)):
        return None
    urls = [url for value in find(mapping.url) if (url := web_url(value))]
    key = one_line(_first(find(mapping.key)), 255)
    if key is None and not urls:
        return "has neither a key nor a url"
    claims = [claim for name, stated in mapping.properties.items()
              for claim in _claims(name, find(stated))]  # fmt: skip
    aliases = [url for value in find(mapping.aliases) if (url := web_url(value))]
    data = {claim.property + (f".{claim.lang}" if claim.lang else ""): claim.value
            for claim in claims}  # fmt: skip
    return software(
        keys.of(key, urls[0] if urls else None),
        url=urls[0] if urls else None,
        aliases=tuple(aliases[:255]),
        body=_body(find, mapping),
        data=data,
        claims=list(claims),
    )


def _body(find: Find, mapping: Mapping) -> Body | None:
    if mapping.organisation is None:
        return None
    uri = web_url(_first(find(mapping.organisation.uri)))
    name = one_line(_first(find(mapping.organisation.name)), 300)
    return Body(name=name or uri, uri=uri) if uri else None


def _claims(name: str, values: list[Any]) -> list[Claim]:
    """Return what values say of a property; a text may be given per language, as an object."""
    plain, _, lang = name.partition(".")
    if plain in MULTILINGUAL and len(values) == 1 and isinstance(values[0], dict):
        found = [lead(plain, _value(plain, [text]), str(tag)[:40])
                 for tag, text in list(values[0].items())[:20]]  # fmt: skip
    else:
        found = [lead(plain, _value(plain, values), lang or None)]
    return [claim for claim in found if claim is not None]


def _value(name: str, values: list[Any]) -> Any:
    if name in _LISTS:
        return [text for value in values for text in text_list(_parts(value))]
    first = _first(values)
    if name in _ADDRESSES:
        return web_url(first)
    if name == "licence":
        text = one_line(first, 400)
        return parse_licence(text).expression if text else None
    if name in {"short_description", "long_description"}:
        return clean_text(first, 5_000)
    return one_line(first, 400)


def _first(values: list[Any]) -> Any:
    return values[0] if values else None


def _parts(value: Any) -> Any:
    """Return the parts of a value: lists stand as lists, or as one text with commas."""
    return value.split(",") if isinstance(value, str) else one_or_many(value)
