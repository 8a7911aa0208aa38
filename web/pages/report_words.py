"""The headline of a report in the language of the page, each number a link to its rows."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from registry.reports.figures import Headline
from web.i18n.languages import Language
from web.i18n.marking import _, ngettext
from web.pages.report_query import Linker

REUSED: Final = ngettext(
    "%(components)s; %(organisations)s in %(countries)s reuses them:",
    "%(components)s; %(organisations)s in %(countries)s reuse them:",
)
NOTHING: Final = _("%(components)s; no reuse by others was found.")
COMPONENTS: Final = ngettext("%(count)s component", "%(count)s components")
ORGANISATIONS: Final = ngettext("%(count)s organisation", "%(count)s organisations")
COUNTRIES: Final = ngettext("%(count)s country", "%(count)s countries")
UNKNOWN: Final = ngettext(
    "%(count)s repository of an unknown organisation",
    "%(count)s repositories of unknown organisations",
)
BY_TAG: Final[Mapping[str, tuple[str, str]]] = {
    "measured": ngettext("%(count)s measured", "%(count)s measured"),
    "attributed": ngettext("%(count)s attributed", "%(count)s attributed"),
    "declared": ngettext("%(count)s declared", "%(count)s declared"),
    "reported": ngettext("%(count)s reported", "%(count)s reported"),
}
_NAMES: Final = ("components", "organisations", "countries")
_PART: Final = re.compile("\ue000(\\w+)\ue001")


class Piece(Struct, frozen=True):
    """A piece of a sentence; without an address it is plain text."""

    text: str
    href: str = ""


def headline_pieces(language: Language, found: Headline, links: Linker) -> tuple[Piece, ...]:
    """Return the sentence; each organisation stands once, under its strongest evidence."""
    components = Piece(_count(language, COMPONENTS, found.components), "#components")
    if not (found.organisations.value or found.unknown.value):
        return _pieces(language, NOTHING, components=components)
    count = found.organisations.value or 0
    pieces = [
        *_cut(
            language.ngettext(*REUSED, count, **_marks(_NAMES)),
            components=components,
            organisations=Piece(
                _count(language, ORGANISATIONS, count),
                links.rows(found.organisations.rows),
            ),
            countries=Piece(
                _count(language, COUNTRIES, found.countries.value or 0),
                links.rows(found.countries.rows),
            ),
        ),
        Piece(" "),
    ]
    split = [
        Piece(_count(language, BY_TAG[tag], figure.value), links.rows(figure.rows))
        for tag, figure in found.by_strongest
        if figure.value
    ]
    if found.unknown.value:
        text = _count(language, UNKNOWN, found.unknown.value)
        split.append(Piece(text, links.rows(found.unknown.rows)))
    for number, piece in enumerate(split):
        pieces += [Piece(", "), piece] if number else [piece]
    return (*pieces, Piece("."))


def _count(language: Language, forms: tuple[str, str], count: int) -> str:
    return language.ngettext(*forms, count)


def _pieces(language: Language, message: str, **parts: Piece) -> tuple[Piece, ...]:
    """Return a translated sentence, cut where its parts stand in that language."""
    return _cut(language.gettext(message, **_marks(parts)), **parts)


def _marks(names: Iterable[str]) -> dict[str, str]:
    return {name: f"\ue000{name}\ue001" for name in names}


def _cut(text: str, **parts: Piece) -> tuple[Piece, ...]:
    found = []
    for number, piece in enumerate(_PART.split(text)):
        found.append(parts[piece] if number % 2 else Piece(piece))
    return tuple(piece for piece in found if piece.text)
