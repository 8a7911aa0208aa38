"""Files that are named on the command line."""

from pathlib import Path

from registry.errors import InvalidInput


def text_of(path: Path) -> str:
    """Return the text of a file; raises `InvalidInput` where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8: save it as UTF-8 first") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then give it the name: it is whole, or what was there stays.

    What is no file, such as a pipe, is written to as it is.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
