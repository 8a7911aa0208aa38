"""Write values as YAML that readers of version 1.1 and of version 1.2 take for the same."""

import contextlib
import datetime as dt
import re
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
)

from crawlers.metadata.yaml_guard import resolve_plain

WIDTH: Final = 88
# What readers of YAML 1.1 take for something else than text.
_AMBIGUOUS: Final = re.compile(
    r"(?i)y|n|yes|no|on|off|[-+]?[0-9][0-9_:.eE+-]*|0[xo][0-9a-f]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)
# A date is written plain everywhere, and read as one or as a text that means it.
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def write_yaml(value: Any) -> str:
    """Return a value as YAML in block style, with texts quoted where readers could differ."""
    out = StringIO()
    yaml = YAML(typ="rt", pure=True)
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_styled(value), out)
    return out.getvalue().removesuffix("...\n")


def _styled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _styled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_styled(item) for item in value]
    if not isinstance(value, str):
        return value
    if "\n" in value:
        plain = all(line == line.strip() for line in value.split("\n"))
        return LiteralScalarString(value) if plain and value.strip() else _quoted(value)
    if len(value) > WIDTH and value == " ".join(value.split()):
        return FoldedScalarString(value)
    if _DATE.fullmatch(value):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(value)
    is_plain = isinstance(resolve_plain(value), str) and not _AMBIGUOUS.fullmatch(value)
    return value if is_plain else _quoted(value)


def _quoted(value: str) -> Any:
    return DoubleQuotedScalarString(value)


def indented(text: str, by: int) -> str:
    """Indent all lines but the first."""
    head, *lines = text.split("\n")
    return "\n".join([head, *(" " * by + line if line else line for line in lines)])


def all_indented(text: str, by: int) -> str:
    """Indent every line that holds something."""
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(True))


def dedented(text: str) -> str:
    """Take the indentation of a list at the top away."""
    return "".join(line.removeprefix("  ") for line in text.splitlines(True))
