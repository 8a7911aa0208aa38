"""Editions of bulk data: one folder a day, whole or not there at all.

What is taken down or erased after an edition was made must not be had from it: until the next one
is made, which happens at once, an older edition is withheld.
"""

import hashlib
import json
import re
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import Erasure, Takedown
from registry.errors import Gone, NotFound
from registry.jobs.port import NewJob, RunningJob
from registry.publishing.bulk.files import SQLITE, names_of_files, write_tables
from registry.publishing.bulk.tables import TABLES

BULK: Final = "bulk.write"
FOLDER: Final = "data"
KEPT: Final = 7
PERIOD: Final = timedelta(days=1)
PACKAGE: Final = "datapackage.json"
SUMS: Final = "SHA256SUMS"
LICENCE: Final = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class BulkFile(Struct, frozen=True):
    """A file of an edition: its size in bytes and SHA-256; `rows` where it is one table."""

    name: str
    size: int
    sha256: str
    rows: int | None


class Edition(Struct, frozen=True, kw_only=True):
    """All files of a day."""

    day: str
    made_at: datetime
    files: tuple[BulkFile, ...]


class BulkData:
    """Writes, lists and gives editions; the newest seven are kept."""

    def __init__(self, database: Database, home: Path, clock: Clock) -> None:
        self._database = database
        self._home = home / FOLDER
        self._clock = clock

    def write(self) -> Edition:
        """Write the edition of today, in place of one that is there already."""
        now = self._clock()
        self._home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=self._home) as name:
            folder = Path(name) / "edition"
            folder.mkdir()
            with self._database.read() as session:
                counts = write_tables(session, folder)
            _describe(folder, now, counts)
            self._replace(folder, f"{now:%Y-%m-%d}")
        self._forget_old()
        return self.edition(f"{now:%Y-%m-%d}")

    def handle(self, job: RunningJob) -> None:
        """Do the job."""
        self.write()
        with self._database.write() as session:
            job.complete(session)

    def editions(self) -> list[Edition]:
        """Return the editions that may be shown, the newest first."""
        return [found for day in self._days() if not self._is_withheld(found := self._read(day))]

    def edition(self, day: str) -> Edition:
        """Return an edition, or raise `NotFound`, or `Gone` while it is withheld."""
        if not _DAY.fullmatch(day) or day not in self._days():
            raise NotFound(f"There is no edition {day[:40]!r}.")
        found = self._read(day)
        if self._is_withheld(found):
            raise Gone("Something was removed since this edition was made; use a newer one.")
        return found

    def file(self, day: str, name: str) -> tuple[Path, BulkFile]:
        """Return where a file is, and what is known of it; raises `NotFound`, `Gone`."""
        found = {item.name: item for item in self.edition(day).files}.get(name)
        if found is None:
            raise NotFound(f"There is no file {name[:60]!r} in this edition.")
        return self._home / day / name, found

    def due_job(self, session: Session) -> list[NewJob]:
        """Return the job, where the newest edition is a day old or withheld."""
        days = self._days()
        if days:
            newest = self._read(days[0])
            is_old = self._clock() - newest.made_at >= PERIOD
            if not is_old and not _removed_since(session, newest.made_at):
                return []
        return [NewJob(task=BULK, key="all", payload={}, priority=-20)]

    def _is_withheld(self, found: Edition) -> bool:
        with self._database.read() as session:
            return _removed_since(session, found.made_at)

    def _days(self) -> list[str]:
        if not self._home.is_dir():
            return []
        found = (x.name for x in self._home.iterdir() if _DAY.fullmatch(x.name))
        return sorted(found, reverse=True)

    def _read(self, day: str) -> Edition:
        package = json.loads((self._home / day / PACKAGE).read_text(encoding="utf-8"))
        files = tuple(
            BulkFile(item["path"], item["bytes"], item["hash"].removeprefix("sha256:"),
                     item.get("rows"))
            for item in package["resources"]
        )  # fmt: skip
        extra = tuple(_file(self._home / day / name) for name in (PACKAGE, SUMS))
        return Edition(
            day=day, made_at=datetime.fromisoformat(package["created"]), files=(*files, *extra)
        )

    def _replace(self, folder: Path, day: str) -> None:
        target = self._home / day
        if target.exists():
            target.rename(folder.parent / "former")
        folder.rename(target)

    def _forget_old(self) -> None:
        for day in self._days()[KEPT:]:
            shutil.rmtree(self._home / day)


def _removed_since(session: Session, moment: datetime) -> bool:
    """Tell whether anything was taken down or erased at or after a moment."""
    for column in (Takedown.taken_down_at, Erasure.requested_at):
        newest = session.execute(select_columns(func.max(col(column)))).scalar()
        if newest is not None and _utc(newest) >= moment:
            return True
    return False


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file(path: Path) -> BulkFile:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return BulkFile(path.name, path.stat().st_size, digest, None)


def _describe(folder: Path, now: datetime, counts: dict[str, int]) -> None:
    """Write the Data Package (Frictionless, v1) and the checksums."""
    resources = [_resource(_file(folder / name), counts) for name in names_of_files()]
    package = {
        "name": f"public-code-registry-{now:%Y-%m-%d}",
        "title": "Public Code Registry: components, organisations, reuse, decisions, savings",
        "profile": "data-package",
        "created": now.isoformat(),
        "licenses": [LICENCE],
        "resources": resources,
    }
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / PACKAGE).write_text(text, encoding="utf-8")
    names = sorted([*names_of_files(), PACKAGE])
    lines = (f"{_file(folder / name).sha256}  {name}\n" for name in names)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _resource(file: BulkFile, counts: dict[str, int]) -> dict[str, Any]:
    name, _, form = file.name.partition(".")
    common = {
        "name": file.name.replace(".", "-"), "path": file.name, "bytes": file.size,
        "hash": f"sha256:{file.sha256}", "format": form,
    }  # fmt: skip
    if file.name == SQLITE:
        return common | {"mediatype": "application/vnd.sqlite3"}
    table = next(table for table in TABLES if table.name == name)
    found = common | {"title": table.title, "rows": counts[name]}
    if form == "csv.gz":
        found |= {
            "profile": "tabular-data-resource", "format": "csv", "compression": "gz",
            "mediatype": "text/csv", "encoding": "utf-8",
        }  # fmt: skip
    fields = [{"name": x.name, "type": x.type, "description": x.description} for x in table.columns]
    return found | {"schema": {"fields": fields, "missingValues": [""]}}
