"""Files that commands write are whole, or not there."""

import errno
import os
import threading
from pathlib import Path

import pytest

from registry.cli.files import text_of, write_whole
from registry.errors import InvalidInput


def test_a_file_is_written_whole_or_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.zip"
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"

    def full(_part: Path, _path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"two")
    assert {x.name: x.read_bytes() for x in tmp_path.iterdir()} == {"report.zip": b"one"}


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_whole, args=(pipe, b"data"))
    writer.start()
    assert pipe.read_bytes() == b"data"
    writer.join()
    assert pipe.is_fifo()


def test_what_is_no_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xff")
    with pytest.raises(InvalidInput, match=r"list\.txt is not UTF-8"):
        text_of(path)
