"""Problems as JUnit XML, the report of tests that systems of CI show by themselves.

No standard exists: the elements are those that Jenkins, GitLab and the Ant task have in common. A
file is a suite, each of its errors a failed case; warnings fail only where they count as errors.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from registry.publishing.readmodels import FileProblem
from registry.publishing.sarif import Checked


def junit_report(checked: Sequence[Checked], *, strict: bool = False) -> str:
    """Return the report of one run over some files; `strict` takes warnings for errors."""
    root = Element("testsuites", name="registry validate")
    for file in checked:
        _suite(root, file, strict)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False)


def _suite(root: Element, file: Checked, strict: bool) -> None:
    problems = file.validation.problems
    failed = [x for x in problems if strict or x.severity == "error"]
    suite = SubElement(
        root, "testsuite", name=_plain(file.name), tests=str(max(1, len(problems))),
        failures=str(len(failed)), errors="0", skipped="0",
    )  # fmt: skip
    if not problems:
        SubElement(suite, "testcase", classname=_plain(file.name), name="valid")
    for problem in problems:
        _case(suite, file.name, problem, is_failed=problem in failed)


def _case(suite: Element, name: str, problem: FileProblem, *, is_failed: bool) -> None:
    title = f"{problem.path or 'file'}, line {problem.line}: {problem.message}"
    case = SubElement(
        suite, "testcase", classname=_plain(name), name=_plain(title), file=_plain(name),
        line=str(problem.line),
    )  # fmt: skip
    advice = f"write {problem.fix}" if problem.fix else problem.advice or ""
    place = f"{name}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}"
    words = _plain(f"{place} ({advice})" if advice else place)
    if is_failed:
        failure = SubElement(
            case, "failure", type=problem.severity, message=_plain(problem.message)
        )
        failure.text = words
    else:
        SubElement(case, "system-out").text = words


def _plain(text: str) -> str:
    """Return a text without what XML 1.0 cannot hold; the writer escapes the rest."""
    return "".join(c if c.isprintable() else " " for c in text)
