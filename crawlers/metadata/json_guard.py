"""Read hostile JSON: size-capped, strict, with the line of every key where it is wanted."""

import re
from typing import Any, Final, TypeAlias

import msgspec

MAX_BYTES: Final = 1024 * 1024
_MAX_LINES: Final = 50_000
_MAX_DEPTH: Final = 8

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:,\n]')
_BYTE_PLACE = re.compile(r"\(byte (\d{1,9})\)")

KeyPath: TypeAlias = tuple[str | int, ...]


class UnreadableJson(ValueError):
    """The bytes are not one bounded JSON text; `line` (from 1) says where reading stopped."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(f"{message} (line {line})")
        self.message = message
        self.line = line


def load(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the value that `data` holds, or raise `UnreadableJson`.

    A byte order mark is skipped. NaN, half surrogates, control characters in strings, text after
    the value and nesting that exhausts the stack are refused; the last of two equal keys wins.
    """
    if len(data) > max_bytes:
        raise UnreadableJson(f"the file is larger than {max_bytes} bytes")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise UnreadableJson("the file is empty")
    try:
        return msgspec.json.decode(data)
    except RecursionError as error:
        raise UnreadableJson("the file is nested too deeply") from error
    except MemoryError as error:
        raise UnreadableJson("the file needs too much memory") from error
    except (ValueError, OverflowError) as error:  # msgspec.DecodeError is a ValueError
        raise UnreadableJson(f"not valid JSON: {_cause(error)}", _line(error, data)) from error


def load_object(data: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Like `load`, and refuse a text that is not an object."""
    value = load(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise UnreadableJson("the file holds no JSON object")
    return value


def _cause(error: Exception) -> str:
    text = str(error).removeprefix("JSON is malformed: ")
    return _BYTE_PLACE.sub("", text).strip()[:120] or "malformed text"


def _line(error: Exception, data: bytes) -> int:
    place = _BYTE_PLACE.search(str(error))
    if place:
        return data[: int(place[1])].count(b"\n") + 1
    return data.count(b"\n") + 1 if "truncated" in str(error) else 1


def key_lines(data: bytes) -> dict[KeyPath, int]:
    """Return the line of each key, by its path (names and list positions), in valid JSON.

    Keys deeper than 8 levels and more than 50,000 keys are left out. One linear scan.
    """
    scan = _KeyScan()
    for token in _TOKEN.finditer(data.decode("utf-8-sig", "replace")):
        scan.feed(token[0])
        if len(scan.lines) >= _MAX_LINES:
            break
    return scan.lines


class _KeyScan:
    """Follows the brackets of a JSON text and notes where each key stands."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._line = 1
        self._path: list[str | int] = []
        self._in_object: list[bool] = []
        self._string: tuple[str, int] | None = None

    def feed(self, piece: str) -> None:
        if piece == "\n":
            self._line += 1
        elif piece in "{[":
            self._in_object.append(piece == "{")
            self._path.append("" if piece == "{" else 0)
        elif piece in "}]":
            if self._in_object:
                self._in_object.pop()
                self._path.pop()
        elif piece == ",":
            if self._in_object and not self._in_object[-1]:
                self._path[-1] = int(self._path[-1]) + 1
        elif piece == ":":
            self._note_key()
        else:
            self._string = (piece, self._line)

    def _note_key(self) -> None:
        if not self._string or not self._in_object or not self._in_object[-1]:
            return
        name, line = self._string
        try:
            self._path[-1] = str(msgspec.json.decode(name.encode()))
        except ValueError:
            self._path[-1] = name[1:-1]
        if len(self._path) <= _MAX_DEPTH:
            self.lines[tuple(self._path)] = line
