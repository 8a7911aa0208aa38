"""`get_component`: what somebody has to know of a component before they take it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from registry.catalogue.readmodels import ComponentDetail
from registry.domain.obstacle_texts import TEXTS
from web.mcp.answers import Answer, Found, PageLink, chosen, shrunk
from web.mcp.parts import (
    ComponentName,
    Reuse,
    address,
    component_of,
    expression,
    link,
    reuse_of,
    version,
)
from web.mcp.toolbox import Arguments, Asked, Tool

Field = Literal[
    "name", "description", "organisation", "country", "region", "licence", "licence_read_from",
    "language", "platforms", "categories", "packages", "activity", "state", "version",
    "released", "last_commit", "repository", "fork_of", "reuse", "obstacles",
]  # fmt: skip
ALWAYS = ("slug", "next_step", "as_of", "untrusted", "is_demo", "disputed")


class ComponentArguments(Arguments, frozen=True, kw_only=True):
    """Which component, and which of its fields."""

    component: ComponentName
    fields: Annotated[tuple[Field, ...], Meta(max_length=20, description="Only these fields.")] = ()


class Obstacle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands in the way of using it elsewhere, and in how many files it shows."""

    rule: str
    title: str
    files: int = 0


class ComponentAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A component; a field that is absent is not known. `reuse` is measured.

    `obstacles` are empty where none was found, absent where the code was not looked at for them.
    `disputed` tells what the publisher objects to.
    """

    slug: str
    as_of: str
    name: str = ""
    description: str = ""
    organisation: str = ""
    country: str = ""
    region: str = ""
    licence: str = ""
    licence_read_from: str = ""
    language: str = ""
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    activity: str = ""
    state: str = ""
    version: str = ""
    released: str = ""
    last_commit: str = ""
    repository: str = ""
    fork_of: str = ""
    reuse: Reuse | None = None
    obstacles: tuple[Obstacle, ...] | None = None
    disputed: tuple[str, ...] = ()
    is_demo: bool = False


def get_component(asked: Asked, sent: ComponentArguments) -> Found:
    """Return one component."""
    detail = component_of(asked, sent.component)
    return told(asked, detail, sent.fields)


def told(asked: Asked, detail: ComponentDetail, fields: Sequence[str] = ()) -> Found:
    """Return the answer about a component, as long as may be."""
    reuse = reuse_of(asked.sources.lineage.summary(detail.card.slug))
    obstacles = _obstacles(asked, detail.card.slug)

    def make(part: int) -> Found:
        answer = replace(_answer(asked, detail, part), reuse=reuse, obstacles=obstacles)
        return asked.answer(chosen(answer, fields, ALWAYS), *_links(asked, detail.card.slug))

    return shrunk(make)


def _answer(asked: Asked, detail: ComponentDetail, part: int) -> ComponentAnswer:
    card, fence, fields = detail.card, asked.fence, _values(detail)
    source = detail.licence_source
    long = detail.long_description.value if detail.long_description else ""
    short = card.description.value if card.description else ""
    return ComponentAnswer(
        slug=card.slug,
        as_of=asked.sources.day,
        name=fence(card.name.value, 120 // part),
        description=fence(short if len(short) > 40 else long or short, 500 // part),
        organisation=fence(card.organisation.name if card.organisation else "", 120 // part),
        country=card.country or "",
        region=card.region or "",
        licence=expression(fence, card.licence),
        licence_read_from=_place(asked, source, 400 // part),
        language=card.language or "",
        platforms=_words(asked, fields.get("platforms"), 8 // part),
        categories=_words(asked, fields.get("categories"), 8 // part),
        packages=tuple(fence(x.purl, 120) for x in detail.packages[: 3 // part]),
        activity=card.activity,
        state=card.state,
        version=version(fence, card.version),
        released=_day(detail.releases[0].released_at if detail.releases else None),
        last_commit=_day(card.last_commit_at),
        repository=address(fence, card.repository_url, 400 // part),
        fork_of=card.origin.slug if card.origin else "",
        disputed=_disputed(detail),
        is_demo=card.is_demo,
        next_step=(
            "check_licence_fit for your licence; get_reuse_evidence for who runs it; "
            "reuse_instructions before you copy any of it."
        ),
    )


def _values(detail: ComponentDetail) -> dict[str, Any]:
    return {x.property: x.value for x in reversed(detail.fields)}


def _words(asked: Asked, value: Any, most: int) -> tuple[str, ...]:
    words = value if isinstance(value, (list, tuple)) else ()
    return tuple(version(asked.fence, x) for x in words[:most] if isinstance(x, str))


def _place(asked: Asked, source: Any, most: int) -> str:
    if source is None:
        return ""
    if source.url:
        return address(asked.fence, source.url, most)
    return asked.fence(source.path, most)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _obstacles(asked: Asked, slug: str) -> tuple[Obstacle, ...] | None:
    found = asked.sources.catalogue.replicability(slug)
    if found.inspected_at is None:
        return None
    counts: dict[str, int] = {}
    for obstacle in found.obstacles():
        counts[obstacle.rule] = counts.get(obstacle.rule, 0) + obstacle.files
    return tuple(
        Obstacle(rule=rule, title=TEXTS[rule].title, files=count) for rule, count in counts.items()
    )


def _disputed(detail: ComponentDetail) -> tuple[str, ...]:
    named = ["organisation"] if detail.is_attribution_disputed else []
    return tuple(dict.fromkeys([*named, *(x.property for x in detail.fields if x.is_disputed)]))


def _links(asked: Asked, slug: str) -> Sequence[PageLink]:
    return (link(asked, slug), link(asked, slug, "reuse"))


GET = Tool(
    name="get_component",
    title="Look at one component",
    description=(
        "What has to be known of one component before its code is taken: licence and where it was "
        "read, last release, activity, measured reuse, and what stands in the way of running it "
        "elsewhere."
    ),
    arguments=ComponentArguments,
    answer=ComponentAnswer,
    run=get_component,
)
