"""The tab of a component that tells what stands in the way of using it elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct

from registry.catalogue.replicability import ObstacleView, PlaceView, Replicability, RuleOutcome
from registry.domain.obstacle_texts import GROUP_TITLES, GROUPS, REASONS, TEXTS
from web.i18n.languages import Language
from web.pages.components import Heading, heading
from web.pages.view import Context, ViewDependency

SHOWN_PLACES: Final = 5


class ShownObstacle(Struct, frozen=True):
    """An obstacle in words, with its places; `more` are not listed."""

    title: str
    sentence: str
    way_out: str
    obstacle: ObstacleView
    more: int


class ShownGroup(Struct, frozen=True):
    """The obstacles of one kind."""

    name: str
    title: str
    obstacles: tuple[ShownObstacle, ...]


class ShownRule(Struct, frozen=True):
    """A rule that found nothing, or could not be judged, with the reason in words."""

    rule: str
    title: str
    reason: str


class ReplicabilityContext(Context, frozen=True, kw_only=True):
    """Variables of `component/replicability.html`.

    `unknown` and `meaningless` are rules that could not be judged, or say nothing here. `languages`
    are BCP 47 tags with a file, `deployment` kinds with one.
    """

    template: ClassVar[str] = "component/replicability.html"
    head: Heading
    found: Replicability
    count: int
    groups: tuple[ShownGroup, ...]
    clear: tuple[ShownRule, ...]
    unknown: tuple[ShownRule, ...]
    meaningless: tuple[ShownRule, ...]
    languages: tuple[PlaceView, ...]
    deployment: tuple[PlaceView, ...]


class ReplicabilityPages(Controller):
    """`/components/{slug}/replicability`."""

    path = "/components"
    include_in_schema = False

    @get("/{slug:str}/replicability", sync_to_thread=True)
    def show_replicability(self, view: ViewDependency, slug: FromPath[str]) -> Response[Any]:
        """List the obstacles with their evidence, and what was looked at in vain or not at all."""
        detail = view.services.catalogue.component(slug, view.language.code)
        slug = detail.card.slug
        found = view.services.catalogue.replicability(slug)
        rules = {state: _rules(view.language, found, state) for state in _STATES}
        context = ReplicabilityContext(
            head=heading(view, detail, "replicability"),
            found=found,
            count=len(found.obstacles()),
            groups=_groups(view.language, found),
            clear=rules["not_found"],
            unknown=rules["not_known"],
            meaningless=rules["not_applicable"],
            languages=tuple(x for x in found.languages if x.kind != "und"),
            deployment=found.deployment,
        )
        twin = f"/api/v1/components/{slug}/replicability"
        return view.render(context, is_demo=detail.card.is_demo, twin=twin)


_STATES: Final = ("not_found", "not_known", "not_applicable")


def _groups(language: Language, found: Replicability) -> tuple[ShownGroup, ...]:
    groups = (
        ShownGroup(
            name, language.gettext(GROUP_TITLES[name]),
            tuple(_shown(language, x) for x in found.obstacles() if x.group == name),
        )
        for name in GROUPS
    )  # fmt: skip
    return tuple(group for group in groups if group.obstacles)


def _shown(language: Language, obstacle: ObstacleView) -> ShownObstacle:
    text = TEXTS[obstacle.rule]
    return ShownObstacle(
        title=language.gettext(text.title),
        sentence=language.gettext(text.sentence, **_values(language, obstacle.values)),
        way_out=language.gettext(text.way_out),
        obstacle=obstacle,
        more=max(len(obstacle.evidence) - SHOWN_PLACES, 0),
    )


def _values(language: Language, values: Mapping[str, str]) -> dict[str, str]:
    """Return what fills a sentence as people of the language write it."""
    shown = dict(values)
    if "day" in shown:
        shown["day"] = language.date(datetime.fromisoformat(shown["day"]))
    if "language" in shown:
        shown["language"] = language.language_name(shown["language"])
    for name in ("commits", "percent"):
        if name in shown:
            shown[name] = language.number(int(shown[name]))
    return shown


def _rules(language: Language, found: Replicability, state: str) -> tuple[ShownRule, ...]:
    return tuple(_rule(language, x) for x in _in_state(found.outcomes, state))


def _in_state(outcomes: Sequence[RuleOutcome], state: str) -> list[RuleOutcome]:
    return [outcome for outcome in outcomes if outcome.state == state]


def _rule(language: Language, outcome: RuleOutcome) -> ShownRule:
    reason = language.gettext(REASONS[outcome.reason]) if outcome.reason else ""
    return ShownRule(outcome.rule, language.gettext(TEXTS[outcome.rule].title), reason)
