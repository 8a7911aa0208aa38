import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.countries import (
    ALPHA_3,
    COUNTRIES,
    LEVELS,
    Place,
    normalise_country,
    normalise_level,
    place_of_group,
)
from registry.domain.regions import REGIONS, US_STATES
from registry.errors import InvalidInput


def test_every_country_code_has_a_name_in_the_unicode_locale_data():
    names = Locale.parse("en").territories
    assert all(code in names for code in COUNTRIES)


def test_the_codes_are_the_249_of_the_standard_and_three_reserved_ones():
    assert len(COUNTRIES - {"EU", "UN", "XK"}) == 249
    assert len(ALPHA_3) == 250
    assert {"EU", "UN", "XK"} <= COUNTRIES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CA", ("CA", None)),
        (" ca ", ("CA", None)),
        ("CAN", ("CA", None)),
        ("CA-AB", ("CA", "CA-AB")),
        ("can-ab", ("CA", "CA-AB")),
        ("AU-NSW", ("AU", "AU-NSW")),
        ("GB-SCT", ("GB", "GB-SCT")),
        ("IT-25", ("IT", "IT-25")),
        ("ES-CT", ("ES", "ES-CT")),
        ("NO-03", ("NO", "NO-03")),
        ("EU", ("EU", None)),
    ],
)
def test_a_code_is_read_with_its_region(text, expected):
    assert normalise_country(text) == expected


@pytest.mark.parametrize("text", ["", "XX", "Canada", "CA-XX", "CA-", "UK", "NO-toolong", "CA-A-B"])
def test_an_unknown_code_is_refused_by_name(text):
    with pytest.raises(InvalidInput, match=repr(text)):
        normalise_country(text)


@pytest.mark.parametrize(
    ("country", "count"),
    [("CA", 13), ("AU", 8), ("US", 57), ("DE", 16), ("BR", 27), ("CH", 26), ("AT", 9)],
)
def test_the_regions_of_federations_are_complete(country, count):
    assert len(REGIONS[country]) == count


def test_every_state_has_a_code_of_its_own():
    assert len(US_STATES) == 50 == len(set(US_STATES.values()))
    assert set(US_STATES.values()) <= REGIONS["US"]


@pytest.mark.parametrize(
    ("group", "place"),
    [
        ("U.S. Federal", Place("US", None, "national")),
        ("U.S. Tribal Nations", Place("US")),
        ("US State (North Carolina)", Place("US", "US-NC", "regional")),
        ("US Local (Ohio)", Place("US", "US-OH", "local")),
        ("usagovTX", Place("US", "US-TX")),
        ("usagovFED", Place("US", None, "national")),
        ("usagovPW", Place("PW")),
        ("U.K. Councils", Place("GB", None, "local")),
        ("Canada provincial and territorial", Place("CA", None, "regional")),
        ("Norway", Place("NO")),
        ("DEU_germany", Place("DE")),
        ("UN_united_nations", Place("UN", None, "supranational")),
        ("WBG_world_bank", Place(None, None, "supranational")),
        ("Atlantis", None),
        ("ZZZ_nowhere", None),
        ("", None),
    ],
)
def test_a_group_of_a_list_stands_for_a_place(group, place):
    assert place_of_group(group) == place


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_refused(text):
    try:
        country, region = normalise_country(text)
    except InvalidInput:
        return
    assert country in COUNTRIES
    assert region is None or normalise_country(region) == (country, region)


def test_a_level_is_one_of_the_words():
    assert normalise_level(" Local ") == "local"
    assert {"national", "regional", "local", "supranational"} <= LEVELS
    with pytest.raises(InvalidInput, match="'galactic'"):
        normalise_level("galactic")


def test_the_levels_are_those_that_organisations_are_stored_with():
    from registry.db.tables.organisation import Level

    assert {level.value for level in Level} == LEVELS
