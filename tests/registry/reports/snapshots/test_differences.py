"""Two snapshots beside each other: each difference has its reason."""

import json
from typing import Any

import pytest

from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions
from registry.reports.snapshots.content import Snapshot, freeze, snapshot_of
from registry.reports.snapshots.differences import differences
from tests.support.reports import sample_reports, sample_savings


@pytest.fixture(scope="module")
def before() -> Snapshot:
    report = sample_reports().report(Portfolio(organisations=("ria",)))
    return freeze(report, sample_savings().basis(report).inputs, Assumptions())


def later(before: Snapshot, change: Any) -> Snapshot:
    document = before.document
    change(document)
    return snapshot_of(json.dumps(document).encode())


def test_the_same_has_no_difference(before: Snapshot) -> None:
    found = differences(before, before)
    assert (found.rows, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"state": "disputed", "is_disputed": True}, "dispute"),
        ({"state": "withdrawn"}, "withdrawn"),
        ({"rule_version": 99}, "method"),
        ({"share": 0.123}, "new_crawl"),
    ],
)
def test_a_changed_row_says_why(before: Snapshot, columns: dict[str, Any], reason: str) -> None:
    after = later(before, lambda document: document["rows"][0].update(columns))
    (row,) = differences(before, after).rows
    assert (row.change, row.reason) == ("changed", reason)
    assert {name for name, _, _ in row.columns} <= set(columns)


def test_a_row_that_is_gone_and_one_that_is_new(before: Snapshot) -> None:
    after = later(before, lambda document: document["rows"].pop(0))
    (gone,) = differences(before, after).rows
    (new,) = differences(after, before).rows
    assert (gone.change, gone.reason) == ("removed", "removed_from_registry")
    assert (new.change, new.reason) == ("added", "new_crawl")


def test_a_component_less_takes_its_rows(before: Snapshot) -> None:
    def without(document: dict[str, Any]) -> None:
        slug = document["rows"][0]["origin"]
        document["components"] = [x for x in document["components"] if x["slug"] != slug]
        document["rows"] = [x for x in document["rows"] if x["origin"] != slug]

    found = differences(before, later(before, without))
    assert {row.reason for row in found.rows} == {"portfolio"}
    assert len(found.components_removed) == 1


def test_another_method_is_warned_of(before: Snapshot) -> None:
    after = later(before, lambda document: document["method"].update(edges=99, savings="2"))
    warnings = differences(before, after).warnings
    assert len(warnings) == 2
    assert "numbers can differ without a change in the world" in warnings[0]


def test_other_reported_savings_are_named(before: Snapshot) -> None:
    after = later(before, lambda document: document["reported"].pop(0))
    (warning,) = differences(before, after).warnings
    assert warning == "Reported savings differ (1): 2."
