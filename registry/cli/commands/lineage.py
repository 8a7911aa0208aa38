"""`registry lineage`: what the measuring of reuse rests on."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from registry.cli.build import Registry, read_settings
from registry.cli.files import text_of
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.lineage.background import FILE, Background, write_background
from registry.lineage.jobs import update_job
from registry.lineage.named_sources import (
    Source,
    list_sources,
    put_source,
    remove_source,
    repositories_naming,
    sync_named_sources,
)

SOURCE_COLUMNS = ("slug", "name", "country", "region", "patterns", "reference", "edges")


@click.group()
def lineage() -> None:
    """Measure reuse, and look after what the measuring rests on."""


@lineage.command()
@click.option(
    "--parquet", "kept", type=click.Path(file_okay=False, path_type=Path),
    help="Folder in which the exported Parquet files are kept, for other engines to read.",
)  # fmt: skip
@format_option
def recompute(kept: Path | None, style: str) -> None:
    """Measure all pairs of repositories again in one pass, as after new rules.

    The result is the very same as that of updates one by one; what stays the same is not written.
    Crawls may go on, but when one changes the catalogue meanwhile, nothing is written.
    """
    from registry.lineage.proofs import build_proof
    from registry.lineage.recompute import recompute as measure

    registry = Registry(read_settings())
    with TemporaryDirectory(prefix="recompute-", dir=registry.settings.home) as name:
        folder = kept or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        done = measure(registry.database, build_proof, registry.clock, folder)
    registry.close()
    show_record(
        {
            "files": done.exported.files, "fingerprints": done.exported.fingerprints,
            "repositories": done.exported.repositories, "pairs": done.pairs,
            "copies": done.findings, "components_changed": done.components_changed,
        },
        style,
    )  # fmt: skip


@lineage.group()
def background() -> None:
    """The index of third-party code: what popular packages publish is nobody's own code."""


@background.command()
@click.argument(
    "packages", metavar="[LIST]", required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; `<REGISTRY_HOME>/background.bin` is used in place of the shipped one.",
)  # fmt: skip
@click.option(
    "--update", "older", type=click.Path(dir_okay=False, path_type=Path),
    help="An older index: only packages that it lacks are fetched.",
)  # fmt: skip
def build(packages: Path | None, out: Path, older: Path | None) -> None:
    """Build the index from the packages in LIST, by default the list that is shipped.

    Archives are fetched by `npm pack` and `pip download`, and read in the sandbox; nothing in
    them is run. Ends with 1 when packages could not be had; the others are written all the same.
    """
    from crawlers.background.build import Hasher, build_background
    from crawlers.background.listing import Listed, read_listing, shipped_list

    listed = shipped_list()
    if packages is not None:
        listed = read_listing(text_of(packages).splitlines(), packages.name)
    done = 0

    def note(package: Listed, outcome: str) -> None:
        nonlocal done
        done += 1
        if outcome != "known":
            talk.print(f"{done} of {len(listed)}: {package} {outcome}", markup=False)

    known = Background.load(older) if older else None
    built = build_background(listed, Hasher(read_settings().crawl), known=known, note=note)
    write_background(out, built.packages, built.files, built.fingerprints)
    for label, pairs in (("left out", built.cuts), ("failed", built.failures)):
        for name, why in pairs:
            talk.print(f"  {label}: {name}: {why}", markup=False)
    talk.print(
        f"{len(built.packages)} packages, {len(built.files)} files, "
        f"{len(built.fingerprints)} fingerprints, {out.stat().st_size} bytes in {out}"
    )
    if built.failures:
        raise click.exceptions.Exit(1)


@background.command()
@click.argument("index", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--packages", "each", is_flag=True, help="List every package.")
@format_option
def show(index: Path | None, each: bool, style: str) -> None:
    """Show what INDEX holds: by default the operator's own index, or else the shipped one."""
    own = read_settings().home / FILE
    found = Background.load(index or (own if own.is_file() else None))
    if each:
        show_rows([{"package": name} for name in found.packages], ("package",), style)
        return
    show_record(
        {
            "packages": len(found.packages), "files": found.files,
            "fingerprints": found.fingerprints, "digest": found.digest,
        },
        style,
    )  # fmt: skip


@lineage.group("source")
def named_source() -> None:
    """Sources without a repository: bodies whose code was reused and is nowhere public."""


@named_source.command("list")
@format_option
def list_named(style: str) -> None:
    """List the sources, the shipped ones among them, with the edges that rest on each."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        naming = sync_named_sources(session, registry.clock())
        registry.queue.enqueue(session, [update_job(key) for key in naming])
        rows = list_sources(session)
    show_rows(rows, SOURCE_COLUMNS, style)


@named_source.command("add")
@click.argument("name")
@click.option("--country", help="ISO 3166-1 code such as EE, or 3166-2 such as CA-AB.")
@click.option("--pattern", "patterns", multiple=True, help="Another name that texts use for it.")
@click.option("--reference", help="Address where the reuse is reported.")
@click.option("--slug", help="Slug, where the one made of the name will not do.")
def add_named(
    name: str, country: str | None, patterns: tuple[str, ...], reference: str | None,
    slug: str | None,
) -> None:  # fmt: skip
    """Add a source, or change the one with its slug; texts that name NAME then point at it."""
    registry = Registry(read_settings())
    given = Source(name, patterns, slug=slug or "", country=country, reference=reference)
    with registry.database.write() as session:
        row = put_source(session, given, registry.clock())
        naming = repositories_naming(session, row.patterns)
        registry.queue.enqueue(session, [update_job(key) for key in naming])
        text = row.slug
    talk.print(f"{text}: {len(naming)} repositories name it and are looked at again", markup=False)


@named_source.command("remove")
@click.argument("slug")
def remove_named(slug: str) -> None:
    """Remove a source; one that edges rest on stays, because edges are never deleted."""
    registry = Registry(read_settings())
    with registry.database.write() as session:
        remove_source(session, slug)
    talk.print(f"Removed {slug}.", markup=False)
