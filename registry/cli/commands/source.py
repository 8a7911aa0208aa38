"""`registry source`: what is crawled."""

from pathlib import Path
from typing import Any

import click

from registry.catalogue.peers import forget_peer
from registry.catalogue.sources import remove_source
from registry.cli.build import Registry, read_settings
from registry.cli.commands.harvest import harvest, records
from registry.cli.output import format_option, show_rows, talk
from registry.db.tables import SourceKind
from registry.errors import InvalidInput

COLUMNS = ("id", "spec", "country", "region", "level", "repositories", "failed", "outcome")


@click.group()
def source() -> None:
    """Add, list, import, harvest and remove the sources that are crawled."""


source.add_command(harvest)
source.add_command(records)


@source.command()
@click.argument("spec")
@click.option("--country", help="ISO 3166-1 code such as EE, or 3166-2 such as CA-AB.")
@click.option("--level", default="unknown", help="national, regional, local, agency, …")
@click.option("--name", help="Name of the organisation, where the account's will not do.")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that says how a `mapped:` source is read (see the operations manual).",
)  # fmt: skip
def add(spec: str, country: str | None, level: str, name: str | None, mapping: Path | None) -> None:
    """Add an organisation, a group, a repository, a list, or another catalogue.

    SPEC is `github:alphagov`, `gitlab:gitlab.com/group/sub`, `https://codeberg.org/org`,
    `git:https://example.org/repo.git`, the URL of one repository, `list:https://…/list.csv`, or
    another catalogue: `catalog:https://api.example.org/v1`, `nl-register:…`, `codejson:…`, `ore:…`,
    `dpg:…`, `scorecard:…`, `best-practices:…`, `fr-repositories:…`, `sill:…`, or `mapped:…`.
    For another catalogue, --country is that of the bodies which it lists.
    """
    from crawlers.adding import Entry, add_entry
    from crawlers.forges.infer import parse_source

    registry = Registry(read_settings())
    allowed = frozenset(registry.settings.crawl.allow_hosts)
    parsed = parse_source(spec, allow_http_hosts=allowed)
    options = _options(parsed.protocol, mapping)
    entry = Entry(spec=parsed, country=country, level=level, name=name, options=options)
    with registry.database.write() as session:
        row, is_new = add_entry(session, entry, registry.clock())
        text = row.spec
    talk.print(f"{'Added' if is_new else 'Updated'} {text}. Next: registry crawl run")


def _options(protocol: str | None, mapping: Path | None) -> dict[str, Any]:
    from crawlers.peers.mapping import read_mapping

    if (protocol == "mapped") != (mapping is not None):
        raise InvalidInput("--mapping is needed for mapped:… sources, and for these alone")
    return {"mapping": read_mapping(mapping.read_bytes())} if mapping else {}


@source.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list-format", help="Format of the list, where it cannot be told from the file.")
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
def import_list(file: Path, list_format: str | None, dry_run: bool) -> None:
    """Import a list of organisations or repositories (CSV, YAML, JSON, or one URL a line)."""
    from crawlers.adding import add_list
    from crawlers.sources.read import read_list

    registry = Registry(read_settings())
    found = read_list(file.read_bytes(), file.name, list_format)
    for problem in found.problems:
        talk.print(f"  left out: {problem}", markup=False)
    if not found.entries:
        raise InvalidInput(f"{file} holds no source that can be read")
    if dry_run:
        show_rows(
            [{"spec": e.spec.text, "country": e.country, "level": e.level} for e in found.entries],
            ("spec", "country", "level"), "table",
        )  # fmt: skip
        return
    with registry.database.write() as session:
        added = add_list(session, found, registry.clock())
    talk.print(
        f"{added} added, {len(found.entries) - added} known, {len(found.problems)} left out. "
        "Next: registry crawl run"
    )


@source.command("list")
@format_option
def list_sources(style: str) -> None:
    """List the sources with their repositories and failures."""
    show_rows(Registry(read_settings()).catalogue.sources(), COLUMNS, style)


@source.command()
@click.argument("spec_or_id")
def remove(spec_or_id: str) -> None:
    """Remove a source; what was crawled stays, and is no longer checked."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        row = remove_source(session, spec_or_id)
        text = row.spec
        ended = forget_peer(session, text, registry.clock()) if row.kind == SourceKind.PEER else 0
    talk.print(f"Removed {text}; its repositories stay in the catalogue.")
    if ended:
        talk.print(f"{ended} records that it stated are ended.")
