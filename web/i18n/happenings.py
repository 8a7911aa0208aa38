"""What happened to a component as one sentence, in the language of who reads it."""

from collections.abc import Mapping
from typing import Any, Final

from registry.db.tables.change import ChangeKind
from web.i18n.languages import Language
from web.i18n.words import WORDS, words

# Kinds of which the detail says what happened, and under which key.
_TELLING: Final[Mapping[str, str]] = {ChangeKind.ADOPTERS: "what", ChangeKind.CALL: "what"}
_PLACES: Final[Mapping[str, str]] = {
    "evidence": "evidence", "fix": "fixes-missing", "call": "calls",
}  # fmt: skip
_NAMED: Final = ("before", "after", "version", "advisory", "reuser", "by", "body")


def sentence(language: Language, kind: str, name: str, detail: Mapping[str, Any]) -> str:
    """Return what a change says: `name` is of the component, `detail` as the change log has it."""
    code = _code(kind, detail)
    unknown = language.gettext(WORDS["change_told"]["unknown"])
    values = {key: str(detail.get(key) or unknown) for key in _NAMED}
    values["kind"] = language.gettext(words("call_kind", str(detail.get("kind", ""))))
    return language.gettext(WORDS["change_told"][code], name=name, **values)


def place_of_change(slug: str, detail: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the address of the page that tells most of a change, in parts, in English."""
    for key, area in _PLACES.items():
        if detail.get(key):
            return area, str(detail[key])
    if "signal" in detail:
        return "components", slug, "governance"
    return ("components", slug, "adopters") if "adoption" in detail else ("components", slug)


def _code(kind: str, detail: Mapping[str, Any]) -> str:
    if kind == ChangeKind.EDGE:
        found = f"edge_{detail.get('what') or detail.get('state')}"
        return found if found in WORDS["change_told"] else "edge_other"
    if kind == ChangeKind.SIGNAL:
        return f"signal_{detail.get('signal')}_{detail.get('state')}"
    if kind == ChangeKind.CALL and detail.get("body"):
        return f"call_body_{detail.get('what')}"
    if kind in _TELLING:
        return f"{kind}_{detail.get(_TELLING[kind])}"
    return kind


def told(language: Language, code: str, **values: object) -> str:
    """Return a sentence of a feed that tells of something else than changes."""
    return language.gettext(WORDS["feed_told"][code], **{k: str(v) for k, v in values.items()})


def feed_name(language: Language, name: str) -> str:
    """Return what a feed is about, in a few words."""
    return language.gettext(words("feed_name", name))


def local_place(language: Language, *parts: str) -> tuple[str, ...]:
    """Return the address of a page in a language, in parts."""
    return (language.prefix.strip("/"), *parts) if language.prefix else parts
