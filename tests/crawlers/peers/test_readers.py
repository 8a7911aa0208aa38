"""Answers of every protocol become records; what is wrong in one is told and costs nothing else."""

import json
from typing import Any

import pytest

from crawlers.peers.answers import Answer
from crawlers.peers.country_names import country_of_name
from crawlers.peers.mapping import preset, read_mapping
from crawlers.peers.software_catalog import next_cursor
from crawlers.peers.worker import READERS, Request, read
from registry.domain.peers import PROTOCOLS, Batch, Record
from registry.errors import InvalidInput


def asked(protocol: str, *bodies: Any, options: Any = None, only: int | None = None) -> Batch:
    """Read answers as the worker does; what is no bytes yet is written as JSON."""
    answers = tuple(
        Answer(f"answer-{number}.json", body if isinstance(body, bytes) else _json(body))
        for number, body in enumerate(bodies)
    )
    return read(Request(protocol, answers, options or {}, only))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def claims(record: Record) -> dict[str, Any]:
    return {c.property + (f".{c.lang}" if c.lang else ""): c.value for c in record.claims}


# What every protocol holds to.


def test_every_protocol_has_a_reader() -> None:
    assert set(READERS) == set(PROTOCOLS)


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{", b"[" * 100_000, b'{"data": 1}', b"\xff\xfe", b"null", b"[1, null, []]",
     b'{"a": ' * 50_000, b"1" * 5_000],
)  # fmt: skip
def test_what_is_no_answer_is_told_and_never_raised(protocol: str, body: bytes) -> None:
    options = {"mapping": preset(protocol) or preset("sill")}
    batch = asked(protocol, body, options=options)
    assert batch.problems
    assert not batch.records


def test_an_answer_that_is_too_large_is_refused() -> None:
    assert "larger than" in asked("catalog", b" " * (8 * 1024**2 + 1)).problems[0]


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        ("WyIyMDIyLTA2LTA3Il0=", "WyIyMDIyLTA2LTA3Il0="),
        ("?all=true&page[after]=a%3D", "a="),
        ("?page%5Bafter%5D=b", "b"),
        ("/v1/software?page[after]=c", "c"),
        ("https://peer.example/v1/software?page[after]=d", "d"),
        ("https://evil.example/v1/software?page[after]=e", None),
        ("//evil.example/?page[after]=f", None),
        ("http://peer.example/v1?page[after]=g", None),
        ("/v1/software", None),
        ("x" * 256, None),
        ("?page[after]=" + "y" * 256, None),
        ("https://[broken?page[after]=h", None),
    ],
)
def test_the_cursor_is_found_in_every_form_of_link(link: str, cursor: str | None) -> None:
    assert next_cursor(link, "https://peer.example/v1/software?all=true") == cursor


# The Dutch register.


def test_the_register_tells_repositories_accounts_and_bodies_by_their_keys() -> None:
    body = {"uri": "https://tooi.example/id/1", "label": "Town"}
    repository = {
        "id": "r1", "url": "https://github.com/town/letters", "organisation": body,
        "name": "letters", "shortDescription": "Sends letters", "archived": True,
        "lastCrawledAt": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    account = {"id": "a1", "organisation": body, "url": "https://github.com/town"}
    found = asked("nl-register", [repository, account, body])
    kinds = {record.key: record.kind for record in found.records}
    assert kinds == {"r1": "software", "a1": "publisher", "https://tooi.example/id/1": "publisher"}
    first, second, _ = found.records
    assert first.body is not None
    assert first.body.uri == "https://tooi.example/id/1"
    assert claims(first)["status"] == "obsolete"
    assert second.body is not None
    assert [place.url for place in second.body.hosting] == ["https://github.com/town"]
    later = asked("nl-register", [repository | {"lastCrawledAt": "2026-02-02T00:00:00Z"}])
    assert later.records[0].sha256 == first.sha256


# Inventories.

RELEASE = {
    "name": "Letters", "repositoryURL": "https://github.com/agency/letters",
    "description": "Sends letters", "laborHours": 0, "tags": ["mail"],
    "permissions": {"licenses": [{"name": "MIT"}], "usageType": "openSource"},
    "contact": {"email": "jane.doe@agency.example"},
}  # fmt: skip


def _inventory(*releases: dict[str, Any]) -> dict[str, Any]:
    return {"version": "2.0", "agency": "DoX", "releases": list(releases)}


def test_an_inventory_gives_a_record_per_release_also_of_closed_code() -> None:
    closed = RELEASE | {"name": "Secret", "repositoryURL": None}
    found = asked("codejson", _inventory(RELEASE, closed, RELEASE))
    assert [record.key for record in found.records] == [
        "https://github.com/agency/letters", "DoX/Secret", "https://github.com/agency/letters#2",
    ]  # fmt: skip
    assert found.records[1].url is None
    assert claims(found.records[0])["licence"] == "MIT"
    assert "contacts" not in claims(found.records[0])
    assert "jane.doe" not in repr(found)


def test_a_copy_of_an_inventory_counts_once_and_is_told() -> None:
    found = asked("codejson", _inventory(RELEASE), _inventory(RELEASE))
    assert len(found.records) == 1
    assert found.notes == ("answer-1.json is a copy of answer-0.json",)
    assert not found.problems


def test_a_file_that_only_has_the_name_is_no_inventory() -> None:
    assert "known form" in asked("codejson", {"main": "index.js"}).problems[0]


def test_one_release_can_be_read_alone() -> None:
    found = asked("codejson", _inventory(RELEASE, RELEASE | {"repositoryURL": ""}), only=1)
    assert [record.key for record in found.records] == ["DoX/Letters"]


def test_code_files_of_canada_are_read_in_both_languages() -> None:
    text = b"""schemaVersion: '1.0'
adminCode: 'on'
releases:
  - name: {en: Letters, fr: Lettres}
    description: {whatItDoes: {en: Sends letters, fr: Envoie des lettres}}
    repositoryURL: {en: 'https://github.com/on/letters', fr: 'https://github.com/on/letters'}
    licences: [{spdxID: MIT}]
"""
    (record,) = asked("ore", text).records
    assert claims(record)["name.fr"] == "Lettres"
    assert record.data["agency"] == "on"


# Digital public goods.


def test_a_good_is_joined_from_its_nominee_and_its_screening() -> None:
    nominee = Answer("nominees/letters.json", _json({
        "name": "Letters", "description": "Sends letters", "website": "https://letters.example",
        "license": [{"spdx": "ODC-By-1.0 "}], "SDGs": [{"SDGNumber": 16}, {"SDGNumber": 99}],
        "repositoryURL": "https://github.com/town/letters",
    }))  # fmt: skip
    screening = Answer("screening/letters.json", _json({
        "name": "Letters", "privacy": {"isPrivacyCompliant": "Yes"},
        "locations": {
            "developmentCountries": ["Estonia", "Finland", "Estonia"],
            "deploymentCountries": ["", "Palestine State", "Côte d’Ivoire", "Atlantis"],
        },
    }))  # fmt: skip
    (record,) = read(Request("dpg", (nominee, screening))).records
    stated = claims(record)
    assert record.key == "letters"
    assert stated["development_countries"] == ["EE", "FI"]
    assert stated["deployment_countries"] == ["PS", "CI"]
    assert stated["sdgs"] == [16]
    assert stated["licence"] == "ODC-By-1.0"
    assert "Atlantis" in record.diagnostics[0].message
    assert "privacy" not in record.data


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Democratic Republic of the Congo", "CD"), ("Congo (Congo-Brazzaville)", "CG"),
        ("Turkey", "TR"), ("Türkiye", "TR"), ("Eswatini (fmr. 'Swaziland')", "SZ"),
        ("Russia", "RU"), ("Czechia (Czech Republic)", "CZ"), ("Micronesia", "FM"),
        ("Brunei", "BN"), ("Caribbean Netherlands", "BQ"), ("Kosovo", "XK"), ("Holy See", "VA"),
        ("Myanmar", "MM"), ("Saint Lucia", "LC"), ("The Gambia", "GM"), ("USA", "US"),
        ("Bosnia and Herzegovina", "BA"), ("Guinea Bissau", "GW"), ("Norway", "NO"),
        ("Africa", None), ("London", None), ("", None),
    ],
)  # fmt: skip
def test_names_of_countries_are_known_as_lists_write_them(name: str, code: str | None) -> None:
    assert country_of_name(name) == code


# What others measured.


def test_a_scorecard_keeps_its_checks_by_name_and_no_total() -> None:
    result = {
        "date": "2026-03-04", "repo": {"name": "github.com/town/letters", "commit": "a" * 40},
        "scorecard": {"version": "v5.0.0", "commit": "b" * 40}, "score": 6.4,
        "checks": [
            {"name": "Binary-Artifacts", "score": 10, "reason": "no binaries found"},
            {"name": "Branch-Protection", "score": -1, "reason": "internal error"},
        ],
    }  # fmt: skip
    (record,) = asked("scorecard", result).records
    stated = claims(record)["scorecard"]
    assert (record.kind, record.url) == ("signal", "https://github.com/town/letters")
    assert {check["name"]: check["score"] for check in stated["checks"]} == {
        "Binary-Artifacts": 10, "Branch-Protection": None,
    }  # fmt: skip
    assert stated["commit"] == "a" * 40
    assert "score" not in stated
    assert "6.4" not in repr(record)


def test_a_badge_keeps_its_level_and_leads_to_its_project() -> None:
    project = {"id": 42, "repo_url": "https://github.com/town/letters", "badge_level": "silver",
               "tiered_percentage": 214, "updated_at": "2026-03-04T05:06:07Z"}  # fmt: skip
    (record,) = asked("best-practices", [project]).records
    assert claims(record)["best_practices"] == {
        "level": "silver", "tiered_percentage": 214, "updated": "2026-03-04",
        "project": "https://www.bestpractices.dev/projects/42",
    }  # fmt: skip


# Mappings.

MAPPING = b"""
format = "json"
records = "$.items[*]"
key = "$.id"
url = ["$.code", "$.repo.url"]
aliases = "$.former[*]"
without = "$.retired"

[organisation]
uri = "$.by.uri"
name = "$.by.name"

[properties]
"name" = "$.title"
"short_description" = "$.text"
licence = "$.licence"
topics = "$.words"
"""


def test_a_mapping_finds_values_by_jsonpath_in_order() -> None:
    items = [
        {"id": 7, "title": "Letters", "repo": {"url": "https://github.com/town/letters"},
         "text": {"en": "Sends letters", "fr": "Envoie"}, "licence": "apache 2", "words": "a, b",
         "former": ["https://github.com/old/letters"], "retired": False,
         "by": {"uri": "https://town.example/id", "name": "Town"}},
        {"id": 8, "code": "https://github.com/town/old", "retired": "2020-01-01"},
        {"title": "Nothing to find it by"},
    ]  # fmt: skip
    found = asked("mapped", {"items": items}, options={"mapping": read_mapping(MAPPING)})
    (record,) = found.records
    assert (record.key, record.url) == ("7", "https://github.com/town/letters")
    assert record.aliases == ("https://github.com/old/letters",)
    assert record.body is not None
    assert (record.body.uri, record.body.name) == ("https://town.example/id", "Town")
    assert claims(record) == {
        "name": "Letters", "short_description.en": "Sends letters",
        "short_description.fr": "Envoie", "licence": "Apache-2.0", "topics": ["a", "b"],
    }  # fmt: skip
    assert found.notes == ("entry 2 has neither a key nor a url",)


def test_a_mapping_reads_columns_of_csv() -> None:
    mapping = read_mapping(
        b'format = "csv"\nurl = "Repo"\nseparator = ";"\n[properties]\nname = "Titre"\n'
    )
    text = b"Titre;Repo\nLettres;https://github.com/ville/lettres\n"
    (record,) = asked("mapped", text, options={"mapping": mapping}).records
    assert (record.url, claims(record)) == (
        "https://github.com/ville/lettres", {"name": "Lettres"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"format = ", "TOML"),
        (b"\xff", "TOML"),
        (b'format = "xml"\nurl = "$.a"', "format"),
        (b'format = "json"', "url"),
        (b'format = "json"\nurl = "$.a["', "JSONPath"),
        (b'format = "json"\nurl = "$.a"\nsurprise = 1', "surprise"),
        (b'format = "json"\nurl = "$.a"\n[properties]\nprice = "$.p"', "price"),
        (b'format = "json"\nurl = "$.a"\n[properties]\n"licence.en" = "$.p"', "licence.en"),
        (b"#" * 70_000, "larger"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_saying_why(text: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_mapping(text)


def test_the_french_lists_are_read_by_the_mappings_that_come_along() -> None:
    repositories = [{"repository_url": "https://github.com/ville/lettres", "name": "lettres",
                     "description": "Envoie des lettres", "license": "MIT"}]  # fmt: skip
    (one,) = asked("fr-repositories", repositories,
                   options={"mapping": preset("fr-repositories")}).records  # fmt: skip
    assert claims(one)["short_description.fr"] == "Envoie des lettres"
    recommended = [
        {"softwareId": 3, "softwareName": "Lettres", "license": "GPL-3.0-only",
         "codeRepositoryUrl": "https://github.com/ville/lettres"},
        {"softwareId": 4, "softwareName": "Old", "dereferencing": {"time": 1}},
    ]  # fmt: skip
    (two,) = asked("sill", recommended, options={"mapping": preset("sill")}).records
    assert (two.key, claims(two)["licence"]) == ("3", "GPL-3.0-only")
