"""What an edge says, as one sentence made from its kind and its two ends."""

from collections.abc import Mapping
from typing import Any, Final

from registry.lineage.readmodels import EdgeView, End
from web.i18n.languages import Language
from web.i18n.marking import _, ngettext

# Kind → the sentence where the direction is known, and where it is not.
TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "shared_commits": (
        _("%(reuser)s grew out of %(origin)s"),
        _("%(origin)s and %(reuser)s share a history"),
    ),
    "shared_files": (
        _("%(reuser)s contains files of %(origin)s"),
        _("%(origin)s and %(reuser)s contain the same files"),
    ),
    "similar_files": (
        _("%(reuser)s contains changed files of %(origin)s"),
        _("%(origin)s and %(reuser)s contain similar files"),
    ),
    "package_dependency": (
        _("%(reuser)s depends on a package of %(origin)s"),
        _("%(origin)s and %(reuser)s are tied by a package"),
    ),
    "submodule": (
        _("%(reuser)s includes %(origin)s as a submodule"),
        _("%(origin)s and %(reuser)s are tied by a submodule"),
    ),
    "vendored_component": (
        _("%(reuser)s contains a copy of a package of %(origin)s"),
        _("%(origin)s and %(reuser)s contain the same package"),
    ),
    "attribution_text": (
        _("%(reuser)s says that it is adapted from %(origin)s"),
        _("A text in %(reuser)s names %(origin)s"),
    ),
    "declared": (
        _("A declaration says that %(reuser)s reuses %(origin)s"),
        _("A declaration ties %(reuser)s to %(origin)s"),
    ),
}
OTHER: Final = (
    _("%(reuser)s reuses %(origin)s"),
    _("%(origin)s and %(reuser)s are related"),
)
MIRROR: Final = _("%(reuser)s is a mirror of %(origin)s")
# Kind → the number of `strength` that says most, and its words.
COUNTS: Final[Mapping[str, tuple[str, tuple[str, str]]]] = {
    "shared_commits": (
        "commits",
        ngettext("%(count)s shared commit", "%(count)s shared commits"),
    ),
    "shared_files": ("count", ngettext("%(count)s identical file", "%(count)s identical files")),
    "similar_files": (
        "count",
        ngettext("%(count)s shared piece of code", "%(count)s shared pieces of code"),
    ),
    "vendored_component": (
        "files",
        ngettext("%(count)s identical file", "%(count)s identical files"),
    ),
    "attribution_text": ("mentions", ngettext("%(count)s mention", "%(count)s mentions")),
}


def sentence(language: Language, edge: EdgeView, *, places: bool = False) -> str:
    """Return what an edge says; with `places`, each end is followed by its country."""
    known, unknown = TITLES.get(edge.kind, OTHER)
    text = MIRROR if edge.is_mirror else known if edge.direction == "known" else unknown
    return language.gettext(
        text,
        reuser=_named(language, edge.reuser, places=places),
        origin=_named(language, edge.origin, places=places),
    )


def _named(language: Language, end: End, *, places: bool) -> str:
    return f"{end.name} ({language.country(end.country)})" if places and end.country else end.name


def found(language: Language, edge: EdgeView) -> str:
    """Return what was found in a few words: a number, or where it stands; perhaps nothing."""
    if edge.kind in COUNTS:
        name, (one, many) = COUNTS[edge.kind]
        if count := count_of(edge.strength, name):
            return language.ngettext(one, many, count)
    return edge.locator


def count_of(strength: Mapping[str, Any], name: str) -> int:
    """Return a count that a detector stored, 0 where there is none."""
    value = strength.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
