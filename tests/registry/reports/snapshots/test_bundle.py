"""A snapshot in one file: the same bytes for the same report, checked by code that shares none."""

import io
import json
import random
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from registry.reports.portfolio import Portfolio
from registry.reports.savings.assumptions import Assumptions, assumptions_of
from registry.reports.snapshots.bundle import archive, bundle_of
from registry.reports.snapshots.content import Snapshot, freeze, snapshot_of
from registry.reports.snapshots.figures import figures_document
from registry.reports.snapshots.reading import snapshot_in
from registry.verifier.report import MISMATCH, VERIFIED_OFFLINE
from registry.verifier.snapshot import verify_snapshot
from tests.support.reports import sample_reports, sample_savings

PORTFOLIO = Portfolio(organisations=("ria",))
CHANGED = (
    ("kappa", "1.5"), ("rate", "CA:9000 FO:8000"), ("effort", "history"), ("reference", "0.2"),
)  # fmt: skip


Pairs = tuple[tuple[str, str], ...]


def frozen(pairs: Pairs = ()) -> Snapshot:
    report = sample_reports().report(PORTFOLIO)
    return freeze(report, sample_savings().basis(report).inputs, assumptions_of(pairs))


@cache
def bundle(pairs: Pairs = ()) -> bytes:
    report = sample_reports().report(PORTFOLIO)
    savings = sample_savings().of(report, assumptions_of(pairs))
    return bundle_of(frozen(pairs), figures_document(report.data, savings), {})


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def failed(data: bytes) -> list[str]:
    return [check.name for check in verify_snapshot(data).checks if check.result == "failed"]


def forged(name: str, change: Any) -> bytes:
    """Return a bundle with one file changed, and its checksum with it."""
    from registry.reports.snapshots.bundle import _sums

    files = files_of(bundle())
    files[name] = change(files[name])
    del files["SHA256SUMS"]
    files["SHA256SUMS"] = _sums(files)
    return archive(files)


@pytest.mark.parametrize("pairs", [(), CHANGED, (("adapted", "0.3"),)])
def test_every_number_is_found_again(pairs: Pairs) -> None:
    report = verify_snapshot(bundle(pairs))
    assert [check for check in report.checks if check.result == "failed"] == []
    assert report.outcome == VERIFIED_OFFLINE
    assert {"numbers: headline", "numbers: matrix", "numbers: savings"} <= {
        check.name for check in report.checks
    }


def test_the_same_report_has_the_same_bytes_and_identifier() -> None:
    first, second = frozen(), frozen()
    assert (first.id, first.content) == (second.id, second.content)
    assert first.id.startswith("s-20")
    bundle.cache_clear()
    again = bundle()
    bundle.cache_clear()
    assert again == bundle()
    assert frozen(CHANGED).id != first.id


def test_one_changed_byte_is_caught_two_hundred_times() -> None:
    data = bundle()
    chance = random.Random(7)
    for _ in range(200):
        at = chance.randrange(len(data))
        changed = bytearray(data)
        changed[at] ^= chance.randrange(1, 256)
        assert verify_snapshot(bytes(changed)).outcome == MISMATCH, at


@pytest.mark.parametrize("size", [0, 10, 1_000, -1])
def test_a_part_of_a_file_is_no_bundle(size: int) -> None:
    assert verify_snapshot(bundle()[:size]).outcome == MISMATCH


def test_more_at_the_end_is_caught() -> None:
    assert verify_snapshot(bundle() + b"more").outcome == MISMATCH


def _more_organisations(body: bytes) -> bytes:
    figures = json.loads(body)
    figures["headline"]["organisations"] += 1
    return json.dumps(figures).encode()


def _more_saved(body: bytes) -> bytes:
    figures = json.loads(body)
    figures["savings"]["avoided"][1] *= 1.01
    return json.dumps(figures).encode()


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        ("figures.json", _more_organisations, "numbers: headline"),
        ("figures.json", _more_saved, "numbers: savings"),
        ("rows.csv", lambda body: body.replace(b",FI,", b",SE,", 1), "rows.csv holds the rows"),
        ("rows.ndjson", lambda body: body.split(b"\n", 1)[1], "rows.ndjson holds the rows"),
        ("README.txt", lambda body: body.replace(b"s-", b"t-"), "name in README and data package"),
    ],
)
def test_a_forged_file_with_right_checksums_is_caught(name: str, change: Any, check: str) -> None:
    assert check in failed(forged(name, change))


def _changed(place: int, **values: Any) -> Any:
    """Return a change of one reported saving, in the document and in its table."""

    def change(body: bytes) -> bytes:
        document = json.loads(body)
        document["reported"][place].update(values)
        return json.dumps(document).encode()

    return change


def test_what_is_reported_is_inside_with_a_grade_for_each() -> None:
    document = frozen().document
    grades = [(item["low"], item["grade"], item["overlaps"]) for item in document["reported"]]
    assert grades == [(-5_800_000, 1, ""), (120_000, 3, "4"), (80_000, 2, "3")]
    stated = json.loads(files_of(bundle())["figures.json"])["reported"]
    assert stated["savings"] == 3
    assert stated["currencies"] == {"CAD": 1, "EUR": 2}
    assert not {"low", "high", "total", "sum"} & set(stated)
    table = files_of(bundle())["reported.csv"].decode()
    assert ""","'=1+1 hours of our own staff""" in table
    assert ",-5800000,-5800000,CAD," in table


@pytest.mark.parametrize(
    "values",
    [
        {"grade": 4}, {"grade": 1}, {"overlaps": ""}, {"confirmed_by": ""}, {"low": 10**12},
        {"high": 1}, {"class": "demand"}, {"organisation": "gds"}, {"since": "2023"},
    ],
)  # fmt: skip
def test_a_forged_reported_saving_is_caught(values: dict[str, Any]) -> None:
    assert "reported savings" in failed(forged("snapshot.json", _changed(1, **values)))


def first_form() -> bytes:
    """Return a bundle as it was made before savings were reported."""
    document = frozen().document
    del document["reported"]
    document["format"] = document["format"].replace("/2", "/1")
    report = sample_reports().report(PORTFOLIO)
    figures = figures_document(report.data, sample_savings().of(report, Assumptions()))
    del figures["reported"]
    return bundle_of(snapshot_of(rfc8785.dumps(document)), figures, {})


def test_a_bundle_of_the_first_form_is_verified_as_it_was_made() -> None:
    data = first_form()
    assert "reported.csv" not in files_of(data)
    assert verify_snapshot(data).outcome == VERIFIED_OFFLINE
    assert snapshot_in(data).document["format"].endswith("/1")


def test_what_one_form_has_the_other_has_not() -> None:
    files = files_of(first_form())
    files["reported.csv"] = b"number\n"
    assert verify_snapshot(archive(files)).outcome == MISMATCH
    files = files_of(bundle())
    del files["reported.csv"]
    assert verify_snapshot(archive(files)).outcome == MISMATCH


def test_a_row_less_has_another_identifier() -> None:
    def fewer(body: bytes) -> bytes:
        document = json.loads(body)
        document["rows"] = document["rows"][1:]
        return json.dumps(document).encode()

    found = verify_snapshot(forged("snapshot.json", fewer))
    assert found.outcome == MISMATCH
    assert found.evidence != frozen().id


def test_a_name_that_is_a_formula_stays_text() -> None:
    rows = files_of(bundle())["rows.csv"].decode()
    assert not any(cell.startswith(("=", "+", "@")) for line in rows.splitlines()
                   for cell in line.split(","))  # fmt: skip


def test_proofs_are_those_that_the_rows_name() -> None:
    report = sample_reports().report(PORTFOLIO)
    figures = figures_document(report.data, sample_savings().of(report, Assumptions()))
    row = next(row for row in report.data.rows if row.is_counted)
    wrong = {"evidence": row.edge, "kind": row.kind, "digest": "0" * 64}
    assert "proofs of rows" in failed(bundle_of(frozen(), figures, {row.edge: wrong}))


def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    file = tmp_path / "report.zip"
    file.write_bytes(bundle())
    command = [sys.executable, "-m", "registry.verifier", str(file)]
    good = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[4])
    assert good.returncode == 0, good.stdout + good.stderr
    changed = bytearray(bundle())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(changed)
    bad = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[4])
    assert bad.returncode == 5
