"""Files that are named on the command line."""

from pathlib import Path

from registry.errors import InvalidInput


def text_of(path: Path) -> str:
    """Return the text of a file; raises `InvalidInput` where it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8: save it as UTF-8 first") from error
