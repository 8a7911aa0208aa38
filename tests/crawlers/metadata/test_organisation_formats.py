"""CodeMeta, citation, ORE, bcgovpubcode, openCatalogi: what each states and what is left out."""

import json
from typing import Any

import pytest

from crawlers.metadata import bcgovpubcode, citation, codemeta, opencatalogi, ore
from registry.domain.facts import Claim, Document
from registry.domain.properties import PROPERTIES


def by_property(claims: tuple[Claim, ...]) -> dict[str, Any]:
    assert {claim.property for claim in claims} <= PROPERTIES
    return {claim.property: claim.value for claim in claims}


def read_codemeta(**keys: Any) -> Document:
    value = {"@context": "https://doi.org/10.5063/schema/codemeta-2.0", "name": "Tool", **keys}
    return codemeta.read(json.dumps(value, indent=1).encode(), path="codemeta.json", blob="b")


@pytest.mark.parametrize(
    ("context", "version"),
    [
        ("https://doi.org/10.5063/schema/codemeta-2.0", "2.0"),
        (["https://w3id.org/codemeta/3.0", {"x": 1}], "3.0"),
        ("https://w3id.org/codemeta/3.1", "3.1"),
        ("https://elsewhere.example/c", None),
    ],
)
def test_the_version_of_codemeta_is_told_by_the_context(context: Any, version: str | None) -> None:
    assert read_codemeta(**{"@context": context}).version == version


@pytest.mark.parametrize(
    ("stated", "expression"),
    [
        ("https://spdx.org/licenses/MIT.html", "MIT"),
        (["https://spdx.org/licenses/CECILL-2.1"], "CECILL-2.1"),
        ({"@type": "CreativeWork", "url": "https://spdx.org/licenses/EUPL-1.2"}, "EUPL-1.2"),
        (["MIT", "Apache-2.0"], "MIT OR Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("our own", None),
    ],
)
def test_the_licence_of_codemeta_is_read_in_every_shape(stated: Any, expression: str) -> None:
    assert by_property(read_codemeta(license=stated).claims).get("licence") == expression


def test_codemeta_relations_are_read_and_persons_are_not() -> None:
    document = read_codemeta(
        author=[{"@type": "Person", "givenName": "Jane"}],
        maintainer={"@type": "Person", "givenName": "Jane"},
        funder=[{"@type": "Organization", "name": "Council"}, {"@type": "Person", "name": "Jane"}],
        softwareRequirements={"1": {"name": "R", "version": ">= 4"}, "SystemRequirements": None},
        developmentStatus="https://www.repostatus.org/#wip",
        identifier=["https://doi.org/10.5281/zenodo.1"],
        isBasedOn={"@type": "SoftwareSourceCode", "codeRepository": "https://x.example/a/b"},
        keywords="trees, parks",
    )
    found = by_property(document.claims)
    assert found["funded_by"] == [{"name": "Council"}]
    assert found["depends_on"] == [{"kind": "open", "name": "R", "version": ">= 4"}]
    assert found["status"] == "development"
    assert found["doi"] == "10.5281/zenodo.1"
    assert found["is_based_on"] == ["https://x.example/a/b"]
    assert found["topics"] == ["trees", "parks"]
    assert "Jane" not in str(document)


def test_codemeta_that_is_no_object_is_unparseable() -> None:
    assert codemeta.read(b"[]", path="p", blob="b").status == "unparseable"
    assert codemeta.read(b"{}", path="p", blob="b").status == "invalid"


CITATION = """cff-version: 1.2.0
message: Please cite.
title: Tool
authors:
  - family-names: Doe
    given-names: Jane
    affiliation: Parks Office
  - name: City of Trees
license: [MIT, Apache-2.0]
doi: 10.5281/zenodo.7
version: 0.10
date-released: "2024-05-01"
repository-code: https://x.example/a/b
references:
  - type: software
    title: Library
    repository-code: https://x.example/lib
    authors: [{family-names: Roe}]
identifiers:
  - type: swh
    value: swh:1:rev:1
"""


def test_a_citation_file_claims_what_describes_the_software() -> None:
    document = citation.read(CITATION.encode(), path="CITATION.cff", blob="b")
    found = by_property(document.claims)
    assert document.status == "valid"
    assert found == {
        "name": "Tool", "licence": "MIT OR Apache-2.0", "doi": "10.5281/zenodo.7",
        "version": "0.10", "release_date": "2024-05-01",
        "repository_url": "https://x.example/a/b",
        "references": [{"type": "software", "title": "Library", "url": "https://x.example/lib"}],
    }  # fmt: skip
    assert document.data["affiliations"] == ["Parks Office"]
    assert document.data["organisations"] == ["City of Trees"]
    assert {claim.property: claim.line for claim in document.claims}["doi"] == 10
    assert not {"Doe", "Jane", "Roe"} & set(str(document).replace("'", " ").split())


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("cff-version: 1.2.0", "cff-version: 1.1.0", "cff-version", 1),
        ("given-names: Jane", "given-name: Jane", "authors[0].given-name", 6),
        ("title: Tool", "titel: Tool", "titel", 3),
        ('"2024-05-01"', "soon", "date-released", 12),
        ("[MIT, Apache-2.0]", "Ours", "license", 9),
        ("doi: 10.5281/zenodo.7", "doi:", "doi", 10),
    ],
)
def test_faults_of_a_citation_file_have_their_line(old: str, new: str, key: str, line: int) -> None:
    document = citation.read(CITATION.replace(old, new).encode(), path="CITATION.cff", blob="b")
    assert document.status == "invalid"
    assert (key, line) in {(item.key, item.line) for item in document.diagnostics}


def test_a_key_given_twice_makes_a_citation_file_unparseable() -> None:
    document = citation.read((CITATION + "title: Two\n").encode(), path="CITATION.cff", blob="b")
    assert document.status == "unparseable"
    assert document.diagnostics[0].line == 22


ORE = """schemaVersion: '1.0'
adminCode: on
releases:
  - contact: {email: jane.doe@x.example, name: Jane Doe}
    date: {created: 2020-03-01}
    description: {whatItDoes: {en: Asks questions., fr: Pose des questions.}}
    name: {en: Assessment, fr: Évaluation}
    licences: [{spdxID: Apache-2.0, URL: {en: https://x.example/l}}]
    repositoryURL: {en: https://x.example/o/r, fr: https://x.example/o/r}
    status: Maintained
    tags: {en: [health], fr: [santé]}
    relatedCode: [{name: {en: Lib}, URL: {en: https://x.example/lib}}]
"""


def test_bilingual_releases_are_read_and_ontario_is_no_boolean() -> None:
    document = ore.read(ORE.encode(), path="on.yml", blob="b")
    assert document.status == "valid"
    assert document.claims == ()
    assert document.data["admin_code"] == "on"
    release = document.data["releases"][0]
    assert release["created"] == "2020-03-01"
    assert release["related_code"] == [{"name": "Lib", "url": "https://x.example/lib"}]
    assert "Jane" not in str(document)
    claims = ore.release_claims(release)
    names = {claim.lang: claim.value for claim in claims if claim.property == "name"}
    assert names == {"en": "Assessment", "fr": "Évaluation"}
    found = by_property(claims)
    assert found["licence"] == "Apache-2.0"
    assert found["status"] == "stable"
    assert found["topics"] == ["health", "santé"]


def test_a_file_without_releases_is_invalid() -> None:
    assert ore.read(b"adminCode: x\n", path="x.yml", blob="b").status == "invalid"
    assert ore.read(b"- 1\n", path="x.yml", blob="b").status == "unparseable"


BC = """bcgov_pubcode_version: 1
data_management_roles: {data_custodian: Jane Doe, product_owner: Jane Doe}
product_information:
  ministry: [Forests]
  product_name: Tree map
  product_description: >-
    Shows trees.
  product_status: maturing
  product_urls: [https://x.example, mailto:jane@x.example]
product_technology_information:
  backend_frameworks: [{name: Flask, version: "3"}]
  hosting_platforms: [Private-Cloud-Openshift]
"""


def test_a_bcgovpubcode_file_gives_organisation_and_stack_but_no_person() -> None:
    document = bcgovpubcode.read(BC.encode(), path="bcgovpubcode.yml", blob="b")
    found = by_property(document.claims)
    assert found["organisation"] == "Government of British Columbia, Ministry of Forests"
    assert found["status"] == "beta"
    assert document.data["stack"]["backend_frameworks"] == ["Flask 3"]
    assert document.data["urls"] == ["https://x.example"]
    assert "jane" not in str(document).lower()
    assert document.version == "1"


@pytest.mark.parametrize(
    ("data", "status"), [(b"", "unparseable"), (b"a: 1\n", "invalid"), (b"a: [", "unparseable")]
)
def test_an_empty_or_odd_bcgovpubcode_file_is_told(data: bytes, status: str) -> None:
    assert bcgovpubcode.read(data, path="bcgovpubcode.yml", blob="b").status == status


def test_opencatalogi_lists_the_software_that_an_organisation_uses() -> None:
    source = b"""openCatalogiYmlVersion: '1.0'
name: Gemeente X
contact: {name: Jane Doe, email: jane@x.example}
softwareUsed:
  - https://x.example/a/b
  - software: https://x.example/c/d
    type: Hosting
    contact: {name: Jane Doe}
  - {software: Some product, type: Odd}
  - 7
softwareOwned: https://x.example/e/f
"""
    document = opencatalogi.read(source, path="openCatalogi.yaml", blob="b")
    assert document.claims == ()
    assert document.data["software_used"] == [
        {"url": "https://x.example/a/b", "line": 5},
        {"url": "https://x.example/c/d", "type": "hosting", "line": 6},
        {"name": "Some product", "line": 9},
        {"name": "7", "line": 10},
    ]
    assert document.data["software_owned"] == [{"url": "https://x.example/e/f", "line": 11}]
    assert "Jane" not in str(document)
