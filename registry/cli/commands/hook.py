"""`registry hook`: addresses at which forges tell of pushes."""

from pathlib import Path
from typing import Final

import click
from sqlmodel import Session, col, select

from registry.cli.build import Registry, read_settings
from registry.cli.keys import secret_from_file
from registry.cli.output import format_option, show_rows, talk, write
from registry.db.organisations import organisation_id
from registry.db.tables import Source
from registry.errors import NotFound
from registry.webhooks.hooks import add_hook, list_hooks, remove_hook
from registry.webhooks.inbound import FORGES

COLUMNS: Final = ("key", "forge", "organisation", "source", "created_at", "last_received_at")


@click.group()
def hook() -> None:
    """Let forges tell of pushes, so that repositories are looked at soon.

    A message is only a hint: the repository that it names is crawled if it is known and belongs
    to the organisation or source of the hook.
    """


@hook.command()
@click.option("--forge", required=True, type=click.Choice(FORGES), help="Who will send.")
@click.option("--organisation", help="Slug of the organisation whose repositories it may name.")
@click.option("--source", help="Spec of the source whose repositories it may name.")
@click.option(
    "--secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the secret that the forge made from this file; else one is made.",
)
def add(forge: str, organisation: str | None, source: str | None, secret_file: Path | None) -> None:
    """Make a hook and print its address and secret; the secret is not shown again."""
    registry = Registry(read_settings())
    secret = secret_from_file(str(secret_file), "secret of the forge") if secret_file else None
    with registry.database.write() as session:
        made = add_hook(
            session, registry.sealer, forge=forge,
            organisation_id=organisation_id(session, organisation) if organisation else None,
            source_id=_source_id(session, source),
            secret=secret, actor=None, now=registry.clock(),
        )  # fmt: skip
    base = registry.settings.web.base_url.rstrip("/")
    write(f"url     {base}{made.path}")
    if secret is None:
        write(f"secret  {made.secret}")
    talk.print("Enter both at the forge, with JSON as content type.")
    registry.close()


@hook.command("list")
@format_option
def list_all(style: str) -> None:
    """List the hooks, without their secrets."""
    registry = Registry(read_settings())
    with registry.database.read() as session:
        found = list_hooks(session)
    show_rows(found, COLUMNS, style)
    registry.close()


@hook.command()
@click.argument("key")
def remove(key: str) -> None:
    """Remove a hook: what is sent to it is refused from now on."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        remove_hook(session, key, actor=None, now=registry.clock())
    talk.print(f"Removed {key}.")
    registry.close()


def _source_id(session: Session, spec: str | None) -> int | None:
    if spec is None:
        return None
    found = session.exec(select(Source.id).where(col(Source.spec) == spec)).first()
    if found is None:
        raise NotFound(f"there is no source {spec!r}: see `registry source list`")
    return found
