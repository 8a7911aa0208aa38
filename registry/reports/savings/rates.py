"""What an hour of work costs an employer, by country: dated figures of statistical offices.

The table is `rates.csv` beside this module; where it has no row for a country nothing is guessed.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from registry.reports.savings.effort import HOURS

_TABLE: Final = "rates.csv"


class Rate(Struct, frozen=True, kw_only=True):
    """The cost of an hour, wages and all that the employer pays beside, and who says so.

    `hourly` is in `currency`, of which `per_euro` made a euro on the average of `per_euro_on`, a
    year, quarter or month, by the reference rates of the European Central Bank. `measure` says of
    whose work it is the average. `url` is where the office publishes it, `read_url` the page on
    which the figure was read, and `second_url` another one with the same figure, where there is.
    """

    country: str
    year: int
    hourly: float
    currency: str
    per_euro: float
    per_euro_on: str
    measure: str
    source: str
    url: str
    read_url: str
    second_url: str

    @property
    def is_direct(self) -> bool:
        """Whether it was read at the office itself, and not where somebody quotes it."""
        return _host(self.read_url) == _host(self.url)

    @property
    def quoted_by(self) -> tuple[tuple[str, str], ...]:
        """The pages that quote it, as (site, address)."""
        pages = () if self.is_direct else (self.read_url, self.second_url)
        return tuple((_host(page), page) for page in pages if page)

    @property
    def monthly(self) -> float:
        """Euro for a person-month of 152 hours."""
        return self.hourly / self.per_euro * HOURS


@cache
def known_rates() -> Mapping[str, Rate]:
    """Return the rate of each country that has one."""
    text = files(__package__).joinpath(_TABLE).read_text(encoding="utf-8")
    return {row["country"]: _rate(row) for row in csv.DictReader(text.splitlines())}


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _rate(row: Mapping[str, str]) -> Rate:
    return Rate(
        country=row["country"], year=int(row["year"]), hourly=float(row["hourly"]),
        currency=row["currency"], per_euro=float(row["per_euro"]),
        per_euro_on=row["per_euro_on"], measure=row["measure"], source=row["source"],
        url=row["url"], read_url=row["read_url"], second_url=row["second_url"],
    )  # fmt: skip


def monthly_rate(country: str | None, given: Mapping[str, float]) -> float | None:
    """Return euro for a person-month in a country: as given, else on record, else nothing."""
    if country is None:
        return None
    if country in given:
        return given[country]
    rate = known_rates().get(country)
    return None if rate is None else rate.monthly
