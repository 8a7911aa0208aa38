"""Reading a publiccode.yml: the document, its claims, and what is left out of both."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.publiccode import read
from crawlers.metadata.publiccode_claims import name_and_url
from crawlers.metadata.publiccode_contacts import without_personal_data
from registry.domain.addresses import role_mailbox
from registry.domain.facts import Document
from registry.domain.properties import PROPERTIES
from tests.support.publiccode_samples import LONG, MINIMAL, extended, variant

FULL = (
    MINIMAL
    + """\
softwareVersion: "2.1"
releaseDate: 2024-05-01
landingURL: https://benches.example.org
logo: docs/logo.svg
isBasedOn: https://git.example.org/other/bench
categories:
  - asset-tracking
  - geographic-information-systems
intendedAudience:
  scope:
    - local-authorities
  countries:
    - nl
    - BE
usedBy:
  - "[Town of A](https://a.example.org)"
  - Town of B - https://b.example.org
  - https://c.example.org
  - Town of D
  - name: Town of E
    url: https://e.example.org
fundedBy:
  - name: Province
    uri: https://province.example.org
organisation:
  name: Town
  uri: https://town.example.org
supports:
  - id: alias:gdpr
  - id: urn:iso:std:iso:27001
dependsOn:
  open:
    - name: PostgreSQL
      versionMin: "14"
IT:
  piattaforme:
    spid: true
    cie: false
"""
)


def reading(data: bytes) -> Document:
    return read(data, path="publiccode.yml", blob="b1")


def values(document: Document) -> dict[tuple[str, str | None], Any]:
    return {(claim.property, claim.lang): claim.value for claim in document.claims}


def test_a_file_becomes_a_document_with_its_hash_version_and_tree() -> None:
    document = reading(MINIMAL.encode())
    assert (document.kind, document.status, document.version) == ("publiccode", "valid", "0")
    assert (document.path, document.blob, document.size) == ("publiccode.yml", "b1", len(MINIMAL))
    assert len(document.sha256) == 64
    assert document.data["localisation"] == {
        "localisationReady": True,
        "availableLanguages": ["en"],
    }


def test_every_valid_key_is_claimed_with_its_line() -> None:
    document = reading(FULL.encode())
    claimed = values(document)
    assert {claim.property for claim in document.claims} <= PROPERTIES
    assert claimed["name", None] == "Bench Register"
    assert claimed["short_description", "en"] == "Keeps the register of public benches."
    assert claimed["long_description", "en"] == LONG.strip()
    assert claimed["features", "en"] == ["Register"]
    assert claimed["licence", None] == "EUPL-1.2"
    assert claimed["status", None] == "stable"
    assert claimed["version", None] == "2.1"
    assert claimed["release_date", None] == "2024-05-01"
    assert claimed["landing_url", None] == "https://benches.example.org"
    assert claimed["repository_url", None] == "https://git.example.org/town/bench-register"
    assert claimed["software_type", None] == "standalone/web"
    assert claimed["scopes", None] == ["local-authorities"]
    assert claimed["platforms", None] == ["web"]
    assert claimed["interface_languages", None] == ["en"]
    assert claimed["intended_countries", None] == ["NL", "BE"]
    assert claimed["maintenance_type", None] == "none"
    assert claimed["organisation", None] == "Town"
    assert claimed["organisation_uri", None] == "https://town.example.org"
    assert claimed["is_based_on", None] == ["https://git.example.org/other/bench"]
    assert claimed["logo", None] == "docs/logo.svg"
    lines = FULL.splitlines()
    for claim in document.claims:
        assert claim.line is not None
        assert ":" in lines[claim.line - 1]


def test_lists_of_blocks_keep_their_parts_and_lines() -> None:
    claimed = values(reading(FULL.encode()))
    line = FULL.splitlines().index
    assert claimed["used_by", None] == [
        {
            "name": "Town of A",
            "url": "https://a.example.org",
            "line": line('  - "[Town of A](https://a.example.org)"') + 1,
        },
        {
            "name": "Town of B",
            "url": "https://b.example.org",
            "line": line("  - Town of B - https://b.example.org") + 1,
        },
        {"url": "https://c.example.org", "line": line("  - https://c.example.org") + 1},
        {"name": "Town of D", "line": line("  - Town of D") + 1},
        {
            "name": "Town of E",
            "url": "https://e.example.org",
            "line": line("  - name: Town of E") + 1,
        },
    ]
    (funder,) = claimed["funded_by", None]
    assert (funder["name"], funder["uri"]) == ("Province", "https://province.example.org")
    (needed,) = claimed["depends_on", None]
    assert (needed["kind"], needed["name"], needed["versionMin"]) == ("open", "PostgreSQL", "14")
    assert [item["uri"] for item in claimed["standards", None]] == [
        "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        "urn:iso:std:iso:27001",
        "https://www.spid.gov.it/",
    ]


def test_an_invalid_file_still_claims_its_valid_keys_and_only_those() -> None:
    document = reading(FULL.encode())
    assert document.status == "invalid"
    claimed = values(document)
    assert claimed["categories", None] == ["geographic-information-systems"]
    broken = reading(variant("stable", "finished"))
    assert ("status", None) not in values(broken)
    assert ("name", None) in values(broken)


def test_a_wrong_type_hides_only_itself_from_the_claims() -> None:
    claimed = values(reading(variant("localisationReady: true", "localisationReady: yes")))
    assert claimed["interface_languages", None] == ["en"]


def test_a_licence_that_is_no_spdx_expression_is_claimed_with_less_confidence() -> None:
    document = reading(variant("EUPL-1.2", "Apache License, Version 2.0"))
    (claim,) = [claim for claim in document.claims if claim.property == "licence"]
    assert (claim.value, claim.confidence) == ("Apache-2.0", 0.8)


def test_deprecated_and_first_version_keys_are_mapped() -> None:
    data = variant(
        "legal:\n", "legal:\n  repoOwner: Town\n", base=MINIMAL.replace("  en:\n", "  eng:\n")
    )
    more = b"tags: [crm, nonsense]\nintendedAudience:\n  onlyFor: [culture]\n"
    italian = b"it:\n  riuso:\n    codiceIPA: C_X001\n"
    document = reading(data.replace(b'"0"', b'"0.1"') + more + italian)
    claims = {(claim.property, claim.lang): claim for claim in document.claims}
    assert document.version == "0.1"
    assert claims["features", "en"].value == ["Register"]
    assert claims["categories", None].value == ["crm"]
    assert claims["scopes", None].value == ["culture"]
    assert claims["organisation", None].value == "Town"
    assert claims["organisation", None].confidence < 1
    assert claims["organisation_uri", None].value == "urn:x-italian-pa:c_x001"


def test_country_sections_and_dialect_keys_are_kept_as_they_are() -> None:
    more = "nl:\n  upl: [bank]\ntw:\n  techStacks: a\ncreationDate: 2020-01-01\n"
    document = reading(extended(more))
    assert document.data["nl"] == {"upl": ["bank"]}
    assert document.data["tw"] == {"techStacks": "a"}
    assert document.data["creationDate"] == "2020-01-01"
    assert [finding.key for finding in document.diagnostics] == ["nl", "tw", "creationDate"]


PEOPLE = """\
  contacts:
    - name: Jane Secret
      email: jane.secret@town.example.org
      affiliation: Town of A
      phone: +31612345678
    - name: Desk
      email: Info@town.example.org
    - jane.secret@town.example.org
  contractors:
    - name: Firm Ltd
      until: 2030-01-01
      email: jane.secret@firm.example.org
"""


def test_no_name_number_or_personal_address_of_a_contact_leaves_the_reader() -> None:
    data = variant("  type: none\n", "  type: contract\n" + PEOPLE).replace(
        b"- Register", b"- Ask jane.secret@town.example.org"
    )
    tail = b"fr:\n  owner: {email: jane.secret@town.example.org, phone: '0612345678'}\n"
    document = reading(data + tail + b"landingURL: https://jane:secret@town.example.org\n")
    shown = msgspec.json.encode(document).decode().lower()
    for secret in ("jane", "secret", "612345678"):
        assert secret not in shown
    claimed = values(document)
    assert claimed["contacts", None] == [
        {"affiliation": "Town of A"},
        {"email": "info@town.example.org"},
    ]
    assert claimed["contractors", None][0]["name"] == "Firm Ltd"
    assert ("landing_url", None) not in claimed


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("info@x.example", True),
        ("Open-Source@x.example", True),
        ("it.support@x.example", True),
        ("jane@x.example", False),
        ("jane.support@x.example", False),
        ("info", False),
        ("@x.example", False),
    ],
)
def test_only_role_mailboxes_are_kept(address: str, kept: bool) -> None:
    assert role_mailbox(address) == (address.lower() if kept else None)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_removing_personal_data_twice_changes_nothing_more(tree: object) -> None:
    once = without_personal_data(tree)
    assert without_personal_data(once) == once


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Town", {"name": "Town"}),
        ("Town (https://t.example)", {"name": "Town", "url": "https://t.example"}),
        ("https://t.example.", {"url": "https://t.example"}),
        ("[T](https://t.example/x)", {"name": "T", "url": "https://t.example/x"}),
        ("Town – https://t.example, since 2020", {"name": "Town", "url": "https://t.example"}),
    ],
)
def test_users_are_split_into_name_and_address(text: str, parts: dict[str, str]) -> None:
    found = name_and_url(text)
    assert found.get("url") == parts.get("url")
    assert found.get("name", "").startswith(parts.get("name", ""))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no YAML document"),
        (b"- a\n", "not a block of keys"),
        (b"name: \xff", "UTF-8"),
        (b"[" * 30_000, "deeper"),
        (b"name: &a x\nurl: *a\n", "anchors"),
        (b"x" * 300_000, "larger"),
    ],
)
def test_unreadable_files_say_why_and_claim_nothing(data: bytes, words: str) -> None:
    document = reading(data)
    assert (document.status, document.claims, document.data) == ("unparseable", (), None)
    assert words in document.diagnostics[0].message


_KEYS = st.sampled_from(
    """
    name url description en en-US legal license maintenance type it IT contacts contractors usedBy
    isBasedOn dependsOn open supports id localisation features organisation uri categories logo tags
    platforms conforme riuso codiceIPA intendedAudience countries publiccodeYmlVersion
    """.split()  # noqa: SIM905
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=8))
def test_any_tree_of_known_keys_gives_a_document_that_can_be_sent(tree: dict[str, Any]) -> None:
    document = reading(json.dumps(tree).encode())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document
    assert all(finding.line >= 1 and finding.message for finding in document.diagnostics)


def test_contacts_that_are_empty_are_none() -> None:
    assert without_personal_data({"maintenance": {"contacts": None}}) == {
        "maintenance": {"contacts": []}
    }
    nameless = without_personal_data({"contacts": [{"name": "Jane"}]})
    assert nameless == {"contacts": [{}]}
