"""May code under one licence be combined into a work under another?"""

from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct

from web.api import kinds
from web.api.call import CallDependency
from web.api.openapi import described, specs

NOTE: Final = (
    "By OSADL's licence compatibility matrix (CC-BY-4.0); unknown where it is silent. "
    "This is not legal advice."
)
PAIR: Final = (
    kinds.text(
        "inbound",
        "SPDX expression of the code that is taken.",
        required=True,
        max_length=200,
        example="Apache-2.0",
    ),
    kinds.text(
        "outbound",
        "SPDX id of the work that it goes into.",
        required=True,
        max_length=100,
        example="EUPL-1.2",
    ),
)


class LicenceVerdict(Struct, frozen=True, kw_only=True):
    """Whether the two go together: `verdict` is yes, no or unknown."""

    inbound: str
    outbound: str
    verdict: str
    note: str


class LicencesApi(Controller):
    """Licences."""

    tags = ["Licences"]

    @get(
        "/licences/verdict",
        sync_to_thread=True,
        operation_id="get_licence_verdict",
        summary="Ask whether two licences go together",
        responses=specs(LicenceVerdict, "What the matrix says."),
        operation_class=described(PAIR),
    )
    def get_verdict(self, call: CallDependency) -> Response[Any]:
        """Return yes, no or unknown: of alternatives (OR) any may fit, of parts (AND) all must."""
        values = call.read(PAIR)
        inbound, outbound = values.one("inbound").strip(), values.one("outbound").strip()
        verdict = call.catalogue.licence_verdict(outbound, inbound)
        answer = LicenceVerdict(inbound=inbound, outbound=outbound, verdict=verdict, note=NOTE)
        return call.json(answer)
