"""Snippets that show a badge of a component in a README: for four kinds of markup."""

from html import escape
from typing import Final

from msgspec import Struct

from web.i18n.words import words
from web.pages.view import View

NAMES: Final = ("reuse", "countries", "metadata")


class BadgeSnippets(Struct, frozen=True, kw_only=True):
    """A badge: its image here, what it means, and (kind of markup, text to copy).

    The alternative text tells the meaning and no number: README files turn the image into one
    whose text does not follow.
    """

    image: str
    alt: str
    snippets: tuple[tuple[str, str], ...]


def badge_snippets(view: View, slug: str) -> tuple[BadgeSnippets, ...]:
    """Return the badges of a component, where there are any."""
    paths = {name: f"/badge/components/{slug}/{name}.svg" for name in NAMES}
    return tuple(
        _badge(view, slug, name, path) for name, path in paths.items() if view.site.offers(path)
    )


def _badge(view: View, slug: str, name: str, path: str) -> BadgeSnippets:
    alt = view.language.gettext(words("badge_name", name))
    base = view.site.base_url
    image, page = base + path, base + view.language.link(f"/components/{slug}")
    return BadgeSnippets(image=path, alt=alt, snippets=_snippets(image, page, alt))


def _snippets(image: str, page: str, alt: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Markdown", f"[![{alt}]({image})]({page})"),
        ("HTML", f'<a href="{page}"><img src="{image}" alt="{escape(alt)}"></a>'),
        ("reStructuredText", f".. image:: {image}\n   :target: {page}\n   :alt: {alt}"),
        ("AsciiDoc", f'image:{image}["{alt}",link="{page}"]'),
    )
