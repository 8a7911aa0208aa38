"""`registry search`, `registry show` and `registry search-index`."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from registry.catalogue.readmodels import ComponentQuery
from registry.catalogue.service import Catalogue
from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.cli.places import place_code
from registry.search.indexing import check as check_index
from registry.search.indexing import rebuild as rebuild_index

_DAY = click.DateTime(["%Y-%m-%d"])
COLUMNS = ("slug", "name", "organisation", "country", "licence", "language", "activity")
_FILTERS = (
    ("country", "Country of origin (ISO 3166-1)."), ("region", "Region (ISO 3166-2)."),
    ("organisation", "Slug of the organisation."), ("licence", "SPDX expression."),
    ("language", "Programming language."), ("ui-language", "Language of the interface."),
    ("function", "Category of publiccode.yml."), ("activity", "active, quiet or archived."),
    ("readiness", "none_found, found or not_inspected: obstacles to running it elsewhere."),
    ("platform", "Platform that publiccode.yml names."), ("forge", "Hosting platform."),
    ("reused-in", "Country of an organisation that reuses it, by measured evidence."),
)  # fmt: skip


def _filter_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, help_text in reversed(_FILTERS):
        command = click.option(f"--{name}", multiple=True, help=help_text)(command)
    return command


@click.command()
@click.argument("words", nargs=-1)
@_filter_options
@click.option("--licence-fits", help="Only what may be combined into a project of this licence.")
@click.option(
    "--min-organisations",
    "--min-reuse-organisations",
    "min_reuse_organisations",
    type=click.IntRange(0),
    default=0,
    help="Reused by so many other organisations at least, by measured evidence.",
)
@click.option(
    "--min-countries", "--min-reuse-countries", "min_reuse_countries", type=click.IntRange(0),
    default=0,
    help="Reused in so many other countries at least, by measured evidence.",
)  # fmt: skip
@click.option("--is-fork", type=click.BOOL, help="true: forks alone; false: without forks.")
@click.option("--since", type=_DAY, help="Changed in the catalogue on this day (UTC) or later.")
@click.option("--until", type=_DAY, help="Changed in the catalogue before this day (UTC).")
@click.option("--sort", default="relevance", help="relevance, reuse, updated, newest or name.")
@click.option("--limit", default=20, help="How many, at most 100.")
@click.option("--after", help="Cursor of the page before.")
@format_option
def search(
    words: tuple[str, ...], licence_fits: str | None, sort: str, limit: int, after: str | None,
    style: str, **filters: Any,
) -> None:  # fmt: skip
    """Search the catalogue."""
    for name in ("country", "region"):
        filters[name] = tuple(map(place_code, filters[name]))
    catalogue = Registry(read_settings()).catalogue
    asked = ComponentQuery(
        q=" ".join(words), licence_fits=licence_fits, sort=sort, limit=limit, after=after
    )
    page = catalogue.search(msgspec.structs.replace(asked, **filters))
    show_rows(page.items, COLUMNS, style)
    if page.degraded:
        talk.print("The search index is down: this is a plain search of the database.")
    noun = "component" if page.total == 1 else "components"
    talk.print(f"{page.total} {noun}" + (f"; next page: --after {page.next}" if page.next else ""))
    if not page.items:
        _talk_of_nothing(catalogue, page.suggestion)


def _talk_of_nothing(catalogue: Catalogue, suggestion: str | None) -> None:
    if suggestion:
        talk.print(f"Did you mean: {suggestion}", markup=False)
    if not catalogue.organisations(limit=1)[0]:
        talk.print("Nothing was crawled yet. Next: registry up, or registry source add")


@click.command()
@click.argument("component")
@format_option
def show(component: str, style: str) -> None:
    """Show a component by its slug or the URL of its repository."""
    catalogue = Registry(read_settings()).catalogue
    found = catalogue.component(slug_of(catalogue, component))
    if style in {"json", "ndjson"}:
        show_record(found, style)
        return
    show_record(found.card, style)
    show_rows(
        [{"property": f.property, "lang": f.lang, "value": f.value, "source": _source(f.source)}
         for f in found.fields if f.property != "long_description"],
        ("property", "lang", "value", "source"), style,
    )  # fmt: skip


def _source(source: object) -> str:
    path, line = getattr(source, "path", None), getattr(source, "line", None)
    where = f" {path}:{line}" if path and line else f" {path}" if path else ""
    return f"{getattr(source, 'basis', '')}{where}"


@click.group("search-index")
def search_index() -> None:
    """Rebuild and check the search index, which is a cache of the database."""


@search_index.command()
def rebuild() -> None:
    """Build the index anew beside the old one, then swap them."""
    registry = Registry(read_settings())
    count = rebuild_index(
        registry.database,
        registry.index,
        lambda done, total: talk.print(f"{done} of {total} components"),
    )
    talk.print(f"The index holds {count} components.")


@search_index.command()
def check() -> None:
    """Compare the index with the database; exit 5 when they differ."""
    registry = Registry(read_settings())
    parity = check_index(registry.database, registry.index)
    click.echo(
        f"missing {parity.missing_count}, stale {parity.stale_count}, extra {parity.extra_count}"
    )
    if not parity.is_equal:
        talk.print("To mend it: registry search-index rebuild")
        raise click.exceptions.Exit(5)
