"""Structured logs on standard error, one event a line, with secrets taken out."""

import logging
import re
import sys
from typing import Any, cast

import structlog

from registry.settings import LogSettings

_SECRET_KEY = re.compile(r"authorization|cookie|token|password|secret", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"\b(gcr_|ghp_|gho_|github_pat_|glpat-)[A-Za-z0-9_-]+")


def configure(settings: LogSettings) -> None:
    """Set up logging for the process: JSON lines, or text where a person watches."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        # Plain tracebacks: the rich ones print local variables, crawled text among them.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            cast("int", getattr(logging, settings.level.upper()))
        ),
        logger_factory=_writer,
        cache_logger_on_first_use=False,
    )


def _writer(*_arguments: object) -> structlog.PrintLogger:
    """Write to what is standard error now: it may have been replaced since `configure`."""
    return structlog.PrintLogger(sys.stderr)


def redact(_logger: object, _method: str, event: Any) -> Any:
    """Replace secrets by `***` and line breaks by spaces, in every value of an event."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if _SECRET_KEY.search(key):
        return "***"
    if isinstance(value, str):
        text = _SECRET_VALUE.sub(r"\1***", value)
        return text if key == "exception" else " ".join(text.splitlines())
    return value


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger whose events carry the name of the module that speaks.

    It takes its form from `configure` when it speaks, so modules can make theirs at import.
    """
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(module=name))
