"""`registry audit`: read the audit log, sign where it stands, and verify it."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from registry.accounts.audit_log import (
    list_entries,
    prove_consistency,
    prove_entry,
    write_checkpoint,
)
from registry.accounts.audit_verify import AuditState, verify_log
from registry.accounts.notes import Verifier
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk, write

COLUMNS: Final = ("index", "at", "actor", "action", "subject", "detail")


@click.group()
def audit() -> None:
    """Read, sign and verify the audit log.

    Everything that changes who may do what, or what the registry says of others, is an entry.
    Keep checkpoints on another machine: they show what somebody with access to this one takes out.
    """


@audit.command()
@click.option("--since", type=click.DateTime(), help="Only from this time on (UTC).")
@click.option("--subject", help="Only what was done to this, such as organisation:12.")
@click.option("--limit", type=click.IntRange(1), help="At most so many, the oldest first.")
@format_option
def show(since: datetime | None, subject: str | None, limit: int | None, style: str) -> None:
    """Show who did what to what; an actor is the id of an account, none the registry itself."""
    registry = Registry(read_settings())
    moment = since and since.replace(tzinfo=UTC)
    with registry.database.read() as session:
        lines = list_entries(session, since=moment, subject=subject, limit=limit or sys.maxsize)
    show_rows(lines, COLUMNS, style)
    registry.close()


@audit.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def checkpoint(out: Path | None) -> None:
    """Sign how long the log is and what its root is, and print it (a C2SP checkpoint).

    The worker keeps one every hour. Copy them to another machine with --out, or fetch
    `/audit/checkpoint` from there.
    """
    registry = Registry(read_settings())
    with registry.database.write() as session:
        note = write_checkpoint(session, registry.signer, registry.clock())
    if out is None:
        click.echo(note, nl=False)
    else:
        out.write_text(note, encoding="utf-8")
        talk.print(f"Wrote {out}. Verify against it: registry audit verify --checkpoint {out}")
    registry.close()


@audit.command()
@click.option(
    "--checkpoint", "files", multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept elsewhere; may be repeated.",
)  # fmt: skip
@click.option("--key", help="Key of the log as `registry audit key` printed it; else this home's.")
def verify(files: tuple[Path, ...], key: str | None) -> None:
    """Verify every entry, and the log against each checkpoint; exit 5 naming the first bad one."""
    registry = Registry(read_settings())
    verifier = Verifier.from_text(key) if key else registry.signer.verifier
    outside = [verifier.open(file.read_text(encoding="utf-8", errors="replace")) for file in files]
    with registry.database.read() as session:
        state = verify_log(session, verifier, outside)
    registry.close()
    _tell(state, len(outside))


def _tell(state: AuditState, outside: int) -> None:
    if state.tampering:
        talk.print(f"Entry {state.tampering.index}: {state.tampering.what}.", markup=False)
        raise click.exceptions.Exit(5)
    against = f", also against {outside} kept elsewhere" if outside else ""
    talk.print(f"All {state.size} entries are as they were written{against}.")


@audit.command()
def key() -> None:
    """Print the public key of the log, for others to verify checkpoints and proofs with."""
    write(Registry(read_settings()).signer.verifier.text())


@audit.command()
@click.argument("index", type=click.IntRange(0))
@format_option
def prove(index: int, style: str) -> None:
    """Print an entry with what shows that it is in the log: hashes up to a signed root."""
    registry = Registry(read_settings())
    with registry.database.read() as session:
        found = prove_entry(session, index, registry.signer)
    show_record(found, style)
    registry.close()


@audit.command()
@click.argument("earlier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def extend(earlier: Path, style: str) -> None:
    """Print what shows that the log continues the one of an EARLIER checkpoint.

    The hashes lead from the root of that checkpoint to the present one (RFC 9162 §2.1.4).
    """
    registry = Registry(read_settings())
    old = registry.signer.verifier.open(earlier.read_text(encoding="utf-8", errors="replace"))
    with registry.database.write() as session:
        note = write_checkpoint(session, registry.signer, registry.clock())
        proof = prove_consistency(session, old.size)
    show_record(msgspec.to_builtins({"proof": proof, "checkpoint": note}), style)
    registry.close()
