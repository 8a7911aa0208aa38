"""`registry whereis`: hashes are made here, and nothing but hashes is sent."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from registry.cli import hashing
from registry.cli.commands import lookup as command
from registry.cli.hashing import blob_id, hash_files
from registry.cli.lookups import merged
from registry.lineage.reading.asked import MAX_ASKED
from registry.lineage.readmodels import LookupAnswer, LookupHit
from tests.support.command_line import CommandLine

SECRET = "correct horse battery staple"
HIT = LookupHit(
    slug="forms", name="Forms\x1b[31m", organisation=None, country="EE", region=None, found=1
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files that must be hashed, and files that must not."""
    root = tmp_path / "private-project"
    for name, text in (
        ("secret-name.py", SECRET), ("src/twin.py", SECRET), ("src/other.py", "other"),
        (".git/config", "token"), ("web/node_modules/left-pad/index.js", "pad"), ("empty", ""),
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "link").symlink_to("/etc/hostname")
    (root / "folder-link").symlink_to("/etc")
    os.mkfifo(root / "pipe")
    return root


def git_id(path: Path) -> str:
    made = subprocess.run(["git", "hash-object", path], capture_output=True, text=True, check=True)
    return made.stdout.strip()


def test_ids_are_those_of_git_and_tools_are_left_out(folder: Path) -> None:
    found = hash_files(folder)
    assert found.paths == {
        git_id(folder / "secret-name.py"): ["secret-name.py", "src/twin.py"],
        git_id(folder / "src/other.py"): ["src/other.py"],
    }
    assert (found.files, found.skipped, found.is_cut) == (4, 0, False)
    assert hash_files(folder / "src/other.py").paths == {
        git_id(folder / "src/other.py"): ["other.py"]
    }


def test_reading_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "MAX_FILE_BYTES", 10)
    found = hash_files(folder)
    assert (list(found.paths.values()), found.skipped) == ([["src/other.py"]], 2)
    monkeypatch.setattr(hashing, "MAX_FILES", 2)
    assert hash_files(folder).is_cut
    assert blob_id(folder / "nothing") is None


def test_a_name_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text("x")
    (paths,) = hash_files(tmp_path).paths.values()
    msgspec.json.encode(paths)


class Instance(BaseHTTPRequestHandler):
    """Another instance: it keeps what it is sent, whole, and answers what the test says."""

    sent: ClassVar[list[tuple[str, str, bytes]]] = []
    answers: ClassVar[list[tuple[int, bytes, dict[str, str]]]] = []

    def do_POST(self) -> None:
        """Answer the next answer; the last one for good."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.sent.append((self.path, str(self.headers), body))
        status, content, headers = self.answers.pop(0) if self.answers else (200, known(body), {})
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def known(body: bytes) -> bytes:
    """Answer that the first file is held by a component."""
    blobs = json.loads(body).get("blobs", ())
    hit = msgspec.structs.replace(HIT, samples=((blobs[0], "lib/theirs.py"),) if blobs else ())
    answer = LookupAnswer(asked=len(blobs), known=1, hits=(hit,), third_party={})
    return msgspec.json.encode({**msgspec.to_builtins(answer), "new_field": 1})


@pytest.fixture
def server() -> Iterator[str]:
    """Serve on the loopback and yield the address."""
    Instance.sent, Instance.answers = [], []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Instance)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    monkeypatch.setenv("REGISTRY_CRAWL_CONTACT", "operator@town.example")
    return CommandLine(tmp_path / "home", monkeypatch, capsys)


def test_only_hashes_leave_the_machine(line: CommandLine, folder: Path, server: str) -> None:
    found = line.json("whereis", str(folder), "--server", f"{server}/")
    ids = [git_id(folder / "secret-name.py"), git_id(folder / "src/other.py")]
    ((path, headers, body),) = Instance.sent
    assert path == "/api/v1/lookup"
    assert set(json.loads(body)) == {"blobs"}
    assert sorted(json.loads(body)["blobs"]) == sorted(ids)
    assert body == json.dumps({"blobs": json.loads(body)["blobs"]}, separators=(",", ":")).encode()
    names = {text.partition(":")[0].lower() for text in headers.strip().splitlines()}
    assert names == {
        "accept", "accept-encoding", "content-length", "content-type", "host", "user-agent",
    }  # fmt: skip
    everything = path + headers + body.decode()
    for private in (SECRET, "secret-name", "private-project", "twin", "town.example", str(folder)):
        assert private not in everything
    (hit,) = found["hits"]
    assert hit["samples"][0][1] == "lib/theirs.py"
    assert hit["samples"][0][0] in {"secret-name.py", "src/other.py"}
    assert (found["files"], found["distinct"], found["known"]) == (4, 2, 1)
    assert not (line.home / "registry.db").exists()


def test_what_another_instance_says_does_not_steer_the_terminal(
    line: CommandLine, folder: Path, server: str
) -> None:
    table = line("whereis", str(folder), "--server", server)
    assert "\x1b" not in table
    assert "lib/theirs.py" in table
    assert "1 of 2 contents are held by 1 components" in line.talk


def test_many_files_are_asked_for_in_parts_and_a_wait_is_waited(
    line: CommandLine, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("registry.cli.asking.time.sleep", waits.append)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(MAX_ASKED + 5):
        (many / f"{number}.txt").write_text(str(number))
    Instance.answers.append((429, b"{}", {"Retry-After": "7"}))
    found = line.json("whereis", str(many), "--server", server)
    assert [len(json.loads(body)["blobs"]) for _, _, body in Instance.sent] == [1000, 1000, 5]
    assert waits == [7]
    assert (found["distinct"], found["known"]) == (MAX_ASKED + 5, 2)
    assert [(hit["slug"], hit["found"]) for hit in found["hits"]] == [("forms", 2)]


@pytest.mark.parametrize(
    ("status", "content", "code", "words"),
    [
        (400, b'{"detail": "blobs: wrong"}', 2, "blobs: wrong"),
        (404, b"<html>", 4, "no registry"),
        (404, b'{"detail": "nothing"}', 3, "does not have it"),
        (200, b"[]", 4, "no registry"),
        (503, b'{"title": "Service Unavailable"}', 4, "503"),
        (301, b"{}", 4, "cannot be asked"),
    ],
)
def test_an_instance_that_does_not_answer_is_told_of(
    line: CommandLine, folder: Path, server: str, status: int, content: bytes, code: int, words: str
) -> None:
    headers = {"Location": "http://10.0.0.1/"} if status == 301 else {}
    Instance.answers.append((status, content, headers))
    assert line("whereis", str(folder), "--server", server, code=code) == ""
    assert words in line.talk
    assert "Traceback" not in line.talk


def test_answers_are_added_up_by_component() -> None:
    other = msgspec.structs.replace(HIT, slug="other", found=9)
    one = LookupAnswer(asked=3, known=2, hits=(HIT,), third_party={"a": "npm:x@1"})
    two = LookupAnswer(asked=4, known=3, hits=(other, HIT), is_cut=True)
    found = merged([one, two])
    assert (found.asked, found.known, found.is_cut) == (7, 5, True)
    assert [(hit.slug, hit.found) for hit in found.hits] == [("other", 9), ("forms", 2)]
    assert found.third_party == {"a": "npm:x@1"}
    assert merged([]).hits == ()


def test_things_are_told_apart_by_how_they_are_written() -> None:
    asked = command.question(
        ["a" * 40, "pkg:npm/x", "swh:1:cnt:" + "b" * 40, "https://a.example/b"]
    )
    assert asked.blobs == asked.commits == ("a" * 40,)
    assert (asked.purls, asked.urls) == (("pkg:npm/x",), ("https://a.example/b",))
    assert asked.swhids == ("swh:1:cnt:" + "b" * 40,)
