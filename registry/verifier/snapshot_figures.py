"""Makes the numbers of a report again from its rows, as docs/reports.md describes them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from statistics import median
from typing import Any, Final

Row = dict[str, Any]
TAGS: Final = ("measured", "attributed", "declared", "reported")


def numbers(document: dict[str, Any]) -> dict[str, Any]:
    """Return every number but the savings."""
    components: list[Row] = document["components"]
    every: list[Row] = document["rows"]
    rows = [row for row in every if row["is_counted"]]
    tagged = {tag: [row for row in rows if row["tag"] == tag] for tag in TAGS}
    used = {tag: found for tag, found in tagged.items() if found}
    return {
        "headline": _headline(components, rows),
        "tags": {tag: _tag(found) for tag, found in used.items()},
        "matrix": {tag: _matrix(found) for tag, found in used.items()},
        "new_reuse": {tag: _new(found) for tag, found in used.items()},
        "undated": sum(1 for row in rows if not row["first_seen"]),
        "first_reuse": _first(components, tagged["measured"]),
        "contributed": _contributed(rows),
        "active": _active(tagged["measured"]),
        "shared": {"count": _shared(tagged["measured"]), "of": len(components)},
        "disputed": sum(1 for row in rows if row["is_disputed"]),
        "ended": sum(1 for row in rows if row["has_ended"]),
        "left_out": dict(Counter(row["left_out"] for row in every if not row["is_counted"])),
        "components": _components(components, rows),
    }


def _known(rows: Iterable[Row], name: str) -> set[str]:
    return {row[name] for row in rows if row[name] is not None}


def _is_foreign(row: Row) -> bool:
    known = row["country"] is not None and row["origin_country"] is not None
    return known and row["country"] != row["origin_country"]


def _pair(row: Row) -> tuple[str, str]:
    return row["origin"], row["organisation"] or ""


def _headline(components: list[Row], rows: list[Row]) -> dict[str, Any]:
    best: dict[str, int] = {}
    for row in rows:
        if row["organisation"] is not None:
            rank = TAGS.index(row["tag"])
            best[row["organisation"]] = min(rank, best.get(row["organisation"], rank))
    counts = Counter(best.values())
    return {
        "components": len(components),
        "reused": len({row["origin"] for row in rows}),
        "organisations": len(best),
        "countries": len(_known(rows, "country")),
        "unknown": len({row["reuser"] for row in rows if row["organisation"] is None}),
        "by_strongest": {tag: counts[rank] for rank, tag in enumerate(TAGS)},
    }


def _tag(rows: list[Row]) -> dict[str, int]:
    return {
        "edges": len(rows),
        "repositories": len(_known(rows, "reuser")),
        "families": len(_known(rows, "reuser_family")),
        "organisations": len(_known(rows, "organisation")),
        "components": len(_known(rows, "origin")),
        "countries": len(_known(rows, "country")),
        "foreign_countries": len(_known(filter(_is_foreign, rows), "country")),
        "unknown": len({row["reuser"] for row in rows if row["organisation"] is None}),
    }


def _matrix(rows: list[Row]) -> list[dict[str, Any]]:
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["origin_country"] is not None and row["country"] is not None:
            cells[row["origin_country"], row["country"]].append(row)
    return [
        {
            "origin": origin, "reuser": reuser, "edges": len(found),
            "pairs": len(set(map(_pair, found))), "components": len(_known(found, "origin")),
        }
        for (origin, reuser), found in sorted(cells.items())
    ]  # fmt: skip


def _new(rows: list[Row]) -> dict[str, int]:
    first: dict[tuple[str, str], str] = {}
    for row in rows:
        if day := row["first_seen"]:
            first[_pair(row)] = min(day, first.get(_pair(row), day))
    return dict(Counter(_quarter(day) for day in first.values()))


def _quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) - 1) // 3 + 1}"


def _first(components: list[Row], measured: list[Row]) -> dict[str, Any]:
    begun = {item["slug"]: item["first_commit_on"] for item in components}
    foreign = [row for row in measured if row["first_seen"] and _is_foreign(row)]
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(foreign, key=lambda row: (row["first_seen"], row["edge"])):
        start = begun.get(row["origin"])
        if row["origin"] in found or not start:
            continue
        days = (date.fromisoformat(row["first_seen"]) - date.fromisoformat(start)).days
        if days >= 0:
            found[row["origin"]] = {"days": days, "country": row["country"], "edge": row["edge"]}
    days_found = [item["days"] for item in found.values()]
    return {"median_days": median(days_found) if days_found else None, "components": found}


def _contributed(rows: list[Row]) -> dict[str, int]:
    counted = {_pair(row): row["contributed"] for row in rows if row["contributed"] is not None}
    return {
        "count": sum(1 for value in counted.values() if value),
        "of": len(counted),
        "commits": sum(counted.values()),
    }


def _active(measured: list[Row]) -> dict[str, int]:
    known: dict[str, bool] = {}
    for row in measured:
        if row["is_active"] is not None:
            known[row["reuser"]] = known.get(row["reuser"], False) or row["is_active"]
    return {"count": sum(known.values()), "of": len(known)}


def _shared(measured: list[Row]) -> int:
    users = _grouped(measured, lambda row: row["organisation"])
    return sum(1 for found in users.values() if len(found) >= 2)


def _grouped(rows: Iterable[Row], value: Callable[[Row], Any]) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = defaultdict(set)
    for row in rows:
        if value(row) is not None:
            found[row["origin"]].add(value(row))
    return found


def _components(components: list[Row], rows: list[Row]) -> dict[str, Any]:
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        mine[row["origin"]].append(row)
    return {item["slug"]: _component(mine[item["slug"]]) for item in components}


def _component(mine: list[Row]) -> dict[str, Any]:
    gave = {row["organisation"]: row["contributed"] for row in mine
            if row["contributed"] is not None}  # fmt: skip
    return {
        "organisations": {
            tag: len(_known((row for row in mine if row["tag"] == tag), "organisation"))
            for tag in TAGS
        },
        "countries": len(_known(mine, "country")),
        "contributed": sum(gave.values()) if gave else None,
    }
