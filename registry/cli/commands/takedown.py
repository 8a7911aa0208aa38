"""`registry takedown`: components removed from view, for a reason that everybody can read."""

from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.publishing.takedowns import CATEGORIES, MAX_LIMIT

COLUMNS: Final = ("id", "slug", "category", "note", "taken_down_at", "lifted_at")


@click.group()
def takedown() -> None:
    """Remove components from view, and bring them back.

    A removed component answers with its tombstone (410), is in no list, number or export, and is
    not crawled any more. Nothing is deleted; the public log at /transparency tells of it.
    """


@takedown.command()
@click.argument("subject")
@click.option("--category", required=True, type=click.Choice(CATEGORIES), help="Why: public.")
@click.option("--note", default="", help="A sentence for the public log; no personal data.")
def add(subject: str, category: str, note: str) -> None:
    """Take down SUBJECT: the slug of a component, or the URL of a repository."""
    registry = Registry(read_settings())
    view = registry.removals.take_down(subject, category=category, note=note)
    talk.print(f"Taken down as number {view.id}. To undo: registry takedown lift {view.id}")
    registry.close()


@takedown.command("list")
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=50, help="The newest first.")
@format_option
def list_takedowns(limit: int, style: str) -> None:
    """List takedowns, also those that were lifted."""
    rows, _ = Registry(read_settings()).removals.takedowns(limit=limit)
    show_rows(rows, COLUMNS, style)


@takedown.command()
@click.argument("number", type=click.IntRange(1))
def lift(number: int) -> None:
    """Bring back what takedown NUMBER removed."""
    registry = Registry(read_settings())
    view = registry.removals.lift(number)
    talk.print(f"Lifted: {view.slug or 'the repository'} is shown and crawled again.")
    registry.close()
