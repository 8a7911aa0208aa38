"""`registry follow`: what accounts follow; its people do the same on their account page."""

from typing import Final

import click

from registry.accounts.actors import Actor
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write

COLUMNS: Final = ("id", "component", "organisation", "by_mail", "created_at")
ACCOUNT: Final = click.argument("account", type=click.IntRange(1))


@click.group()
def follow() -> None:
    """What accounts are told of: components and organisations, by mail and by webhooks."""


@follow.command("list")
@ACCOUNT
@format_option
def list_follows(account: int, style: str) -> None:
    """List what account ACCOUNT (a number) follows."""
    registry = Registry(read_settings())
    show_rows(registry.follows.list(_actor(registry, account)), COLUMNS, style)
    registry.close()


@follow.command()
@ACCOUNT
@click.option("--component", default="", help="Slug of a component…")
@click.option("--organisation", default="", help="…or of an organisation.")
@click.option("--mail/--no-mail", "by_mail", default=False, help="Also in the daily mail.")
def add(account: int, component: str, organisation: str, by_mail: bool) -> None:
    """Let account ACCOUNT follow a component or an organisation; prints the number."""
    registry = Registry(read_settings())
    made = registry.follows.follow(
        _actor(registry, account), component=component, organisation=organisation, by_mail=by_mail
    )
    write(str(made.id))
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
