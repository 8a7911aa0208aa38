"""The languages in which the pages are served, each with its catalogue and formats.

English has no prefix, every other language has its code: `/fr/search`. Catalogues are read from
the `.po` files at start-up, so that no compiled file can be older than its source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

from registry.domain.reduced_dates import Unit, read_date
from web.i18n.regions import REGIONS

LOCALE_FOLDER: Final = Path(__file__).with_name("locale")
TRANSLATED: Final = ("fr", "es")
BYTE_UNITS: Final = ("byte", "kilobyte", "megabyte", "gigabyte")


@dataclass(frozen=True)
class Language:
    """A language of the pages: its texts, and how it writes numbers, dates and places."""

    code: str
    prefix: str
    autonym: str
    locale: Locale
    translations: NullTranslations
    transform: Callable[[str], str] = str

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, for the `dir` attribute."""
        return self.locale.text_direction

    def gettext(self, message: str, **values: object) -> str:
        """Return the translation with `%(name)s` filled in; plain text, never HTML."""
        return _fill(self.transform(self.translations.gettext(message)), values)

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the right plural form; `%(count)s` is written as the language writes numbers."""
        text = self.transform(self.translations.ngettext(one, many, count))
        return _fill(text, {"count": self.number(count), **values})

    def link(self, path: str) -> str:
        """Return the address of a page in this language; `path` is the English one."""
        return f"{self.prefix}{path}" if path != "/" or not self.prefix else self.prefix

    def number(self, value: float) -> str:
        """Return a number with the separators of the language."""
        return _number(value or 0, self.locale)  # never minus zero

    def euro(self, amount: float) -> str:
        """Return euro with three significant digits: more would claim to be known."""
        rounded = float(f"{amount:.3g}")
        return format_currency(rounded, "EUR", "¤#,##0" if self.code == "en" else None,
                               locale=self.locale, currency_digits=False)  # fmt: skip

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 as per cent; what is not zero never shows as zero."""
        if 0 < share < 0.01:
            return "< " + _percent(0.01, self.locale)
        return _percent(share, self.locale)

    def date(self, moment: date) -> str:
        """Return a day in words."""
        day = moment.date() if isinstance(moment, datetime) else moment
        return _long_day(day, self.locale)

    def dated(self, text: str) -> str:
        """Return a day, month or year in words, as precisely as it is known."""
        found = read_date(text)
        if found is None or found.unit is Unit.DAY:
            return self.date(found.first) if found else text
        skeleton = "yMMMM" if found.unit is Unit.MONTH else "y"
        return format_skeleton(skeleton, found.first, locale=self.locale)

    def short_date(self, moment: datetime) -> str:
        """Return a day and month, short enough for a heading."""
        return format_date(moment, format="d MMM", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """Return a day and time, in UTC."""
        return format_datetime(moment, format="d MMM yyyy, HH:mm", locale=self.locale) + " UTC"

    def size(self, count: int) -> str:
        """Return a number of bytes in the largest unit that keeps it at 1 or more."""
        value, unit = float(count), 0
        while value >= 1000 and unit < len(BYTE_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        symbol = ("B", "kB", "MB", "GB")[unit]
        return f"{format_decimal(round(value, 1 if unit else 0), locale=self.locale)} {symbol}"

    def country(self, code: str) -> str:
        """Return the name of a country, or the code where CLDR has none."""
        return str(self.locale.territories.get(code.upper(), code))

    def region(self, code: str) -> str:
        """Return the name of an ISO 3166-2 region, or the code where we have no name."""
        return REGIONS.get(code.upper(), code)

    def language_name(self, tag: str) -> str:
        """Return the name of a human language from its BCP 47 tag, or the tag itself."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            return tag
        return name or tag


@lru_cache(maxsize=10_000)
def _long_day(day: date, locale: Locale) -> str:
    """Return a day in words; a page writes the same days again and again."""
    return format_date(day, format="long", locale=locale)


@cache
def shipped_languages() -> tuple[Language, ...]:
    """Return English and every translated language, read from the catalogues once."""
    english = Language("en", "", "English", Locale("en", "GB"), NullTranslations())
    return (english, *(_translated(code) for code in TRANSLATED))


def _translated(code: str) -> Language:
    locale = Locale(code)
    return Language(
        code, f"/{code}", str(locale.display_name).capitalize(), locale, read_translations(code)
    )


def read_translations(code: str) -> Translations:
    """Return the texts of one language, compiled in memory from its `.po` file."""
    compiled = BytesIO()
    with catalogue_path(code).open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def catalogue_path(code: str) -> Path:
    """Return where the texts of a language are kept."""
    return LOCALE_FOLDER / code / "LC_MESSAGES" / "messages.po"


def language_of(path: str, languages: tuple[Language, ...]) -> Language:
    """Return the language that a request path asks for; the first one has no prefix."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return next((x for x in languages if x.prefix and x.prefix == f"/{first}"), languages[0])


def _fill(text: str, values: Mapping[str, object]) -> str:
    return text % values if values else text


@lru_cache(maxsize=8192)  # Pages hold the same small numbers over and over.
def _number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=8192)
def _percent(share: float, locale: Locale) -> str:
    return format_percent(share, locale=locale)
