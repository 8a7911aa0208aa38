"""Read a list of sources in any known format; the format is told by name and by shape."""

import re
from typing import Final

import msgspec

from crawlers.metadata import yaml_guard
from crawlers.sources.csv_lists import read_csv, read_urls
from crawlers.sources.entries import Collector, SourceList
from crawlers.sources.structured_lists import read_structure
from crawlers.sources.text import decoded
from registry.errors import InvalidInput

MAX_BYTES: Final = 8 * 1024 * 1024
# An operator's own list may be larger than a metadata file of a stranger's repository.
MAX_YAML_BYTES: Final = 2 * 1024 * 1024
MAX_YAML_EVENTS: Final = 200_000
MAX_REPAIRS: Final = 10
_SIMPLE: Final = re.compile(rb" +[A-Za-z0-9_.-]{1,60}: +[A-Za-z0-9:/._-]{1,500}")
_ENDINGS: Final = {
    "csv": "csv",
    "json": "json",
    "txt": "txt",
    "yaml": "yaml",
    "yml": "yaml",
}


def read_list(
    data: bytes,
    filename: str,
    format: str | None = None,  # noqa: A002 - the word that people know
    *,
    allow_http_hosts: frozenset[str] = frozenset(),
) -> SourceList:
    """Return the sources that a list names, with country and level where it states them.

    `format` is csv, yaml, json or txt; else the ending of `filename` decides. Raises
    `InvalidInput` where the list as a whole cannot be read; a bad row is a problem of the result.
    """
    kind = (format or _ENDINGS.get(filename.rpartition(".")[2].lower()) or "").lower()
    collect = Collector(allow_http_hosts)
    if kind == "csv":
        read_csv(decoded(data, MAX_BYTES), collect)
    elif kind == "txt":
        read_urls(decoded(data, MAX_BYTES), collect)
    elif kind == "json":
        read_structure(_json(data), collect)
    elif kind in {"yaml", "yml"}:
        read_structure(_yaml(data, collect), collect)
    else:
        raise InvalidInput(f"{filename[:100]!r} is not a list: use csv, yaml, json or txt")
    return collect.result()


def _json(data: bytes) -> object:
    try:
        return msgspec.json.decode(decoded(data, MAX_BYTES))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInput(f"the list is not valid JSON: {str(error)[:200]}") from error


def _yaml(data: bytes, collect: Collector) -> object:
    for _ in range(MAX_REPAIRS):
        try:
            node = yaml_guard.load(data, max_bytes=MAX_YAML_BYTES, max_events=MAX_YAML_EVENTS)
        except yaml_guard.UnreadableYaml as error:
            if not error.message.endswith("is given twice"):
                raise InvalidInput(f"the list is not valid YAML: {error}") from error
            data = _without_line(data, error)
            collect.problem(f"line {error.line}", f"{error.message}: the first one counts")
        else:
            return node.plain()
    raise InvalidInput("the list is not valid YAML: too many keys are given twice")


def _without_line(data: bytes, error: yaml_guard.UnreadableYaml) -> bytes:
    """Blank the line of a repeated key, as published lists hold some; the guard refuses those.

    Only a simple `key: value` is taken out, so that nothing below it changes its meaning.
    """
    lines = data.split(b"\n")
    if error.line > len(lines) or not _SIMPLE.fullmatch(lines[error.line - 1].rstrip()):
        raise InvalidInput(f"the list is not valid YAML: {error}") from error
    lines[error.line - 1] = b""
    return b"\n".join(lines)
