"""Text as every database can store it."""

import math
import re
from html import escape
from typing import Any, Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(value: str) -> str:
    """Return text as it stands in XML; characters that XML has not become U+FFFD."""
    return escape(_NOT_XML.sub(REPLACEMENT, value))


def storable(value: Any) -> Any:
    """Return a JSON-like value that SQLite and PostgreSQL store alike.

    PostgreSQL takes no NUL in texts and no number in JSON that is not finite: the former becomes
    the replacement character, the latter its name. What is stored already so is returned as it is.
    """
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
