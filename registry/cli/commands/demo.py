"""`registry demo`: the stories of reuse, built on the spot and crawled without a network."""

import click

from registry.cli.build import Registry, read_settings
from registry.cli.demo import demo_folder
from registry.cli.output import talk
from registry.cli.working import work_until_idle
from registry.jobs.port import RunningJob
from registry.search.indexing import drain_outbox


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Build and crawl the demo; `registry demo remove` takes it away."""
    if context.invoked_subcommand is None:
        _build()


def _build() -> None:
    from crawlers.adding import jobs_due
    from crawlers.demo import add_demo, build_demo
    from crawlers.demo.body import TASK
    from registry.cli.crawling import record_demo_body

    registry = Registry(read_settings())
    build_demo(demo_folder(registry.settings.home))
    with registry.database.write() as session:
        ids = add_demo(session, registry.clock())
        session.flush()
        registry.queue.enqueue(
            session,
            jobs_due(
                session, registry.settings.crawl, registry.clock(), source_ids=ids, force=True
            ),
        )
    work_until_idle(registry)
    record_demo_body(registry, RunningJob(task=TASK, key="1"))
    talk.print("Next: registry serve")


@demo.command()
def remove() -> None:
    """Take the demo out of the catalogue."""
    from crawlers.demo import remove_demo

    registry = Registry(read_settings())
    with registry.database.write() as session:
        count = remove_demo(session, registry.clock())
    drain_outbox(registry.database, registry.index)
    talk.print(f"Removed {count} demo components.")
