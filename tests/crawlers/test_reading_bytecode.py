import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from crawlers import reading, sandbox
from crawlers.metadata import wanted


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give where the byte code of a module of the worker would be, in an empty cache."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    return Path(cache_from_source(str(wanted.__file__)))


def test_byte_code_of_the_worker_is_on_disk_before_the_first_reading(
    cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    reading.Reader(sandbox.run, sample=1)
    assert cached.exists()


def test_no_byte_code_is_written_where_the_operator_wants_none(
    cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    reading.Reader(sandbox.run, sample=1)
    assert not cached.exists()
