"""Certain fixes: what is written instead, what is left to people, and that nothing is lost."""

import pytest

from crawlers.validator import mend, validate
from tests.support.publiccode_samples import MINIMAL, extended, variant
from tests.support.real_data import real_data

AUDIENCE = "intendedAudience:\n  countries:\n"


@pytest.mark.parametrize(
    ("data", "path", "fix"),
    [
        (variant('"0"', '"0.2"'), "publiccodeYmlVersion", '"0"'),
        (variant('"0"', "0.4"), "publiccodeYmlVersion", '"0"'),
        (variant("localisationReady: true", "localisationReady: yes"),
         "localisation.localisationReady", "true"),
        (variant("localisationReady: true", 'localisationReady: "no"'),
         "localisation.localisationReady", "false"),
        (variant("platforms:\n  - web", "platforms: web"), "platforms", "[web]"),
        (variant("EUPL-1.2", "EUPL-1.2-or-later"), "legal.license", "EUPL-1.2"),
        (variant("EUPL-1.2", "Apache License, Version 2.0"), "legal.license", "Apache-2.0"),
        (variant("stable", "Stable"), "developmentStatus", "stable"),
        (variant("    - en\n", "    - en_GB\n"), "localisation.availableLanguages[0]", "en-GB"),
        (extended("landingUrl: https://example.org\n"), "landingUrl", "landingURL"),
        (extended("roadmpa: https://example.org\n"), "roadmpa", "roadmap"),
        (extended(AUDIENCE + "    - it\n"), "intendedAudience.countries[0]", "IT"),
        (extended("releaseDate: 2024/1/5\n"), "releaseDate", "2024-01-05"),
        (extended("releaseDate: 2024-01-05T10:00:00Z\n"), "releaseDate", "2024-01-05"),
        (extended("logo: /img/logo.svg\n"), "logo", "img/logo.svg"),
        (extended("monochromeLogo: a.svg\n"), "monochromeLogo", "logo"),
        (extended("softwareVersion: 1.10\n"), "softwareVersion", '"1.10"'),
        (extended("categories:\n  - healthcare\n"), "categories[0]",
         "intendedAudience.scope: healthcare"),
        (extended("categories:\n  - Help Desk\n"), "categories[0]", "help-desk"),
    ],
)  # fmt: skip
def test_a_certain_fix_makes_the_file_right(data: bytes, path: str, fix: str) -> None:
    found = [problem for problem in validate(data).problems if problem.path == path]
    assert fix in [problem.fix for problem in found]
    mended = mend(data)
    assert mended.made == 1
    assert mended.validation.problems == ()


@pytest.mark.parametrize(
    "data",
    [
        variant('"0"', '"2.4.0"'),
        variant("EUPL-1.2", "open"),
        variant("stable", "finished"),
        variant("platforms:\n  - web", "platforms: web, linux"),
        extended("creationDate: 2020-01-01\n"),
        extended("releaseDate: 05/01/2024\n"),
        extended("categories:\n  - case-management\n"),
        extended("nl:\n  gemma: x\n"),
        extended("landingURL: https://a.example\nlandingUrl: https://b.example\n"),
    ],
)
def test_a_guess_is_advice_and_changes_nothing(data: bytes) -> None:
    assert validate(data).fixes == 0
    mended = mend(data)
    assert (mended.made, mended.text) == (0, data.decode())


def test_comments_order_and_unknown_keys_stay() -> None:
    data = variant('"0"', '"0.2" # ours', base="# head\n" + MINIMAL) + b"x-own: {b: 1, a: 2} # k\n"
    text = mend(data).text
    assert text == data.decode().replace('"0.2"', '"0"')


def test_a_renamed_key_is_mended_in_the_next_round() -> None:
    data = extended("intendedaudience:\n  countries:\n    - it\n")
    mended = mend(data)
    assert mended.made == 2
    assert "intendedAudience:\n  countries:\n    - IT\n" in mended.text


def test_two_wrong_categories_that_mean_one_scope_make_one() -> None:
    mended = mend(extended("categories:\n  - crm\n  - sanita\n  - healthcare\n"))
    assert mended.text.endswith(
        "categories:\n  - crm\nintendedAudience:\n  scope:\n    - healthcare\n"
    )
    assert mended.validation.problems == ()


@pytest.mark.parametrize("data", [b"", b"[", b"- a\n", b"\xff\xfe", b"a: *b\n", b"x" * 300_000])
def test_what_cannot_be_read_is_one_problem(data: bytes) -> None:
    found = validate(data)
    assert (found.status, len(found.problems), found.grade) == ("unparseable", 1, "E")
    assert mend(data).made == 0


@pytest.mark.slow
@pytest.mark.real_data
def test_published_files_never_get_worse_and_keep_their_comments() -> None:
    before = after = made = 0
    for file in sorted(real_data("publiccode").glob("*.y*ml")):
        data = file.read_bytes()
        found, mended = validate(data), mend(data)
        assert mended.validation.errors <= found.errors, file.name
        assert mended.validation.fixes == 0, file.name
        made += mended.made
        before += found.errors
        after += mended.validation.errors
        kept = mended.text.splitlines()
        comments = [x for x in data.decode("utf-8-sig", "replace").splitlines()
                    if x.strip().startswith("#")]  # fmt: skip
        assert all(line in kept for line in comments), file.name
    assert (before, after, made) == (612, 533, 226)
