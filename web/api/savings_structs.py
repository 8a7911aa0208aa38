"""What the API returns of the savings of a report: ranges with every input that they rest on."""

from datetime import datetime

from msgspec import Struct

from registry.adoption.savings.models import SavingView
from registry.reports.portfolio import Portfolio, Remark
from registry.reports.savings.draws import Range
from registry.reports.savings.figures import Bar, ComponentSavings


class RateItem(Struct, frozen=True, kw_only=True):
    """Euro for a person-month in a country that the report names.

    `source` and `year` are of the rate on record, null where it was given by whoever asks.
    """

    country: str
    monthly: float
    is_given: bool
    year: int | None = None
    source: str | None = None
    url: str | None = None


class SavingsInputs(Struct, frozen=True, kw_only=True):
    """What is assumed, the usual included; docs/savings.md says what each means.

    `changed` are the parameters that differ from the usual. `trials` draws come from `seed`, so
    that the same question has the same answer on every machine.
    """

    kappa: float
    sigma: float
    built: tuple[float, float]
    reuse_cost: tuple[float, float, float]
    effort: str
    full: float
    adapted: float | None
    reference: float
    rates: tuple[RateItem, ...]
    changed: tuple[str, ...]
    trials: int
    seed: int


class ComponentSavingsItem(ComponentSavings, frozen=True, kw_only=True):
    """The savings of a component, with the address of the rows that they rest on."""

    name: str
    api_url: str
    rows_url: str


class SavingsResource(Struct, frozen=True, kw_only=True):
    """The savings of a report in euro: three numbers that are never added to each other.

    A range is low, likely and high: the 10th, 50th and 90th percentile (P10, P50, P90).
    `replacement` is what own code would cost again, `avoided` what reusers did not have to spend
    (it may be negative), `official` the rule of code.gov (cost × (agencies − 1)), without
    adaptation and without a range. Null means that nothing is known, not zero. `reported` is what
    organisations say themselves, each in its own currency, which has no total. `left_out` counts
    pairs and rows that avoid nothing, by reason; `without_rate` those of countries without a rate.
    """

    portfolio: Portfolio
    remarks: tuple[Remark, ...]
    currency: str
    replacement: Range | None
    avoided: Range | None
    official: float | None
    priced: int
    pairs: int
    left_out: dict[str, int]
    without_rate: dict[str, int]
    tornado: tuple[Bar, ...]
    reported: tuple[SavingView, ...]
    components: tuple[ComponentSavingsItem, ...]
    inputs: SavingsInputs
    method: str
    rule_version: int
    as_of: datetime
    html_url: str
