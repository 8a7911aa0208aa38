"""`registry crawl`: run, look at and repeat crawls."""

import click
from sqlmodel import col, or_, select

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.cli.working import work_until_idle
from registry.db.tables import Source
from registry.errors import NotFound


@click.group(invoke_without_command=True)
@click.pass_context
def crawl(context: click.Context) -> None:
    """Crawl what is due; without a sub-command the same as `crawl run`."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@crawl.command()
@click.option("--source", "spec", help="Only this source (its text, or its number).")
@click.option("--force", is_flag=True, help="Check everything, also what was checked lately.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
def run(spec: str | None = None, force: bool = False, dry_run: bool = False) -> None:
    """Crawl what is due, with progress, until nothing is left to do."""
    from crawlers.adding import jobs_due

    registry = Registry(read_settings())
    chosen = _source_ids(registry, spec)
    with registry.database.read() as session:
        jobs = jobs_due(
            session, registry.settings.crawl, registry.clock(), source_ids=chosen, force=force
        )
    if dry_run:
        show_rows(jobs, ("task", "key", "lane"), "table")
        talk.print(f"{len(jobs)} jobs; nothing was done.")
        return
    with registry.database.write() as session:
        registry.queue.enqueue(session, jobs)
    failed = work_until_idle(registry)
    registry.close()
    if failed:
        raise click.exceptions.Exit(1)


def _source_ids(registry: Registry, spec: str | None) -> list[int] | None:
    if spec is None:
        return None
    number = int(spec) if spec.isdigit() else -1
    with registry.database.read() as session:
        rows = session.exec(
            select(col(Source.id)).where(or_(col(Source.spec) == spec, col(Source.id) == number))
        ).all()
    if not rows:
        raise NotFound(f"there is no source {spec!r}: see `registry source list`")
    return [row for row in rows if row is not None]


@crawl.command()
@format_option
def status(style: str) -> None:
    """Show freshness, queue, budgets, and failures by cause with the next step."""
    found = Registry(read_settings()).catalogue.crawl_status()
    if style != "table":
        show_record(found, style)
        return
    talk.print(f"{found.repositories} repositories, {found.index_pending} waiting for the index")
    show_rows([found.states], tuple(found.states) or ("none",), style)
    show_rows([found.freshness], tuple(found.freshness), style)
    show_rows(
        [{"task": task, **states} for task, states in found.queue.items()],
        ("task", "waiting", "running", "done", "dead"), style,
    )  # fmt: skip
    show_rows(found.failures, ("count", "reason", "cause", "next_step"), style)


@crawl.command()
@click.argument("keys", nargs=-1)
def retry(keys: tuple[str, ...]) -> None:
    """Let jobs that were given up wait again: those with these keys, or all."""
    registry = Registry(read_settings())
    count = registry.queue.retry(keys=list(keys) or None)
    talk.print(f"{count} jobs wait again. Next: registry crawl run")
