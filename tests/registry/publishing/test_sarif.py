"""Problems as SARIF 2.1.0: the parts of its schema that readers rely on."""

import json
from typing import Any

import msgspec
from jsonschema import Draft7Validator

from crawlers.validator import validate
from registry.publishing.sarif import Checked, sarif_log
from tests.support.publiccode_samples import MINIMAL, extended, variant

# From the published schema (OASIS, sarif-schema-2.1.0): what is required, and the closed lists.
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {"shortDescription": TEXT},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "level", "locations"],
                            "properties": {
                                "message": TEXT,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                            },
                        },
                    },
                },
            },
        },
    },
}


def log_of(*checked: Checked) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(msgspec.json.encode(sarif_log(checked, "1.2")))
    Draft7Validator(SCHEMA).validate(log)
    return log


def test_every_problem_is_a_result_at_its_line_with_a_rule_that_is_described() -> None:
    spoilt = variant('"0"', '"0.2"', base=MINIMAL + "categories: [nothing]\n")
    log = log_of(Checked("a b/publiccode.yml", validate(spoilt)), Checked("-", validate(b"[")))
    (run,) = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert rules == {"publiccode", "publiccode/publiccodeYmlVersion", "publiccode/categories"}
    assert {result["ruleId"] for result in run["results"]} == rules
    first = run["results"][0]["locations"][0]["physicalLocation"]
    assert first["artifactLocation"] == {"uri": "a%20b/publiccode.yml"}
    assert first["region"] == {"startLine": 1, "startColumn": 1}
    assert [result["level"] for result in run["results"]] == ["warning", "error", "error"]


def test_languages_and_numbers_do_not_make_rules() -> None:
    spoilt = variant("    features:\n      - Register\n", "") + b"usedBy:\n  - x: 1\n  - y: 2\n"
    (run,) = log_of(Checked("p", validate(spoilt)))["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {
        "publiccode/description/features",
        "publiccode/usedBy",
    }


def test_a_file_without_a_problem_gives_an_empty_run() -> None:
    assert log_of(Checked("p", validate(extended(""))))["runs"][0]["results"] == []
