"""Each rule of publiccode.yml on a synthetic file: severity, key and line."""

import pytest

from crawlers.metadata.publiccode import read
from crawlers.metadata.publiccode_checks import ReferenceLists, cluster_count, is_language, matches
from registry.domain.facts import Diagnostic
from tests.support.publiccode_samples import LONG, MINIMAL, extended, variant

_LISTS = ReferenceLists(
    ipa_codes=frozenset({"c_x001"}), oembed_schemes=("https://video.example/watch/*",)
)


def findings(data: bytes, known: ReferenceLists | None = _LISTS) -> tuple[Diagnostic, ...]:
    return read(data, path="publiccode.yml", blob="", known=known).diagnostics


def brief(data: bytes, known: ReferenceLists | None = _LISTS) -> list[str]:
    return sorted(f"{one.severity} {one.key} {one.line}" for one in findings(data, known))


def test_the_minimal_file_is_valid_without_any_finding() -> None:
    assert brief(MINIMAL.encode()) == []


MINIMAL_LINES = MINIMAL.count("\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # version
        ('publiccodeYmlVersion: "0"\n', "", ["error publiccodeYmlVersion 1"]),
        ('"0"', "0.4", ["error publiccodeYmlVersion 1"]),
        ('"0"', "0.4.0", ["warning publiccodeYmlVersion 1"]),
        ('"0"', '"0.7"', []),
        ('"0"', '"0.2"', ["warning publiccodeYmlVersion 1"]),
        ('"0"', '"0.6"', ["error publiccodeYmlVersion 1"]),
        ('"0"', '"1"', ["error publiccodeYmlVersion 1"]),
        # presence
        ("name: Bench Register\n", "", ["error name 1"]),
        ("name: Bench Register", "name:", ["error name 2"]),
        ("name: Bench Register", 'name: ""', ["error name 2"]),
        ("platforms:\n  - web\n", "", ["error platforms 1"]),
        ("platforms:\n  - web\n", "platforms: []\n", ["error platforms 4"]),
        ("developmentStatus: stable\n", "", ["error developmentStatus 1"]),
        ("    features:\n      - Register\n", "", ["error description.en.features 10"]),
        ("  license: EUPL-1.2", "  mainCopyrightOwner: Town", ["error legal.license 15"]),
        ("legal:\n  license: EUPL-1.2\n", "legal: {}\n", ["error legal.license 14"]),
        ("legal:\n  license: EUPL-1.2\n", "", ["error legal.license 1"]),
        (
            "  localisationReady: true\n",
            "",
            ["error localisation.localisationReady 19"],
        ),
        # types: a wrong one hides its whole top-level block
        ("name: Bench Register", "name: 12", ["error name 2", "error name 2"]),
        ("name: Bench Register", "name: 007", []),
        ("  - web", "  - 3", ["error platforms 4", "error platforms[0] 5"]),
        (
            "localisationReady: true",
            "localisationReady: yes",
            [
                "error localisation.availableLanguages 20",
                "error localisation.localisationReady 19",
                "error localisation.localisationReady 19",
            ],
        ),
        (
            "legal:\n  license: EUPL-1.2\n",
            "legal: []\n",
            ["error legal 14", "error legal.license 14"],
        ),
        (
            "    features:\n      - Register\n",
            "    features: Register\n",
            ["error description 8", "error description.en.features 12"],
        ),
        # values
        ("stable", "finished", ["error developmentStatus 6"]),
        ("standalone/web", "webapp", ["error softwareType 7"]),
        ("https://git.example.org/town/bench-register", "benches", ["error url 3"]),
        ("https://git.example.org/town/bench-register", "git@host:a/b", ["error url 3"]),
        ("EUPL-1.2", "MPLv2", ["error legal.license 15"]),
        ("EUPL-1.2", "EUPL-1.2 OR MIT", []),
        ("EUPL-1.2", "GPL-2.0-only WITH Classpath-exception-2.0", []),
        ("EUPL-1.2", "MIT OR", ["error legal.license 15"]),
        ("    - en", "    - en_GB", ["error localisation.availableLanguages[0] 21"]),
        ("    - en", "    - no", []),
        ("type: none", "type: commercial", ["error maintenance.type 17"]),
        ("type: none", "type: community", ["error maintenance.contacts 17"]),
        ("type: none", "type: contract", ["error maintenance.contractors 17"]),
        (
            "type: none",
            "type: none\n  contractors:\n    - name: Firm",
            ["error maintenance.contractors 18"],
        ),
        (
            "type: none",
            "type: contract\n  contractors:\n    - name: Firm\n      website: firm.example",
            [
                "error maintenance.contractors[0].until 19",
                "error maintenance.contractors[0].website 20",
            ],
        ),
        (
            "type: none",
            "type: internal\n  contacts:\n    - name: A\n      email: nobody\n      phone: 123",
            ["error maintenance.contacts[0].email 20"],
        ),
        # languages of the description
        ("  en:\n", "  xxx:\n", ["error description 8"]),
        ("  en:\n", "  en_GB:\n", ["error description 8"]),
        (
            "    features:\n      - Register\n",
            "    features: []\n",
            ["error description.en.features 12"],
        ),
        (LONG.strip(), "Too short.", ["error description.en.longDescription 11"]),
        (
            "Keeps the register of public benches.",
            "b" * 151,
            ["error description.en.shortDescription 10"],
        ),
        (
            "    features:",
            "    genericName: Register\n    features:",
            ["warning description.en.genericName 12"],
        ),
    ],
)
def test_rules_report_severity_key_and_line(old: str, new: str, expected: list[str]) -> None:
    assert brief(variant(old, new)) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("foobar: 1\n", ["error foobar 1"]),
        ("nl:\n  commonground: {}\n", ["error nl 1"]),
        ("It:\n  riuso: {}\n", ["error It 1"]),
        ("organisation:\n  logo: x\n  uri: https://x.example\n", ["error organisation.logo 2"]),
        ("organisation:\n  name: Town\n", ["error organisation.uri 2"]),
        ("organisation:\n  uri: town\n", ["error organisation.uri 2"]),
        ("organisation:\n  uri: urn:x-town:1\n", []),
        ("organisation:\n  uri: urn:x-italian-pa:C_X001\n", []),
        ("organisation:\n  uri: urn:x-italian-pa:nobody\n", ["error organisation.uri 2"]),
        ("organisation:\n  - name: Town\n", ["error organisation[0] 2"]),
        ("fundedBy:\n  - name: Town\n", ["error fundedBy[0].uri 2"]),
        ("supports:\n  - id: alias:gdpr\n  - id: urn:iso:std:iso:27001\n", []),
        ("supports:\n  - id: alias:nothing\n", ["error supports[0].id 2"]),
        ("isBasedOn: https://git.example.org/a\n", []),
        ("isBasedOn: a template\n", ["error isBasedOn[0] 1"]),
        ("isBasedOn:\n  - https://git.example.org/a\n  - word\n", ["error isBasedOn[1] 3"]),
        ("isBasedOn:\n  url: x\n", ["error isBasedOn.url 2"]),
        ("usedBy: A town\n", ["error usedBy 1"]),
        ("releaseDate: 2024-02-30\n", ["error releaseDate 1"]),
        ("releaseDate: 2024-02-03 10:00:00\n", ["error releaseDate 1"]),
        ('releaseDate: ""\n', ["error releaseDate 1"]),
        ("releaseDate: 2024-02-29\n", []),
        ("landingURL: ftp://x.example\n", ["error landingURL 1"]),
        ("roadmap: x.example\n", ["error roadmap 1"]),
        ("categories:\n  - healthcare\n", ["error categories[0] 2"]),
        ("categories: []\n", []),
        ("categories:\n", []),
        (
            "inputTypes:\n  - text/plain\n  - words\n",
            ["error inputTypes[1] 3", "warning inputTypes 1"],
        ),
        (
            "intendedAudience:\n  countries: [NL, it, Be, XX]\n  scope: [moon]\n",
            [
                "error intendedAudience.countries[2] 2",
                "error intendedAudience.countries[3] 2",
                "error intendedAudience.scope[0] 3",
                "warning intendedAudience.countries[1] 2",
            ],
        ),
        (
            "dependsOn:\n  open:\n    - name: Base\n      versionMin: 14\n",
            ["error dependsOn.open[0].versionMin 4"],
        ),
        ("dependsOn:\n  open:\n    - version: '1'\n", ["error dependsOn.open[0].name 3"]),
        ("it:\n  conforme:\n    gdpr: true\n", ["warning it 1", "warning it.conforme 2"]),
        ("IT: {}\nit: {}\n", ["error it 2", "warning it 2"]),
        ("IT:\n  countryExtensionVersion: '2.0'\n", ["error IT.countryExtensionVersion 2"]),
        ("IT:\n  piattaforme:\n    spid: si\n", ["error IT.piattaforme.spid 3"]),
        ("IT:\n  riuso:\n    codiceIPA: c_x001\n", ["warning IT.riuso.codiceIPA 3"]),
        ("IT:\n  riuso:\n    codiceIPA: zzz\n", ["error IT.riuso.codiceIPA 3"]),
    ],
)
def test_optional_keys_have_their_rules(more: str, expected: list[str]) -> None:
    moved = [
        f"{severity} {key} {int(line) + MINIMAL_LINES}"
        for severity, key, line in (text.split() for text in expected)
    ]
    assert brief(extended(more)) == sorted(moved)


def test_deprecated_keys_warn_and_say_what_to_write_instead() -> None:
    data = variant(
        "license: EUPL-1.2", "license: EUPL-1.2\n  repoOwner: Town\n  authorsFile: AUTHORS"
    )
    assert {(one.key, one.severity, one.fix) for one in findings(data)} == {
        ("legal.repoOwner", "warning", "use `organisation.name`"),
        ("legal.authorsFile", "warning", "drop it"),
    }


@pytest.mark.parametrize(
    ("video", "expected"),
    [
        ("https://video.example/watch/1", 0),
        ("https://video.example/other", 1),
        ("video", 1),
    ],
)
def test_videos_must_match_a_provider_where_the_list_is_loaded(video: str, expected: int) -> None:
    data = variant("    features:", f"    videos:\n      - {video}\n    features:")
    assert len(findings(data)) == expected


def test_rules_that_need_a_list_are_not_checked_without_it() -> None:
    more = "organisation:\n  uri: urn:x-italian-pa:nobody\n"
    assert brief(extended(more), known=None) == []
    data = variant("    features:", "    videos:\n      - https://x.example/v\n    features:")
    assert brief(data, known=None) == []


def test_a_hyphen_in_a_language_shows_in_brackets() -> None:
    data = variant("  en:\n", "  en-US:\n").replace(b"    features:\n      - Register\n", b"")
    assert [one.key for one in findings(data)] == ["description[en-US].features"]


def test_findings_say_what_where_and_how_to_mend_it() -> None:
    (found,) = findings(extended("categories:\n  - healthcare\n"))
    assert found.message == "`categories[0]` is not a category of the standard: 'healthcare'"
    assert found.fix == "this is a scope: write `healthcare` under `intendedAudience.scope`"
    assert (found.line, found.column) == (MINIMAL_LINES + 2, 5)
    (licence,) = findings(variant("EUPL-1.2", "MPLv2"))
    assert licence.fix == "write `MPL-2.0`"


def test_lengths_count_what_people_call_characters() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert cluster_count(family * 3 + "e\u0301", 100) == 4
    assert brief(variant("Keeps the register of public benches.", family * 150)) == []
    assert cluster_count("a" * 1_000_000, 150) == 151


@pytest.mark.parametrize("tag", ["en", "nl-BE", "zh-Hant", "sl-IT-nedis", "no", "de-CH-1996"])
def test_registered_language_tags_are_accepted(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize("tag", ["en_GB", "xxx", "eng", "", "no such", "e" * 5_000, "en-", "-en"])
def test_other_language_tags_are_refused(tag: str) -> None:
    assert not is_language(tag)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("https://a/*", "https://a/b", True),
        ("https://*.a/*/b", "https://x.a/1/b", True),
        ("https://*.a/*/b", "https://x.a/b", False),
        ("https://a", "https://a", True),
        ("a*a", "a", False),
        ("*", "", True),
        ("*" * 50 + "b", "a" * 20_000, False),
    ],
)
def test_patterns_match_with_stars_only(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_a_flood_of_faults_is_bounded() -> None:
    data = extended("".join(f"unknown{n}: x\n" for n in range(5_000)))
    assert len(findings(data)) == 400
