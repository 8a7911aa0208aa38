"""`registry body`: joint bodies as they are recorded, and recording them as the operator."""

from typing import Any

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, write
from registry.governance.record.readmodels import BodyQuery, Evidence, NewBody, NewMember

COLUMNS = ("slug", "name", "founded_on", "members", "countries", "components", "decisions")


@click.group()
def body() -> None:
    """Joint bodies: who governs code together."""


@body.command(name="list")
@click.option("--country", help="Only those with a member of this country (ISO 3166-1).")
@click.option("--organisation", help="Only those of which this organisation is a member (slug).")
@click.option("--component", help="Only those that govern this component (slug).")
@format_option
def list_bodies(
    country: str | None, organisation: str | None, component: str | None, style: str
) -> None:
    """List the bodies that are recorded."""
    registry = Registry(read_settings())
    query = BodyQuery(
        country=country and country.upper(), organisation=organisation, component=component,
        limit=100_000,
    )  # fmt: skip
    show_rows(registry.bodies.list(query)[0], COLUMNS, style)
    registry.close()


@body.command()
@click.argument("slug")
@format_option
def show(slug: str, style: str) -> None:
    """Print all that is recorded of a body, and what is not."""
    registry = Registry(read_settings())
    show_record(registry.bodies.body(slug), style)
    registry.close()


@body.command()
@click.argument("name")
@click.option("--by", required=True, help="Organisation that founds it (slug).")
@click.option("--role", default="strategic", show_default=True, help="Its role in the body.")
@click.option("--lang", default="en", show_default=True, help="Language of name and purpose.")
@click.option("--purpose", default="", help="What it is for.")
@click.option("--founded-on", default="", help="Day of founding, as YYYY-MM-DD.")
@click.option("--instrument", required=True, help="memorandum, contract, legal_entity, law, other.")
@click.option("--instrument-text", default="", help="Title of the instrument.")
@click.option("--url", required=True, help="Where the instrument can be read.")
@click.option("--on", default="", help="Day of that document, as YYYY-MM-DD.")
@click.option("--sha256", default="", help="SHA-256 of a file that proves it.")
@click.option("--component", "components", multiple=True, help="A component that it governs.")
@click.option("--member", "members", multiple=True, metavar="ORGANISATION:ROLE",
              help="Another founding member; it is invited.")  # fmt: skip
def create(by: str, url: str, on: str, sha256: str, members: tuple[str, ...], **told: Any) -> None:
    """Record a body as the operator; its members are stated, until each confirms it."""
    registry = Registry(read_settings())
    pairs = (text.rpartition(":") for text in members)
    founding = tuple(NewMember(organisation=slug, role=role) for slug, _, role in pairs)
    evidence = Evidence(url=url, on=on, sha256=sha256)
    write(registry.bodies.write_down(NewBody(evidence=evidence, members=founding, **told), by))
    registry.close()
