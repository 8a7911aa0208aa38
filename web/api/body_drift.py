"""Drift of the forks that members of a body keep of what it governs."""

from collections.abc import Iterator
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from web.api import drift_examples, kinds
from web.api.call import Call, CallDependency, slug_in
from web.api.drift_items import DRIFT_COLUMNS, drift_item
from web.api.drift_structs import DriftItem
from web.api.exports import csv_file
from web.api.joint_bodies import Slug, bodies_of
from web.api.negotiation import Form
from web.api.openapi import described, specs
from web.limits import EXPORT_COST

FILE: Final = (kinds.fields(DriftItem.__struct_fields__),)


class BodyDriftResource(Struct, frozen=True, kw_only=True):
    """Forks and copies of the components of a body that organisations keep, members today."""

    forks: tuple[DriftItem, ...]


class BodyDriftApi(Controller):
    """The drift of members' forks."""

    path = "/bodies"
    tags = ["Governance"]

    @get(
        "/{slug:str}/drift",
        sync_to_thread=True,
        operation_id="get_body_drift",
        summary="Get how far forks of members are from what a body governs",
        responses=specs(
            BodyDriftResource, "The forks, the nearest first.",
            BodyDriftResource(forks=(drift_examples.DRIFT,)), can_be_missing=True,
        ),
        operation_class=described(),
    )  # fmt: skip
    def get_drift(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return what each lacks; the commits themselves are at `/components/{slug}/drift`."""
        call.read(())
        return call.json(BodyDriftResource(forks=tuple(_items(call, slug))))

    @get(
        "/{slug:str}/drift.csv",
        sync_to_thread=True,
        operation_id="export_body_drift_csv",
        summary="Export the drift of forks of members as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, drift_examples.DRIFT_CSV, only=True),
    )
    def export_drift(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each fork."""
        values = call.read(FILE)
        parts = csv_file(_items(call, slug), DRIFT_COLUMNS, values.one("fields", ()))
        return call.export(parts, Form.CSV)


def _items(call: Call, slug: str) -> Iterator[DriftItem]:
    body = bodies_of(call).body(slug_in(slug, "body"))
    found = call.services.drifts.of_members(body.governed, body.keepers)
    return (drift_item(call, view) for view in found)
