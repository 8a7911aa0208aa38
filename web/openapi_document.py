"""The OpenAPI document as plain values, made when it is first asked for.

It takes as long as all the rest of building the application, and most processes never need it.
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Litestar

_KEY: Final = "openapi_document"


def openapi_document(app: Litestar) -> Mapping[str, Any]:
    """Return the document of an application's API; empty where there is no API."""
    if app.openapi_config is None:
        return {}
    if _KEY not in app.state:
        app.state[_KEY] = app.openapi_schema.to_schema()
    found: Mapping[str, Any] = app.state[_KEY]
    return found
