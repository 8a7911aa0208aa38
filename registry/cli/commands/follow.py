"""`registry follow`: what accounts follow; its people do the same on their account page."""

from typing import Final

import click

from registry.accounts.actors import Actor
from registry.adoption.follows.searches import SearchWatch, look_job
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write
from registry.jobs.port import RunningJob

COLUMNS: Final = ("id", "component", "organisation", "search", "by_mail", "created_at")
ACCOUNT: Final = click.argument("account", type=click.IntRange(1))


@click.group()
def follow() -> None:
    """What accounts are told of: components, organisations and searches, by mail and webhooks."""


@follow.command("list")
@ACCOUNT
@format_option
def list_follows(account: int, style: str) -> None:
    """List what account ACCOUNT (a number) follows."""
    registry = Registry(read_settings())
    rows = [
        {**{name: getattr(x, name) for name in COLUMNS}, "search": x.search and x.search.question}
        for x in registry.follows.list(_actor(registry, account))
    ]
    show_rows(rows, COLUMNS, style)
    registry.close()


@follow.command()
@ACCOUNT
@click.option("--component", default="", help="Slug of a component…")
@click.option("--organisation", default="", help="…or of an organisation…")
@click.option("--search", default="", help='…or a search as in its address: "q=forms&country=CA".')
@click.option("--mail/--no-mail", "by_mail", default=False, help="Also in the daily mail.")
def add(account: int, component: str, organisation: str, search: str, by_mail: bool) -> None:
    """Let account ACCOUNT follow a component, an organisation or a search; prints the number."""
    registry = Registry(read_settings())
    made = registry.follows.follow(
        _actor(registry, account), component=component, organisation=organisation, search=search,
        by_mail=by_mail,
    )  # fmt: skip
    write(str(made.id))
    registry.close()


@follow.command()
def look() -> None:
    """Ask all followed searches again now, as the worker does every hour."""
    registry = Registry(read_settings())
    job = look_job()
    SearchWatch(registry.database, registry.catalogue, registry.clock).look(
        RunningJob(task=job.task, key=job.key, payload=job.payload)
    )
    talk.print("All followed searches were asked again.")
    registry.close()


@follow.command()
@ACCOUNT
@click.argument("number", type=click.IntRange(1))
def remove(account: int, number: int) -> None:
    """Let account ACCOUNT follow NUMBER no more."""
    registry = Registry(read_settings())
    registry.follows.unfollow(_actor(registry, account), number)
    talk.print("Followed no more.")
    registry.close()


def _actor(registry: Registry, account: int) -> Actor:
    """Return an account as who acts; raises `NotFound` where there is none."""
    return Actor(registry.accounts.account(account).id)
