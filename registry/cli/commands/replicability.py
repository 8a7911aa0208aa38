"""`registry replicability`: what stands in the way of using a component elsewhere."""

from collections.abc import Iterator
from typing import Any, Final

import click

from registry.catalogue.replicability import ObstacleView, Replicability
from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.domain.obstacle_texts import REASONS, TEXTS

COLUMNS: Final = ("rule", "state", "text", "files", "path", "line", "url", "way_out")


@click.command()
@click.argument("component")
@format_option
def replicability(component: str, style: str) -> None:
    """List the obstacles to using COMPONENT (a slug or a repository URL) elsewhere.

    One row per obstacle with its first place (JSON has all), then the rules that could not be
    judged. Facts, not advice, and no total.
    """
    registry = Registry(read_settings())
    found = registry.catalogue.replicability(slug_of(registry.catalogue, component))
    if style == "json":
        show_record(found, style)
    else:
        show_rows(_rows(found), COLUMNS, style)
    _talk_about(found)


def _rows(found: Replicability) -> Iterator[dict[str, Any]]:
    for outcome in found.outcomes:
        for obstacle in outcome.obstacles:
            yield _row(obstacle)
        if outcome.state == "not_known":
            text = f"{TEXTS[outcome.rule].title}: {REASONS[outcome.reason]}"
            yield {"rule": outcome.rule, "state": outcome.state, "text": text}


def _row(obstacle: ObstacleView) -> dict[str, Any]:
    text = TEXTS[obstacle.rule]
    place = obstacle.evidence[0] if obstacle.evidence else None
    return {
        "rule": obstacle.rule,
        "state": "found",
        "text": text.sentence % obstacle.values,
        "files": obstacle.files or None,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "url": place.url if place else None,
        "way_out": text.way_out,
    }


def _talk_about(found: Replicability) -> None:
    seen = found.looked_at
    if seen is None:
        talk.print("The code was not read for this yet: crawl the repository again.")
        return
    clear = sum(outcome.state == "not_found" for outcome in found.outcomes)
    talk.print(
        f"{clear} rules found nothing. Read: {seen.source_read} of {seen.source_files} files of "
        f"code, {seen.config_read} of {seen.config_files} of configuration, commit "
        f"{(found.commit or '')[:12]}, rules version {found.version}."
    )
