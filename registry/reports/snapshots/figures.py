"""All numbers of a report in one document: what a verifier has to find again from the rows."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from registry.adoption.savings.models import SavingView
from registry.reports.figures import Figures, Share, figures_of
from registry.reports.matrix import MatrixChoice, matrix_of
from registry.reports.rows import ReportData
from registry.reports.savings.draws import Range
from registry.reports.savings.figures import Savings

_TAG_NUMBERS: Final = (
    "edges", "repositories", "families", "organisations", "components", "countries",
    "foreign_countries", "unknown",
)  # fmt: skip


def figures_document(data: ReportData, savings: Savings) -> dict[str, Any]:
    """Return every number of a report by its name; docs/reports.md says what each means."""
    found = figures_of(data)
    return {
        "headline": _headline(found),
        "tags": {
            item.tag: {name: getattr(item, name) for name in _TAG_NUMBERS} for item in found.tags
        },
        "matrix": {item.tag: _matrix(data, item.tag) for item in found.tags},
        "new_reuse": {
            tag: {step.period: step.new for step in steps if step.new}
            for tag, steps in found.steps
        },
        "undated": found.undated.value,
        "first_reuse": {
            "median_days": found.first_days,
            "components": {
                item.slug: {"days": item.days, "country": item.country, "edge": item.edge}
                for item in found.firsts
            },
        },
        "contributed": {**_share(found.contributed), "commits": found.commits},
        "active": _share(found.active),
        "shared": _share(found.shared),
        "disputed": found.disputed.value,
        "ended": found.ended.value,
        "left_out": {name: figure.value for name, figure in found.left_out},
        "components": {
            item.component.slug: {
                "organisations": {tag: figure.value for tag, figure in item.organisations},
                "countries": item.countries,
                "contributed": item.contributed,
            }
            for item in found.components
        },
        "savings": savings_document(savings),
        "reported": reported_document(data.reported),
    }  # fmt: skip


def _headline(found: Figures) -> dict[str, Any]:
    head = found.headline
    return {
        "components": head.components,
        "reused": head.reused.value,
        "organisations": head.organisations.value,
        "countries": head.countries.value,
        "unknown": head.unknown.value,
        "by_strongest": {tag: figure.value for tag, figure in head.by_strongest},
    }


def _matrix(data: ReportData, tag: str) -> list[dict[str, Any]]:
    cells = matrix_of(data.rows, MatrixChoice(tag=tag)).cells
    names = ("origin", "reuser", "edges", "pairs", "components")
    return [{name: getattr(cell, name) for name in names} for cell in cells]


def _share(found: Share) -> dict[str, int]:
    return {"count": found.count, "of": found.of}


def reported_document(found: Iterable[SavingView]) -> dict[str, Any]:
    """Return how many savings are reported, by grade, class and currency; amounts have no sum."""
    listed = list(found)
    return {
        "savings": len(listed),
        "grades": dict(Counter(str(x.grade) for x in listed)),
        "classes": dict(Counter(x.kind for x in listed)),
        "currencies": dict(Counter(x.currency for x in listed)),
        "overlapping": sum(1 for x in listed if x.overlaps),
    }


def savings_document(found: Savings) -> dict[str, Any]:
    """Return the savings as JSON values; ranges are low, likely and high in euro."""
    return {
        "replacement": _range(found.replacement),
        "avoided": _range(found.avoided),
        "official": found.official,
        "priced": found.priced,
        "pairs": found.pairs,
        "left_out": dict(found.left_out),
        "countries": dict(found.countries),
        "components": {
            item.slug: {
                "months": item.months, "replacement": _range(item.replacement),
                "avoided": _range(item.avoided), "reusers": item.reusers,
                "official": item.official,
            }
            for item in found.components
        },
        "tornado": [msgspec.to_builtins(bar) for bar in found.tornado],
    }  # fmt: skip


def _range(found: Range | None) -> list[float] | None:
    return None if found is None else [found.low, found.likely, found.high]
