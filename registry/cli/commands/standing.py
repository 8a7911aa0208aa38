"""`registry standing`: where a component, or what a body governs, stands in co-governance."""

import click

from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows
from registry.governance.declared.rows import DeclaredRow, declared_rows
from registry.governance.measures.rows import standing_rows
from registry.governance.measures.standing import StandingRow


@click.command()
@click.argument("name")
@click.option("--body", is_flag=True, help="NAME is the slug of a joint body.")
@click.option(
    "--declared", is_flag=True,
    help="What files of its repository say instead: GOVERNANCE, CODEOWNERS, publiccode.yml.",
)  # fmt: skip
@format_option
def standing(name: str, body: bool, declared: bool, style: str) -> None:
    """Where the component NAME (slug or URL) stands: ladder, index, risks, and stewardship.

    Each statement with what shows it: a record with its source, or the commits that were counted.
    """
    if body and declared:
        raise click.UsageError("--declared is of a component; leave --body out")
    registry = Registry(read_settings())
    if declared:
        said = registry.measures.declared(slug_of(registry.catalogue, name))
        if style == "json":
            show_record(said, style)
        else:
            show_rows(declared_rows(said), DeclaredRow.__struct_fields__, style)
        registry.close()
        return
    if body:
        found = registry.measures.body_measures(name).standing
    else:
        found = registry.measures.standing(slug_of(registry.catalogue, name))
    if style == "json":
        show_record(found, style)
    else:
        show_rows(standing_rows(found), StandingRow.__struct_fields__, style)
    registry.close()
