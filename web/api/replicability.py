"""Whether a component can be used elsewhere, as facts with their places."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get
from msgspec import Struct
from msgspec.structs import asdict

from registry.catalogue.readmodels import Link
from registry.catalogue.replicability import (
    EvidenceView,
    ObstacleView,
    PlaceView,
    Replicability,
)
from registry.domain.inspection import Authors
from registry.domain.obstacle_texts import REASONS, TEXTS
from web.api import kinds
from web.api.call import Call, CallDependency, slug_in
from web.api.components import Slug
from web.api.openapi import described, specs


class ObstacleItem(ObstacleView, frozen=True, kw_only=True):
    """An obstacle in words, with the places where it shows.

    `rule` is stable, `text` and `way_out` are for people. `files` are the distinct files, 25 at
    most; `values` are what the text names.
    """

    text: str
    way_out: str


class RuleItem(Struct, frozen=True, kw_only=True):
    """A rule and how it ended: `not_found`, `not_known` or `not_applicable`, with the reason."""

    rule: str
    group: str
    title: str
    state: str
    reason: str | None


class LookedAt(Struct, frozen=True, kw_only=True):
    """What was read: files of code and pages, files of configuration and deployment, bytes."""

    source_files: int
    source_read: int
    config_files: int
    config_read: int
    bytes_read: int
    authors: Authors | None


class ReplicabilityResource(Struct, frozen=True, kw_only=True):
    """What stands in the way of using a component elsewhere. There is no total.

    `obstacles` were found; `others` are all other rules. `languages` are BCP 47 tags of files of
    translations, `deployment` the ways of deployment. Where `commit` is null the code was not read
    for this yet. `rules_version` is the version of the rules in force.
    """

    component: Link
    commit: str | None
    inspected_at: datetime | None
    rules_version: int
    obstacles: tuple[ObstacleItem, ...]
    others: tuple[RuleItem, ...]
    deployment: tuple[PlaceView, ...]
    languages: tuple[PlaceView, ...]
    looked_at: LookedAt | None
    method_url: str
    api_url: str
    html_url: str


EXAMPLE: Final = ReplicabilityResource(
    component=Link("example-city-forms", "Forms"),
    commit="0a015386d4b9c2b1a0f3e5d7c9b8a7f6e5d4c3b2",
    inspected_at=datetime.fromisoformat("2026-08-02T09:30:00+00:00"),
    rules_version=1,
    obstacles=(
        ObstacleItem(
            rule="country_service", group="country", subject="GOV.UK Notify", country="GB", files=1,
            values={"subject": "GOV.UK Notify"},
            evidence=(
                EvidenceView(
                    path="requirements.in", line=25,
                    commit="0a015386d4b9c2b1a0f3e5d7c9b8a7f6e5d4c3b2",
                    blob="2b5f841e0a015386d4b9c2b1a0f3e5d7c9b8a7f6",
                    url="https://code.example/city/forms/-/blob/0a01538/requirements.in#L25",
                ),
            ),
            text=TEXTS["country_service"].sentence % {"subject": "GOV.UK Notify"},
            way_out=TEXTS["country_service"].way_out,
        ),
    ),
    others=(
        RuleItem(
            rule="no_tests", group="upkeep", title="No tests", state="not_found", reason=None
        ),
    ),
    deployment=(),
    languages=(),
    looked_at=LookedAt(
        source_files=812, source_read=812, config_files=14, config_read=14, bytes_read=2_104_000,
        authors=Authors(commits=7972, people=76, most=1193, bot_commits=252),
    ),
    method_url="https://registry.example/method#replicability",
    api_url="https://registry.example/api/v1/components/example-city-forms/replicability",
    html_url="https://registry.example/components/example-city-forms/replicability",
)  # fmt: skip
KNOWN: Final = (kinds.fields(ReplicabilityResource.__struct_fields__),)


class ReplicabilityApi(Controller):
    """The obstacles of one component."""

    path = "/components"
    tags = ["Components"]

    @get(
        "/{slug:str}/replicability",
        sync_to_thread=True,
        operation_id="get_component_replicability",
        summary="Get what stands in the way of using a component elsewhere",
        responses=specs(ReplicabilityResource, "The obstacles.", EXAMPLE, can_be_missing=True),
        operation_class=described(KNOWN),
    )
    def get_replicability(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return the obstacles, each with its places and a way out, and how every rule ended.

        Facts, not advice: `not_known` is neither good nor bad.
        """
        values = call.read(KNOWN)
        name = slug_in(slug, "component")
        # The detail knows renames; its time is that of everything that is told of it.
        call.catalogue.component(name)
        found = call.catalogue.replicability(name)
        return call.resource(resource(call, found), values)


def resource(call: Call, found: Replicability) -> ReplicabilityResource:
    """Return what was found, in words and with its links."""
    slug = found.component.slug
    return ReplicabilityResource(
        component=found.component,
        commit=found.commit,
        inspected_at=found.inspected_at,
        rules_version=found.version,
        obstacles=tuple(map(_item, found.obstacles())),
        others=tuple(
            RuleItem(
                rule=x.rule, group=x.group, title=TEXTS[x.rule].title, state=x.state,
                reason=REASONS[x.reason] if x.reason else None,
            )
            for x in found.outcomes
            if not x.obstacles
        ),
        deployment=found.deployment,
        languages=found.languages,
        looked_at=_looked_at(found),
        method_url=call.page_url("method#replicability"),
        api_url=call.api_url("components", slug, "replicability"),
        html_url=call.page_url("components", slug, "replicability"),
    )  # fmt: skip


def _item(obstacle: ObstacleView) -> ObstacleItem:
    text = TEXTS[obstacle.rule]
    return ObstacleItem(
        **asdict(obstacle), text=text.sentence % obstacle.values, way_out=text.way_out
    )


def _looked_at(found: Replicability) -> LookedAt | None:
    if found.looked_at is None:
        return None
    names = LookedAt.__struct_fields__
    return LookedAt(**{name: getattr(found.looked_at, name) for name in names})
