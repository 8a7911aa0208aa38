"""`registry source harvest` and `registry source records`: other catalogues, read and looked at."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlmodel import col, select

from registry.catalogue.peer_views import peer_counts, peer_records
from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_rows, talk
from registry.db.tables import Source, SourceKind
from registry.errors import CrawlFailure, InvalidInput, NotFound
from registry.jobs.port import RunningJob

if TYPE_CHECKING:
    from crawlers.peers.harvest import PeerHarvest

COUNTS = (
    "peer", "kind", "live", "ended", "inactive", "with_repository", "crawled", "also_elsewhere",
    "same_history", "invalid",
)  # fmt: skip
COLUMNS = ("kind", "key", "url", "status", "component", "read_at", "ended_at", "findings")


@click.command()
@click.argument("spec", required=False)
@click.option("--dry-run", is_flag=True, help="Only show which addresses would be asked.")
@click.option(
    "--from", "place", type=click.Path(exists=True, path_type=Path),
    help="Read this file, or the files of this folder, in place of the peer's own answers.",
)  # fmt: skip
def harvest(spec: str | None, dry_run: bool, place: Path | None) -> None:
    """Read other catalogues now: all that were added, or the one with this text or number.

    A crawl does the same when they are due. The repositories that they name wait for the crawl.
    With --from nothing is asked: answers that were recorded, or brought behind a closed network,
    are read as if the peer had given them just now.
    """
    registry = Registry(read_settings())
    peers = _peers(registry, spec)
    if place is not None:
        if spec is None:
            raise InvalidInput("--from reads the answers of one peer: name it")
        _harvest_files(registry, peers[0], place, dry_run=dry_run)
        registry.close()
        return
    if dry_run:
        _show_addresses(registry, peers)
        return
    failed = sum(not _harvest(registry, source) for source in peers)
    registry.close()
    if failed:
        raise click.exceptions.Exit(1)


def _peers(registry: Registry, spec: str | None) -> list[Source]:
    query = select(Source).where(col(Source.kind) == SourceKind.PEER).order_by(col(Source.spec))
    if spec is not None:
        is_number = spec.isascii() and spec.isdigit() and len(spec) < 18
        query = query.where(col(Source.id) == int(spec) if is_number else col(Source.spec) == spec)
    with registry.database.read() as session:
        found = list(session.exec(query))
    if not found:
        what = f"no peer {spec!r}" if spec else "no peer yet"
        raise NotFound(f"there is {what}: add one with registry source add catalog:https://…")
    return found


def _show_addresses(registry: Registry, peers: list[Source]) -> None:
    from crawlers.forges.infer import parse_source
    from crawlers.peers.walk import first_addresses

    allowed = frozenset(registry.settings.crawl.allow_hosts)
    rows = [
        {"peer": source.spec, "address": address}
        for source in peers
        for address in first_addresses(parse_source(source.spec, allow_http_hosts=allowed))
    ]
    show_rows(rows, ("peer", "address"), "table")
    talk.print("Each address is followed page by page to its end. Nothing was read.")


def _harvest_files(registry: Registry, source: Source, place: Path, *, dry_run: bool) -> None:
    from crawlers.peers.walk import pages_of_files

    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    harvest = _peer_harvest(registry)
    peer = harvest.peer(source.id or 0)
    pages = pages_of_files(peer.spec, files, harvest.reader, peer.options)
    if dry_run:
        counts = Counter(record.kind for page in pages for record in page.batch.records)
        show_rows([dict(counts)], tuple(counts) or ("none",), "table")
        talk.print(f"{len(files)} files were read; nothing was stored.")
        return
    done = harvest.store(_job(source), peer, pages)
    talk.print(f"{source.spec}: {done}", markup=False)


def _peer_harvest(registry: Registry) -> "PeerHarvest":
    from registry.cli.crawling import forge_client, peer_harvest

    return peer_harvest(registry, forge_client(registry), otherwise=_no_peer)


def _no_peer(_job: RunningJob) -> None:
    raise NotFound("this source is no peer")


def _job(source: Source) -> RunningJob:
    return RunningJob(task="crawl.source", key=str(source.id), payload={"source_id": source.id})


def _harvest(registry: Registry, source: Source) -> bool:
    harvest = _peer_harvest(registry)
    try:
        done = harvest.harvest(_job(source), harvest.peer(source.id or 0))
    except (CrawlFailure, NotFound) as error:
        talk.print(f"{source.spec}: {error}", markup=False)
        return False
    talk.print(f"{source.spec}: {done}", markup=False)
    return True


@click.command()
@click.argument("spec", required=False)
@click.option("--ended", is_flag=True, help="Those that the peer dropped or changed.")
@format_option
def records(spec: str | None, ended: bool, style: str) -> None:
    """Count what each peer states, or list the records of the one with this text or number."""
    registry = Registry(read_settings())
    with registry.database.read() as session:
        if spec is None:
            show_rows(peer_counts(session), COUNTS, style)
            return
    (peer,) = _peers(registry, spec)
    with registry.database.read() as session:
        show_rows(peer_records(session, peer.spec, ended=ended), COLUMNS, style)
