"""`registry need`: look before you build, and check a statement that somebody shows."""

from pathlib import Path

import click

from registry.adoption.needs.readmodels import Found, NewNeed
from registry.adoption.needs.statements import check_copy
from registry.cli.asking import asking_server, server_option
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write

COLUMNS = ("slug", "name", "country", "licence", "activity", "reasons")


@click.group()
def need() -> None:
    """Before you build: find what governments have published already."""


@need.command()
@click.argument("title")
@click.option("--description", required=True, help="What it should do, and for whom.")
@click.option("--lang", default="en", show_default=True, help="Language of the text (BCP 47).")
@click.option("--function", "functions", multiple=True, help="Category of publiccode.yml.")
@server_option
@format_option
def search(
    title: str, description: str, lang: str, functions: tuple[str, ...], server: str | None,
    style: str,
) -> None:  # fmt: skip
    """Print the closest components to a need, with the reasons; nothing is kept."""
    settings = read_settings()
    asked = NewNeed(title=title, description=description, lang=lang, functions=functions)
    if server is None:
        registry = Registry(settings)
        found = registry.needs.search(asked)
        registry.close()
    else:
        with asking_server(settings.crawl, server) as instance:
            found = instance.post("needs/candidates", asked, Found)
    show_rows(found.candidates, COLUMNS, style)
    late = f" (of {found.waiting} not yet the newest state)" if found.waiting else ""
    talk.print(f"{found.components} components{late} were searched.")


@need.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check the JSON of a statement against its digest; exit 5 when it was changed."""
    digest, is_same = check_copy(file.read_bytes())
    write(digest)
    if not is_same:
        talk.print("This is not what the digest in the file was made of.")
        raise click.exceptions.Exit(5)
    talk.print("The content is what its digest says. Compare it with the page of the statement.")
