"""A portfolio as a CSV file."""

import pytest

from registry.errors import InvalidInput
from registry.reports.listing import MAX_BYTES, joined, portfolio_in_csv
from registry.reports.portfolio import Portfolio

A, B = "https://code.example/a", "https://code.example/b"


@pytest.mark.parametrize(
    "data",
    [
        f"url\n{A}\n{B}\n",
        f"name;url\r\nRoad;{A}\r\n\r\nForm;{B}\r\n",
        f"\ufeffName\tRepository_URL\nx\t{A}\ny\t{B}",
        f"{A}\n{B}\n{A}",
        f'"url","name"\n"{A}","=HYPERLINK(1)"\n"{B}",""\n',
    ],
)
def test_addresses_are_found(data: str) -> None:
    assert portfolio_in_csv(data.encode()) == Portfolio(urls=(A, B))


def test_a_value_that_is_no_address_is_a_component() -> None:
    found = portfolio_in_csv(f"component\nroad\n{A}\n".encode())
    assert found == Portfolio(components=("road",), urls=(A,))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n \n,\n", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a;b\n1;2\n", "no column"),
        (b"url\n" + b"x" * MAX_BYTES, "at most"),
        (b"url\n" + b"https://x.example/y\n" * 5_001, "5,000 lines"),
        (b"url\n" + b"x" * 3_000 + b"\n", "too long"),
        (b'url\n"a\x00b"\n', "control|CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        portfolio_in_csv(data)


def test_two_portfolios_become_one() -> None:
    one = Portfolio(q="x", components=("b",))
    other = Portfolio(q="y", components=("a", "b"), urls=(A,))
    assert joined(one, other) == Portfolio(q="x", components=("a", "b"), urls=(A,))
