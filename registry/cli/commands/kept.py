"""`registry kept`: publiccode.yml files that the registry keeps for owners."""

from pathlib import Path

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk, write
from registry.errors import InvalidInput
from registry.publishing.port import MAX_FILE_BYTES


@click.group()
def kept() -> None:
    """Look at, keep and withdraw publiccode.yml files that stand here.

    Owners do it at /components/SLUG/kept; an operator does it here in their place.
    """


@kept.command("list")
@format_option
def list_kept(style: str) -> None:
    """List the components with a file that is or was kept, and what became of it."""
    registry = Registry(read_settings())
    show_rows(registry.kept_files.all(), ("slug", "state", "since", "name"), style)
    registry.close()


@kept.command()
@click.argument("slug")
def show(slug: str) -> None:
    """Print the file that is kept for the component SLUG."""
    registry = Registry(read_settings())
    text, version = registry.kept_files.text(slug)
    talk.print(f"Version {version.version}, kept since {version.kept_at:%Y-%m-%d}")
    write(text.rstrip("\n"))
    registry.close()


@kept.command()
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def keep(slug: str, file: Path) -> None:
    """Keep FILE for the component SLUG, in place of the one that is kept already."""
    registry = Registry(read_settings())
    view = registry.kept_files.keep_as_operator(slug, _text(file))
    talk.print(f"Version {view.versions[0].version} is kept for {view.slug}.")
    registry.close()


@kept.command()
@click.argument("slug")
def withdraw(slug: str) -> None:
    """Withdraw the file of the component SLUG; its text is removed, its hash stays."""
    registry = Registry(read_settings())
    view = registry.kept_files.withdraw_as_operator(slug)
    talk.print(f"Nothing is kept for {view.slug} any more.")
    registry.close()


def _text(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(f"{file} is no text in UTF-8") from None
