"""Problems as SARIF 2.1.0 (OASIS, 2020), which forges and editors show beside the lines."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from registry.publishing.readmodels import FileProblem, Validation

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
STANDARD: Final = "https://docs.italia.it/italia/developers-italia/publiccodeyml-en/en/master/"
RULE: Final = "publiccode"


class Checked(Struct, frozen=True):
    """A file by its name, with what is wrong with it."""

    name: str
    validation: Validation


def sarif_log(checked: Sequence[Checked], version: str) -> dict[str, Any]:
    """Return the log of one run over some files; `version` is that of this program."""
    rules = sorted({_rule_id(x) for file in checked for x in file.validation.problems})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "registry validate",
                        "version": version,
                        "informationUri": STANDARD,
                        "rules": [_rule(name) for name in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(file.name, problem)
                    for file in checked
                    for problem in file.validation.problems
                ],
            }
        ],
    }


def _rule_id(problem: FileProblem) -> str:
    """Return the rule: the key without numbers and languages, so that results can be grouped."""
    words = "".join("" if part.endswith("]") else part for part in _parts(problem.path))
    head, *rest = words.split(".")
    is_text = head == "description" and len(rest) > 1
    return "/".join((RULE, *([head, *rest[1:]] if is_text else [head, *rest]))).rstrip("/")


def _parts(path: str) -> list[str]:
    return path.replace("[", "\0[").replace("]", "]\0").split("\0")


def _rule(name: str) -> dict[str, Any]:
    key = name.removeprefix(RULE).strip("/").replace("/", ".")
    words = f"The key `{key}` of publiccode.yml" if key else "The form of the file"
    return {"id": name, "shortDescription": {"text": words}, "helpUri": STANDARD}


def _result(name: str, problem: FileProblem) -> dict[str, Any]:
    advice = f" {problem.advice[:1].upper()}{problem.advice[1:]}." if problem.advice else ""
    return {
        "ruleId": _rule_id(problem),
        "level": problem.severity,
        "message": {"text": f"{problem.message}.{advice}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(name)},
                    "region": {"startLine": problem.line, "startColumn": problem.column},
                },
                "logicalLocations": [{"fullyQualifiedName": problem.path or "/"}],
            }
        ],
    }


def _uri(name: str) -> str:
    from urllib.parse import quote

    return quote("publiccode.yml" if name == "-" else name.replace("\\", "/"))
