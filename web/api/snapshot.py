"""The locked OpenAPI document: `python -m web.api.snapshot` writes it anew after a change."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from litestar import Litestar
from litestar.di import Provide

from web.api.openapi import openapi_config
from web.api.router import api_routers
from web.auth.visit import auth_dependencies

PLACE: Final = Path("tests/web/api/openapi.json")
VERSION: Final = "0"


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the API as this code makes it, with no version."""
    app = Litestar(
        api_routers(),
        dependencies={
            "services": Provide(_no_services, sync_to_thread=False),
            **auth_dependencies(""),
        },
        openapi_config=openapi_config(VERSION),
    )
    made: dict[str, Any] = json.loads(json.dumps(app.openapi_schema.to_schema(), default=str))
    return made


def _no_services() -> None:
    return None


def text() -> str:
    """Return the document as it is kept."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write the document."""
    PLACE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PLACE} written\n")


if __name__ == "__main__":
    main()
