"""What differs between two snapshots: rows added, removed and changed, each with its reason."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from registry.reports.snapshots.content import Snapshot

METHOD: Final = "method"
DISPUTE: Final = "dispute"
PORTFOLIO: Final = "portfolio"
CRAWL: Final = "new_crawl"
WITHDRAWN: Final = "withdrawn"
MOST_NAMED: Final = 20
REMOVED: Final = "removed_from_registry"


class RowDifference(Struct, frozen=True, kw_only=True):
    """A row that is not the same in both; `columns` are those that changed, with both values."""

    edge: str
    change: str
    reason: str
    columns: tuple[tuple[str, Any, Any], ...] = ()


class Differences(Struct, frozen=True, kw_only=True):
    """Two snapshots beside each other; `warnings` say what makes them hard to compare."""

    before: str
    after: str
    warnings: tuple[str, ...]
    rows: tuple[RowDifference, ...]
    components_added: tuple[str, ...]
    components_removed: tuple[str, ...]


def differences(before: Snapshot, after: Snapshot) -> Differences:
    """Return what differs from an earlier snapshot to a later one."""
    old, new = before.document, after.document
    old_rows = {row["edge"]: row for row in old["rows"]}
    new_rows = {row["edge"]: row for row in new["rows"]}
    old_slugs = {item["slug"] for item in old["components"]}
    new_slugs = {item["slug"] for item in new["components"]}
    is_other_method = old["method"]["edges"] != new["method"]["edges"]
    found = [
        *_added(old_rows, new_rows, old_slugs, is_other_method),
        *_removed(old_rows, new_rows, new_slugs, is_other_method),
        *_changed(old_rows, new_rows),
    ]
    return Differences(
        before=before.id,
        after=after.id,
        warnings=tuple(_warnings(old, new)),
        rows=tuple(sorted(found, key=lambda row: (row.change, row.edge))),
        components_added=tuple(sorted(new_slugs - old_slugs)),
        components_removed=tuple(sorted(old_slugs - new_slugs)),
    )


_Rows = Mapping[str, Mapping[str, Any]]


def _added(old: _Rows, new: _Rows, known: set[str], is_other_method: bool) -> list[RowDifference]:
    def reason(row: Mapping[str, Any]) -> str:
        if row["origin"] not in known:
            return PORTFOLIO
        return METHOD if is_other_method else CRAWL

    return [
        RowDifference(edge=key, change="added", reason=reason(new[key])) for key in new.keys() - old
    ]


def _removed(old: _Rows, new: _Rows, kept: set[str], is_other_method: bool) -> list[RowDifference]:
    def reason(row: Mapping[str, Any]) -> str:
        if row["origin"] not in kept:
            return PORTFOLIO
        return METHOD if is_other_method else REMOVED

    return [
        RowDifference(edge=key, change="removed", reason=reason(old[key]))
        for key in old.keys() - new
    ]


def _changed(old: _Rows, new: _Rows) -> list[RowDifference]:
    found = []
    for key in old.keys() & new.keys():
        columns = tuple(
            (name, old[key].get(name), new[key].get(name))
            for name in sorted(old[key].keys() | new[key].keys())
            if old[key].get(name) != new[key].get(name)
        )
        if columns:
            reason = _why(old[key], new[key])
            found.append(RowDifference(edge=key, change="changed", reason=reason, columns=columns))
    return found


def _why(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old["rule_version"] != new["rule_version"]:
        return METHOD
    if old["state"] != new["state"] and "disputed" in (old["state"], new["state"]):
        return DISPUTE
    if old["state"] != new["state"] and new["state"] == "withdrawn":
        return WITHDRAWN
    return CRAWL


def _warnings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    found = []
    for name, words in (("edges", "finding edges"), ("savings", "savings")):
        if old["method"][name] != new["method"][name]:
            found.append(
                f"The method of {words} is another one ({old['method'][name]} and "
                f"{new['method'][name]}): numbers can differ without a change in the world."
            )
    if old["portfolio"] != new["portfolio"]:
        found.append("The portfolios were asked for differently.")
    if old["assumptions"] != new["assumptions"] or old["rates"] != new["rates"]:
        found.append("The inputs of savings are different.")
    reported = [{item["number"]: item for item in part.get("reported", ())} for part in (old, new)]
    if reported[0] != reported[1]:
        numbers = sorted(
            number
            for number in reported[0].keys() | reported[1].keys()
            if reported[0].get(number) != reported[1].get(number)
        )
        named = ", ".join(map(str, numbers[:MOST_NAMED]))
        found.append(f"Reported savings differ ({len(numbers)}): {named}.")
    return found
