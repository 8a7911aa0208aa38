"""What an index knows of one component, and the ranking that all adapters share."""

import math
from typing import Final

from msgspec import Struct

# Relevance is multiplied by these: an origin beats its forks, the living beat the dead.
FORK_FACTOR: Final = 0.5
DEAD_FACTOR: Final = 0.5
DEAD_STATES: Final = frozenset({"archived", "gone"})
# How lively a component is, by its activity (`registry.domain.resolve`); 0.5 where unknown.
LIVENESS: Final = {"active": 1.0, "quiet": 0.6, "archived": 0.0}
MANY_REUSERS: Final = 20
README_CHARACTERS: Final = 2_000

# Texts per language (BCP 47); the key "" holds text whose language is unknown.
Texts = dict[str, str]


class SearchDocument(Struct, frozen=True, kw_only=True):
    """The searchable side of a component; times are whole seconds since 1970 in UTC.

    Other organisations reuse it, in countries other than its own: by measured evidence.
    """

    id: int
    revision: int
    slug: str
    names: Texts
    descriptions: Texts = {}
    long_texts: Texts = {}
    features: Texts = {}
    topics: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    readme: str = ""
    path: str = ""
    organisation: str | None = None
    organisation_name: str = ""
    country: str | None = None
    region: str | None = None
    places: tuple[str, ...] = ()
    licence: str | None = None
    licence_class: str = "unknown"
    language: str | None = None
    ui_languages: tuple[str, ...] = ()
    activity: str = "unknown"
    readiness: str = "not_inspected"
    forge: str = "git"
    state: str = "active"
    is_fork: bool = False
    reuse_organisations: int = 0
    reuse_countries: int = 0
    updated_at: int = 0
    created_at: int = 0

    @property
    def liveness(self) -> float:
        """How lively the component is, from 0 (dead) to 1."""
        return 0.0 if self.state in DEAD_STATES else LIVENESS.get(self.activity, 0.5)

    @property
    def rank(self) -> float:
        """The factor on relevance, in (0, 1.2]: origin over fork, living over dead, reused first.

        Twenty organisations that reuse it weigh 20 %, so that measured reuse breaks near ties but
        never beats the words.
        """
        factor = FORK_FACTOR if self.is_fork else 1.0
        if self.liveness == 0.0:
            factor *= DEAD_FACTOR
        reuse = 0.2 * min(math.log1p(self.reuse_organisations) / math.log1p(MANY_REUSERS), 1.0)
        return factor * (0.8 + 0.2 * self.liveness) * (1.0 + reuse)

    @property
    def reuse(self) -> int:
        """A number that is higher the more countries reuse it, and then organisations."""
        return (min(self.reuse_countries, 999) << 20) | min(self.reuse_organisations, (1 << 20) - 1)

    @property
    def name(self) -> str:
        """One name: English, else the one without a language, else the first by language tag."""
        for lang in ("en", ""):
            if self.names.get(lang):
                return self.names[lang]
        return next((self.names[lang] for lang in sorted(self.names)), self.slug)


def facet_values(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """Return the values under which a document is found, per facet; absent ones are empty."""
    single = {
        "country": document.country,
        "region": document.region,
        "organisation": document.organisation,
        "licence": document.licence,
        "licence_class": document.licence_class,
        "language": document.language,
        "activity": document.activity,
        "readiness": document.readiness,
        "forge": document.forge,
        "state": document.state,
    }
    return {
        **{name: (value,) if value else () for name, value in single.items()},
        "ui_language": tuple(dict.fromkeys(document.ui_languages)),
        "function": tuple(dict.fromkeys(document.categories)),
    }
