"""`/audit/checkpoint`: where the audit log stands, signed, for others to keep on other machines."""

from typing import Protocol

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler


class Checkpoints(Protocol):
    """What knows where the audit log stands."""

    def checkpoint(self) -> str:
        """Return the newest checkpoint; raises `NotFound` before the first."""


def checkpoint_giver(log: Checkpoints) -> HTTPRouteHandler:
    """Return the handler that gives the newest checkpoint to anybody."""

    @get("/audit/checkpoint", sync_to_thread=True, include_in_schema=False)
    def give() -> Response[str]:
        """Return the signed note (C2SP tlog-checkpoint)."""
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        return Response(log.checkpoint(), media_type="text/plain", headers=headers)

    return give
