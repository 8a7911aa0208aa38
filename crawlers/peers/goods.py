"""Reads digital public goods: nominees, and screenings with where they were made and are used.

Source: the JSON schemas of the DPG registry (2021 and 2024). The two kinds of file belong together
by their name. What they say of countries is *declared*; it is never added to measured reuse.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from crawlers.metadata.json_guard import UnreadableJson, load
from crawlers.metadata.spdx import parse_licence
from crawlers.metadata.values import clean_text, one_line, one_or_many, web_url
from crawlers.peers.answers import Answer
from crawlers.peers.country_names import country_of_name
from crawlers.peers.records import finding, lead, software
from registry.domain.facts import Diagnostic
from registry.domain.peers import Batch, Record

MAX_PLACES: Final = 300
# Of a file so much is kept: screenings hold long answers that tell nothing of the software.
_KEPT: Final = ("name", "description", "website", "SDGs", "sectors", "type", "stage", "locations")


def read(answers: tuple[Answer, ...], *, max_bytes: int) -> Batch:
    """Return one record per good; files of one name are joined, copies count once."""
    goods: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    notes: list[str] = []
    copies: dict[bytes, str] = {}
    for answer in answers:
        name = answer.read_from[:200]
        former = copies.setdefault(hashlib.sha256(answer.body).digest(), name)
        if former != name:
            notes.append(f"{name} is a copy of {former}")
            continue
        try:
            value = load(answer.body, max_bytes=max_bytes)
        except UnreadableJson as error:
            problems.append(f"{name}: {error}")
            continue
        items = _items(value, name)
        if not items:
            problems.append(f"{name}: it names no digital public good")
        for key, item in items:
            goods[key] = {**goods.get(key, {}), **item}
    records = tuple(_record(key, goods[key]) for key in sorted(goods))
    return Batch(records=records, problems=tuple(problems), notes=tuple(notes))


def _items(value: Any, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return (key, good) of a file: one, named like the file, or a list of them."""
    if isinstance(value, dict) and value.get("name"):
        return [(_stem(name), value)]
    items = value if isinstance(value, list) else []
    named = [item for item in items if isinstance(item, dict) and item.get("name")]
    return [(one_line(item.get("id") or item["name"], 200) or "?", item) for item in named]


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".json") or "?"


def _record(key: str, good: Mapping[str, Any]) -> Record:
    locations = good.get("locations")
    stated = locations if isinstance(locations, dict) else {}
    developed, no_development = _countries(stated.get("developmentCountries"))
    deployed, no_deployment = _countries(stated.get("deploymentCountries"))
    record = software(
        key,
        url=web_url(good.get("repositoryURL")),
        data={name: good[name] for name in _KEPT if name in good},
        unchanging={name: good[name] for name in (*_KEPT, "license", "repositoryURL")
                    if name in good},
        claims=[
            lead("name", one_line(good.get("name"), 300)),
            lead("short_description", clean_text(good.get("description"), 5_000)),
            lead("landing_url", web_url(good.get("website"))),
            lead("licence", _licence(good.get("license"))),
            lead("sdgs", _goals(good.get("SDGs"))),
            lead("development_countries", developed),
            lead("deployment_countries", deployed),
        ],
    )  # fmt: skip
    unknown = no_development + no_deployment
    found = [finding(f"no country has the name {name[:80]!r}", "locations") for name in unknown]
    return _with(record, found[:20])


def _with(record: Record, found: list[Diagnostic]) -> Record:
    return msgspec.structs.replace(record, diagnostics=(*record.diagnostics, *found))


def _countries(value: Any) -> tuple[list[str], list[str]]:
    """Return the codes of the countries named, each once and in order, and names that are none."""
    names = [one_line(item, 200) for item in one_or_many(value)[:MAX_PLACES]]
    codes, unknown = {}, []
    for name in filter(None, names):
        if code := country_of_name(name):
            codes[code] = True
        else:
            unknown.append(name)
    return list(codes), unknown


def _goals(value: Any) -> list[int]:
    numbers = (
        item.get("SDGNumber") if isinstance(item, dict) else item for item in one_or_many(value)
    )
    found = {n for n in numbers if isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= 17}
    return sorted(found)


def _licence(value: Any) -> str | None:
    """Return the licences as one expression; the enumeration holds ids with a space at the end."""
    ids = [
        one_line(item.get("spdx") if isinstance(item, dict) else item, 100)
        for item in one_or_many(value)[:20]
    ]
    known = [found for text in ids if text and (found := parse_licence(text).expression)]
    joined = " AND ".join(f"({text})" for text in dict.fromkeys(known))
    return parse_licence(joined).expression if joined else None
