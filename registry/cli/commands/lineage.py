"""`registry lineage`: what the measuring of reuse rests on."""

from pathlib import Path

import click

from registry.cli.build import read_settings
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.lineage.background import FILE, Background, write_background


@click.group()
def lineage() -> None:
    """Measure reuse, and look after what the measuring rests on."""


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
        listed = read_listing(packages.read_text(encoding="utf-8").splitlines(), packages.name)
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
