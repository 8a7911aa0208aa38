"""What people search for and nobody offers."""

from datetime import date
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from registry.adoption.demand.service import MAX_SHOWN, Demand, DemandItem
from registry.errors import NotFound
from web.api import kinds
from web.api.call import Call, CallDependency
from web.api.cursors import cursor, number_of
from web.api.exports import column, csv_file
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.limits import EXPORT_COST

LIST: Final = (kinds.limit(), kinds.AFTER)
CSV: Final = {Form.CSV: "words,days,searches,last_on\r\nploughs snow,9,14,2026-08-02\r\n"}
COLUMNS: Final = tuple(map(column, ("words", "days", "searches", "last_on")))


class DemandPage(Struct, frozen=True, kw_only=True):
    """Searches in vain, those of the most days first."""

    items: tuple[DemandItem, ...]
    next: str | None


class DemandApi(Controller):
    """Searches that found nothing."""

    tags = ["Needs"]

    @get(
        "/demand",
        sync_to_thread=True,
        operation_id="list_demand",
        summary="List searches in vain",
        responses=specs(
            DemandPage,
            "A page of searches in vain.",
            DemandPage(
                items=(
                    DemandItem(
                        words="ploughs snow", days=9, searches=14,
                        last_on=date.fromisoformat("2026-08-02"),
                    ),
                ),
                next="https://registry.example/api/v1/demand?after=MjA",
            ),
        ),
        operation_class=described(LIST),
    )  # fmt: skip
    def list_demand(self, call: CallDependency) -> Response[Any]:
        """Return words that found nothing on at least five days of the last year.

        They are folded and in order of the alphabet; nobody knows who searched for them.
        """
        values = call.read(LIST)
        found, following = _demand(call).list(
            after=number_of(values.one("after")), limit=values.one("limit", 20)
        )
        next_url = call.next_url(values, cursor(following))
        body = DemandPage(items=found, next=next_url)
        return call.json(body, headers=call.links(values, next_url))

    @get(
        "/demand.csv",
        sync_to_thread=True,
        operation_id="export_demand_csv",
        summary="Export searches in vain as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described((), CSV, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return all searches in vain that are shown, at most 10,000."""
        call.read(())
        items, _ = _demand(call).list(limit=MAX_SHOWN)
        return call.export(csv_file(items, COLUMNS, ()), Form.CSV)


def _demand(call: Call) -> Demand:
    if call.services.demand is None:
        raise NotFound("this registry does not count searches")
    return call.services.demand
