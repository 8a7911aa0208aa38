"""`registry report snapshot|snapshots|bundle|verify|diff`: frozen reports, and their check."""

from pathlib import Path
from typing import Any, Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.commands.report import asked_assumptions, asked_portfolio, portfolio_options
from registry.cli.files import write_whole
from registry.cli.output import format_option, show_record, show_rows, talk, write
from registry.errors import InvalidInput
from registry.reports.snapshots.content import Snapshot
from registry.reports.snapshots.differences import RowDifference, differences
from registry.reports.snapshots.reading import snapshot_in
from registry.verifier.report import Report, lines, summary
from registry.verifier.snapshot import verify_snapshot

_LISTED: Final = ("id", "made_at", "components", "rows")
_DIFFERENT: Final = ("change", "edge", "reason", "columns")


@click.command()
@portfolio_options
@click.option("--assume", multiple=True, help="An input of the method, such as rate=CA:9000.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the bundle there."
)
@click.option("--dry-run", is_flag=True, help="Keep nothing in this registry.")
def snapshot(assume: tuple[str, ...], out: Path | None, dry_run: bool, **given: Any) -> None:
    """Freeze a report: print its identifier, which is the same for the same data and inputs."""
    registry = Registry(read_settings())
    service = registry.snapshots
    portfolio, asked = asked_portfolio(given, registry.reports), asked_assumptions(assume)
    found = service.make(portfolio, asked) if dry_run else service.keep(portfolio, asked)
    if out is not None:
        write_whole(out, found.bundle())
        talk.print(f"Check it anywhere: registry report verify {out}", markup=False)
    write(found.snapshot.id)


@click.command()
@format_option
def snapshots(style: str) -> None:
    """List the newest snapshots that are kept here."""
    show_rows(Registry(read_settings()).snapshots.list(), _LISTED, style)


@click.command()
@click.argument("key", metavar="SNAPSHOT")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Write the bundle there.",
)  # fmt: skip
def bundle(key: str, out: Path) -> None:
    """Write the bundle of a kept snapshot: rows, inputs, figures and proofs in one file."""
    write_whole(out, Registry(read_settings()).snapshots.get(key).bundle())
    talk.print(f"Check it anywhere: registry report verify {out}", markup=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print every check as JSON.")
def verify(file: Path, as_json: bool) -> None:
    """Make every number of a bundle again, with nothing but the file; ends with 5 on a mismatch.

    No database and no connection are used, so it can be run on another machine.
    """
    found = verify_snapshot(file.read_bytes())
    if as_json:
        show_record(found.as_dict(), "json")
    else:
        write("\n".join([summary(found), *lines(found)]))
    _end(found)


def _end(found: Report) -> None:
    if code := found.exit_code():
        raise click.exceptions.Exit(code)


@click.command()
@click.argument("before", metavar="SNAPSHOT|FILE")
@click.argument("after", metavar="SNAPSHOT|FILE")
@format_option
def diff(before: str, after: str, style: str) -> None:
    """Show the rows in which two snapshots differ, each with its reason."""
    found = differences(_read(before), _read(after))
    for warning in found.warnings:
        talk.print(warning, style="yellow", markup=False)
    if style == "json":
        show_record(found, style)
    else:
        show_rows(found.rows if style == "ndjson" else map(_line, found.rows), _DIFFERENT, style)
    talk.print(f"{len(found.rows):,} rows differ.")


def _line(row: RowDifference) -> dict[str, Any]:
    """Return a difference for people: what each column was, and what it is."""
    told = (f"{name}: {_told(old)} → {_told(new)}" for name, old, new in row.columns)
    return {"change": row.change, "edge": row.edge, "reason": row.reason,
            "columns": "; ".join(told)}  # fmt: skip


def _told(value: Any) -> str:
    return "–" if value in (None, "") else str(value)


def _read(text: str) -> Snapshot:
    """Return the snapshot of a bundle's file or of an identifier kept here."""
    path = Path(text)
    if path.is_file():
        return snapshot_in(path.read_bytes())
    if text.startswith("s-"):
        return Registry(read_settings()).snapshots.get(text).snapshot
    raise InvalidInput(f"{text[:80]!r} is neither a file nor the identifier of a snapshot")
