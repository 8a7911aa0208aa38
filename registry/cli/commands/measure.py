"""`registry lineage update` and `evaluate`: measure reuse, and how well it is measured."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import click
import msgspec
from sqlmodel import col, select

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.cli.working import work_until_idle
from registry.db.tables import Repository


@click.command()
@click.argument("urls", metavar="[URL]...", nargs=-1)
def update(urls: Sequence[str]) -> None:
    """Measure repositories against all others again: those at URL, or all that were crawled.

    Needed after the background index or the named sources were changed; after a crawl it happens
    by itself. What stays the same is not written again.
    """
    from registry.errors import NotFound
    from registry.lineage.jobs import update_job
    from registry.lineage.truth import url_of

    registry = Registry(read_settings())
    wanted = [url_of(url) for url in urls]
    with registry.database.write() as session:
        found = select(Repository.id, Repository.url).where(
            col(Repository.last_crawled_at).is_not(None)
        )
        rows = [row for row in session.exec(found) if not wanted or row[1] in wanted]
        if missing := set(wanted) - {url for _, url in rows}:
            raise NotFound(f"not crawled: {', '.join(sorted(missing))}")
        registry.queue.enqueue(session, [update_job(key) for key, _ in rows if key is not None])
    work_until_idle(registry)
    registry.close()


@click.command()
@click.argument(
    "truth", metavar="TRUTH.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--no-crawl", is_flag=True, help="Judge only what is in the catalogue already.")
@click.option("--write", is_flag=True, help="Write the figures that the method page shows.")
@format_option
def evaluate(truth: Path, no_crawl: bool, write: bool, style: str) -> None:
    """Hold what is measured against labelled pairs of repositories in TRUTH.csv.

    Repositories that the catalogue lacks are added and crawled first. Columns: `repo_a`, `repo_b`
    (`owner/name` at GitHub, or URLs), `relation`, `direction`; see `docs/lineage.md`. Lists every
    miss and false alarm with the values behind it.
    """
    from registry.lineage.evaluate import evaluate as judge
    from registry.lineage.places import places_of
    from registry.lineage.truth import countries, read_truth

    labels = read_truth(truth)
    registry = Registry(read_settings())
    where = countries(labels)
    if not no_crawl:
        _bring_in(registry, where)
    with registry.database.read() as session:
        places = places_of(session, where)
        found, judged = judge(session, labels, places)
    if write:
        from registry.lineage.evaluation import write_figures
        from registry.lineage.figures import method_figures

        day = registry.clock().astimezone(UTC).date().isoformat()
        catalogue = registry.catalogue.totals().components
        write_figures(method_figures(found, judged, truth=truth.name, day=day, catalogue=catalogue))
    registry.close()
    if style in {"json", "ndjson"}:
        show_record(found, style)
        return
    _show(msgspec.to_builtins(found), style)


def _show(found: dict[str, Any], style: str) -> None:
    lists = {name: value for name, value in found.items() if isinstance(value, list | tuple)}
    show_record({k: v for k, v in found.items() if k not in lists}, style)
    show_rows(lists.pop("by_relation"), ("relation", "split", "found", "of"), style)
    absent = lists.pop("absent_repositories")
    for name, rows in lists.items():
        if rows:
            talk.print(f"{name.replace('_', ' ')}: {len(rows)}", style="bold")
            show_rows(rows, ("repo_a", "repo_b", "relation", "found", "family", "values"), style)
    if absent:
        talk.print(f"{len(absent)} repositories are not in the catalogue: {', '.join(absent)}")


def _bring_in(registry: Registry, where: dict[str, str]) -> None:
    """Add and crawl the repositories of the labels that were never crawled."""
    from crawlers.adding import Entry, add_entry
    from crawlers.forges.infer import parse_source
    from crawlers.pipeline import crawl_job

    with registry.database.write() as session:
        crawled = select(Repository).where(col(Repository.last_crawled_at).is_not(None))
        missing = sorted(set(where) - {row.url for row in session.exec(crawled)})
        for url in missing:
            spec = parse_source(url)
            add_entry(session, Entry(spec=spec, country=where[url] or None), registry.clock())
        rows = session.exec(select(Repository).where(col(Repository.url).in_(missing))).all()
        settings = registry.settings.crawl
        registry.queue.enqueue(session, [crawl_job(row, settings) for row in rows])
    if missing:
        talk.print(f"{len(missing)} repositories are crawled first.")
        work_until_idle(registry)
