"""Opaque cursors of lists whose place is a plain text or number."""

import base64
import binascii

from web.api.parameters import mistake, refused


def cursor(place: str | int | None) -> str | None:
    """Return the cursor of a place in a list; `None` at its end."""
    if place is None:
        return None
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place_of(text: str | None) -> str | None:
    """Return the place that a cursor stands for, or raise the error that names it."""
    if text is None:
        return None
    try:
        place = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        place = ""
    if not place or cursor(place) != text or not place.isprintable():
        raise foreign()
    return place


def number_of(text: str | None) -> int:
    """Return the number that a cursor stands for, 0 for none, or raise the error that names it."""
    place = place_of(text)
    if place is None:
        return 0
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise foreign()
    return int(place)


def foreign() -> Exception:
    """Return the error that answers 400 to a cursor that was not given out here."""
    return refused([mistake("after", "invalid", "after: is not a cursor of this list")])
