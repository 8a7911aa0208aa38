"""`registry export`: a component as a file for other catalogues."""

import sys
from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.errors import InvalidInput
from registry.publishing.exports.forms import BY_NAME
from registry.publishing.exports.publiccode import PROFILES

INVENTORY: Final = "inventory"


@click.command()
@click.argument("component")
@click.option(
    "--format",
    "form",
    type=click.Choice([*BY_NAME, INVENTORY]),
    required=True,
    help="Form of the file; inventory is a code.json of all components of an organisation.",
)
@click.option("--profile", type=click.Choice(PROFILES), help="Tools that a publiccode.yml is for.")
@click.option("--base-url", help="Address of this registry in the file; by default web.base_url.")
def export(component: str, form: str, profile: str | None, base_url: str | None) -> None:
    """Write a component to standard output in the form of another catalogue.

    COMPONENT is a slug or the URL of a repository; of an inventory, the slug of an organisation.
    Exit 1 where the form asks for what is not known: each missing key is named.
    """  # fmt: skip
    registry = Registry(read_settings())
    web = registry.settings.web
    base = (base_url or web.base_url or f"http://{web.host}:{web.port}").rstrip("/")
    if form == INVENTORY:
        if profile:
            raise InvalidInput("only publiccode has profiles")
        content = registry.publishing.inventory(component, base)
    else:
        slug = slug_of(registry.catalogue, component)
        content = registry.publishing.export(slug, BY_NAME[form], base, profile).content
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
