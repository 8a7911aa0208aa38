"""`registry backup`: a copy of what cannot be made again, and the drill of restoring it."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from msgspec import Struct
from sqlalchemy import func, select

from registry.accounts.audit_verify import verify_log
from registry.catalogue.check import check_catalogue
from registry.cli.build import Registry, read_settings
from registry.cli.endings import EXPECTED, what_is_wrong
from registry.cli.keys import AUDIT
from registry.cli.output import format_option, show_rows, talk
from registry.cli.storage import open_database
from registry.clock import utc_now
from registry.db import migrate
from registry.db.backup import copy_database, damage, is_database
from registry.db.tables import AuditEntry, Component, Repository
from registry.errors import InvalidInput
from registry.lineage.check import check_lineage
from registry.search.indexing import rebuild
from registry.settings import DatabaseSettings, SearchSettings, Settings

FOLDER = "backups"
# Jobs that ran when the copy was made have leases of then, which run out once it is restored.
LEASES_RUN = datetime(1970, 1, 1, tzinfo=UTC)


class Step(Struct, frozen=True):
    """One step of the drill: ok, warning or failed, and what was found."""

    step: str
    state: str
    finding: str


@click.group()
def backup() -> None:
    """Copy the database, and try whether a copy can be restored."""


@backup.command()
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
def create(target: Path | None) -> None:
    """Copy the database to TARGET while the registry runs; print the path of the copy.

    TARGET is a new file; by default one in `<REGISTRY_HOME>/backups`, named after the moment. The
    keys and the settings are not in it: keep a copy of them apart.
    """
    settings = read_settings()
    path = target or settings.home / FOLDER / _name(utc_now())
    size = copy_database(open_database(settings), path)
    click.echo(str(path))
    talk.print(f"{size / 1e6:.1f} MB. The keys are not in it: keep {settings.home / 'keys'} apart.",
               markup=False)  # fmt: skip
    talk.print(f"Next: registry backup verify {path}", markup=False)


def _name(moment: datetime) -> str:
    return f"registry-{moment:%Y%m%dT%H%M%SZ}.db"


@backup.command()
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@format_option
def verify(path: Path, style: str) -> None:
    """Restore the copy FILE into a folder that is removed afterwards; exit 5 where that fails.

    Looks at every page and reference of the file, brings it to the schema of this version, builds
    a search index from it, and checks the promises that `registry check` checks, but for the git
    objects, which are fetched again. Needs room for twice the file.
    """
    if not is_database(path):
        raise InvalidInput(f"{path} is no copy of a database: it does not begin as one of SQLite")
    settings = read_settings()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="registry-drill-") as folder:
        steps = list(_drill(path, settings, Path(folder)))
    show_rows(steps, ("step", "state", "finding"), style)
    if any(step.state == "failed" for step in steps):
        talk.print("It cannot be restored: see the step that failed.")
        raise click.exceptions.Exit(5)
    talk.print(f"It can be restored: {time.monotonic() - started:.0f} s.")


def _drill(path: Path, settings: Settings, folder: Path) -> Iterator[Step]:
    """Yield the steps, up to the first that fails."""
    restored = Registry(_settings_of_drill(settings, folder))
    shutil.copyfile(path, folder / "registry.db")
    if (settings.home / "keys").is_dir():
        (folder / "keys").symlink_to((settings.home / "keys").resolve())
    for step in (_pages, _schema, _index, _promises, _audit_log):
        try:
            found = step(restored)
        except EXPECTED as error:
            found = Step(step.__name__.strip("_").replace("_", " "), "failed", what_is_wrong(error))
        yield found
        if found.state == "failed":
            break
    restored.close()


def _settings_of_drill(settings: Settings, folder: Path) -> Settings:
    """Return settings under which nothing but the folder is read or written."""
    return msgspec.structs.replace(
        settings, home=folder, database=DatabaseSettings(), search=SearchSettings()
    )


def _pages(restored: Registry) -> Step:
    database = open_database(restored.settings)
    found = damage(database)
    database.close()
    return _step("pages", found, "every page, index and reference is whole")


def _schema(restored: Registry) -> Step:
    database = open_database(restored.settings)
    applied = migrate.upgrade(database)
    database.close()
    older = f"older by {len(applied)} migrations, which were applied" if applied else "of today"
    return Step("schema", "ok", older)


def _index(restored: Registry) -> Step:
    count = rebuild(restored.database, restored.index)
    with restored.database.read() as session:
        components, repositories, entries = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Component, Repository, AuditEntry)
        )
    return Step(
        "index", "ok",
        f"{count} of {components} components can be searched; {repositories} repositories, "
        f"{entries} entries of the audit log",
    )  # fmt: skip


def _promises(restored: Registry) -> Step:
    found = [
        f"{x.invariant}: {x.what} ({x.count})"
        for x in check_catalogue(restored.database, restored.index, LEASES_RUN)
    ]
    found += [
        f"{invariant}: {what} ({len(rows)})"
        for invariant, what, rows in check_lineage(restored.database)
    ]
    return _step("promises", found, "all hold that can be checked on a copy")


def _audit_log(restored: Registry) -> Step:
    if not (restored.settings.home / "keys" / AUDIT).is_file():
        return Step("audit log", "warning", "not looked at: its key is not in this registry")
    with restored.database.read() as session:
        tampering = verify_log(session, restored.signer.verifier).tampering
    return _step("audit log", [f"entry {tampering.index}: {tampering.what}"] if tampering else [],
                 "as it was signed")  # fmt: skip


def _step(name: str, wrong: list[str], right: str) -> Step:
    return Step(name, "failed" if wrong else "ok", "; ".join(wrong) or right)
