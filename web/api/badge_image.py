"""Badges for README files: a label and a message, as SVG and as shields' endpoint JSON.

An SVG is made of escaped text and numbers alone: no script, no font, no address. Readers of a
README see an image, so everything is also in its title.
"""

from typing import Any, Final

from msgspec import Struct

from registry.domain.text import xml_text

# Colours whose contrast to white text is above 4.5:1 (WCAG 2.2, 1.4.3).
LABEL_COLOUR: Final = "#3b3b3b"
COLOURS: Final = {"good": "#0b5f43", "plain": "#1a5a96", "none": "#5c6166", "bad": "#a3320b"}
HEIGHT: Final = 20
_PADDING: Final = 6
# Mean width of a character at 11 px, in tenths of a pixel; the text is fitted to it.
_WIDTH: Final = 66


class Badge(Struct, frozen=True, kw_only=True):
    """What a badge says: `about` is the name of what it is about, `tone` one of `COLOURS`."""

    label: str
    message: str
    about: str
    tone: str


def _width(text: str) -> int:
    return len(text) * _WIDTH // 10


def badge_svg(badge: Badge) -> bytes:
    """Return the image."""
    label, message = xml_text(badge.label), xml_text(badge.message)
    title = f"{xml_text(badge.about)}: {label}: {message}"
    left, right = _width(badge.label) + 2 * _PADDING, _width(badge.message) + 2 * _PADDING
    colour = COLOURS[badge.tone]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" '
        f'role="img" aria-label="{title}"><title>{title}</title>'
        f'<path fill="{LABEL_COLOUR}" d="M0 0h{left}v{HEIGHT}H0z"/>'
        f'<path fill="{colour}" d="M{left} 0h{right}v{HEIGHT}H{left}z"/>'
        f'<g fill="#fff" font-family="Verdana,sans-serif" font-size="11">'
        f'<text x="{_PADDING}" y="14" textLength="{_width(badge.label)}">{label}</text>'
        f'<text x="{left + _PADDING}" y="14" textLength="{_width(badge.message)}">{message}</text>'
        "</g></svg>\n"
    ).encode()


def badge_json(badge: Badge) -> dict[str, Any]:
    """Return the same for shields.io. Source: its endpoint badge, schema version 1."""
    return {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": COLOURS[badge.tone],
        "labelColor": LABEL_COLOUR,
        "cacheSeconds": 3600,
    }
