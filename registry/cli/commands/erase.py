"""`registry erase`: people who asked to be masked. Addresses are never given as arguments."""

import sys
from typing import Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.errors import InvalidInput, Unavailable
from registry.search.indexing import rebuild

COLUMNS: Final = ("fingerprint", "requested_at")


@click.group()
def erase() -> None:
    """Mask people who ask for it, now and at every later reading.

    Addresses are read from standard input, one a line, or asked for: an argument would stay in the
    history of the shell. Only a keyed hash is kept.
    """


@erase.command()
def add() -> None:
    """Mask the person behind one or more e-mail addresses."""
    registry = Registry(read_settings())
    report = registry.removals.erase(_addresses())
    talk.print(f"Masked: {report.commits} commits, {report.texts} texts.")
    if report.texts:
        _build_index_anew(registry)
    talk.print("Next: registry erase check")
    registry.close()


def _build_index_anew(registry: Registry) -> None:
    """Take what was masked out of the files of the index, where no worker is writing them."""
    try:
        rebuild(registry.database, registry.index)
    except Unavailable:
        talk.print("The worker is writing the index: it takes the changes up. To have nothing left")
        talk.print("in its files: stop it, then registry search-index rebuild")


@erase.command("list")
@format_option
def list_erasures(style: str) -> None:
    """List who is masked, by the beginning of the hash."""
    show_rows(Registry(read_settings()).removals.erasures(), COLUMNS, style)


@erase.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Look for addresses in every table; exit 5 where one is still named, and say where."""
    registry = Registry(read_settings())
    places = sorted({x for a in _addresses() for x in registry.removals.places_of(a)})
    registry.close()
    for place in places:
        click.echo(place)
    if places:
        context.exit(5)
    talk.print("No table names them.")


def _addresses() -> list[str]:
    """Return the addresses from standard input, without ever showing one."""
    if sys.stdin.isatty():
        text = str(click.prompt("E-mail addresses, separated by spaces", hide_input=True))
    else:
        text = sys.stdin.read()
    found = text.split()
    if not found:
        raise InvalidInput("no e-mail address was given: write one a line to standard input")
    return found
