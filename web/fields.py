"""The fields of a form that was sent: only so many, only so long, and only text."""

import unicodedata
from typing import Final
from urllib.parse import parse_qsl

from registry.errors import InvalidInput

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MAX_FORM_BYTES: Final = 256 * 1024
MAX_FIELDS: Final = 100


def form_fields(content_type: str, body: bytes, max_bytes: int = MAX_FORM_BYTES) -> dict[str, str]:
    """Return the first value of each field, or raise `InvalidInput` for what no form sends."""
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise InvalidInput(f"A form is sent as {FORM_TYPE}.")
    if len(body) > max_bytes:
        raise InvalidInput(f"A form holds at most {max_bytes // 1024} KiB.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise InvalidInput("The form cannot be read.") from error
    return {name: _plain(value) for name, value in reversed(pairs)}


def _plain(value: str) -> str:
    """Return a text with line ends as lines have them, without control characters."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(x for x in lines if x in "\n\t" or unicodedata.category(x) not in {"Cc", "Cs"})
