"""`registry evidence`: the proof behind an edge, and its verification by independent code."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
from sqlmodel import col, select

from registry.cli.build import Registry, read_settings
from registry.cli.output import format_option, show_record, show_rows, talk, write
from registry.db.tables import Edge, EdgeState
from registry.errors import InvalidInput, NotFound, RegistryError
from registry.gitstore.place import store_place
from registry.verifier.bundle import is_bundle
from registry.verifier.canonical import canonical, read_json
from registry.verifier.online import Online
from registry.verifier.report import Report, lines, summary
from registry.verifier.verify import verify as check_proof
from registry.verifier.verify import verify_bundle

_KEY = re.compile(r"ev_[0-9a-f]{16}")


@click.group()
def evidence() -> None:
    """Show, export and verify the proofs of edges."""


@evidence.command("show")
@click.argument("key")
@format_option
def show_proof(key: str, style: str) -> None:
    """Show the proof of the edge KEY; with `--format json` as the document itself."""
    registry = Registry(read_settings())
    edge = _edge(registry, key)
    registry.close()
    if style in {"json", "ndjson"}:
        write(canonical(edge.proof).decode())
        return
    proof = edge.proof
    shown = {
        "evidence": key, "kind": edge.kind.value, "state": edge.state.value,
        "origin": proof["origin"].get("url") or proof["origin"]["name"],
        "reuser": proof["reuser"]["url"], "direction": edge.direction,
        "basis": edge.direction_basis, "samples": len(proof["samples"]),
        "digest": proof["digest"],
    }  # fmt: skip
    show_record(shown, style)


@evidence.command()
@click.argument("keys", metavar="[KEY|FILE]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every edge that stands.")
@click.option("--bundle", is_flag=True, help="Pack each proof, and check it from its bundle too.")
@click.option(
    "--from-store",
    is_flag=True,
    help="Read what was fetched when crawling; contents that were not kept are not checked.",
)
@format_option
def verify(keys: tuple[str, ...], every: bool, bundle: bool, from_store: bool, style: str) -> None:
    """Verify edges by KEY, or a proof or a bundle in FILE, against the two repositories.

    Repositories are read from the mirrors of the settings, else from their hosts. Ends with 0 when
    all is verified, 1 in part, 4 when a repository cannot be read, 5 when something differs.
    """
    if not keys and not every:
        raise InvalidInput("name an edge or a file, or say --all")
    from crawlers.pipeline import store_root

    registry = Registry(read_settings())
    reports: list[Report] = []
    store = partial(store_place, store_root(registry.settings.home)) if from_store else None
    with Online(registry.settings.crawl.mirrors, store) as online:
        for data in _documents(registry, keys, every=every):
            reports += _checked(data, online, bundle=bundle)
    registry.close()
    _show(reports, style)
    worst = max((report.exit_code() for report in reports), default=0)
    if worst:
        raise click.exceptions.Exit(worst)


@evidence.command()
@click.argument("key")
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.",
)  # fmt: skip
def export(key: str, out: Path) -> None:
    """Write the proof of the edge KEY with all objects that it needs into one file.

    The file is verified without any connection: `python -m registry.verifier FILE`.
    """
    from registry.verifier.export import make_bundle

    registry = Registry(read_settings())
    proof = _edge(registry, key).proof
    with Online(registry.settings.crawl.mirrors) as online:
        report, data = make_bundle(proof, online)
    registry.close()
    if report.reason:
        raise RegistryError(report.reason)
    out.write_bytes(data)
    talk.print(f"{summary(report)} {len(data)} bytes in {out}", markup=False)
    if report.exit_code(allow_partial=True):
        raise click.exceptions.Exit(report.exit_code())


def _edge(registry: Registry, key: str) -> Edge:
    with registry.database.read() as session:
        edge = session.exec(select(Edge).where(col(Edge.key) == key)).first()
        if edge is None:
            raise NotFound(f"there is no evidence {key!r}")
        return edge


def _documents(registry: Registry, keys: tuple[str, ...], *, every: bool) -> Iterator[bytes]:
    """Yield proofs and bundles; edges of one origin follow each other, so it is opened once."""
    for key in keys:
        file = Path(key)
        if _KEY.fullmatch(key):
            yield canonical(_edge(registry, key).proof)
        elif file.is_file():
            yield file.read_bytes()
        else:
            raise NotFound(f"{key!r} is neither the key of an edge nor a file")
    if every:
        standing = (EdgeState.CURRENT, EdgeState.SINCE_REMOVED, EdgeState.DISPUTED)
        with registry.database.read() as session:
            rows = session.exec(
                select(col(Edge.proof)).where(col(Edge.state).in_(standing)).order_by(
                    col(Edge.origin_id), col(Edge.reuser_id), col(Edge.key)
                )
            ).all()  # fmt: skip
        yield from map(canonical, rows)


def _checked(data: bytes, online: Online, *, bundle: bool) -> Iterator[Report]:
    if is_bundle(data):
        yield verify_bundle(data)
        return
    if not bundle:
        yield check_proof(data, online)
        return
    from registry.verifier.export import make_bundle

    report, packed = make_bundle(read_json(data), online)
    yield report
    if not report.reason:
        yield verify_bundle(packed)


def _show(reports: list[Report], style: str) -> None:
    if style != "table":
        show_rows([report.as_dict() for report in reports],
                  ("evidence", "kind", "mode", "outcome", "reason"), style)  # fmt: skip
        return
    for report in reports:
        if len(reports) == 1 or report.exit_code():
            talk.print(f"{report.evidence} {report.kind}: {summary(report)}", markup=False)
            for line in lines(report):
                talk.print(f"  {line}", markup=False)
    if len(reports) > 1:
        counts = Counter((report.kind, report.mode, report.outcome) for report in reports)
        show_rows(
            [{"kind": kind, "read from": mode, "outcome": outcome, "edges": count}
             for (kind, mode, outcome), count in sorted(counts.items())],
            ("kind", "read from", "outcome", "edges"), style,
        )  # fmt: skip
