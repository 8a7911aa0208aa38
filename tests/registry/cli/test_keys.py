"""Keys of an instance: made once, readable by its user alone."""

import errno
from pathlib import Path

import pytest

from registry.cli.keys import LENGTH, instance_key, secret_from_file
from registry.errors import InvalidInput


def test_a_key_is_made_once_and_is_its_users_alone(tmp_path: Path) -> None:
    key = instance_key(tmp_path, "authors.key")
    assert len(key) == LENGTH
    assert instance_key(tmp_path, "authors.key") == key
    assert (tmp_path / "keys/authors.key").stat().st_mode & 0o777 == 0o600
    assert instance_key(tmp_path, "other.key") != key


def test_a_full_disk_leaves_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            instance_key(tmp_path, "authors.key")
    assert list((tmp_path / "keys").iterdir()) == []
    assert len(instance_key(tmp_path, "authors.key")) == LENGTH
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["authors.key"]


def test_the_key_of_a_faster_process_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster = b"f" * LENGTH

    def overtaken(_part: Path, path: Path) -> None:
        path.write_bytes(faster)
        path.chmod(0o600)
        raise FileExistsError

    monkeypatch.setattr("os.link", overtaken)
    assert instance_key(tmp_path, "authors.key") == faster
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["authors.key"]


@pytest.mark.parametrize(("content", "mode"), [(b"k" * 32, 0o644), (b"short", 0o600)])
def test_a_key_that_others_can_read_or_guess_is_refused(
    tmp_path: Path, content: bytes, mode: int
) -> None:
    path = tmp_path / "keys/authors.key"
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(InvalidInput, match=r"authors\.key"):
        instance_key(tmp_path, "authors.key")


def test_a_secret_file_is_read_without_its_line_end_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "token"
    with pytest.raises(InvalidInput, match="token for x"):
        secret_from_file(str(path), "token for x")
    path.write_text("hunter2\n")
    path.chmod(0o600)
    assert secret_from_file(str(path), "token") == "hunter2"
    path.chmod(0o604)
    with pytest.raises(InvalidInput, match="chmod 600") as refused:
        secret_from_file(str(path), "token")
    assert "hunter2" not in str(refused.value)
