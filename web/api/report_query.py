"""The parameters of a report, and the portfolio, matrix and rows that they ask for."""

from typing import Final

from registry.lineage.vocabulary import GROUPS, KINDS, PERIODS, TAGS
from registry.reports.matrix import MatrixChoice
from registry.reports.portfolio import (
    MAX_VALUE,
    MAX_WORDS,
    PARAMETERS,
    Portfolio,
    portfolio_of,
    portfolio_pairs,
)
from registry.reports.rows import LEFT_OUT
from registry.reports.selecting import FIELDS, RowFilter, filter_of
from registry.reports.service import Reports
from web.api import kinds
from web.api.parameters import MAX_PAIRS, Parameter, Values

_TRUE: Final = ("true",)
_BOTH: Final = ("true", "false")


def _slugs(name: str, description: str, example: str) -> Parameter:
    return kinds.slug(name, description, many=True, most=MAX_PAIRS, example=example)


PORTFOLIO: Final[tuple[Parameter, ...]] = (
    kinds.pattern("report", "A saved report, by its key; then nothing else of a portfolio.",
                  "rep_[0-9a-f]{20}", "the key of a saved report",
                  example="rep_0a1b2c3d4e5f60718293"),
    kinds.text("q", "All that a search for these words finds.", max_length=MAX_WORDS,
               example="notify"),
    _slugs("organisation", "All components of an organisation (slug).", "example-city"),
    _slugs("body", "All components that a joint body governs (slug).", "forms-together"),
    kinds.text("topic", "Components with this topic or category.", many=True, example="forms"),
    kinds.country("country", "All components of a country.", many=True, example="EE"),
    _slugs("component", "A component (slug).", "example-city-forms"),
    kinds.text("url", "A component, by the address of its repository.", many=True,
               most=MAX_PAIRS, max_length=MAX_VALUE, example="https://code.example/city/forms"),
)  # fmt: skip
MATRIX: Final[tuple[Parameter, ...]] = (
    kinds.choice("group", "What rows and columns of the matrix are.", GROUPS, example="region"),
    kinds.choice("period", "By when the reuse began: never add periods.", PERIODS, example="year"),
    kinds.choice("tag", "How it is known: one tag at a time.", TAGS, example="measured"),
    kinds.choice("kind", "What was found.", KINDS, example="shared_commits"),
)


def _place(name: str, description: str, example: str) -> Parameter:
    return kinds.text(name, f"{description}; `-` for one that is not known.", example=example)


FILTER: Final[tuple[Parameter, ...]] = (
    kinds.choice("tag", "How it is known.", TAGS, example="measured"),
    kinds.choice("strongest", "Organisations of which no stronger tag is known.", TAGS,
                 example="attributed"),
    kinds.choice("kind", "What was found.", KINDS, example="shared_commits"),
    kinds.slug("origin", "Component of the portfolio.", example="example-city-forms"),
    kinds.slug("reuser", "Component that reuses.", example="example-town-forms"),
    _place("from_country", "Country of the component", "EE"),
    _place("to_country", "Country that reuses", "FI"),
    _place("from_region", "Region of the component, or its country", "CA-ON"),
    _place("to_region", "Region that reuses, or its country", "CA-ON"),
    _place("from_organisation", "Organisation of the component (slug)", "example-city"),
    _place("to_organisation", "Organisation that reuses (slug)", "example-town"),
    kinds.text("period", "Year, quarter (2024-Q3) or month of the first evidence.",
               example="2024-Q3"),
    kinds.choice("new", "The first row of each pair of component and organisation.", _TRUE,
                 example="true"),
    kinds.choice("shared", "Components that two or more organisations reuse.", _TRUE,
                 example="true"),
    kinds.choice("foreign", "Between two countries, or inside one.", _BOTH, example="true"),
    kinds.choice("active", "Whether the reuser still works on it.", _BOTH, example="true"),
    kinds.choice("contributed", "Whether the organisation gave commits back.", _BOTH,
                 example="true"),
    kinds.choice("disputed", "Whether somebody objects.", _BOTH, example="true"),
    kinds.choice("ended", "Whether it was taken out again.", _BOTH, example="false"),
    kinds.choice("left_out", "Rows that no figure counts, by the reason; `any` for all of them.",
                 ("any", *LEFT_OUT), example="mirror"),
)  # fmt: skip


def asked_portfolio(values: Values, reports: Reports) -> Portfolio:
    """Return the portfolio that is asked for; a saved one that there is not is `NotFound`."""
    key = values.one("report")
    if key:
        return reports.saved(key).portfolio
    return portfolio_of([pair for pair in values.pairs if pair[0] in PARAMETERS])


def about(values: Values) -> list[tuple[str, str]]:
    """Return the parameters that say what a report is about, in their canonical form."""
    key = values.one("report")
    if key:
        return [("report", key)]
    return portfolio_pairs(portfolio_of([x for x in values.pairs if x[0] in PARAMETERS]))


def asked_matrix(values: Values) -> MatrixChoice:
    """Return the matrix that is asked for."""
    return MatrixChoice(
        group=values.one("group", GROUPS[0]),
        period=values.one("period", PERIODS[0]),
        tag=values.one("tag", TAGS[0]),
        kind=values.one("kind", ""),
    )


def asked_rows(values: Values) -> RowFilter:
    """Return the filter of rows that is asked for."""
    return filter_of({name: values.one(name, "") for name in FIELDS})
