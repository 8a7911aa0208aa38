"""The published lists, with all their faults; the figures are those of the metadata design."""

import json
from collections import Counter

import pytest

from crawlers.forges.port import ForgeKind
from crawlers.sources.csv_lists import csv_rows
from crawlers.sources.domains import domain_suffixes
from crawlers.sources.entries import SourceList
from crawlers.sources.read import read_list
from registry.domain.countries import place_of_group
from registry.errors import InvalidInput
from tests.support.real_data import real_data

pytestmark = pytest.mark.real_data


def _read(name: str) -> SourceList:
    path = real_data(f"sources/{name}")
    return read_list(path.read_bytes(), path.name)


def test_the_github_organisations_of_governments_all_have_a_place():
    found = _read("world-gov-domain-names/github-gov-orgs.csv")
    assert len(found.entries) == 977
    assert found.problems == ()
    levels = Counter((e.country, e.level) for e in found.entries)
    # 164 federal and 17 military and intelligence bodies; cities 66, counties 18, special
    # districts 10, local law enforcement 1.
    assert levels["US", "national"] == 164 + 17
    assert levels["US", "local"] == 66 + 18 + 10 + 1
    assert levels["US", "regional"] == 52
    assert levels["GB", "national"] == 82
    assert levels["GB", "local"] == 31
    assert Counter(e.country for e in found.entries)["CA"] == 58


def test_the_groups_of_governments_are_read_whole():
    found = _read("government.github.com/governments.yml")
    assert len(found.entries) == 956
    assert found.problems == ()
    assert Counter(e.country for e in found.entries)["NO"] > 0


def test_the_known_forges_are_sources_and_the_catalogues_are_told():
    found = _read("world-gov-domain-names/known-forges.csv")
    assert len(found.entries) == 8 + 6
    assert len(found.problems) == 19
    assert Counter(e.spec.forge for e in found.entries)[ForgeKind.GITHUB] == 6


def test_the_candidates_that_answered_are_leads():
    found = _read("world-gov-domain-names/forge-candidates.csv")
    assert len(found.entries) + len(found.problems) == 83
    assert len(found.entries) == 19


def test_the_french_owners_and_whole_forges_are_read_and_the_ignored_told():
    found = _read("codegouvfr-data/comptes-organismes-publics.yml")
    ignored = [text for text in found.problems if "ignored since" in text]
    # 300 owners and 87 forges that are wholly public; one key stands twice in the file.
    assert len(found.entries) + len(ignored) == 300 + 87
    assert len(ignored) == 17
    assert len(found.problems) - len(ignored) == 1
    hosts = Counter(e.spec.host for e in found.entries)
    assert hosts["github.com"] == 250
    whole = [e for e in found.entries if e.spec.namespace == ""]
    assert len(whole) + len([text for text in ignored if "/:" in text]) == 87


def test_the_dutch_bodies_come_with_their_identifiers():
    found = _read("don-oss-register/publishers.json")
    assert len(found.entries) == 79
    assert found.problems == ()
    assert Counter(e.spec.host for e in found.entries) == {"github.com": 66, "gitlab.com": 13}
    assert {e.country for e in found.entries} == {"NL"}


def test_the_organisations_of_the_pairs_of_forks_are_named_once():
    found = _read("government-github/fork_government.json")
    pairs = json.loads(real_data("sources/government-github/fork_government.json").read_bytes())
    names = {pair[end].lower() for pair in pairs["results"] for end in ("forked_by", "forked_from")}
    assert len(pairs["results"]) == 138
    assert len(found.entries) == len(names)
    assert found.problems == ()


@pytest.mark.parametrize(
    "name",
    [
        "gman/domains.txt", "world-gov-domain-names/domain-regexes.csv",
        "world-gov-domain-names/public-sector-domains-central.csv",
    ],
)  # fmt: skip
def test_tables_of_domains_name_no_sources_and_say_where_they_belong(name):
    with pytest.raises(InvalidInput, match="registry domain import"):
        _read(name)


def test_the_domains_of_the_lower_tiers_are_found():
    found = domain_suffixes(real_data("sources/gman/domains.txt").read_bytes())
    # 20,309 lines, 4 repeated; 2 are exceptions (`!`); 3 are the same in another spelling.
    assert len(found) == 20_309 - 4 - 2 - 3
    assert len(set(found.values())) == 140
    for domain, country in [("alberta.ca", "CA"), ("ontario.ca", "CA"), ("ria.ee", "EE")]:
        place = place_of_group(found[domain])
        assert place is not None
        assert place.country == country
    unplaced = {group for group in found.values() if place_of_group(group) is None}
    assert unplaced == {"non-us gov", "non-us mil", "non-us sub-divisions"}


@pytest.mark.parametrize(
    ("name", "count"),
    [("public-sector-domains-central.csv", 1746), ("domain-regexes.csv", 2720)],
)
def test_the_tables_of_countries_are_read_whole(name, count):
    found = domain_suffixes(real_data(f"sources/world-gov-domain-names/{name}").read_bytes())
    assert len(found) == count
    assert len(set(found.values())) == 195
    assert all(place_of_group(group) is not None for group in set(found.values()))
    assert found["gc.ca"] == "CAN_canada"


def test_every_expression_gives_as_many_domains_as_its_row_says():
    data = real_data("sources/world-gov-domain-names/domain-regexes.csv").read_bytes()
    stated = {row["country"]: int(row["n_domains"]) for _, row in csv_rows(data.decode())}
    assert Counter(domain_suffixes(data).values()) == stated
