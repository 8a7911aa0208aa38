"""`registry call`: who looks for partners; operators write down what organisations told them."""

from typing import Final

import click

from registry.accounts.actors import VISITOR
from registry.adoption.calls.readmodels import CallQuery, NewCall
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write
from registry.db.tables import CallKind

COLUMNS: Final = (
    "id", "kind", "component", "body", "organisation", "country", "state", "open_until", "contact",
)  # fmt: skip
KIND: Final = click.Choice([x.value for x in CallKind])


@click.group()
def call() -> None:
    """Calls for partners: co-maintainers, co-funders, reviewers, an exchange, a secondment."""


@call.command("list")
@click.option("--kind", type=KIND, help="Only those that look for this.")
@click.option("--country", help="Only those of organisations of this country (ISO 3166-1).")
@click.option("--component", help="Only those about this component (slug).")
@click.option("--body", help="Only those about this joint body (slug).")
@click.option("--organisation", help="Only those of this organisation (slug).")
@click.option("--all", "with_ended", is_flag=True, help="Also those that were closed or are over.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="The newest first.")
@format_option
def list_calls(
    kind: str | None, country: str | None, component: str | None, body: str | None,
    organisation: str | None, with_ended: bool, limit: int, style: str,
) -> None:  # fmt: skip
    """List the open calls."""
    registry = Registry(read_settings())
    query = CallQuery(
        kind=kind, country=country and country.upper(), component=component, body=body,
        organisation=organisation, state=None if with_ended else "open", limit=limit,
    )  # fmt: skip
    show_rows(registry.calls.list(query)[0], COLUMNS, style)
    registry.close()


@call.command()
@click.argument("organisation")
@click.argument("kind", type=KIND)
@click.option("--component", default="", help="What it is about: a component (slug)…")
@click.option("--body", default="", help="…or a joint body of which the organisation is a member.")
@click.option("--text", required=True, help="What is looked for, and what is offered.")
@click.option("--lang", default="en", show_default=True, help="Language of the text (BCP 47).")
@click.option("--contact", required=True, help="A page, or the mailbox of a function.")
@click.option("--until", default="", help="Last day, as YYYY-MM-DD; three months without it.")
def add(
    organisation: str, kind: str, component: str, body: str, text: str, lang: str, contact: str,
    until: str,
) -> None:  # fmt: skip
    """Call for partners for ORGANISATION (slug); what it called for before is replaced."""
    registry = Registry(read_settings())
    new = NewCall(
        organisation=organisation, kind=kind, component=component, body=body, text=text, lang=lang,
        contact=contact, open_until=until,
    )  # fmt: skip
    made = registry.calls.open_as_operator(new)
    talk.print(f"Open until {made.open_until}.")
    write(str(made.id))
    registry.close()


@call.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--take-down", default="", metavar="REASON", help="Remove it from view, and say why.")
def close(number: int, take_down: str) -> None:
    """End call NUMBER before its last day."""
    registry = Registry(read_settings())
    if take_down:
        registry.calls.take_down(VISITOR, number, take_down, as_operator=True)
        talk.print(f"Call {number} was removed from view.")
    else:
        registry.calls.close(VISITOR, number, as_operator=True)
        talk.print(f"Call {number} is closed.")
    registry.close()
