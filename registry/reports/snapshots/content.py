"""What a snapshot holds, in one canonical form, and the identifier that follows from it.

The same portfolio over the same data, method and assumptions gives the same bytes on every machine,
and so the same identifier: `s-` with the day of the data and the first digits of the SHA-256.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import rfc8785
from msgspec import Struct

from registry.adoption.savings.models import SavingView
from registry.adoption.savings.table import confirmation_items, saving_items
from registry.reports.portfolio import portfolio_pairs
from registry.reports.savings.assumptions import Assumptions, assumption_pairs
from registry.reports.savings.figures import METHOD
from registry.reports.savings.inputs import ComponentInputs
from registry.reports.savings.rates import monthly_rate
from registry.reports.service import Report
from registry.reports.table import component_items, row_items

FORMAT: Final = "public-code-registry/report-snapshot/2"
"""The second form has the savings that organisations report; else it is the first."""
FORMATS: Final = frozenset({"public-code-registry/report-snapshot/1", FORMAT})
DIGITS: Final = 16


class Snapshot(Struct, frozen=True):
    """A frozen report: its identifier, SHA-256, and canonical JSON (RFC 8785)."""

    id: str
    digest: str
    content: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The content as JSON values."""
        found: dict[str, Any] = msgspec.json.decode(self.content)
        return found


def freeze(report: Report, inputs: Mapping[str, ComponentInputs], asked: Assumptions) -> Snapshot:
    """Return the snapshot of a report under some assumptions."""
    return snapshot_of(rfc8785.dumps(_document(report, inputs, asked)))


def snapshot_of(content: bytes) -> Snapshot:
    """Return the snapshot with this content."""
    digest = hashlib.sha256(content).hexdigest()
    as_of = str(msgspec.json.decode(content)["as_of"] or "")[:10].replace("-", "")
    return Snapshot(f"s-{as_of or '00000000'}-{digest[:DIGITS]}", digest, content)


def _document(
    report: Report, inputs: Mapping[str, ComponentInputs], asked: Assumptions
) -> dict[str, Any]:
    data = report.data
    named = {row.country for row in data.rows} | {item.country for item in data.components}
    rates = {code: monthly_rate(code, asked.rates) for code in sorted(named - {None}, key=str)}
    return {
        "format": FORMAT,
        "as_of": data.as_of.isoformat() if data.as_of else None,
        "method": {"edges": data.rule_version, "savings": METHOD},
        "portfolio": [list(pair) for pair in portfolio_pairs(report.portfolio)],
        "assumptions": [list(pair) for pair in assumption_pairs(asked)],
        "priors": msgspec.to_builtins(asked.priors),
        "effort": {"model": asked.effort, "full": asked.full, "adapted": asked.adapted,
                   "reference": asked.reference},
        "rates": {code: rate for code, rate in rates.items() if code and rate},
        "coverage": msgspec.to_builtins(data.coverage),
        "components": list(component_items(data.components)),
        "rows": list(row_items(data.rows)),
        "reported": _reported(data.reported),
        "inputs": {slug: _inputs(item) for slug, item in sorted(inputs.items())},
    }  # fmt: skip


def _reported(savings: Sequence[SavingView]) -> list[dict[str, Any]]:
    """Return reported savings; where none is disputed nothing says so, as in older snapshots."""
    items = list(saving_items(savings))
    if not any(item["is_disputed"] for item in items):
        items = [{k: v for k, v in item.items() if k != "is_disputed"} for item in items]
    return [
        item | {"confirmations": confirmation_items(view)}
        for item, view in zip(items, savings, strict=True)
    ]


def _inputs(item: ComponentInputs) -> dict[str, Any]:
    return {
        "lines": item.lines,
        "basis": item.basis,
        "own": item.own,
        "author_months": list(item.author_months),
    }
