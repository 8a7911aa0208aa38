import json
from typing import Any

import pytest

from crawlers.metadata.codejson import read, read_inventory, release_claims
from crawlers.metadata.json_guard import MAX_BYTES
from registry.domain.facts import Document
from registry.domain.properties import PROPERTIES

RELEASE: dict[str, Any] = {
    "name": "Tree counter",
    "description": "Counts trees.",
    "status": "Release Candidate",
    "permissions": {"licenses": [{"name": "CC0"}], "usageType": ["openSource"]},
    "organization": "Parks Office",
    "repositoryURL": "https://forge.example/parks/trees",
    "vcs": "git",
    "laborHours": 12.5,
    "tags": ["trees"],
    "contact": {"email": "jane.doe@parks.example", "name": "Jane Doe"},
    "date": {"created": 42736, "lastModified": "2024-05-01T10:00:00Z"},
    "reusedCode": [{"name": "lib", "URL": "https://forge.example/x/lib", "isGovernmentRepo": True}],
    "partners": [{"name": "City", "email": "john@city.example"}],
}


def document(value: object) -> Document:
    return read(json.dumps(value, indent=1).encode(), path="code.json", blob="b1")


def claims(value: object) -> dict[str, Any]:
    return {claim.property: claim.value for claim in document(value).claims}


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (RELEASE, "single"),
        ({**RELEASE, "projects": ["other"]}, "single"),
        ([RELEASE], "list"),
        ({"version": "2.0.0", "agency": "X", "releases": [RELEASE]}, "inventory"),
        ({"version": "2.0.0", "agency": "X", "releases": []}, "inventory"),
        ({"agency": "X", "projects": [{"name": "a", "repository": "https://x.example/a/b"}]},
         "projects"),
        ({}, "unknown"),
        ([], "unknown"),
        (7, "unknown"),
        ({"projects": [{"name": "a"}]}, "unknown"),
        ({"releases": [{"name": "a", "tag": "v1"}]}, "unknown"),
        ({"name": "an editor's settings", "repositoryUrl": "https://x.example/a"}, "unknown"),
        ({"version": 1, "editor": {"code": True}}, "unknown"),
    ],
)  # fmt: skip
def test_the_form_is_told_by_the_content(value: object, form: str) -> None:
    assert read_inventory(json.dumps(value).encode()).form == form


def test_a_single_file_claims_its_properties() -> None:
    found = claims(RELEASE)
    assert found.items() >= {
        "name": "Tree counter", "status": "beta", "licence": "CC0-1.0",
        "organisation": "Parks Office", "repository_url": "https://forge.example/parks/trees",
        "topics": ["trees"], "usage_type": ["openSource"], "partners": [{"name": "City"}],
        "release_date": "2024-05-01",
        "reused_code": [{"name": "lib", "url": "https://forge.example/x/lib", "government": True}],
    }.items()  # fmt: skip
    assert set(found) <= PROPERTIES


def test_what_agencies_have_to_tell_of_use_and_feedback_is_claimed() -> None:
    permissions = {
        "usageType": ["exemptByCIO"],
        "exemptionText": "Decided in 2024, ask a.b@parks.example.",
    }
    found = claims({**RELEASE, "permissions": permissions, "contractNumber": ["GS-1"],
                    "feedbackMechanism": "https://forge.example/parks/trees/issues"})  # fmt: skip
    assert found.items() >= {
        "usage_type": ["exemptByCIO"], "exemption_text": "Decided in 2024, ask [withheld].",
        "contract_numbers": ["GS-1"],
        "feedback_url": "https://forge.example/parks/trees/issues",
    }.items()  # fmt: skip


def test_claims_carry_the_line_of_their_key() -> None:
    lines = {claim.property: claim.line for claim in document(RELEASE).claims}
    assert lines["name"] == 2
    assert lines["short_description"] == 3
    inside = document({"agency": "X", "releases": [RELEASE]})
    assert {claim.property: claim.line for claim in inside.claims}["name"] == 5


def test_an_inventory_of_many_claims_nothing_about_this_repository() -> None:
    found = document({"agency": "X", "releases": [RELEASE, RELEASE]})
    assert found.claims == ()
    assert found.data["release_count"] == 2
    assert release_claims(found.data["releases"][0])[0].value == "Tree counter"


def test_names_and_addresses_of_persons_are_nowhere() -> None:
    text = str(document(RELEASE)) + str(read_inventory(json.dumps(RELEASE).encode()))
    assert "jane" not in text.lower()
    assert "john" not in text.lower()


def test_the_mailbox_of_a_role_is_kept() -> None:
    found = claims({**RELEASE, "contact": {"email": "Support@parks.example"}})
    assert found["contacts"] == [{"email": "support@parks.example"}]


@pytest.mark.parametrize(
    ("changes", "record"),
    [
        ({"repositoryURL": "private"}, {"repository_url": None}),
        ({"repositoryURL": None, "repositoryUrl": "https://x.example/a/b"},
         {"repository_url": None}),
        ({"permissions": {"license": [{"name": "GPL.v3"}]}}, {"licence": "GPL-3.0-only"}),
        ({"permissions": {"licenses": [{"name": "Pending Release"}]}}, {"licence": None}),
        ({"permissions": {"licenses": [{"name": "NASA v3"}]}}, {"licence": "LicenseRef-NASA-v3"}),
        ({"permissions": {"licenses": None, "usageType": "opensource"}},
         {"licence": None, "usage_types": ["openSource"]}),
        ({"permissions": {"licenses": [{"name": "MIT"}, {"name": "Apache 2.0"}]}},
         {"licence": "MIT AND Apache-2.0"}),
        ({"contractNumber": "123"}, {"contract_numbers": ["123"]}),
        ({"feedbackMechanisms": ["https://x.example/f"]}, {"feedback_url": "https://x.example/f"}),
        ({"laborHours": "many"}, {"labor_hours": None}),
        ({"laborHours": -1}, {"labor_hours": None}),
        ({"date": {"created": 42736}}, {"dates": {"created": "2017-01-01"}}),
        ({"status": "Alpha v0.11"}, {"status": None, "status_text": "Alpha v0.11"}),
        ({"tags": "one"}, {"tags": ["one"]}),
    ],
)  # fmt: skip
def test_loose_values_are_read_or_left_out(changes: dict[str, Any], record: dict[str, Any]) -> None:
    inventory = read_inventory(
        json.dumps({"agency": "X", "releases": [RELEASE | changes]}).encode()
    )
    release = inventory.releases[0]
    assert {key: release.get(key) for key in record} == record


def test_missing_keys_are_warnings_with_their_place() -> None:
    found = document({"agency": "X", "releases": [RELEASE, {"name": "b", "laborHours": 1}]})
    keys = {item.key for item in found.diagnostics}
    assert {"[1].permissions", "[1].repositoryURL", "[1].contact.email"} <= keys
    assert found.status == "valid"


def test_unreadable_and_oversized_files_are_unparseable() -> None:
    assert read(b"", path="code.json", blob="b").status == "unparseable"
    assert read(b" " * (MAX_BYTES + 1), path="code.json", blob="b").status == "unparseable"
    assert read(b"{}", path="code.json", blob="b").status == "invalid"


def test_odd_entries_are_counted_and_passed_over() -> None:
    inventory = read_inventory(json.dumps({"agency": "X", "releases": [RELEASE, 1, None]}).encode())
    assert len(inventory.releases) == 1
    assert inventory.skipped == 2
