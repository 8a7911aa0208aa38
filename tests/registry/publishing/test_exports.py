"""A component in the formats of other catalogues: true to each standard, and to what is known."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML

from crawlers.metadata import codemeta as codemeta_reader
from crawlers.metadata import publiccode as publiccode_reader
from registry.errors import Incomplete, InvalidInput
from registry.publishing.exports.codejson import agency_index, codejson
from registry.publishing.exports.forms import BY_NAME, FORMS, made, offered
from registry.publishing.exports.publiccode import publiccode, shortened
from registry.publishing.exports.subject import Body, Reuse, Upstream, preferred
from registry.publishing.exports.values import alternatives, clean, iri
from registry.publishing.exports.yaml_text import yaml_text
from tests.support.examples import share
from tests.support.hard_cases import NOW
from tests.support.publishing_fakes import subject
from tests.support.real_data import real_data

BASE = "https://registry.example"
LONG = "It helps a town to keep its register of public benches. " * 4
HOSTILE = (
    "</script><script>alert(1)</script>\n---\nname: x\x08\x1b[2J\ud800 ]]>&<b> *a %TAG "
    "!x '\" \u2028"
)
FIELDS: dict[str, Any] = {
    "status": "stable", "software_type": "standalone/web", "platforms": ["web"],
    "interface_languages": ["en", "fr"], "maintenance_type": "internal", "version": "1.2",
    "contacts": [{"affiliation": "City of Examples", "email": "info@city.example"}],
    "landing_url": "https://city.example/forms", "release_date": "2024-05-01",
    "categories": ["communications", "no-such-category"], "topics": ["forms"],
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "fields": FIELDS, "summaries": {"en": "Forms.", "fr": "Formulaires."},
    "descriptions": {"en": LONG.strip(), "fr": LONG.strip()},
    "features": {"en": ["Forms"], "fr": ["Formulaires"]}, "head_commit": "a" * 40,
    "body": Body(slug="city", name="City", identifier="https://city.example"),
    "languages": ("Python", "CSS"), "community": {"contributing": "CONTRIBUTING.md"},
    "first_commit_at": NOW, "last_commit_at": NOW,
    "upstreams": (
        Upstream(name="Old forms", url="https://code.example/old/forms", edge="ev_1",
                 kind="shared_commits", tag="measured"),
    ),
    "reuse": (
        Reuse(tag="declared", edges=90, organisations=80, countries=9, foreign_countries=8,
              kinds={"declared": 90}),
        Reuse(tag="measured", edges=9, organisations=4, countries=3, foreign_countries=2,
              kinds={"shared_commits": 3, "similar_files": 2, "package_dependency": 4}),
    ),
}  # fmt: skip
OWN: dict[str, Any] = {
    "publiccodeYmlVersion": "0.2", "name": "Benches", "url": "https://code.example/town/benches",
    "applicationSuite": "Town", "releaseDate": "2020-01-01", "platforms": ["web"],
    "categories": ["communications"], "developmentStatus": "beta", "softwareType": "library",
    "monochromeLogo": "img/mono.svg", "inputTypes": ["text/plain"],
    "intendedAudience": {"countries": ["it"], "scope": ["government"]},
    "description": {"it": {"genericName": "Panchine", "shortDescription": "Panchine.",
                           "longDescription": LONG.strip(), "features": ["Panchine"],
                           "awards": ["Best bench"]}},
    "legal": {"license": "EUPL-1.2", "repoOwner": "Comune", "authorsFile": "AUTHORS"},
    "maintenance": {"type": "internal", "contacts": [{}, {"affiliation": "Ufficio"}]},
    "localisation": {"localisationReady": False, "availableLanguages": ["it"]},
    "it": {"countryExtensionVersion": "0.2", "conforme": {"gdpr": True},
           "riuso": {"codiceIPA": "C_H501"}, "piattaforme": {"spid": True, "io": False}},
}  # fmt: skip


def read_yaml(content: bytes, version: tuple[int, int] = (1, 2)) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(content.decode())


def findings(content: bytes) -> list[str]:
    """Return what a reader at the level of the reference parser has to say of a publiccode.yml."""
    read = publiccode_reader.read(content, path="publiccode.yml", blob="b" * 40)
    return [f"{x.severity} {x.key}: {x.message}" for x in read.diagnostics]


@pytest.mark.parametrize("profile", ["latest", "opencode"])
def test_a_file_made_of_fields_is_valid(profile: str) -> None:
    content = publiccode(subject(**WHOLE), profile)
    assert [x for x in findings(content) if x.startswith("error")] == []
    data = read_yaml(content)
    assert data["categories"] == ["communications"]
    assert data["isBasedOn"] == ["https://code.example/old/forms"]
    assert list(data["description"]) == ["en", "fr"]


def test_the_latest_profile_has_no_finding_at_all() -> None:
    content = publiccode(subject(**WHOLE))
    assert findings(content) == []
    assert read_yaml(content)["publiccodeYmlVersion"] == "0"


def test_the_own_file_of_a_component_keeps_its_values_in_the_keys_of_today() -> None:
    content = publiccode(subject(own_publiccode=OWN, own_is_valid=True))
    assert findings(content) == []
    data = read_yaml(content)
    assert data["organisation"] == {"uri": "urn:x-italian-pa:c_h501", "name": "Comune"}
    assert data["supports"] == [{"id": "alias:gdpr"}, {"id": "alias:spid"}]
    assert data["intendedAudience"] == {"countries": ["IT"], "scope": ["government"]}
    assert data["logo"] == "img/mono.svg"
    assert data["applicationSuite"] == "Town"
    assert data["description"]["it"]["awards"] == ["Best bench"]
    assert data["localisation"]["localisationReady"] is False
    assert data["maintenance"]["contacts"] == [
        {"name": "Comune"},
        {"name": "Ufficio", "affiliation": "Ufficio"},
    ]
    gone = ("inputTypes", "monochromeLogo", "genericName", "repoOwner", "authorsFile")
    assert not [key for key in gone if key in content.decode()]
    assert not {"it", "IT"} & set(data)


def test_older_tools_get_the_version_that_they_know() -> None:
    data = read_yaml(publiccode(subject(own_publiccode=OWN, own_is_valid=True), "opencode"))
    assert data["publiccodeYmlVersion"] == "0.4"
    assert data["intendedAudience"]["countries"] == ["it"]
    assert data["legal"]["repoOwner"] == "Comune"
    assert not {"organisation", "supports", "fundedBy"} & set(data)


def test_an_invalid_file_of_the_component_is_not_passed_on() -> None:
    with pytest.raises(Incomplete):
        publiccode(subject(own_publiccode=OWN, own_is_valid=False))


def test_every_mandatory_key_that_is_not_known_is_named() -> None:
    with pytest.raises(Incomplete) as caught:
        publiccode(subject(licence=None))
    assert set(caught.value.missing) == {
        "platforms", "developmentStatus", "softwareType", "description.*", "legal.license",
        "maintenance.type", "localisation.localisationReady", "localisation.availableLanguages",
    }  # fmt: skip
    for kind, key in (("contract", "contractors"), ("community", "contacts")):
        fields = {**FIELDS, "maintenance_type": kind, "contacts": []}
        with pytest.raises(Incomplete) as caught:
            publiccode(subject(**{**WHOLE, "fields": fields}))
        assert list(caught.value.missing) == [f"maintenance.{key}"]


def test_a_description_of_the_wrong_length_is_not_stretched() -> None:
    with pytest.raises(Incomplete) as caught:
        publiccode(subject(**{**WHOLE, "descriptions": {"en": "Short."}}))
    assert list(caught.value.missing) == ["description.en.longDescription"]


def test_nobody_is_cited_where_nobody_is_known() -> None:
    with pytest.raises(Incomplete) as caught:
        made(BY_NAME["citation"], subject(body=None), BASE)
    assert list(caught.value.missing) == ["authors"]
    listed = {form.name: form.missing for form in offered(subject(body=None), BASE)}
    assert listed["citation"] == ("authors",)
    assert listed["codemeta"] == ()


def test_reuse_is_measured_and_leads_to_its_evidence() -> None:
    found = json.loads(codejson(subject(**WHOLE), BASE))
    assert found["reuseFrequency"] == {
        "forks": 3, "copies": 2, "dependents": 4, "organizations": 4, "countries": 3,
    }  # fmt: skip
    extra = found["x-registry"]
    assert [x["tag"] for x in extra["reuse"]] == ["declared", "measured"]
    assert extra["reuse"][1]["evidence"] == f"{BASE}/api/v1/reuse?origin=forms&tag=measured"
    assert extra["basedOn"][0]["evidence"] == f"{BASE}/api/v1/evidence/ev_1"
    assert {"laborHours", "SBOM", "contractNumber"} <= set(extra["notKnown"])
    assert "maintenance" not in extra["notKnown"]


def test_what_nobody_measured_is_no_reuse() -> None:
    declared = tuple(x for x in WHOLE["reuse"] if x.tag == "declared")
    found = json.loads(codejson(subject(**{**WHOLE, "reuse": declared}), BASE))
    assert set(found["reuseFrequency"].values()) == {0}


@pytest.mark.real_data
def test_code_json_keeps_the_published_schema() -> None:
    schema = json.loads(real_data("codejson-schemas/share-it/schema-2.0.0.json").read_text())
    check = Draft202012Validator(schema, format_checker=FormatChecker())
    whole = json.loads(codejson(subject(**WHOLE), BASE))
    assert [x.message for x in check.iter_errors(whole)] == []
    stated = {**FIELDS, "usage_type": ["exemptByCIO", "exemptByLaw"], "exemption_text": "By act 7.",
              "contract_numbers": ["GS-1", "GS-1"]}  # fmt: skip
    told = json.loads(codejson(subject(**{**WHOLE, "fields": stated}, has_issues=True), BASE))
    assert [x.message for x in check.iter_errors(told)] == []
    assert told["feedbackMechanism"] == "https://git.example.org/examples/forms/-/issues"
    for bare in (subject(), subject(licence="LicenseRef-x", body=None, summaries={})):
        found = json.loads(codejson(bare, BASE))
        errors = list(check.iter_errors(found))
        # What the schema misses is exactly what the file says that nobody knows.
        assert {x.validator for x in errors} == {"required"}
        absent = {name for name in schema["required"] if name not in found}
        assert absent <= set(found["x-registry"]["notKnown"])


@pytest.mark.real_data
def test_the_inventory_keeps_the_published_schema() -> None:
    folder = real_data("codejson-schemas/share-it")
    one = json.loads((folder / "schema-2.0.0.json").read_text())
    index = json.loads((folder / "agency-index/schema-2.0.0.json").read_text())
    # The reference is relative to the file: it is resolved here, never by network.
    known = Registry().with_resource("https://x/share-it/schema-2.0.0.json",
                                     DRAFT202012.create_resource(one))  # fmt: skip
    index["$id"] = "https://x/share-it/agency-index/schema-2.0.0.json"
    body = Body(slug="city", name="City")
    made_index = json.loads(agency_index(body, [subject(**WHOLE)] * 2, BASE))
    errors = list(Draft202012Validator(index, registry=known).iter_errors(made_index))
    assert [x.message for x in errors] == []
    assert len(made_index["releases"]) == 2


@pytest.mark.real_data
def test_citations_keep_the_published_schema() -> None:
    schema = json.loads(real_data("cff/schema-1.2.0.json").read_text())
    check = Draft7Validator(schema, format_checker=FormatChecker())
    licences = ("EUPL-1.2", "MIT OR Apache-2.0", "MIT AND ISC", "LicenseRef-x", "Unicode-3.0", None)
    for licence in licences:
        content = made(BY_NAME["citation"], subject(**WHOLE, licence=licence), BASE)
        found = read_yaml(content)
        assert [x.message for x in check.iter_errors(found)] == []
        assert found["authors"] == [{"name": "City"}]
    assert read_yaml(made(BY_NAME["citation"], subject(licence="MIT OR ISC"), BASE))["license"] == [
        "MIT",
        "ISC",
    ]


def test_codemeta_is_read_back_by_our_own_reader() -> None:
    content = made(BY_NAME["codemeta"], subject(**WHOLE), BASE)
    read = codemeta_reader.read(content, path="codemeta.json", blob="b" * 40)
    stated = {claim.property: claim.value for claim in read.claims}
    assert read.status == "valid"
    assert read.version == "3.1"
    assert stated["name"] == "Forms"
    assert stated["licence"] == "EUPL-1.2"
    assert stated["status"] == "stable"
    assert stated["repository_url"] == "https://git.example.org/examples/forms"
    assert stated["is_based_on"] == ["https://code.example/old/forms"]


def test_linked_data_names_languages_and_identifies_bodies() -> None:
    found = json.loads(made(BY_NAME["schema-org"], subject(**WHOLE), BASE))
    assert {"@value": "Formulaires.", "@language": "fr"} in found["description"]
    assert found["author"][0]["@id"] == "https://city.example"
    assert found["identifier"] == [f"swh:1:rev:{'a' * 40}"]
    asset = json.loads(made(BY_NAME["dcat"], subject(**WHOLE), BASE))
    assert asset["adms:status"] == {"@id": "http://purl.org/adms/status/Completed"}
    assert asset["dct:source"] == [{"@id": "https://code.example/old/forms"}]
    assert isinstance(asset["@context"], dict)  # nothing has to be fetched to read it


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_hostile_text_stays_text(form: Any) -> None:
    fields = {**FIELDS, "topics": [HOSTILE], "landing_url": 'https://x.example/"><script>',
              "version": HOSTILE, "platforms": [HOSTILE]}  # fmt: skip
    hostile = subject(
        **{
            **WHOLE, "fields": fields, "name": HOSTILE, "names": {"en": HOSTILE},
            "summaries": {"en": HOSTILE}, "features": {"en": [HOSTILE]},
            "descriptions": {"en": HOSTILE + LONG},
            "body": Body(slug="city", name=HOSTILE, identifier="javascript:alert(1)",
                         website="javascript:alert(1)"),
        }
    )  # fmt: skip
    content = made(form, hostile, BASE)
    text = content.decode()
    assert not [x for x in text if x != "\n" and ord(x) < 32]
    is_yaml = form.media_type == "application/yaml"
    found = read_yaml(content) if is_yaml else json.loads(content)
    assert clean(HOSTILE) in _texts(found)
    assert 'https://x.example/"><script>' not in _texts(found)
    if not is_yaml:
        assert "javascript:alert(1)" not in _texts(found)


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, items))


_TEXT = st.text() | st.sampled_from(
    ["no", "on", "Y", "0.4", "1e3", "2024-01-01", "12:30:45", "~", "null", "", "- x", "a: b", "# x",
     "x #y", "*a", "&a", "!t", "|", ">", "%x", "@x", "`x", "{", "[", "---", "...", "\n", " x",
     "a\n b\n", "\ta", "a\t\nb", "x\n\n\n", "\u2028", "\x85", "\ufeff", "=", "<<", "0o17", "0x1F"]
)  # fmt: skip


@settings(max_examples=share(300), deadline=None)
@given(st.dictionaries(_TEXT, _TEXT | st.lists(_TEXT) | st.booleans() | st.integers(), max_size=4))
def test_yaml_means_the_same_to_every_reader(value: dict[str, Any]) -> None:
    content = yaml_text(value)
    for version in ((1, 2), (1, 1)):
        assert read_yaml(content, version) == clean(value)


@given(st.text(max_size=400), st.integers(2, 200))
def test_a_text_is_cut_to_its_length_and_no_further(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= max(most, len(text))
    if len(" ".join(text.split())) <= most:
        assert cut == " ".join(text.split())


def test_small_rules() -> None:
    assert alternatives("MIT OR Apache-2.0") == ("MIT", "Apache-2.0")
    assert alternatives("MIT AND ISC") == alternatives("(MIT)") == alternatives(None) == ()
    assert preferred({"fr": "a", "": "b"}) == "b"
    assert preferred({"fr": "a", "en-CA": "b"}) == "b"
    assert iri("urn:x-italian-pa:c_1") == "urn:x-italian-pa:c_1"
    for text in ("javascript:x", "https://", "http://[", "x y", "https://x/ y", None, 3):
        assert iri(text) is None
    with pytest.raises(InvalidInput):
        made(BY_NAME["codemeta"], subject(), BASE, "latest")
    with pytest.raises(InvalidInput):
        made(BY_NAME["publiccode"], subject(), BASE, "oldest")
    assert io.BytesIO(yaml_text({"a": "b"})).read() == b"a: b\n"
