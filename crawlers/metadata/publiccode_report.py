"""Compare our reading of publiccode.yml with the reference parser's messages, and count faults.

Usage: `python -m crawlers.metadata.publiccode_report CORPUS_DIR REAL_DIR`. The first directory is
the reference parser's corpus with its expected messages, the second holds published files with an
`index.csv`. The report shows keys and counts, never a value of a file.
"""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crawlers.metadata.publiccode import FILE_NAMES, read
from crawlers.metadata.publiccode_checks import ReferenceLists
from crawlers.validator import mend, validate
from registry.domain.facts import Diagnostic, Document
from registry.domain.publiccode import grade

# (severity, key, line); line 0 is how the reference says "no place".
Finding = tuple[str, str, int]
_DIALECT: Final = "codegouvfr/awesome-codegouvfr"
_SUBSCRIPT = re.compile(r"\[[^\]]*\]")
_LANGUAGE_PART = re.compile(r"^description(\.[^.]+|\[[^\]]*\])")


class CorpusFiles:
    """Stands in for the pictures and servers that the corpus was run with, by its naming."""

    def exists(self, path: str) -> bool:
        """All files are there but those that are named otherwise."""
        return "no_such" not in path

    def head(self, path: str) -> bytes | None:
        """The corpus has one picture that is none; nothing is known of the others."""
        return b"not an image" if "not-an-image" in path else None

    def reachable(self, url: str) -> bool | None:
        """All addresses answer but those that are named otherwise."""
        return "no_such" not in url


@dataclass
class CorpusResult:
    """Files that agree, by class, and the differences of the others in words."""

    total: Counter[str] = field(default_factory=Counter)
    agreeing: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def corpus_lists(corpus: Path) -> ReferenceLists:
    """Return the lists that the corpus brings along."""
    codes = (corpus / "ipa_codes.txt").read_text("utf-8").lower().split()
    schemes = json.loads((corpus / "oembed_schemes.json").read_text("utf-8"))
    return ReferenceLists(ipa_codes=frozenset(codes), oembed_schemes=tuple(schemes))


def compare_corpus(corpus: Path) -> CorpusResult:
    """Read every file of the corpus and compare severity, key and line with the reference.

    Files of the draft version 1 agree where they are refused for their version.
    """
    expected = json.loads((corpus / "expected_messages.json").read_text("utf-8"))
    known, result = corpus_lists(corpus), CorpusResult()
    for file in sorted((corpus / "testdata").rglob("*.yml")):
        name = file.relative_to(corpus / "testdata").as_posix()
        version, kind = name.split("/")[:2]
        document = read(
            file.read_bytes(), path="publiccode.yml", blob="", files=CorpusFiles(), known=known
        )
        label = "v1" if version == "v1" else kind
        difference = (
            _version_difference(document)
            if version == "v1"
            else _difference(document, expected.get(name, []))
        )
        result.total[label] += 1
        if difference:
            result.differences.append(f"{name}: {difference}")
        else:
            result.agreeing[label] += 1
    return result


def _version_difference(document: Document) -> str:
    refused = any(
        finding.key == "publiccodeYmlVersion" and finding.severity == "error"
        for finding in document.diagnostics
    )
    return "" if refused else "version 1 is not refused"


def _difference(document: Document, messages: list[dict[str, str | int]]) -> str:
    theirs: set[Finding] = {
        (str(one["severity"]), str(one["key"]), int(one["line"])) for one in messages
    }
    placeless = {(severity, key) for severity, key, line in theirs if line == 0}
    ours: set[Finding] = {
        (one.severity, one.key, 0 if (one.severity, one.key) in placeless else one.line)
        for one in document.diagnostics
    }
    words = [f"lacks {_words(theirs - ours)}" if theirs - ours else ""]
    words.append(f"adds {_words(ours - theirs)}" if ours - theirs else "")
    return "; ".join(part for part in words if part)


def _words(findings: set[Finding]) -> str:
    return ", ".join(f"{severity} {key} at line {line}" for severity, key, line in sorted(findings))


@dataclass
class MendedResult:
    """What certain fixes do to files: counts of files, errors and fixes."""

    files: int = 0
    fixes: int = 0
    changed: int = 0
    errors: tuple[int, int] = (0, 0)
    valid: tuple[int, int] = (0, 0)


def count_mended(files: Iterable[Path]) -> MendedResult:
    """Make every certain fix in every file, and count errors and valid files before and after."""
    result = MendedResult()
    for file in files:
        data = file.read_bytes()
        before, after = validate(data), mend(data)
        left = after.validation
        result.files += 1
        result.fixes += after.made
        result.changed += after.made > 0
        result.errors = (result.errors[0] + before.errors, result.errors[1] + left.errors)
        result.valid = (
            result.valid[0] + (before.status == "valid"),
            result.valid[1] + (left.status == "valid"),
        )
    return result


@dataclass
class RealResult:
    """What published files hold: counts by group (native or dialect) and faults by kind."""

    status: Counter[tuple[str, str]] = field(default_factory=Counter)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)


def count_real(directory: Path) -> RealResult:
    """Read every file that the index names and count; faults are counted once per native file."""
    result = RealResult()
    for group, document in _real_documents(directory):
        result.status[group, document.status] += 1
        result.grades[group, grade(document)] += 1
        result.versions[document.version or "none"] += 1
        result.claims.update({claim.property for claim in document.claims})
        if group == "native":
            result.faults.update({_fault_kind(one) for one in document.diagnostics})
    return result


def _real_documents(directory: Path) -> Iterator[tuple[str, Document]]:
    with (directory / "index.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            data = (directory / Path(row["file"]).name).read_bytes()
            name = row["path"] or min(FILE_NAMES)
            group = "dialect" if row["repo"] == _DIALECT else "native"
            yield group, read(data, path=name, blob="")


def _fault_kind(finding: Diagnostic) -> str:
    """Return a fault without places and values: severity, key, and the message's fixed words."""
    fixed = finding.message.split("'")[0].split("(")[0]
    words = fixed.partition("` ")[2] or fixed
    if words.startswith("has the wrong type"):
        words = "has the wrong type"
    plain = _SUBSCRIPT.sub("", _LANGUAGE_PART.sub("description.*", finding.key)) or "(file)"
    return f"{finding.severity} {plain}: {words.strip(' :`')}"


def _mended_lines(name: str, result: MendedResult) -> Iterator[str]:
    yield f"Certain fixes in {name}: {result.fixes} in {result.changed} of {result.files} files"
    yield f"  errors: {result.errors[0]} before, {result.errors[1]} after"
    yield f"  valid files: {result.valid[0]} before, {result.valid[1]} after"


def _lines(corpus: CorpusResult, real: RealResult) -> Iterator[str]:
    yield "Reference corpus (files that agree in severity, key and line):"
    for name, total in sorted(corpus.total.items()):
        yield f"  {name}: {corpus.agreeing[name]} of {total}"
    for difference in corpus.differences:
        yield f"  differs: {difference}"
    yield f"Published files: {sum(real.status.values())}"
    for (group, status), count in sorted(real.status.items()):
        yield f"  {group} {status}: {count}"
    for (group, letter), count in sorted(real.grades.items()):
        yield f"  {group} grade {letter}: {count}"
    for title, counts in (
        ("Versions", real.versions),
        ("Claims by property (files)", real.claims),
        ("Faults by kind (native files)", real.faults),
    ):
        yield f"{title}:"
        for name, count in counts.most_common(60):
            yield f"  {count:4} {name}"


def main(arguments: list[str]) -> int:
    """Print the report; exit code 0 where every file of the corpus agrees, 1 where one differs."""
    if len(arguments) != 2:
        sys.stderr.write("usage: publiccode_report CORPUS_DIR REAL_DIR\n")
        return 2
    corpus = compare_corpus(Path(arguments[0]))
    real = count_real(Path(arguments[1]))
    mended = [
        *_mended_lines("published files", count_mended(sorted(Path(arguments[1]).glob("*.y*ml")))),
        *_mended_lines("the corpus", count_mended(sorted(Path(arguments[0]).rglob("*.yml")))),
    ]
    sys.stdout.write("\n".join([*_lines(corpus, real), *mended]) + "\n")
    return 1 if corpus.differences else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
