"""`/health`: whether this process can answer, for orchestrators; no numbers, no versions."""

from litestar import Response, get

from registry.errors import Unavailable
from web.services import ServicesDependency


@get("/health", sync_to_thread=True, include_in_schema=False)
def health(services: ServicesDependency) -> Response[dict[str, str]]:
    """Answer 200 when the catalogue can be read, else 503."""
    try:
        services.catalogue.totals()
    except Unavailable:
        return Response({"status": "unavailable"}, status_code=503)
    return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})
