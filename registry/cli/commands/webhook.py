"""`registry webhook`: addresses that are told of what happens in the catalogue."""

from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write
from registry.webhooks.endpoints import AT_THE_HOST, NewEndpoint
from registry.webhooks.events import EVENTS

COLUMNS: Final = (
    "id", "url", "organisation", "component", "events", "state", "paused_because", "failing_since",
)  # fmt: skip
DELIVERY_COLUMNS: Final = ("id", "event", "subject", "state", "attempts", "created_at", "tries")


@click.group()
def webhook() -> None:
    """Tell other programs of what happens, by signed messages (Standard Webhooks)."""


@webhook.command()
@click.argument("url")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(tuple(EVENTS)),
    help="What to tell of; may be repeated. All, where none is given.",
)  # fmt: skip
@click.option("--organisation", help="Only what concerns the organisation with this slug.")
@click.option("--component", help="Only what concerns the component with this slug.")
@click.option("--description", default="", help="What it is for, in one line.")
def add(
    url: str,
    events: tuple[str, ...],
    organisation: str | None,
    component: str | None,
    description: str,
) -> None:
    """Add an endpoint and print its id and secret; the secret is not shown again."""
    registry = Registry(read_settings())
    wanted = NewEndpoint(
        url=url, events=events or tuple(EVENTS), organisation=organisation, component=component,
        description=description,
    )  # fmt: skip
    made, secret = registry.webhooks.create(AT_THE_HOST, wanted)
    write(f"id      {made.id}\nsecret  {secret}")
    talk.print(f"Next: registry webhook test {made.id}")
    registry.close()


@webhook.command("list")
@format_option
def list_all(style: str) -> None:
    """List all endpoints, without their secrets."""
    registry = Registry(read_settings())
    show_rows(registry.webhooks.list(AT_THE_HOST), COLUMNS, style)
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """Remove an endpoint with its log."""
    registry = Registry(read_settings())
    registry.webhooks.remove(AT_THE_HOST, identifier)
    talk.print(f"Removed {identifier}.")
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
def pause(identifier: str) -> None:
    """Tell an endpoint of nothing for now; what waits for it is kept."""
    _change(identifier, "paused")


@webhook.command()
@click.argument("identifier", metavar="ID")
def resume(identifier: str) -> None:
    """Go on, beginning with what waits."""
    _change(identifier, "active")


def _change(identifier: str, state: str) -> None:
    registry = Registry(read_settings())
    registry.webhooks.change(AT_THE_HOST, identifier, state=state)
    talk.print(f"{identifier} is {state}.")
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
def secret(identifier: str) -> None:
    """Give an endpoint another secret, in force at once, and print it."""
    registry = Registry(read_settings())
    write(registry.webhooks.replace_secret(AT_THE_HOST, identifier))
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
def test(identifier: str) -> None:
    """Send a message of the kind `webhook.test`; a running worker delivers it."""
    registry = Registry(read_settings())
    made = registry.webhooks.test(AT_THE_HOST, identifier)
    talk.print(f"{made.id} waits for the worker. Next: registry webhook log {identifier}")
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many.")
@format_option
def log(identifier: str, limit: int, style: str) -> None:
    """Show what was sent to an endpoint, the newest first, with every try."""
    registry = Registry(read_settings())
    rows, _ = registry.webhooks.deliveries(AT_THE_HOST, identifier, limit=limit)
    show_rows(rows, DELIVERY_COLUMNS, style)
    registry.close()


@webhook.command()
@click.argument("identifier", metavar="ID")
@click.argument("delivery")
def redeliver(identifier: str, delivery: str) -> None:
    """Send a message again, under the same id."""
    registry = Registry(read_settings())
    registry.webhooks.redeliver(AT_THE_HOST, identifier, delivery)
    talk.print(f"{delivery} waits for the worker.")
    registry.close()
