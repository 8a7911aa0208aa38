"""The chart of new reuse: columns in proportion, and labels that do not run into each other."""

from itertools import pairwise

import pytest

from registry.reports.figures import Step
from registry.reports.selecting import RowFilter
from web.pages.charts.periods import COLUMN, GAP, HEIGHT, periods


def steps(*named: tuple[str, int]) -> list[Step]:
    return [Step(period=name, new=new, total=new, rows=RowFilter()) for name, new in named]


def test_columns_are_in_proportion_and_stand_on_one_line() -> None:
    chart = periods(steps(("2020", 2), ("2021", 4), ("2022", 0)))
    assert chart is not None
    assert [bar.height for bar in chart.bars] == [HEIGHT / 2, HEIGHT, 0]
    assert {bar.y + bar.height for bar in chart.bars} == {chart.baseline}


def test_without_anything_new_there_is_no_chart() -> None:
    assert periods(steps(("2020", 0))) is None
    assert periods([]) is None


@pytest.mark.parametrize("names", [
    [str(year) for year in range(2000, 2024)],
    [f"{year}-Q{quarter}" for year in range(2018, 2024) for quarter in range(1, 5)],
])  # fmt: skip
def test_labels_have_room(names: list[str]) -> None:
    chart = periods(steps(*((name, 1) for name in names)))
    assert chart is not None
    told = [(bar.x, bar.label) for bar in chart.bars if bar.label]
    assert told[0][1] == names[0]
    for (here, label), (there, _) in pairwise(told):
        assert there - here >= 7 * len(label)
    assert chart.width >= len(names) * (COLUMN + GAP)
