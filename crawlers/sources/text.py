"""The text of a list, bounded and in one encoding."""

from registry.errors import InvalidInput


def decoded(data: bytes, max_bytes: int) -> str:
    """Return the text of UTF-8 bytes, with or without a mark, or raise `InvalidInput`."""
    if len(data) > max_bytes:
        raise InvalidInput(f"the list is larger than {max_bytes} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the list is not UTF-8 text (byte {error.start})") from error
    if "\x00" in text:
        raise InvalidInput("the list holds NUL characters")
    return text
