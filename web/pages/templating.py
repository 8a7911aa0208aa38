"""Jinja2 set up for one language: autoescape, strict names, and the few functions pages may use.

Templates get frozen structs and these functions, nothing else. The one way to put HTML into a
page is the filter `trusted_html`, for what the sanitiser has already cleaned. `shell` makes one
word of a command of an address, whatever it holds.
"""

import html
import re
import shlex
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import jinja2
from markupsafe import Markup, escape

from web.i18n.languages import Language
from web.i18n.marking import _, ngettext
from web.i18n.words import WORDS, told, words
from web.pages.sentences import found, sentence

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_MARK: Final = re.compile(r"(</?mark>)")


def environment(language: Language) -> jinja2.Environment:
    """Return the template environment of one language."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        trusted_html=trusted_html,
        marked=marked,
        web_url=web_url,
        path_segment=path_segment,
        script_data=script_data,
        shell=shlex.quote,
    )
    env.globals.update(
        _=language.gettext,
        ngettext=language.ngettext,
        link=language.link,
        number=language.number,
        percent=language.percent,
        euro=language.euro,
        date=language.date,
        date_told=language.dated,
        short_date=language.short_date,
        moment=language.moment,
        size=language.size,
        country=language.country,
        region=language.region,
        language_name=language.language_name,
        word=lambda kind, code: told(language.gettext, words(kind, code)),
        told=lambda text: told(language.gettext, text),
        value_label=lambda facet, value, label: value_label(language, facet, value, label),
        lang=lambda tag: lang_attribute(language, tag),
        query_string=urlencode,
        sentence=lambda edge, places=False: sentence(language, edge, places=places),
        finding=lambda edge: found(language, edge),
    )
    return env


def trusted_html(cleaned: str) -> Markup:
    """Let HTML through that the sanitiser made (README bodies), and nothing else."""
    return Markup(cleaned)  # noqa: S704 - the one place; a test forbids every other


def script_data(text: str) -> Markup:
    """Return JSON as the content of a data block: nothing in it can end the block or begin a tag.

    Source: HTML, restrictions for contents of script elements; in JSON the escapes mean the same.
    """
    return Markup(text.translate(_SCRIPT_ESCAPES))  # noqa: S704 - no markup is left in it


_SCRIPT_ESCAPES: Final = {ord(x): f"\\u{ord(x):04x}" for x in "<>&\u2028\u2029"}


def marked(highlight: str) -> Markup:
    """Return a highlight with its `<mark>` tags kept and all else escaped again."""
    parts = _MARK.split(highlight)
    return Markup("").join(
        Markup(part) if _MARK.fullmatch(part) else escape(html.unescape(part))  # noqa: S704
        for part in parts
    )


def web_url(url: str | None) -> str | None:
    """Return a URL that may become a link, or `None`: http and https alone, with a host."""
    if not url or any(ord(character) < 33 for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def path_segment(text: object) -> str:
    """Return text as one segment of a path."""
    return quote(str(text), safe="")


def lang_attribute(language: Language, tag: str | None) -> Markup:
    """Return ` lang="…"` for a text in another language than the page (WCAG 3.1.2)."""
    if not tag or not _LANGUAGE_TAG.fullmatch(tag) or tag.split("-")[0] == language.code:
        return Markup("")
    return Markup(' lang="{}" dir="auto"').format(tag)


def value_label(language: Language, facet: str, value: str, label: str) -> str:
    """Return the words for a value of a filter in the language of the page."""
    if facet in {"country", "from", "to"}:
        return language.country(value)
    if facet == "reused_in":
        return language.gettext(REUSED_IN, country=language.country(value))
    if facet in LEAST_WORDS and value.isdecimal():
        return language.ngettext(*LEAST_WORDS[facet], int(value))
    if facet in {"region", "from_region", "to_region"}:
        return language.region(value)
    if facet == "ui_language":
        return language.language_name(value)
    if facet in WORD_KINDS:
        return language.gettext(words(WORD_KINDS[facet], value))
    if facet in YES_NO:
        return language.gettext(YES_NO[facet][value])
    if facet == "licence" and value in WORDS["licence_class"]:
        return language.gettext(words("licence_class", value))
    return words("function", value) if facet == "function" and label == value else label


# Filters whose values are codes, with the words for them.
WORD_KINDS: Final = {
    "fix_state": "fix_state",
    "advisory_severity": "advisory_severity",
    "dispute_state": "dispute_state",
    "ownership_state": "ownership_state",
    "ownership_level": "ownership_level",
    "activity": "activity",
    "readiness": "readiness",
    "licence_class": "licence_class",
    "kind": "edge_kind",
    "tag": "edge_tag",
    "state": "edge_state",
    "confidence": "confidence",
    "direction": "direction",
    "matrix_group": "matrix_group",
    "savings_effort": "savings_effort",
    "report_period": "report_period",
}
REUSED_IN: Final = _("reused in %(country)s")
LEAST_WORDS: Final = {
    "at_least": ngettext("%(count)s or more", "%(count)s or more"),
    "min_reuse_organisations": ngettext(
        "reused by %(count)s organisation or more", "reused by %(count)s organisations or more"
    ),
    "min_reuse_countries": ngettext(
        "reused in %(count)s other country or more",
        "reused in %(count)s other countries or more",
    ),
}
_PLAIN: Final = {"true": _("yes"), "false": _("no")}
YES_NO: Final = {
    "is_fork": {"true": _("Forks only"), "false": _("Without forks")},
    **dict.fromkeys(("foreign", "with_internal", "with_mirrors", "with_possible"), _PLAIN),
}
