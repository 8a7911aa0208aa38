"""What is wrong with some files, in the forms that programs read."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import msgspec

from registry.publishing.junit import junit_report
from registry.publishing.sarif import Checked, sarif_log

FORMS: Final = ("json", "sarif", "junit")


def report(checked: Sequence[Checked], form: str, *, strict: bool = False) -> str:
    """Return a report in one of `FORMS`; `strict` takes warnings for errors, where a form can."""
    if form == "junit":
        return junit_report(checked, strict=strict)
    is_sarif = form == "sarif"
    data: Any = sarif_log(checked, version("public-code-registry")) if is_sarif else _rows(checked)
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def _rows(checked: Sequence[Checked]) -> list[dict[str, Any]]:
    return [
        {
            "file": x.name,
            "status": x.validation.status,
            "version": x.validation.version,
            "grade": x.validation.grade,
            "errors": x.validation.errors,
            "warnings": x.validation.warnings,
            "problems": x.validation.problems,
        }
        for x in checked
    ]
