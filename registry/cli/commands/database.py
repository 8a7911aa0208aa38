"""`registry db`: the schema of the database."""

import click

from registry.cli.build import read_settings
from registry.cli.output import talk
from registry.cli.storage import open_database
from registry.db import migrate


@click.group()
def db() -> None:
    """Upgrade and check the schema of the database."""


@db.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be applied.")
def upgrade(dry_run: bool) -> None:
    """Bring the database to the schema of this version."""
    database = open_database(read_settings())
    pending = migrate.state(database).pending
    if not pending:
        talk.print("The schema is up to date.")
    elif dry_run:
        talk.print(f"Would apply: {', '.join(pending)}")
    else:
        talk.print(f"Applied: {', '.join(migrate.upgrade(database))}")


@db.command()
def check() -> None:
    """Compare the schema with the tables of this version; exit 5 when they differ."""
    database = open_database(read_settings())
    found = migrate.state(database)
    differences = migrate.differences(database) if not found.pending else []
    for line in [*(f"pending: {revision}" for revision in found.pending), *differences]:
        click.echo(line)
    if found.pending or differences:
        raise click.exceptions.Exit(5)
    talk.print("The schema is as this version expects.")
