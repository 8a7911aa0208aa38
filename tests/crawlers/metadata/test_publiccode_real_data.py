"""The reference parser's corpus and published files, where the sample data is present."""

import pytest

from crawlers.metadata.publiccode import read
from crawlers.metadata.publiccode_report import compare_corpus, count_real, main
from registry.domain.properties import PROPERTIES
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data


@pytest.mark.slow
def test_the_corpus_agrees_in_severity_key_and_line() -> None:
    result = compare_corpus(real_data("publiccode-corpus"))
    assert result.differences == []
    assert result.agreeing == {"valid": 30, "valid_with_warnings": 11, "invalid": 132, "v1": 160}


def test_published_files_are_read_as_the_baseline_says() -> None:
    result = count_real(real_data("publiccode"))
    native = {
        status: count for (group, status), count in result.status.items() if group == "native"
    }
    assert native == {"valid": 45, "invalid": 46, "unparseable": 2}
    assert result.status["dialect", "invalid"] == 22
    assert set(result.claims) <= PROPERTIES
    # Counts of the baseline by fault; a file with an empty list lacks features as well.
    faults = result.faults
    missing = "error description.*.features: is missing"
    empty = "error description.*.features: is empty"
    assert faults[missing] + faults[empty] == 18
    assert faults["error description.*.longDescription: is missing"] == 13
    assert faults["error localisation.localisationReady: has the wrong type"] == 6
    assert faults["error categories: is not a category of the standard"] == 8
    assert faults["error nl: is not a key of the standard"] == 6
    assert faults["error dependsOn.open.versionMin: has the wrong type"] == 5
    assert faults["warning legal.repoOwner: is deprecated"] == 40
    assert (
        faults["warning intendedAudience.countries: is a lower-case country code: deprecated"] == 12
    )


def test_the_examples_of_the_standard_are_valid() -> None:
    for file in sorted(real_data("publiccode-spec/example").glob("*.yml")):
        document = read(file.read_bytes(), path="publiccode.yml", blob="")
        assert document.status == "valid", [finding.key for finding in document.diagnostics]


@pytest.mark.slow
def test_the_report_shows_counts_and_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(real_data("publiccode-corpus")), str(real_data("publiccode"))]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "invalid: 132 of 132" in shown
    assert "native valid: 45" in shown
    assert "@" not in shown
