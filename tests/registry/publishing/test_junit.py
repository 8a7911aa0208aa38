"""Problems as JUnit XML: what systems of CI count, and that nothing in a file breaks the report."""

from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from crawlers.validator import validate
from registry.publishing.junit import junit_report
from registry.publishing.sarif import Checked
from tests.support.publiccode_samples import MINIMAL


def suite_of(text: str, *, name: str = "publiccode.yml", strict: bool = False) -> Element:
    found = Checked(name, validate(text.encode()))
    root: Element = fromstring(junit_report([found], strict=strict))
    assert (root.tag, len(root)) == ("testsuites", 1)
    return root[0]


def test_a_valid_file_is_one_passed_case() -> None:
    suite = suite_of(MINIMAL)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert [case.get("name") for case in suite] == ["valid"]


def test_each_error_is_a_failed_case_with_its_line_and_what_to_write() -> None:
    suite = suite_of(MINIMAL.replace("developmentStatus: stable", "developmentStatus: done"))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    failure = suite[0].find("failure")
    assert failure is not None
    assert failure.text is not None
    line = MINIMAL.splitlines().index("developmentStatus: stable") + 1
    assert suite[0].get("line") == str(line)
    assert f"publiccode.yml:{line}:" in failure.text
    assert "use one of: concept" in failure.text


def test_warnings_fail_only_where_they_count_as_errors() -> None:
    older = MINIMAL.replace('"0"', '"0.2"')
    assert suite_of(older).get("failures") == "0"
    assert suite_of(older)[0].find("system-out") is not None
    assert suite_of(older, strict=True).get("failures") == "1"


def test_names_and_values_that_are_no_xml_are_told_all_the_same() -> None:
    text = MINIMAL.replace("developmentStatus: stable", 'developmentStatus: "]]><x \\x07 \\uFFFE"')
    suite = suite_of(text, name='a<b>&"\x01.yml')
    assert suite.get("name") == 'a<b>&" .yml'
    assert suite.get("failures") == "1"
