"""`registry contributors`: which organisations work on a component."""

import click

from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows
from registry.cli.working import work_until_idle
from registry.governance.measures.approval_rows import ApprovalRow, approval_rows
from registry.governance.measures.counting import due_counts
from registry.governance.measures.readmodels import ContributionQuery, ShareRow
from registry.governance.measures.rows import share_rows


@click.command()
@click.argument("component")
@click.option("--merges", is_flag=True, help="Count merge commits too.")
@click.option("--bots", is_flag=True, help="Count commits of bots too.")
@click.option("--inherited", is_flag=True, help="Count the history that a fork inherited too.")
@click.option("--count", "is_counted", is_flag=True, help="Count first what changed.")
@click.option(
    "--approvals", is_flag=True,
    help="Who approved instead: merged, committed or reviewed the work of others.",
)  # fmt: skip
@format_option
def contributors(
    component: str, merges: bool, bots: bool, inherited: bool, is_counted: bool, approvals: bool,
    style: str,
) -> None:  # fmt: skip
    """Which organisations work on COMPONENT (slug or URL): who wrote it, on whose behalf.

    Shares of commits in all the time, by year, and in the last 547 days; no person is named.
    """
    registry = Registry(read_settings())
    if is_counted:
        with registry.database.write() as session:
            registry.queue.enqueue(session, due_counts(session))
        work_until_idle(registry)
    slug = slug_of(registry.catalogue, component)
    query = ContributionQuery(with_merges=merges, with_bots=bots, with_inherited=inherited)
    found = registry.measures.contributions(slug, query)
    if style == "json":
        show_record(found, style)
    elif approvals:
        show_rows(approval_rows(found), ApprovalRow.__struct_fields__, style)
    else:
        show_rows(share_rows(found), ShareRow.__struct_fields__, style)
    registry.close()
