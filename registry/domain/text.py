"""Text as every database can store it."""

import math
from typing import Any, Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


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
