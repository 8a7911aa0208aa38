"""`registry reuse` and `registry matrix`: who reuses whose code, as rows and in numbers."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import click
from msgspec.structs import asdict

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.cli.places import place_code
from registry.lineage.readmodels import EdgeView, Matrix, MatrixQuery, ReuseQuery
from registry.lineage.vocabulary import MANY, MOMENTS, ONE, WITH

COLUMNS: Final = (
    "reuser", "reuser_country", "reuser_organisation", "origin", "origin_country",
    "origin_organisation", "kind", "tag", "state", "confidence", "direction", "first_seen", "key",
)  # fmt: skip
CELLS: Final = ("origin", "reuser", "period", "pairs", "components", "edges")
MOST: Final = 10_000
_HELP: Final = {
    "from": "Country whose code is reused (ISO 3166-1).",
    "to": "Country that reuses.",
    "from_region": "Region whose code is reused (ISO 3166-2).",
    "to_region": "Region that reuses.",
    "kind": "What was found: shared_commits, shared_files, package_dependency, …",
    "tag": "How it is known: measured, attributed, declared or reported.",
    "state": "current, since_removed, disputed, withdrawn or superseded.",
    "confidence": "verified, likely or possible.",
    "from_organisation": "Slug of the organisation that is reused.",
    "to_organisation": "Slug of the organisation that reuses.",
    "organisation": "Slug of an organisation at either end.",
    "component": "Slug of a component at either end.",
    "origin": "Slug of the component that is reused.",
    "reuser": "Slug of the component that reuses.",
    "direction": "known, or unknown: nobody knows who was first.",
    "since": "First evidence on this day or later.",
    "until": "First evidence before this day.",
    "changed_since": "The edge changed on this day or later.",
    "with_internal": "Also edges inside one organisation.",
    "with_mirrors": "Also copies without a commit of their own.",
    "with_possible": "Also what is only possible.",
}
_DAY: Final = click.DateTime(["%Y-%m-%d"])


def _option(name: str, field: str, **how: Any) -> Callable[..., Any]:
    return click.option(f"--{name.replace('_', '-')}", field, help=_HELP[name], **how)


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        *(_option(name, field, multiple=True) for name, field in MANY.items()),
        *(_option(name, field) for name, field in ONE.items()),
        *(_option(name, name, type=_DAY) for name in MOMENTS),
        click.option(
            "--foreign/--domestic", default=None, help="Between two countries, or inside one."
        ),
        *(_option(name, name, is_flag=True) for name in WITH),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_filter_options
@click.option("--sort", default="first_seen", help="Newest first: by first_seen or changed.")
@click.option("--limit", default=20, help="How many, at most 100.")
@click.option("--after", help="Cursor of the page before.")
@click.option("--all", "whole", is_flag=True, help=f"All of them, up to {MOST:,}.")
@format_option
def reuse(whole: bool, style: str, **asked: Any) -> None:
    """List who reuses whose code, newest first.

    Values of one filter are alternatives, filters add up. Edges that are not counted are left
    out unless an option asks for them; numbers of different tags are never added together.
    """
    lineage = Registry(read_settings()).lineage
    query = ReuseQuery(**{name: _given(name, value) for name, value in asked.items()})
    page = lineage.reuse(query)
    edges = islice(lineage.edges(query), MOST) if whole else page.items
    show_edges(edges, style)
    counts = ", ".join(f"{count} {tag}" for tag, count in page.by_tag.items())
    following = f"; next page: --after {page.next}" if page.next and not whole else ""
    talk.print((counts or "no reuse found") + following)


def _given(name: str, value: Any) -> Any:
    """Return what was typed as the question has it: codes in capitals, days in UTC."""
    if name.endswith(("_country", "_region")):
        return tuple(place_code(text) for text in value)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def show_edges(edges: Iterable[EdgeView], style: str) -> None:
    """Print edges: whole as JSON, with the names of both ends as a table or CSV."""
    if style in {"json", "ndjson"}:
        show_rows(edges, (), style)
    else:
        show_rows(map(_row, edges), COLUMNS, style)


def _row(edge: EdgeView) -> dict[str, Any]:
    ends = {
        f"{side}_{name}" if name != "slug" else side: getattr(end, name)
        for side, end in (("origin", edge.origin), ("reuser", edge.reuser))
        for name in ("slug", "country", "organisation")
    }
    ends["origin"] = ends["origin"] or edge.origin.name
    day = edge.first_seen.date().isoformat() if edge.first_seen else None
    return {**asdict(edge), **ends, "first_seen": day}


@click.command()
@click.option("--group", default="country", help="country, region or organisation.")
@click.option("--period", default="all", help="all, year or quarter in which the reuse began.")
@click.option("--tag", default="measured", help="One tag: they are never added together.")
@click.option("--kind", multiple=True, help="Only what was found in this way.")
@click.option("--from", "origin_country", multiple=True, help="Country whose code is reused.")
@click.option("--to", "reuser_country", multiple=True, help="Country that reuses.")
@format_option
def matrix(style: str, **asked: Any) -> None:
    """Count who reuses whose code, group by group.

    A pair is a component of the origin and an organisation of the reuser, so that many forks of
    one organisation count once.
    """
    query = MatrixQuery(**{name: _given(name, value) for name, value in asked.items()})
    found = Registry(read_settings()).lineage.matrix(query)
    if style == "json":
        show_record(found, style)
        return
    show_rows(found.cells, CELLS, style)
    _talk_about(found)


def _talk_about(matrix: Matrix) -> None:
    talk.print(
        f"{matrix.edges} edges; {matrix.unknown_direction} of unknown direction and "
        f"{matrix.unplaced} without a group or date are in no cell. "
        f"Method {matrix.rule_version}, inputs {matrix.inputs_digest[:16]}."
    )
