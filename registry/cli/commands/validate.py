"""`registry validate`: is a publiccode.yml right? For people, for programs and for CI."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli.build import Registry, read_settings
from registry.cli.output import talk, write
from registry.errors import InvalidInput
from registry.publishing.port import MAX_FILE_BYTES, PubliccodeFiles, Reachability
from registry.publishing.readmodels import FileProblem
from registry.publishing.reports import FORMS, report
from registry.publishing.sarif import Checked

if TYPE_CHECKING:
    from crawlers.egress import Egress

STDIN: Final = "-"


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--no-network", is_flag=True, help="Do not look whether files and addresses exist.")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--fix", is_flag=True, help="Write every certain fix into the files first.")
@click.option(
    "--format", "style", type=click.Choice(("plain", *FORMS)), default="plain",
    show_default=True, help="Form of the result on standard output.",
)  # fmt: skip
def validate(files: tuple[str, ...], no_network: bool, strict: bool, fix: bool, style: str) -> None:
    """Validate publiccode.yml files; `-` reads standard input.

    Exit 0 when all are valid, 1 when one has an error, 2 when one cannot be opened. Pictures and
    addresses that a file names are looked for too, unless `--no-network` is given. With `--fix`
    comments, order and unknown keys stay as they are.
    """
    registry = Registry(read_settings())
    checked = list(_checked(registry, files, network=not no_network, fix=fix))
    if style == "plain":
        _show(checked)
    else:
        write(report(checked, style, strict=strict))
    registry.close()
    if any(x.validation.errors or (strict and x.validation.warnings) for x in checked):
        raise click.exceptions.Exit(1)


def _checked(
    registry: Registry, names: Sequence[str], *, network: bool, fix: bool
) -> Iterator[Checked]:
    contents = [(name, _read(name)) for name in dict.fromkeys(names)]
    reader = registry.publiccode_files
    for name, data in contents:
        mended = _mended(reader, name, data) if fix else data
        reached = _reaching(name, registry.egress) if network else None
        yield Checked(name, reader.validate(mended, path=_path(name), reached=reached))


def _read(name: str) -> bytes:
    """Return the bytes of a file, one more than may be read at most."""
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(f"{name}: cannot be read ({words})") from error


def _mended(reader: PubliccodeFiles, name: str, data: bytes) -> bytes:
    found = reader.mend(data)
    if not found.made:
        return data
    mended = found.text.encode()
    if name == STDIN:
        talk.print("Standard input cannot be written to: give a file.")
        return data
    try:
        Path(name).write_bytes(mended)
    except OSError as error:
        raise InvalidInput(f"{name}: cannot be written ({error.strerror})") from error
    talk.print(f"{name}: {found.made} fixed", markup=False)
    return mended


def _reaching(name: str, egress: "Egress") -> Reachability:
    from crawlers.reaching import Reaching

    return Reaching(egress.get, None if name == STDIN else _root(name))


def _root(name: str) -> Path:
    """Return the root of the repository that holds a file, or else the file's folder."""
    folder = Path(name).resolve().parent
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def _path(name: str) -> str:
    if name == STDIN:
        return "publiccode.yml"
    return Path(name).resolve().relative_to(_root(name)).as_posix()


def _show(checked: Sequence[Checked]) -> None:
    for file in checked:
        for problem in file.validation.problems:
            write(_line(file.name, problem))
    for file in checked:
        found = file.validation
        counts = f"{found.errors} errors, {found.warnings} warnings"
        more = f"; {found.fixes} can be fixed with --fix" if found.fixes else ""
        talk.print(
            f"{file.name}: {found.status}, grade {found.grade}: {counts}{more}", markup=False
        )


def _line(name: str, problem: FileProblem) -> str:
    """Return one problem on one line, in the form that editors understand."""
    remedy = f"write {problem.fix}" if problem.fix else problem.advice
    words = f"{problem.message} ({remedy})" if remedy else problem.message
    flat = "".join(c if c.isprintable() else " " for c in words)
    return f"{name}:{problem.line}:{problem.column}: {problem.severity}: {flat}"
