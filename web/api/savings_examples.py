"""Examples of answers about savings and snapshots for the OpenAPI document; all is invented."""

from datetime import UTC, datetime
from typing import Final

from registry.reports.portfolio import Portfolio
from registry.reports.savings.draws import SEED, TRIALS, Range
from registry.reports.savings.figures import Bar
from web.api.examples import BASE
from web.api.savings_structs import (
    ComponentSavingsItem,
    RateItem,
    SavingsInputs,
    SavingsResource,
)

_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_ABOUT: Final = "organisation=example-city"
_RANGE: Final = Range(76_000.0, 239_000.0, 649_000.0)
SAVINGS: Final = SavingsResource(
    portfolio=Portfolio(organisations=("example-city",)),
    remarks=(),
    currency="EUR",
    replacement=Range(410_000.0, 880_000.0, 1_900_000.0),
    avoided=_RANGE,
    official=693_000.0,
    priced=1,
    pairs=1,
    left_out={"no_share": 2},
    without_rate={"VA": 1},
    tornado=(Bar(name="kappa", from_value=0.59, to_value=2.74, low=111_000.0, high=516_000.0),),
    reported=(),
    components=(
        ComponentSavingsItem(
            slug="example-city-forms", name="City forms", months=140.2, replacement=None,
            avoided=_RANGE, reusers=1, official=693_000.0,
            api_url=f"{BASE}/api/v1/components/example-city-forms",
            rows_url=f"{BASE}/api/v1/reports/rows?{_ABOUT}&origin=example-city-forms",
        ),
    ),
    inputs=SavingsInputs(
        kappa=1.27, sigma=0.6, built=(0.3, 1.0), reuse_cost=(0.14, 0.2, 1.0), effort="size",
        full=6.0, adapted=None, reference=0.0, changed=("rate",), trials=TRIALS, seed=SEED,
        rates=(RateItem(country="FI", monthly=6_200.0, is_given=True),),
    ),
    method="1",
    rule_version=1,
    as_of=_AT,
    html_url=f"{BASE}/reports?{_ABOUT}#savings",
)  # fmt: skip
