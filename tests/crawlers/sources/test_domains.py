import pytest

from crawlers.sources.domains import domain_suffixes
from registry.errors import InvalidInput


def test_domains_stand_under_their_group_and_the_first_group_counts():
    text = (
        "// Canada federal\r\ngc.ca\n\n// Estonia\nRIA.ee\ngc.ca\nfachkräfte.example\n!x.gov.au\n"
    )
    assert domain_suffixes(text.encode()) == {
        "gc.ca": "Canada federal",
        "ria.ee": "Estonia",
        "xn--fachkrfte-02a.example": "Estonia",
    }


def test_an_expression_is_taken_apart_and_not_run():
    expression = r".*@(?:act\.gov\.au|(?!(.*\.)?(?:act|nsw)\.gov\.au$)(.*\.)?gov\.au|x-y\.gov\.au)$"
    table = f"country,un_status,n_domains,regex\nAUS_australia,member,3,{expression}\n"
    found = domain_suffixes(table.encode())
    assert set(found) == {"act.gov.au", "gov.au", "x-y.gov.au"}
    assert set(found.values()) == {"AUS_australia"}


def test_an_expression_that_would_never_end_is_read_at_once():
    table = "country,regex\nAUS_australia," + r"(a+)+" * 20_000 + r"(?:gov\.au)$"
    assert set(domain_suffixes(table.encode())) == {"gov.au"}


def test_a_table_without_the_columns_is_refused():
    with pytest.raises(InvalidInput):
        domain_suffixes(b"name,value\na,b\n")
