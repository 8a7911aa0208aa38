import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.forges.port import ForgeKind
from crawlers.sources.entries import SourceEntry
from crawlers.sources.read import read_list
from registry.errors import InvalidInput

OWN_CSV = """url,country,region,level,name,organisation
github:GovAlberta,CA,CA-AB,regional,,Government of Alberta
https://gitlab.com/group/tool,de,BY,LOCAL,A tool,
https://codeberg.org/org,U.S. Federal,,,Org,
github:govalberta,CA,,,twice,
ftp://example.org/x,CA,,,bad scheme,
github:other,XX,,,bad country,
github:third,CA,DE-BY,,bad region,

github:fourth,,,,,
"""


def _one(entries: tuple[SourceEntry, ...], text: str) -> SourceEntry:
    return next(entry for entry in entries if entry.spec.text == text)


def test_our_own_csv_is_read_and_each_bad_row_is_named_by_its_line():
    found = read_list(OWN_CSV.encode(), "mine.csv")
    alberta = _one(found.entries, "github:github.com/govalberta")
    assert (alberta.country, alberta.region, alberta.level) == ("CA", "CA-AB", "regional")
    assert alberta.organisation_name == "Government of Alberta"
    tool = _one(found.entries, "gitlab:gitlab.com/group/tool.git")
    assert (tool.country, tool.region, tool.level) == ("DE", "DE-BY", "local")
    assert tool.organisation_name == "A tool"
    org = _one(found.entries, "gitea:codeberg.org/org")
    assert (org.country, org.level) == ("US", "national")
    assert len(found.entries) == 4
    assert [text.partition(":")[0] for text in found.problems] == [
        "line 5",
        "line 6",
        "line 7",
        "line 8",
    ]
    assert "'XX'" in found.problems[2]


def test_yaml_and_json_of_our_shape_give_what_the_csv_gives():
    rows = list(csv.DictReader(OWN_CSV.splitlines()))
    as_json = read_list(json.dumps(rows).encode(), "mine.json")
    assert as_json.entries == read_list(OWN_CSV.encode(), "mine.csv").entries
    listed = "\n".join(
        "- " + "\n  ".join(f"{key}: {json.dumps(value)}" for key, value in row.items())
        for row in rows
    )
    assert read_list(listed.encode(), "mine.yml") == as_json
    wrapped = f"sources:\n{listed}".encode()
    assert read_list(wrapped, "mine.yaml") == as_json


def test_a_plain_list_of_urls_is_read_with_comments():
    text = "# heading\n\nhttps://github.com/org/one\ngithub:two # why\nnonsense\n"
    found = read_list(text.encode(), "urls.txt")
    assert [entry.spec.kind for entry in found.entries] == ["repository", "organisation"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith("line 5")


def test_a_region_without_its_country_is_completed_and_a_key_like_no_stays_text():
    data = b"- {url: github:a, country: NO, region: '03'}\n- {url: github:b, country: no}\n"
    found = read_list(data, "x.yml")
    assert [(e.country, e.region) for e in found.entries] == [("NO", "NO-03"), ("NO", None)]


def test_groups_of_github_organisations_are_read_and_an_unknown_group_is_told():
    found = read_list(b"Norway: [one, two]\nAtlantis: [three]\nFrance: [a/b]\n", "governments.yml")
    assert [(e.spec.namespace, e.country) for e in found.entries] == [
        ("one", "NO"),
        ("two", "NO"),
        ("three", None),
    ]
    assert len(found.problems) == 2


def test_forges_with_owners_and_whole_forges_are_read_and_ignored_ones_told():
    text = """
github.com:
  forge: github
  owners:
    org: {pso_id: 11111111-1111-1111-1111-111111111111}
    unknown: {pso_id: 00000000-0000-0000-0000-000000000000}
    bare:
git.example.org:
  forge: gitea
  pso_id: one
  pso_id: two
old.example.org: {forge: gitlab, ignored_since: 2024-01-01}
other.example.org: {forge: sourcehut}
"""
    found = read_list(text.encode(), "forges.yml")
    assert [(e.spec.host, e.spec.namespace, e.spec.forge) for e in found.entries] == [
        ("github.com", "org", ForgeKind.GITHUB),
        ("github.com", "unknown", ForgeKind.GITHUB),
        ("github.com", "bare", ForgeKind.GITHUB),
        ("git.example.org", "", ForgeKind.GITEA),
        ("other.example.org", "", ForgeKind.UNKNOWN),
    ]
    assert [e.organisation_uri is not None for e in found.entries[:4]] == [True, False, False, True]
    assert found.entries[3].organisation_uri == "urn:pso:one"
    assert [text.partition(":")[0] for text in found.problems] == ["line 11", "old.example.org/"]


def test_publishers_give_their_identifier_and_deep_groups_stay_groups():
    hosting = [
        {"url": "https://gitlab.com/a/b", "group": True},
        {"url": "https://github.com/a/b", "group": False},
        {"url": "http://github.com/x", "group": True},
        {"group": True},
    ]
    body = {"description": "Body", "tooiUrl": "https://id.example/1", "codeHosting": hosting}
    idle = {"description": "Idle", "active": False, "codeHosting": hosting}
    found = read_list(json.dumps({"data": [body, idle, 7]}).encode(), "publishers.json")
    assert [(e.spec.kind, e.spec.namespace) for e in found.entries] == [
        ("organisation", "a/b"),
        ("repository", "a/b"),
    ]
    assert {e.organisation_uri for e in found.entries} == {"https://id.example/1"}
    assert {e.country for e in found.entries} == {"NL"}
    assert len(found.problems) == 4


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "x.csv"),
        (b"a,b\n1,2\n", "x.csv"),
        (b'url\n"open', "x.csv"),
        (b"\xff\xfe", "x.csv"),
        (b"url\n\x00", "x.csv"),
        (b"{", "x.json"),
        (b"[" * 100_000, "x.json"),
        (b"{}", "x.json"),
        (b"7", "x.json"),
        (b'{"a": [], "b": {}}', "x.json"),
        (b"a: &x [*x]", "x.yml"),
        (b"a: {b: 1}\na: {c: 1}", "x.yml"),
        (b"", "x.yml"),
        (b"url\n", "x.ods"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data, name):
    with pytest.raises(InvalidInput):
        read_list(data, name)


def test_a_list_beyond_the_limits_is_refused():
    with pytest.raises(InvalidInput, match="larger"):
        read_list(b"x" * (8 * 1024 * 1024 + 1), "x.txt")
    with pytest.raises(InvalidInput, match="more than"):
        read_list(b"\n" * 200_001, "x.txt")


def test_a_field_beyond_the_module_limit_is_read_and_the_limit_is_put_back():
    before = csv.field_size_limit()
    found = read_list(b"url,note\ngithub:a," + b"x" * 140_000 + b"\n", "x.csv")
    assert len(found.entries) == 1
    assert csv.field_size_limit() == before


def test_the_format_can_be_named_against_the_ending():
    assert len(read_list(b"github:a\n", "x.csv", "txt").entries) == 1


@given(st.sampled_from(["csv", "txt", "json", "yaml"]), st.text(max_size=80))
def test_any_text_is_a_list_or_refused(kind, text):
    try:
        found = read_list(text.encode("utf-8", "surrogatepass"), "x", kind)
    except InvalidInput:
        return
    assert len({entry.spec.text for entry in found.entries}) == len(found.entries)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["url", "data", "sources", "codeHosting", "owners", "a.b"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_a_list_or_refused(data):
    try:
        found = read_list(json.dumps(data).encode(), "x.json")
    except InvalidInput:
        return
    assert all(entry.spec.url.startswith("https://") for entry in found.entries)
