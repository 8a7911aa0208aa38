"""The `registry` command: groups and their commands; `endings` says how errors end them."""

import sys

import click

from registry.cli.commands import (
    account,
    adopt,
    affiliation,
    audit,
    backup,
    body,
    call,
    check,
    claim,
    contributors,
    copying,
    crawl,
    database,
    demo,
    dispute,
    doctor,
    domain,
    drift,
    erase,
    evidence,
    export,
    family,
    follow,
    hook,
    kept,
    lineage,
    lookup,
    mcp,
    measure,
    need,
    proposal,
    publish,
    replicability,
    report,
    report_snapshot,
    reuse,
    saving,
    search,
    serve,
    source,
    standing,
    takedown,
    validate,
    webhook,
)
from registry.cli.endings import EXPECTED, exit_code, next_command, what_is_wrong
from registry.cli.output import talk


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="public-code-registry", prog_name="registry")
def cli() -> None:
    """Public Code Registry: a catalogue of government code that measures reuse.

    All state is kept under `REGISTRY_HOME`. Begin with `registry up`.
    """


for command in (
    serve.up, serve.serve, serve.work, source.source, crawl.crawl, search.search, search.show,
    search.search_index,
    replicability.replicability, database.db, backup.backup, check.check, doctor.doctor,
    doctor.config, demo.demo,
    lineage.lineage, reuse.reuse, reuse.matrix, lookup.lookup, lookup.whereis, dispute.dispute,
    evidence.evidence, audit.audit, account.account, account.token, hook.hook, webhook.webhook,
    takedown.takedown, erase.erase, domain.domain, claim.claim, kept.kept, validate.validate,
    publish.publish, proposal.proposal, export.export, export.data,
    copying.fork, copying.init_reuse,
    drift.drift, drift.advisory, contributors.contributors, standing.standing,
    affiliation.affiliation, need.need, adopt.adopt, saving.saving, body.body, call.call,
    follow.follow, report.report, mcp.mcp,
):  # fmt: skip
    cli.add_command(command)
for command in (
    report_snapshot.snapshot, report_snapshot.snapshots, report_snapshot.bundle,
    report_snapshot.verify, report_snapshot.diff,
):  # fmt: skip
    report.report.add_command(command)
for command in (family.tree, measure.update, measure.evaluate):
    lineage.lineage.add_command(command)


def main() -> None:
    """Run the command line and end with its exit code."""
    try:
        ended = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        talk.print("Stopped.")
        sys.exit(130)
    except EXPECTED as error:
        talk.print(f"Error: {what_is_wrong(error)}", style="red", markup=False)
        if following := next_command(error):
            talk.print(f"Next: {following}", markup=False)
        sys.exit(exit_code(error))
    if isinstance(ended, int):  # a command that raised `Exit`
        sys.exit(ended)


if __name__ == "__main__":
    main()
