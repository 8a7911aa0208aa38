"""`registry drift` and `registry advisory`: how far forks are, and which fixes they miss."""

from collections.abc import Sequence
from pathlib import Path

import click

from registry.adoption.advisories.importing import Imported, import_records
from registry.adoption.advisories.osv import MAX_FILE, read_records
from registry.adoption.advisories.views import ADVISORY_COLUMNS, list_advisories
from registry.adoption.drift.jobs import due_drifts
from registry.adoption.drift.readmodels import DriftView, FixQuery
from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.cli.working import work_until_idle
from registry.errors import InvalidInput

COLUMNS = (
    "side", "component", "state", "behind", "missing", "equivalent", "absorbed", "edited", "gone",
    "ahead", "parallel", "files_older", "fixes_missing", "synced_at", "looked_at",
)  # fmt: skip
FIX_COLUMNS = ("key", "state", "fork", "advisory", "severity", "commit", "command")


@click.command()
@click.argument("component", required=False)
@click.option("--fixes", is_flag=True, help="List the fixes that it misses, with commands.")
@click.option("--measure", is_flag=True, help="Measure first what changed since the last time.")
@format_option
def drift(component: str | None, fixes: bool, measure: bool, style: str) -> None:
    """How far COMPONENT (slug or URL) is from what it comes from, and its forks from it.

    Without COMPONENT, every fix that is missing somewhere is listed.
    """
    registry = Registry(read_settings())
    if measure:
        _measure(registry)
    slug = slug_of(registry.catalogue, component) if component else None
    if slug is not None:
        registry.catalogue.component(slug)
    if fixes or slug is None:
        states = ("missing", "not_known", "muted") if slug else ("missing",)
        found = registry.drifts.all_fixes(FixQuery(component=slug, state=states))
        show_rows(found, FIX_COLUMNS, style)
    else:
        whole = registry.drifts.of_component(slug)
        if style == "json":
            show_record(whole, style)
        else:
            rows = [_row(x, "from") for x in whole.upstreams]
            show_rows([*rows, *(_row(x, "fork") for x in whole.forks)], COLUMNS, style)
    registry.close()


def _row(view: DriftView, side: str) -> dict[str, object]:
    """Return a line; a number that is not known is a question mark."""
    other = view.origin if side == "from" else view.reuser
    values = {name: getattr(view, name) for name in COLUMNS[2:]}
    shown = {name: "?" if value is None else value for name, value in values.items()}
    return {"side": side, "component": other.slug, **shown}


def _measure(registry: Registry) -> None:
    with registry.database.write() as session:
        registry.queue.enqueue(session, due_drifts(session))
    work_until_idle(registry)


@click.group()
def advisory() -> None:
    """Published security advisories (OSV), by which missed fixes are found."""


@advisory.command("import")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--url", help="Address of a file of records, such as an export of osv.dev.")
@format_option
def import_files(files: Sequence[Path], url: str | None, style: str) -> None:
    """Bring in advisories: OSV records as JSON (one, a list, an answer of the API) or a zip.

    Those that are to be published later are refused; those that were withdrawn end their alerts.
    The forks that they concern are measured by the next run of the worker.
    """
    if bool(files) == bool(url):
        raise InvalidInput("name files, or an address with --url")
    registry = Registry(read_settings())
    contents = [_fetched(registry, url)] if url else [file.read_bytes() for file in files]
    done: list[Imported] = []
    for content in contents:
        with registry.database.write() as session:
            done.append(import_records(session, read_records(content), registry.clock()))
            registry.queue.enqueue(session, due_drifts(session))
    registry.close()
    for why in [why for part in done for why in part.refused][:50]:
        talk.print(f"refused: {why}", markup=False)
    names = ("new", "changed", "unchanged", "withdrawn", "matched")
    totals = {name: sum(getattr(part, name) for part in done) for name in names}
    show_record(totals | {"refused": sum(len(part.refused) for part in done)}, style)


def _fetched(registry: Registry, url: str) -> bytes:
    answer = registry.egress.get(url, max_bytes=MAX_FILE, total_seconds=600)
    if answer.status != 200:
        raise InvalidInput(f"{url} answers {answer.status}")
    return answer.body


@advisory.command("list")
@click.argument("component", required=False)
@format_option
def list_known(component: str | None, style: str) -> None:
    """List the advisories about components of the catalogue, or about COMPONENT alone."""
    registry = Registry(read_settings())
    slug = slug_of(registry.catalogue, component) if component else None
    with registry.database.read() as session:
        show_rows(list_advisories(session, slug), ADVISORY_COLUMNS, style)
    registry.close()


@advisory.command()
@format_option
def refresh(style: str) -> None:
    """Ask the OSV API now for advisories about the catalogue; the worker does so every day."""
    from registry.cli.crawling import advisory_refresh

    registry = Registry(read_settings())
    done = advisory_refresh(registry).refresh()
    registry.close()
    show_record(done, style)
