"""The domain's codes in words; an unknown code is shown as it is."""

from collections.abc import Callable
from typing import Final

from registry.domain import obstacle_texts
from registry.domain.crawl import REASONS, describe
from web.i18n.codes import (
    accounts,
    adoption,
    bodies,
    calls,
    catalogue,
    changes,
    contents,
    crawling,
    drift,
    governance,
    lineage,
    needs,
    ownership,
    publishing,
    reports,
)
from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    **catalogue.WORDS,
    **contents.WORDS,
    **crawling.WORDS,
    **lineage.WORDS,
    **drift.WORDS,
    **governance.WORDS,
    **adoption.WORDS,
    **needs.WORDS,
    **calls.WORDS,
    **changes.WORDS,
    **bodies.WORDS,
    **accounts.WORDS,
    **ownership.WORDS,
    **publishing.WORDS,
    **reports.WORDS,
}

HTTP_CAUSE: Final = _("The host answered with HTTP status %(status)s")
_HTTP_START: Final = HTTP_CAUSE.partition("%")[0]


def words(kind: str, code: str) -> str:
    """Return the English words for a code; the code itself, tidied, where there are none."""
    if kind == "outcome" and (code in REASONS or code.startswith("http_")):
        return describe(code)[0]
    known = WORDS.get(kind, {}).get(code)
    return known or code.replace("_", " ").replace("-", " ").strip().capitalize()


def told(gettext: Callable[..., str], text: str) -> str:
    """Return the translation of what the domain says in English about a failure."""
    if text.startswith(_HTTP_START):
        return gettext(HTTP_CAUSE, status=text.removeprefix(_HTTP_START))
    return gettext(text)


def reason_texts() -> list[str]:
    """Return the causes and next steps of failures, which the domain keeps in English."""
    return [*(text for pair in REASONS.values() for text in pair), describe("http_404")[1]]


def obstacle_words() -> list[str]:
    """Return what the domain says in English about obstacles."""
    rules = (text for rule in obstacle_texts.TEXTS.values() for text in _of_rule(rule))
    return [*rules, *obstacle_texts.GROUP_TITLES.values(), *obstacle_texts.REASONS.values()]


def _of_rule(rule: obstacle_texts.RuleText) -> tuple[str, ...]:
    return (rule.title, rule.sentence, rule.definition, rule.blind, rule.way_out)
