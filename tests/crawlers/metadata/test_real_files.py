"""Every sample file as its owner published it: read without a fault, with the known counts."""

from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
import pytest

from crawlers.metadata import codejson
from crawlers.metadata.json_guard import UnreadableJson
from crawlers.metadata.read import read_document
from registry.domain.facts import Document
from registry.domain.properties import PROPERTIES
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data
LARGE = 16 * 1024 * 1024


def documents(kind: str, folder: str, pattern: str) -> dict[str, Document]:
    files = sorted(real_data(folder).glob(pattern))
    found = {file.name: read_document(kind, file.name, "b", file.read_bytes()) for file in files}
    for document in found.values():
        msgspec.msgpack.encode(document)
        assert {claim.property for claim in document.claims} <= PROPERTIES
    return found


@cache
def inventories() -> list[codejson.Inventory]:
    found = []
    for file in sorted(real_data("codejson").glob("*.json")):
        try:
            found.append(codejson.read_inventory(file.read_bytes(), max_bytes=LARGE))
        except UnreadableJson:
            continue
    return found


@pytest.mark.slow
def test_code_json_files_have_the_forms_that_were_counted() -> None:
    forms = Counter(inventory.form for inventory in inventories())
    assert forms == {"inventory": 39, "single": 9, "projects": 3, "list": 1, "unknown": 1}


@pytest.mark.slow
def test_code_json_releases_lack_what_was_counted() -> None:
    releases = [release for inventory in inventories() for release in inventory.releases]
    missing = Counter(name for release in releases for name in release.get("missing", ()))
    assert len(releases) == 7_243
    assert missing["laborHours"] == 266
    assert missing["permissions"] == 245
    assert missing["permissions.usageType"] == 131
    assert sum(release.get("labor_hours") == 0 for release in releases) == 5_849


@pytest.mark.slow
def test_code_json_documents_keep_no_personal_address() -> None:
    found = documents("codejson", "codejson", "*.json")
    states = Counter(document.status for document in found.values())
    # Three cannot be parsed, two inventories are larger than a file in a repository may be.
    assert states == {"valid": 50, "unparseable": 5, "invalid": 1}
    for document in found.values():
        for release in (document.data or {}).get("releases", ()):
            assert set(release.get("contacts", [{}])[0]) <= {"email", "url"}


def test_codemeta_files_are_all_read_and_their_licences_known() -> None:
    found = documents("codemeta", "codemeta", "*.json")
    assert Counter(document.version for document in found.values()) == {"2.0": 9, "3.0": 1, None: 1}
    for document in found.values():
        assert document.status == "valid"
        assert "licence" in {claim.property for claim in document.claims}


def test_citation_files_fail_as_the_published_schema_says() -> None:
    found = documents("citation", "cff", "*.cff")
    states = Counter(document.status for document in found.values())
    assert states == {"valid": 15, "invalid": 3, "unparseable": 1}


def test_canadian_releases_are_all_read() -> None:
    found = documents("ore", "ore-ero/code", "*/*.yml")
    assert len(found) == 21
    assert sum(len(document.data["releases"]) for document in found.values()) == 67
    assert found["on.yml"].data["admin_code"] == "on"
    assert all(document.status == "valid" for document in found.values())


def test_bcgovpubcode_files_are_read_and_the_empty_one_is_told() -> None:
    found = documents("bcgovpubcode", "bcgovpubcode", "*")
    states = Counter(document.status for document in found.values())
    assert states == {"valid": 5, "unparseable": 1}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["codejson", "codemeta", "citation", "ore", "opencatalogi"])
def test_readers_survive_files_of_other_formats(kind: str) -> None:
    root = real_data("codemeta").parent
    folders = ("codemeta", "cff", "bcgovpubcode", "ore-ero/code/federal", "dpg")
    files = [file for folder in folders for file in sorted(Path(root / folder).glob("*.*"))]
    assert files
    for file in files:
        document = read_document(kind, file.name, "b", file.read_bytes())
        assert document.status in {"valid", "invalid", "unparseable"}
