"""In which languages a repository has translation files, told from paths.

Where there is one language alone, its file is read: that of a generator holds no texts.

Sources of the forms: GNU gettext manual, Rails I18n guide, i18next, Flutter ARB, Java
ResourceBundle, Android and Apple resource folders, OASIS XLIFF, .NET resources, Project Fluent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from crawlers.replicability.paths import is_aside
from registry.domain.inspection import Place

MAX_PLACES: Final = 60
_SKELETON: Final = 3  # lines: a language, a greeting, and one more
UNKNOWN: Final = "und"  # ISO 639-2: undetermined; a file of texts that names no language
_CODES: Final = frozenset(
    {
        "aa", "ab", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi",
        "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da",
        "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo",
        "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu",
        "hy", "hz", "ia", "id", "ig", "ii", "ik", "is", "it", "iu", "iw", "ja", "jv", "ka", "kg",
        "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb",
        "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms",
        "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj",
        "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa",
        "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su",
        "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw",
        "ty", "ug", "uk", "ur", "uz", "ve", "vi", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
        "ckb", "fil", "hsb", "dsb", "sme", "kab",
    }
)  # fmt: skip
_TAG = re.compile(r"([a-z]{2,3})(?:[-_](?:r?[a-z]{2}|[a-z]{4}|[0-9]{3}))?(?:[-_@][a-z0-9]{2,8})?")
_FOLDERS: Final = frozenset(
    {
        "locale", "locales", "i18n", "lang", "langs", "language", "languages", "translation",
        "translations", "l10n", "intl", "nls", "messages", "_locales", "localization",
        "localisation",
    }
)  # fmt: skip
_TEXTS: Final = (
    ".json",
    ".json5",
    ".yml",
    ".yaml",
    ".php",
    ".js",
    ".ts",
    ".ftl",
    ".toml",
    ".properties",
    ".edn",
)
_ALWAYS: Final = (".po", ".arb", ".xlf", ".xliff", ".resx", ".lang")
_ENDING = re.compile(
    r".*?[._-]([a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\.(?:properties|arb|xlf|xliff|resx|po|ya?ml|json|ftl|lang)"
)
_ANDROID = re.compile(r"(?:.*/)?res/values(?:-([a-z]{2,3})(?:-r[A-Z]{2})?)?/strings[\w-]*\.xml")
_APPLE = re.compile(r"(?:.*/)?([A-Za-z-]{2,10})\.lproj/[^/]+\.strings(?:dict)?")


def translations(paths: Mapping[str, str]) -> tuple[Place, ...]:
    """Return one file per language, from path → blob of HEAD; `kind` is a BCP 47 language."""
    first: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        if len(path) <= 300 and not _is_left_out(path):
            for language in _languages(path):
                first.setdefault(language, path)
    known = [x for x in first if x != UNKNOWN] or list(first)
    return tuple(Place(kind=x, path=first[x], blob=paths[first[x]]) for x in sorted(known))[
        :MAX_PLACES
    ]


def is_skeleton(text: str) -> bool:
    """Tell whether a file of texts is as a generator left it: a greeting, and comments."""
    lines = (line.strip() for line in text.splitlines())
    return sum(bool(line) and not line.startswith(("#", "//")) for line in lines) <= _SKELETON


def _is_left_out(path: str) -> bool:
    return is_aside(path) and not path.lower().endswith((".po", ".pot"))


def _languages(path: str) -> Iterator[str]:
    if android := _ANDROID.fullmatch(path):
        yield android[1] or UNKNOWN
        return
    if apple := _APPLE.fullmatch(path):
        yield _language(apple[1]) or UNKNOWN
        return
    *folders, name = path.lower().split("/")
    at = next((n for n, folder in enumerate(folders) if folder in _FOLDERS), None)
    if name.endswith(_ALWAYS):
        yield _by_name(name) or _first(folders) or UNKNOWN
    elif at is not None and name.endswith(_TEXTS):
        found = _first(folders[at + 1 :]) or _language(name.rpartition(".")[0]) or _by_name(name)
        if found:
            yield found
    elif name.startswith(("messages", "translations", "texts")) and name.endswith(".properties"):
        yield _by_name(name) or UNKNOWN


def _by_name(name: str) -> str | None:
    found = _ENDING.fullmatch(name)
    stem = name.rpartition(".")[0]
    return (_language(found[1]) if found else None) or _language(stem)


def _first(folders: Iterable[str]) -> str | None:
    return next((x for x in map(_language, folders) if x), None)


def _language(text: str) -> str | None:
    """Return the language of a tag such as `pt_BR`, None where the text is none."""
    found = _TAG.fullmatch(text.lower())
    return found[1] if found and found[1] in _CODES else None
