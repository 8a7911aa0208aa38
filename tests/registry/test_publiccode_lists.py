"""The closed lists of publiccode.yml and the suggestions for slips."""

import re

import pytest

from registry.domain import publiccode_lists as lists
from registry.domain.facts import Claim, Diagnostic, Document
from registry.domain.publiccode import SCHEMA, grade
from tests.support.real_data import real_data


@pytest.mark.parametrize("name", ["CATEGORIES", "SCOPES", "SOFTWARE_TYPES", "ACCEPTED_VERSIONS"])
def test_lists_hold_no_value_twice(name: str) -> None:
    values = getattr(lists, name)
    assert len(values) == len(set(values))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("healthcare", ("scope", "healthcare")),
        ("Government", ("scope", "government")),
        ("emergency-response", ("scope", "emergency-services")),
        ("compliance", ("category", "compliance-management")),
        ("Content Management", ("category", "content-management")),
        ("data-visualisation", ("category", "data-visualization")),
        ("goverment", ("scope", "government")),
        ("zzz", None),
        ("x" * 10_000, None),
    ],
)
def test_wrong_categories_are_led_to_a_category_or_a_scope(
    word: str, meant: tuple[str, str] | None
) -> None:
    assert lists.suggest_category(word) == meant


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("landingUrl", "did you mean `landingURL`?"),
        ("landingPage", "did you mean `landingURL`?"),
        ("intendedaudience", "did you mean `intendedAudience`?"),
        ("localization", "did you mean `localisation`?"),
        ("tags", "did you mean `categories`?"),
        ("publiccode-yaml-version", "did you mean `publiccodeYmlVersion`?"),
        ("downloadUrls", "drop it: downloads belong to the releases of the repository"),
        ("nl", lists.COUNTRY_SECTION_ADVICE),
        ("It", "use upper-case `IT`"),
        ("quux", "drop it: the standard has no such key"),
    ],
)
def test_wrong_keys_get_advice(word: str, advice: str) -> None:
    assert lists.advise_key(word, tuple(SCHEMA)) == advice


def test_advice_only_names_keys_that_exist_at_that_place() -> None:
    assert (
        lists.advise_key("landingPage", ("name", "uri")) == "drop it: the standard has no such key"
    )


def _document(errors: int = 0, warnings: tuple[str, ...] = (), status: str = "valid") -> Document:
    findings = [Diagnostic(severity="error", message="m", key="k") for _ in range(errors)]
    findings += [Diagnostic(severity="warning", message="m", key=key) for key in warnings]
    claims = [Claim(property=name, value="x") for name in ("name", "repository_url", "licence")]
    return Document(
        kind="publiccode",
        path="publiccode.yml",
        blob="",
        size=0,
        sha256="",
        status=status,
        diagnostics=tuple(findings),
        claims=tuple(claims),
    )


@pytest.mark.parametrize(
    ("document", "letter"),
    [
        (_document(), "A"),
        (_document(warnings=("publiccodeYmlVersion",)), "A"),
        (_document(warnings=("legal.repoOwner",)), "B"),
        (_document(errors=3), "C"),
        (_document(errors=4), "D"),
        (_document(errors=1, status="unparseable"), "E"),
    ],
)
def test_grades_run_from_faultless_to_unreadable(document: Document, letter: str) -> None:
    assert grade(document) == letter


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "ours"),
    [
        ("categories-list.rst", set(lists.CATEGORIES)),
        ("scope-list.rst", set(lists.SCOPES)),
    ],
)
def test_lists_equal_those_of_the_standard(file: str, ours: set[str]) -> None:
    text = real_data(f"publiccode-spec/{file}").read_text("utf-8")
    assert set(re.findall(r"^- ([a-z-]+)$", text, re.MULTILINE)) == ours


@pytest.mark.real_data
def test_aliases_equal_those_of_the_standard() -> None:
    text = real_data("publiccode-spec/aliases-list.rst").read_text("utf-8")
    assert dict(re.findall(r"^([a-z0-9]+) +(https://\S+)$", text, re.MULTILINE)) == lists.ALIASES
