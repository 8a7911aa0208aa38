"""Every number of a report made again from its two CSV files, by docs/reports.md alone.

    python recount_report.py ROWS.csv COMPONENTS.csv [REPORT.json]

Plain Python without a line of the registry's own. With the report as the API gives it, each number
is compared; what differs is named, and the exit code is 1. This is how an auditor would begin.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, str]
TAGS = ("measured", "attributed", "declared", "reported")
# Group of a matrix → the columns of the two ends; a region stands for its country if none is known.
ENDS: dict[str, tuple[Callable[[Row], str], Callable[[Row], str]]] = {
    "country": (lambda x: x["origin_country"], lambda x: x["country"]),
    "region": (
        lambda x: x["origin_region"] or x["origin_country"], lambda x: x["region"] or x["country"]
    ),
    "organisation": (lambda x: x["origin_organisation"], lambda x: x["organisation"]),
}  # fmt: skip


def read(path: Path) -> list[Row]:
    """Return the lines of a CSV file by the names of its columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def yes(row: Row, name: str) -> bool:
    """Return a column of yes and no; anything else is an error, not a no."""
    return {"true": True, "false": False}[row[name]]


def distinct(rows: Iterable[Row], name: str) -> set[str]:
    """Return the known values of a column."""
    return {row[name] for row in rows} - {""}


def pair(row: Row) -> tuple[str, str]:
    """Return the component and who reuses it; all of unknown organisation are one."""
    return row["origin"], row["organisation"]


def is_foreign(row: Row) -> bool:
    """Say whether two different known countries are at the ends."""
    return "" not in (row["country"], row["origin_country"]) and (
        row["country"] != row["origin_country"]
    )


def quarter(day: str) -> str:
    """Return the quarter of a day."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def headline(counted: list[Row], components: list[Row]) -> dict[str, Any]:
    """Return the numbers of the sentence: each organisation under its strongest tag alone."""
    best: dict[str, int] = {}
    for row in counted:
        if row["organisation"]:
            rank = TAGS.index(row["tag"])
            best[row["organisation"]] = min(rank, best.get(row["organisation"], rank))
    strongest = Counter(TAGS[rank] for rank in best.values())
    nameless = [row for row in counted if not row["organisation"]]
    return {
        "components": len({row["slug"] for row in components}),
        "reused": len(distinct(counted, "origin")),
        "organisations": len(best),
        "countries": len(distinct(counted, "country")),
        "unknown": len(distinct(nameless, "reuser")),
        **{f"strongest.{tag}": strongest[tag] for tag in TAGS},
    }


def by_tag(counted: list[Row]) -> dict[str, int]:
    """Return the four levels of each tag that has rows."""
    found = {}
    for tag in distinct(counted, "tag"):
        rows = [row for row in counted if row["tag"] == tag]
        found |= {
            f"{tag}.edges": len(rows),
            f"{tag}.repositories": len(distinct(rows, "reuser")),
            f"{tag}.families": len(distinct(rows, "reuser_family")),
            f"{tag}.organisations": len(distinct(rows, "organisation")),
            f"{tag}.components": len(distinct(rows, "origin")),
            f"{tag}.countries": len(distinct(rows, "country")),
            f"{tag}.foreign_countries": len(distinct(filter(is_foreign, rows), "country")),
            f"{tag}.unknown": len(
                distinct((row for row in rows if not row["organisation"]), "reuser")
            ),
        }
    return found


def matrix(counted: list[Row], asked: dict[str, str]) -> dict[str, Any]:
    """Return the cells of a matrix as (rows, pairs, components) by their two ends and period."""
    origin, reuser = ENDS[asked["group"]]
    cells: dict[str, list[Row]] = defaultdict(list)
    rows = [x for x in counted if x["tag"] == asked["tag"] and asked["kind"] in ("", x["kind"])]
    periods: dict[str, Callable[[str], str]] = {
        "all": lambda _day: "all", "year": lambda day: day[:4],
        "quarter": lambda day: quarter(day) if day else "",
    }  # fmt: skip
    placed = 0
    for row in rows:
        ends = origin(row), reuser(row), periods[asked["period"]](row["first_seen"])
        if all(ends):
            cells[" ".join(ends)].append(row)
            placed += 1
    return {
        "matrix.edges": placed,
        "matrix.unplaced": len(rows) - placed,
        **{
            f"matrix {key}": (len(x), len(set(map(pair, x))), len(distinct(x, "origin")))
            for key, x in cells.items()
        },
    }


def new_reuse(counted: list[Row]) -> dict[str, int]:
    """Return how many pairs are new in each quarter of a tag, by the first day of each."""
    first: dict[tuple[str, tuple[str, str]], str] = {}
    for row in counted:
        if row["first_seen"]:
            key = row["tag"], pair(row)
            first[key] = min(row["first_seen"], first.get(key, row["first_seen"]))
    return dict(Counter(f"new {tag} {quarter(day)}" for (tag, _), day in first.items()))


def first_abroad(counted: list[Row], components: list[Row]) -> dict[str, int]:
    """Return the days from the first commit of a component to its first measured reuse abroad."""
    first: dict[str, str] = {}
    for row in counted:
        if row["tag"] == "measured" and is_foreign(row) and row["first_seen"]:
            begun = next(x["first_commit_on"] for x in components if x["slug"] == row["origin"])
            if begun and row["first_seen"] >= begun:
                day = row["first_seen"]
                first[row["origin"]] = min(day, first.get(row["origin"], day))
    begun_on = {x["slug"]: x["first_commit_on"] for x in components}
    return {
        slug: (date.fromisoformat(day) - date.fromisoformat(begun_on[slug])).days
        for slug, day in first.items()
    }


def given_back(counted: list[Row]) -> dict[tuple[str, str], int]:
    """Return the commits given back by each pair; its rows must all say the same."""
    gave: dict[tuple[str, str], int] = {}
    for row in counted:
        if row["contributed"] and gave.setdefault(pair(row), int(row["contributed"])) != int(
            row["contributed"]
        ):
            raise SystemExit(f"contributed: the rows of {pair(row)} contradict each other")
    return gave


def the_rest(counted: list[Row], components: list[Row], rows: list[Row]) -> dict[str, Any]:
    """Return contributions, activity, what is shared, and marks."""
    gave = given_back(counted)
    measured = [x for x in counted if x["tag"] == "measured"]
    known = [x for x in measured if x["is_active"]]
    active = [x for x in known if yes(x, "is_active")]
    users: dict[str, set[str]] = defaultdict(set)
    for row in measured:
        users[row["origin"]] |= {row["organisation"]} - {""}
    return {
        "contributed.count": sum(x > 0 for x in gave.values()),
        "contributed.of": len(gave),
        "commits": sum(gave.values()),
        "active.count": len(distinct(active, "reuser")),
        "active.of": len(distinct(known, "reuser")),
        "shared.count": sum(len(x) > 1 for x in users.values()),
        "shared.of": len(components),
        "disputed": sum(yes(x, "is_disputed") for x in counted),
        "ended": sum(yes(x, "has_ended") for x in counted),
        **{f"left_out.{k}": n for k, n in Counter(x["left_out"] for x in rows).items() if k},
    }


def recount(
    rows: list[Row], components: list[Row], asked: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return every number by a name of its own."""
    counted = [row for row in rows if yes(row, "is_counted")]
    if any(yes(row, "is_counted") == bool(row["left_out"]) for row in rows):
        raise SystemExit("a row is counted and left out at once, or neither")
    chosen = asked or {"group": "country", "period": "all", "tag": "measured", "kind": ""}
    days = first_abroad(counted, components)
    return {
        **headline(counted, components), **by_tag(counted), **matrix(counted, chosen),
        **new_reuse(counted), **the_rest(counted, components, rows),
        **{f"first {slug}": number for slug, number in days.items()},
        "first_days": float(median(days.values())) if days else None,
        **{
            f"component {x['slug']} {tag}": len({
                row["organisation"] for row in counted
                if (row["origin"], row["tag"]) == (x["slug"], tag) and row["organisation"]
            })
            for x in components for tag in TAGS
        },
    }  # fmt: skip


def stated(report: dict[str, Any]) -> dict[str, Any]:
    """Return the numbers of a report as the API gives it, under the same names."""
    head, cells = report["headline"], report["matrix"]["cells"]
    names = ("reused", "organisations", "countries", "unknown")
    shares = ("contributed", "active", "shared")
    levels = ("edges", "repositories", "families", "organisations", "components", "countries",
              "foreign_countries", "unknown")  # fmt: skip
    return {
        "components": head["components"],
        **{name: head[name]["value"] for name in names},
        **{f"strongest.{tag}": x["value"] for tag, x in head["by_strongest"].items()},
        **{f"{x['tag']}.{name}": x[name] for x in report["tags"] for name in levels},
        **{f"matrix.{name}": report["matrix"][name] for name in ("edges", "unplaced")},
        **{
            f"matrix {x['origin']} {x['reuser']} {x['period']}": (
                x["edges"], x["pairs"], x["components"]
            )
            for x in cells
        },
        **{f"new {x['tag']} {x['period']}": x["new"] for x in report["growth"] if x["new"]},
        **{f"{name}.{part}": report[name][part] for name in shares for part in ("count", "of")},
        "commits": report["commits"],
        **{name: report[name]["value"] for name in ("disputed", "ended")},
        **{f"left_out.{name}": x["value"] for name, x in report["left_out"].items()},
        **{f"first {x['slug']}": x["days"] for x in report["firsts"]},
        "first_days": report["first_days"],
        **{
            f"component {x['slug']} {tag}": x["organisations"].get(tag, 0)
            for x in report["components"] for tag in TAGS
        },
    }  # fmt: skip


def differences(own: dict[str, Any], report: dict[str, Any]) -> list[str]:
    """Return what a report says otherwise, or does not say, or says in addition."""
    theirs = stated(report)
    return [
        f"{name}: {theirs.get(name)} in the report, {own.get(name)} from its rows"
        for name in sorted(own.keys() | theirs.keys())
        if own.get(name) != theirs.get(name)
    ]


def main(arguments: list[str]) -> int:
    """Print the numbers, or how they differ from those of a report."""
    rows, components = (read(Path(name)) for name in arguments[:2])
    if len(arguments) == 2:
        for name, value in sorted(recount(rows, components).items()):
            print(f"{name}: {value}")
        return 0
    report = json.loads(Path(arguments[2]).read_text(encoding="utf-8"))
    wanted = {name: report["matrix"][name] for name in ("group", "period", "tag", "kind")}
    own = recount(rows, components, wanted)
    found = differences(own, report)
    print("\n".join(found) or f"all {len(own)} numbers are those of the rows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
