"""Pages about the registry itself: method, words, accessibility, cookies, licence, limits."""

from collections.abc import Callable
from typing import ClassVar, Final

from litestar import Controller, Response, get
from msgspec import Struct

from registry.domain import obstacles
from registry.domain.obstacle_texts import GROUP_TITLES, GROUPS, TEXTS
from registry.domain.properties import CONFLICTING, PRECEDENCE
from registry.lineage.readmodels import MethodView
from web.i18n.marking import _
from web.pages.detectors import DETECTORS
from web.pages.evidence import method_of
from web.pages.query import MAX_PARAMETERS, MAX_TEXT, MAX_VALUE, MAX_VALUES, PAGE_SIZE
from web.pages.search import MAX_FACET_VALUES
from web.pages.view import Context, ViewDependency

PAGE_LIMITS: Final[tuple[tuple[int, str], ...]] = (
    (MAX_TEXT, _("Characters in the words of a search")),
    (MAX_VALUE, _("Characters in any other value of an address")),
    (MAX_VALUES, _("Values of one filter")),
    (MAX_PARAMETERS, _("Parameters of one address")),
    (MAX_FACET_VALUES, _("Values that a filter offers")),
    (PAGE_SIZE, _("Components on a page of results")),
)


class ObstacleRule(Struct, frozen=True):
    """A rule about obstacles in words: what counts, and what it does not see."""

    rule: str
    title: str
    definition: str
    blind: str


class MethodContext(Context, frozen=True, kw_only=True):
    """Variables of `about/method.html`; `precedence` gives the sources per field, best first.

    `detectors` holds a kind of evidence, what it means, and what it does not see;
    `obstacle_groups` the rules about use elsewhere, by group.
    """

    template: ClassVar[str] = "about/method.html"
    precedence: tuple[tuple[str, tuple[str, ...]], ...]
    conflicting: tuple[str, ...]
    lineage: MethodView
    detectors: tuple[tuple[str, str, str], ...]
    obstacle_groups: tuple[tuple[str, tuple[ObstacleRule, ...]], ...]
    obstacle_version: int


class LimitsContext(Context, frozen=True, kw_only=True):
    """Variables of `about/limits.html`."""

    template: ClassVar[str] = "about/limits.html"
    limits: tuple[tuple[int, str], ...]
    requests_per_minute: int
    settings: tuple[tuple[str, str, str], ...]


class GlossaryContext(Context, frozen=True, kw_only=True):
    """`about/glossary.html` needs nothing."""

    template: ClassVar[str] = "about/glossary.html"


class AccessibilityContext(Context, frozen=True, kw_only=True):
    """`about/accessibility.html` needs nothing."""

    template: ClassVar[str] = "about/accessibility.html"


class CookiesContext(Context, frozen=True, kw_only=True):
    """`about/cookies.html` needs nothing."""

    template: ClassVar[str] = "about/cookies.html"


class DataLicenceContext(Context, frozen=True, kw_only=True):
    """Variables of `about/data-licence.html`; `notice` is the licence text of the style sheet."""

    template: ClassVar[str] = "about/data-licence.html"
    notice: str | None


class AboutPages(Controller):
    """Pages that hardly ever change."""

    include_in_schema = False

    @get("/method", sync_to_thread=True)
    def method(self, view: ViewDependency) -> Response[bytes]:
        """Say how everything that is shown was found."""
        context = MethodContext(
            precedence=tuple(PRECEDENCE.items()),
            conflicting=tuple(sorted(CONFLICTING)),
            lineage=method_of(view),
            detectors=tuple(
                (kind, view.language.gettext(meaning), view.language.gettext(unseen))
                for kind, (meaning, unseen) in DETECTORS.items()
            ),
            obstacle_groups=_obstacle_groups(view.language.gettext),
            obstacle_version=obstacles.VERSION,
        )
        return view.render(context, twin="/api/v1/method")

    @get("/glossary", sync_to_thread=True)
    def glossary(self, view: ViewDependency) -> Response[bytes]:
        """Explain the words."""
        return view.render(GlossaryContext())

    @get("/accessibility", sync_to_thread=True)
    def accessibility(self, view: ViewDependency) -> Response[bytes]:
        """State what works for whom, how it is tested, and what does not work."""
        return view.render(AccessibilityContext())

    @get("/cookies", sync_to_thread=True)
    def cookies(self, view: ViewDependency) -> Response[bytes]:
        """Say that there are none."""
        return view.render(CookiesContext())

    @get("/data-licence", sync_to_thread=True)
    def data_licence(self, view: ViewDependency) -> Response[bytes]:
        """Say under which terms data, texts and the parts of these pages may be used."""
        files = view.site.assets.files
        notice = next((f"/static/{name}" for name in files if name.startswith("licence-")), None)
        return view.render(DataLicenceContext(notice=notice))

    @get("/about/limits", sync_to_thread=True)
    def limits(self, view: ViewDependency) -> Response[bytes]:
        """List every limit that a reader or a crawled repository can meet."""
        context = LimitsContext(
            limits=PAGE_LIMITS,
            requests_per_minute=view.services.settings.requests_per_minute,
            settings=tuple(view.services.limits),
        )
        return view.render(context)


def _obstacle_groups(
    gettext: Callable[[str], str],
) -> tuple[tuple[str, tuple[ObstacleRule, ...]], ...]:
    return tuple(
        (gettext(GROUP_TITLES[group]), tuple(_obstacle_rule(gettext, rule) for rule in rules))
        for group, rules in GROUPS.items()
    )


def _obstacle_rule(gettext: Callable[[str], str], rule: str) -> ObstacleRule:
    text = TEXTS[rule]
    return ObstacleRule(rule, *map(gettext, (text.title, text.definition, text.blind)))
