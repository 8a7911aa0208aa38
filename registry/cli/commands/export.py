"""`registry export` and `registry data`: a component, or the whole catalogue, as files."""

import sys
from typing import Final

import click
from msgspec.structs import asdict

from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_rows
from registry.errors import InvalidInput
from registry.publishing.exports.forms import BY_NAME
from registry.publishing.exports.publiccode import PROFILES
from registry.publishing.inventory.models import InventoryRow
from registry.publishing.inventory.service import ALL

INVENTORY: Final = "inventory"
INVENTORY_CSV: Final = "inventory-csv"


@click.command()
@click.argument("component")
@click.option(
    "--format",
    "form",
    type=click.Choice([*BY_NAME, INVENTORY, INVENTORY_CSV]),
    required=True,
    help="Form of the file; inventory is a code.json of all components of an organisation, "
    "inventory-csv a row for each with what agencies report of it.",
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
    if profile and form in {INVENTORY, INVENTORY_CSV}:
        raise InvalidInput("only publiccode has profiles")
    if form == INVENTORY_CSV:
        _show_inventory(registry, component, base)
        return
    if form == INVENTORY:
        content = registry.publishing.inventories.code_json(component, base)
    else:
        slug = slug_of(registry.catalogue, component)
        content = registry.publishing.export(slug, BY_NAME[form], base, profile).content
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _show_inventory(registry: Registry, organisation: str, base_url: str) -> None:
    rows = registry.publishing.inventories.rows(organisation, ALL, base_url)
    names = InventoryRow.__struct_fields__
    show_rows(({**asdict(row), "feedback": row.feedback_text} for row in rows), names, "csv")


@click.group()
def data() -> None:
    """The whole catalogue as files, for everybody: made anew each night."""


@data.command("write")
def write_edition() -> None:
    """Write the edition of today now: CSV, NDJSON, Parquet and a SQLite file, with checksums."""
    found = Registry(read_settings()).bulk.write()
    show_rows(found.files, ("name", "rows", "size", "sha256"), "table")


@data.command("list")
@format_option
def list_editions(style: str) -> None:
    """List the editions that are kept, the newest first."""
    found = Registry(read_settings()).bulk.editions()
    rows = [{"day": x.day, "made_at": x.made_at, "files": len(x.files),
             "bytes": sum(file.size for file in x.files)} for x in found]  # fmt: skip
    show_rows(rows, ("day", "made_at", "files", "bytes"), style)
