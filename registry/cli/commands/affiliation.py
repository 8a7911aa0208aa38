"""`registry affiliation`: whom domains and organisations work for."""

from pathlib import Path
from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows
from registry.disputes.reasons import AFFILIATION_CATEGORIES

COLUMNS: Final = (
    "key", "kind", "subject", "organisation", "category", "country", "scope", "since", "until",
    "state", "source_url",
)  # fmt: skip


@click.group()
def affiliation() -> None:
    """Keep the record of whom domains and organisations work for, by which work is attributed."""


@affiliation.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def import_list(file: Path, style: str) -> None:
    """Import FILE, a CSV with the columns that docs/governance.md names.

    All of it is recorded, or nothing: a wrong line, or organisations that would work on behalf of
    themselves in a circle, are named.
    """
    registry = Registry(read_settings())
    done = registry.measures.record(file.read_bytes())
    registry.close()
    show_record(done, style)


@affiliation.command("list")
@format_option
def list_all(style: str) -> None:
    """List the affiliations on record, with their sources."""
    registry = Registry(read_settings())
    found = registry.measures.affiliations()
    registry.close()
    show_rows(found, COLUMNS, style)


@affiliation.command()
@click.argument("key")
@click.option(
    "--category",
    type=click.Choice(AFFILIATION_CATEGORIES),
    default="wrong_body",
    show_default=True,
    help="What is wrong with it.",
)
@click.option("--reason", required=True, help="Why it is wrong, in a sentence.")
@format_option
def dispute(key: str, category: str, reason: str, style: str) -> None:
    """Say that the affiliation KEY is wrong: until it was decided it attributes nothing."""
    registry = Registry(read_settings())
    registry.disputes.object_to_affiliation(None, key, category, reason)
    view = registry.measures.affiliation(key)
    registry.close()
    show_record(view, style)


@affiliation.command()
@click.argument("key")
@click.option("--accept/--reject", required=True, help="Withdraw the affiliation, or let it stand.")
@click.option("--reply", required=True, help="Why, in a sentence.")
@format_option
def decide(key: str, accept: bool, reply: str, style: str) -> None:
    """Decide about the disputed affiliation KEY."""
    registry = Registry(read_settings())
    registry.disputes.decide_affiliation(key, accept=accept, reply=reply)
    view = registry.measures.affiliation(key)
    registry.close()
    show_record(view, style)
