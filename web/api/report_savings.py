"""The savings of a report at the API, with the inputs in the address, as on its page."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Controller, Response, get
from msgspec.structs import asdict

from registry.errors import NotFound
from registry.reports.savings.assumptions import Assumptions, assumption_pairs
from registry.reports.savings.draws import SEED, TRIALS
from registry.reports.savings.figures import Savings
from registry.reports.savings.rates import known_rates, monthly_rate
from registry.reports.savings.service import ReportSavings
from registry.reports.selecting import RowFilter
from registry.reports.service import Report
from web.api import kinds, savings_examples
from web.api.call import Call, CallDependency
from web.api.openapi import described, specs
from web.api.report_items import RowUrls
from web.api.report_query import PORTFOLIO, about, asked_portfolio
from web.api.reports import REPORT_COST, reports_of
from web.api.savings_query import ASSUMPTIONS, asked_assumptions
from web.api.savings_structs import (
    ComponentSavingsItem,
    RateItem,
    SavingsInputs,
    SavingsResource,
)

SAVINGS: Final = (*PORTFOLIO, *ASSUMPTIONS, kinds.fields(SavingsResource.__struct_fields__))


class ReportSavingsApi(Controller):
    """`/reports/savings`."""

    path = "/reports"
    tags = ["Reports"]

    @get(
        "/savings",
        sync_to_thread=True,
        operation_id="get_report_savings",
        summary="Get what the reuse of a portfolio saved, as ranges",
        opt={"cost": REPORT_COST},
        responses=specs(
            SavingsResource, "The ranges, with what they rest on.", savings_examples.SAVINGS
        ),
        operation_class=described(SAVINGS),
    )
    def get_savings(self, call: CallDependency) -> Response[Any]:
        """Return what own code would cost again, what reusers avoided, and what moves that.

        The parameters are those of a report and its assumptions. The three numbers are never
        added to each other, nor to savings that somebody reported.
        """
        values = call.read(SAVINGS)
        service, reports = savings_of(call), reports_of(call)
        report = reports.report(asked_portfolio(values, reports))
        asked = asked_assumptions(values)
        resource = _resource(call, report, service.of(report, asked), asked, about(values))
        return call.resource(resource, values, last_modified=report.data.as_of)


def savings_of(call: Call) -> ReportSavings:
    """Return the savings of this instance, or raise `NotFound`."""
    if call.services.savings is None:
        raise NotFound("this registry reckons no savings")
    return call.services.savings


def _resource(
    call: Call, report: Report, found: Savings, asked: Assumptions, named: list[tuple[str, str]]
) -> SavingsResource:
    address = urlencode([*named, *assumption_pairs(asked)])
    return SavingsResource(
        portfolio=report.portfolio,
        remarks=report.remarks,
        currency="EUR",
        replacement=found.replacement,
        avoided=found.avoided,
        official=found.official,
        priced=found.priced,
        pairs=found.pairs,
        left_out=dict(found.left_out),
        without_rate=dict(found.countries),
        tornado=found.tornado,
        reported=report.data.reported,
        components=tuple(_components(call, report, found, RowUrls(call, named))),
        inputs=_inputs(report, asked),
        method=found.method,
        rule_version=report.data.rule_version,
        as_of=report.data.as_of or call.services.as_of(),
        html_url=f"{call.page_url('reports')}?{address}#savings",
    )


def _components(
    call: Call, report: Report, found: Savings, urls: RowUrls
) -> list[ComponentSavingsItem]:
    names: Mapping[str, str] = {item.slug: item.name for item in report.data.components}
    return [
        ComponentSavingsItem(
            **asdict(item), name=names[item.slug], api_url=call.api_url("components", item.slug),
            rows_url=urls.of(RowFilter(origin=item.slug)),
        )
        for item in found.components
    ]  # fmt: skip


def _inputs(report: Report, asked: Assumptions) -> SavingsInputs:
    rows = {row.country for row in report.data.rows}
    countries = sorted((rows | {item.country for item in report.data.components}) - {None}, key=str)
    return SavingsInputs(
        **asdict(asked.priors), effort=asked.effort, full=asked.full, adapted=asked.adapted,
        reference=asked.reference,
        rates=tuple(x for code in countries if code and (x := _rate(code, asked)) is not None),
        changed=tuple(dict.fromkeys(name for name, _ in assumption_pairs(asked))),
        trials=TRIALS, seed=SEED,
    )  # fmt: skip


def _rate(country: str, asked: Assumptions) -> RateItem | None:
    monthly = monthly_rate(country, asked.rates)
    if monthly is None:
        return None
    if country in asked.rates:
        return RateItem(country=country, monthly=monthly, is_given=True)
    known = known_rates()[country]
    return RateItem(
        country=country, monthly=monthly, is_given=False, year=known.year, source=known.source,
        url=known.url,
    )  # fmt: skip
