"""`registry domain`: the list of domains below which only government bodies are."""

from pathlib import Path
from typing import Final

import click

from registry.accounts import audit
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.publishing import government_domains

COLUMNS: Final = ("suffix", "country", "label", "added_at")
SHOWN_PROBLEMS: Final = 20


@click.group()
def domain() -> None:
    """Keep the list of government domains.

    An ownership claim that is proven by a domain on this list, and confirmed by a second person,
    reaches the highest level.
    """


@domain.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_list(file: Path) -> None:
    """Import FILE: gman's text (`// group`, then domains), or CSV with domain,country.

    The CSV of regular expressions by country is read too: they are taken apart, never run.
    """
    from crawlers.sources.domains import domain_suffixes

    registry = Registry(read_settings())
    found = domain_suffixes(file.read_bytes())
    now = registry.clock()
    with registry.database.write() as session:
        done = government_domains.import_domains(session, found, now)
        detail: dict[str, audit.JsonValue] = {"file": file.name, "added": done.added}
        audit.append(
            session, actor=None, action="domain.imported", subject="government_domains",
            detail=detail, at=now,
        )  # fmt: skip
    for problem in done.problems[:SHOWN_PROBLEMS]:
        talk.print(f"  left out: {problem}", markup=False)
    talk.print(f"{done.added} added, {done.known} known, {len(done.problems)} left out.")
    registry.close()


@domain.command()
@click.argument("suffix")
@click.option("--country", help="ISO 3166-1 code such as EE.")
@click.option("--label", default="", help="Whose it is, or where you know it from.")
def add(suffix: str, country: str | None, label: str) -> None:
    """Add SUFFIX, such as alberta.ca: it stands for itself and all below it."""
    registry = Registry(read_settings())
    now = registry.clock()
    with registry.database.write() as session:
        is_new = government_domains.add_domain(
            session, suffix, country=country, label=label, now=now
        )
        if is_new:
            audit.append(
                session, actor=None, action="domain.added", subject=f"domain:{suffix}", at=now
            )
    talk.print("Added." if is_new else "It is on the list already.")
    registry.close()


@domain.command("list")
@click.option("--country", help="Only those of a country.")
@click.option("--contains", "text", default="", help="Only those that hold this text.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, help="How many, by name.")
@format_option
def list_domains(country: str | None, text: str, limit: int, style: str) -> None:
    """List the domains."""
    with Registry(read_settings()).database.read() as session:
        rows, count = government_domains.list_domains(
            session, country=country, text=text, limit=limit
        )
    show_rows(rows, COLUMNS, style)
    talk.print(f"{len(rows)} of {count}.")


@domain.command()
@click.argument("suffix")
def remove(suffix: str) -> None:
    """Take SUFFIX off the list: claims that rest on it lose a level at their next check."""
    registry = Registry(read_settings())
    now = registry.clock()
    with registry.database.write() as session:
        government_domains.remove_domain(session, suffix)
        audit.append(
            session, actor=None, action="domain.removed", subject=f"domain:{suffix}", at=now
        )
    talk.print("Removed.")
    registry.close()
