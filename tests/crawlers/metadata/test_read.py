import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.metadata.read import read_document
from crawlers.reader import manifest_facts
from registry.domain.facts import Dependency, Document, Package
from registry.domain.properties import PROPERTIES

KINDS = {
    "publiccode": "publiccode.yml", "codejson": "code.json", "codemeta": "codemeta.json",
    "citation": "CITATION.cff", "ore": "on.yml", "bcgovpubcode": "bcgovpubcode.yml",
    "opencatalogi": "openCatalogi.yaml", "licence": "LICENSE", "readme": "README.md",
    "manifest": "package.json", "gitmodules": ".gitmodules", "no such kind": "x",
}  # fmt: skip
HOSTILE = [
    b"", b"\x00", b"\xff\xfe\x00", b"[" * 6_000, b"{" * 6_000, b"a: *b\n", b"a: &a [*a]\n",
    b'{"a": ' * 20_000, b"1" * 6_000, b"- " * 3_000, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
    b'{"name": "\\ud800", "description": 1e999}', b"a: 1\na: 2\n", b"%YAML 9.9\n---\n",
    b"null", b"[]", b"{}", b'"text"', b"true", b"releases: [[[]]]\n", b"authors: {a: [1]}\n",
    b'{"releases": [[1], {"permissions": [1], "laborHours": {}, "contact": 7, "date": [1]}]}',
    b'{"license": [[1]], "funder": 7, "keywords": {"a": 1}, "identifier": [[]], "name": {}}',
]  # fmt: skip


def check(document: Document, kind: str, data: bytes) -> None:
    assert document.kind == kind
    assert document.size == len(data)
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.status in {"valid", "invalid", "unparseable"}
    assert {claim.property for claim in document.claims} <= PROPERTIES
    if document.status == "unparseable":
        # The last resort of `read_document` hides a defect of a reader: no reader may need it.
        assert not document.diagnostics[0].message.startswith("not readable (")
    sent = msgspec.msgpack.encode(document)
    assert msgspec.msgpack.decode(sent, type=Document) == document


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_content_gives_a_document_that_can_be_sent(kind: str, data: bytes) -> None:
    check(read_document(kind, KINDS[kind], "b1", data), kind, data)


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=200))
def test_any_bytes_give_a_document(kind: str, data: bytes) -> None:
    check(read_document(kind, KINDS[kind], "b1", data), kind, data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "license",
                    "permissions",
                    "releases",
                    "contact",
                    "date",
                    "funder",
                    "authors",
                    "dependencies",
                    "repositoryURL",
                    "laborHours",
                    "agency",
                    "softwareRequirements",
                    "identifiers",
                    "references",
                    "description",
                    "tags",
                    "licences",
                    "workspaces",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(
    st.sampled_from(["codejson", "codemeta", "citation", "ore", "manifest", "opencatalogi"]), JSON
)
def test_known_keys_with_values_of_any_type_give_a_document(kind: str, value: object) -> None:
    data = json.dumps(value).encode()  # JSON is YAML as well
    check(read_document(kind, KINDS[kind], "b1", data), kind, data)


def test_a_licence_document_claims_the_licence_of_its_first_line() -> None:
    document = read_document("licence", "LICENSE", "b", b"SPDX-License-Identifier: EUPL-1.2\n")
    claim = document.claims[0]
    assert (claim.property, claim.value, claim.line) == ("licence", "EUPL-1.2", 1)
    assert document.data["method"] == "spdx"
    unknown = read_document("licence", "LICENSE", "b", b"Ask us.")
    assert unknown.claims == ()
    assert unknown.diagnostics


def test_a_readme_document_has_html_text_and_the_renderer_version() -> None:
    data = b"# Tool\n\nThe tool counts every tree of the city.\n"
    document = read_document("readme", "README.md", "b", data)
    assert document.html == "<h3>Tool</h3>\n<p>The tool counts every tree of the city.</p>\n"
    assert document.text == "Tool\nThe tool counts every tree of the city."
    assert document.version == "1"
    assert [claim.property for claim in document.claims] == ["name", "short_description"]


def test_a_manifest_document_claims_its_licence_and_holds_its_dependencies() -> None:
    data = b'{"name": "tool",\n"license": "MIT",\n"dependencies": {"a": "git+https://x.example/o/a.git"}}'
    document = read_document("manifest", "package.json", "b", data)
    assert [(claim.value, claim.line) for claim in document.claims] == [("MIT", 2)]
    packages = manifest_facts([document], "packages", Package)
    dependencies = manifest_facts([document], "dependencies", Dependency)
    assert packages[0].name == "tool"
    assert dependencies[0].git_url == "https://x.example/o/a"
    nested = read_document("manifest", "sub/package.json", "b", data)
    assert nested.claims[0].confidence < 0.5


def test_a_manifest_with_many_dependencies_keeps_them_all() -> None:
    names = {f"package-{number}": "1.0.0" for number in range(2_500)}
    data = json.dumps({"dependencies": names}).encode()
    document = read_document("manifest", "package.json", "b", data)
    assert len(manifest_facts([document], "dependencies", Dependency)) == 2_500
