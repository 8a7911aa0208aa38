"""How an edge is known, in sentences for people: what was found, and why this is the direction."""

from collections.abc import Mapping
from typing import Any, Final

from registry.lineage.readmodels import EdgeView
from web.i18n.languages import Language
from web.i18n.marking import _, ngettext
from web.pages.sentences import count_of

# Kind → the name of its number in `strength`, the sentence with it, and that without.
FOUND: Final[Mapping[str, tuple[str, tuple[str, str], str]]] = {
    "shared_commits": (
        "commits",
        ngettext(
            "%(count)s commit with the same id is in both histories. An id is computed from"
            " everything before it, so both can only hold it when one was copied from the other.",
            "%(count)s commits with the same ids are in both histories. An id is computed from"
            " everything before it, so both can only hold them when one was copied from the other.",
        ),
        _("Commits with the same ids are in both histories."),
    ),
    "shared_files": (
        "count",
        ngettext(
            "%(count)s file is in both histories, byte by byte the same. Only rare files are"
            " counted: licences, known libraries and what a third one had earlier are left out.",
            "%(count)s files are in both histories, byte by byte the same. Only rare files are"
            " counted: licences, known libraries and what a third one had earlier are left out.",
        ),
        _("Rare files are in both histories, byte by byte the same."),
    ),
    "similar_files": (
        "count",
        ngettext(
            "%(count)s rare piece of code is in files of both that were edited or renamed. Known"
            " libraries and what a third one had earlier are left out.",
            "%(count)s rare pieces of code are in files of both that were edited or renamed. Known"
            " libraries and what a third one had earlier are left out.",
        ),
        _("Rare pieces of code are in files of both that were edited or renamed."),
    ),
    "vendored_component": (
        "files",
        ngettext(
            "%(reuser)s holds %(count)s file that the package %(locator)s publishes, byte by byte"
            " the same; the package belongs to %(origin)s.",
            "%(reuser)s holds %(count)s files that the package %(locator)s publishes, byte by byte"
            " the same; the package belongs to %(origin)s.",
        ),
        _("%(reuser)s holds files that a package of %(origin)s publishes."),
    ),
    "attribution_text": (
        "mentions",
        ngettext(
            "%(count)s sentence in the files of %(reuser)s names %(origin)s as where its code"
            " comes from. That is what people wrote: no common code was looked for.",
            "%(count)s sentences in the files of %(reuser)s name %(origin)s as where its code"
            " comes from. That is what people wrote: no common code was looked for.",
        ),
        _("A sentence in %(reuser)s names %(origin)s as where its code comes from."),
    ),
}
PLAIN: Final[Mapping[str, str]] = {
    "package_dependency": _(
        "A manifest of %(reuser)s requires the package %(locator)s, which %(origin)s publishes."
    ),
    "submodule": _(
        "%(reuser)s points to a commit of %(origin)s as a submodule, by its address in .gitmodules."
    ),
    "declared": _(
        "A metadata file says that %(reuser)s is based on %(origin)s. That is a lead and no proof:"
        " such statements are often wrong."
    ),
}
OTHER: Final = _("%(reuser)s and %(origin)s are tied by what stands in the proof.")
# Basis of a direction → why it is this way round, or why nobody can say.
DIRECTIONS: Final[Mapping[str, str]] = {
    "forge": _("The forge says that %(reuser)s was made as a fork of %(origin)s."),
    "text": _("A text of %(reuser)s names %(origin)s as its source."),
    "no_own_commits": _("%(reuser)s has no commit of its own: %(origin)s has all of them."),
    "authors": _(
        "Those who wrote the common commits went on in %(origin)s, and much less in %(reuser)s."
    ),
    "first_seen": _("Of what they share, most was in %(origin)s first, on several days."),
    "first_transfer": _(
        "When the first of it came to %(reuser)s, %(origin)s already had what came."
    ),
    "forge_creation": _("The forge made the repository of %(origin)s earlier."),
    "manifest": _("Who requires a package is the one who reuses it."),
    "gitlink": _("Who points to a submodule is the one who reuses it."),
    "package": _("Who publishes the package is where the copies come from."),
    "declaration": _("The declaration says who is based on whom."),
}
UNKNOWN_DIRECTIONS: Final[Mapping[str, str]] = {
    "identical": _("Who was first is not known: both have the same commits and no others."),
    "same_time": _("Who was first is not known: both got what they share at the same time."),
    "conflict": _("Who was first is not known: the signs contradict each other."),
    "dates_contradict_work": _(
        "Who was first is not known: the dates of commits contradict how the work went on."
    ),
    "dates_contradict_forge": _(
        "Who was first is not known: the dates of commits contradict when the forge made the"
        " repositories."
    ),
    "dates_contradict_first_sight": _(
        "Who was first is not known: the dates of commits contradict when this registry first saw"
        " the repositories."
    ),
}
NOT_KNOWN: Final = _("Who was first is not known: nothing shows it reliably.")
STATES: Final[Mapping[str, str]] = {
    "since_removed": _("Today it is not there any more. It was, and history keeps it."),
    "disputed": _("An organisation on one side objects. It counts until that was reviewed."),
    "withdrawn": _(
        "This claim is withdrawn: it is not found any more, or was denied. It is in no number."
    ),
    "superseded": _("Better evidence has taken its place; it is in no number."),
}


def how_known(language: Language, edge: EdgeView) -> tuple[str, ...]:
    """Return what was found, why the direction is this, and what became of it, as sentences."""
    values = {"origin": edge.origin.name, "reuser": edge.reuser.name, "locator": edge.locator}
    told = [_found(language, edge, values), _direction(language, edge, values)]
    if edge.state in STATES:
        told.append(language.gettext(STATES[edge.state]))
    return tuple(sentence for sentence in told if sentence)


def _found(language: Language, edge: EdgeView, values: Mapping[str, Any]) -> str:
    if edge.kind in FOUND:
        name, (one, many), without = FOUND[edge.kind]
        count = count_of(edge.strength, name)
        if count and (edge.locator or "%(locator)s" not in many):
            return language.ngettext(one, many, count, **values)
        return language.gettext(without, **values)
    return language.gettext(PLAIN.get(edge.kind, OTHER), **values)


def _direction(language: Language, edge: EdgeView, values: Mapping[str, Any]) -> str:
    if edge.direction != "known":
        return language.gettext(UNKNOWN_DIRECTIONS.get(edge.direction_basis, NOT_KNOWN))
    known = DIRECTIONS.get(edge.direction_basis)
    return language.gettext(known, **values) if known else ""
