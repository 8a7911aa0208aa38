"""`registry lookup` and `registry whereis`: is this code somewhere?"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import asdict

from registry.cli.asking import server_option
from registry.cli.build import Registry, read_settings
from registry.cli.hashing import MAX_FILES, Hashed, hash_files
from registry.cli.lookups import ask_in_parts, asking
from registry.cli.output import format_option, show_record, show_rows, talk
from registry.errors import InvalidInput
from registry.lineage.readmodels import LookupAnswer, LookupHit, LookupQuery

COLUMNS: Final = ("slug", "name", "organisation", "country", "found", "first_seen", "samples")
_HEX: Final = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")


class Whereabouts(Struct, frozen=True, kw_only=True):
    """Where the files of a folder stand: components, and packages by local path.

    `files` were read, `distinct` contents were asked for, `known` of them are held by a component.
    """

    files: int
    skipped: int
    distinct: int
    known: int
    is_cut: bool
    hits: tuple[LookupHit, ...]
    third_party: dict[str, str]


@click.command()
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@server_option
@format_option
def lookup(items: Sequence[str], server: str | None, style: str) -> None:
    """Find the components that hold ITEM: an id, a package, a repository.

    ITEM is a git object id (looked for as a file and as a commit), a SWHID such as `swh:1:cnt:…`,
    a package URL such as `pkg:npm/left-pad`, or the URL of a repository.
    """
    query = question(items)
    with asking(Registry(read_settings()), server) as ask:
        answer = ask(query)
    if style == "json":
        show_record(answer, style)
        return
    show_rows(map(_row, answer.hits) if style != "ndjson" else answer.hits, COLUMNS, style)
    for asked, package in answer.third_party.items():
        talk.print(f"{asked} is third-party code: {package}", markup=False)
    talk.print(f"{len(answer.hits)} components" + (", and more" if answer.is_cut else ""))


def question(items: Sequence[str]) -> LookupQuery:
    """Return the question for things of any kind, told apart by how they are written."""
    ids = tuple(item for item in items if _HEX.fullmatch(item))
    swhids = tuple(item for item in items if item.startswith("swh:"))
    purls = tuple(item for item in items if item.startswith("pkg:"))
    urls = tuple(item for item in items if "://" in item and item not in {*swhids, *purls})
    unknown = [item for item in items if item not in {*ids, *swhids, *purls, *urls}]
    if unknown:
        raise InvalidInput(
            f"{unknown[0][:80]!r} is no git id, SWHID, package URL or repository URL; "
            "for files and folders: registry whereis"
        )
    return LookupQuery(blobs=ids, commits=ids, swhids=swhids, purls=purls, urls=urls)


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@server_option
@format_option
def whereis(path: Path, server: str | None, style: str) -> None:
    """Find the components that hold the files at PATH: a file, or a folder with all below it.

    Only the git ids of the files are looked up, also with `--server`: no content, name or path
    leaves this machine. Folders such as `.git` and `node_modules`, links, and empty files are
    left out.
    """
    hashed = hash_files(path)
    with asking(Registry(read_settings()), server) as ask:
        found = _whereabouts(hashed, ask_in_parts(ask, hashed.paths))
    if style == "json":
        show_record(found, style)
        return
    show_rows(map(_row, found.hits) if style != "ndjson" else found.hits, COLUMNS, style)
    _talk_about(found)


def _whereabouts(hashed: Hashed, answer: LookupAnswer) -> Whereabouts:
    """Put the local paths beside what was found: they were never sent."""

    def local(samples: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((hashed.paths[x][0], there) for x, there in samples if x in hashed.paths)

    hits = [{**asdict(hit), "samples": local(hit.samples)} for hit in answer.hits]
    return Whereabouts(
        files=hashed.files,
        skipped=hashed.skipped,
        distinct=len(hashed.paths),
        known=answer.known,
        is_cut=answer.is_cut or hashed.is_cut,
        hits=tuple(LookupHit(**hit) for hit in hits),
        third_party={
            path: package
            for ident, package in answer.third_party.items()
            for path in hashed.paths.get(ident, ())
        },
    )


def _row(hit: LookupHit) -> dict[str, Any]:
    day = hit.first_seen.date().isoformat() if hit.first_seen else None
    samples = [f"{asked} → {there}" for asked, there in hit.samples]
    return {**asdict(hit), "first_seen": day, "samples": samples}


def _talk_about(found: Whereabouts) -> None:
    talk.print(
        f"{found.known} of {found.distinct} contents are held by {len(found.hits)} components; "
        f"{len(found.third_party)} files are third-party code; "
        f"{found.skipped} of {found.files} files were left out."
    )
    if found.is_cut:
        talk.print(f"There is more: at most {MAX_FILES:,} files and 100 components a thousand.")
