"""What every handler declares before the application may start.

A handler that may change something names its action in `opt["action"]`; unless anybody may do it,
the handler asks for the dependency `actor` or `visit`. What is not declared does not start.
"""

from typing import Any, Final

from litestar import Litestar
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from registry.accounts.authorise import RULES, Action
from web.auth.forgery import SAFE_METHODS

ASKS_WHO: Final = frozenset({"actor", "visit"})


def write_handlers(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Return method, path and handler of every route that may change something."""
    return [
        (method, route.path_format, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in sorted(handler.http_methods)
        if method not in SAFE_METHODS
    ]


def check_declared(app: Litestar) -> None:
    """Refuse an application with a handler that says nothing, or not enough, of who may use it."""
    for method, path, handler in write_handlers(app):
        if problem := _problem(handler):
            raise ImproperlyConfiguredException(f"{method} {path} {problem}")


def _problem(handler: HTTPRouteHandler) -> str:
    action: Any = handler.opt.get("action")
    if not isinstance(action, Action) or action not in RULES:
        return "declares no action: see docs/accounts.md"
    asked = ASKS_WHO & set(handler.parsed_fn_signature.parameters)
    if RULES[action].least != "anybody" and not asked:
        return f"does not ask who it is that wants to {action.value}"
    return ""
