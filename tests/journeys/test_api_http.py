"""The API over a real server on the loopback: bytes as they go over the wire."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from registry.clock import utc_now
from registry.disputes.service import Disputes
from tests.support.api_samples import COUNT, api_app, filled_database, sample_catalogue
from tests.support.command_line import CommandLine
from tests.support.reuse_samples import BLOB, CONTENT, COUNTED, FIRST, lineage_over


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the sample and yield the port."""
    folder: Path = tmp_path_factory.mktemp("served")
    listener = socket.create_server(("127.0.0.1", 0))
    number: int = listener.getsockname()[1]
    with filled_database(folder) as database:
        app = api_app(
            sample_catalogue(database), lineage=lineage_over(database),
            disputes=Disputes(database, utc_now),
            base_url=f"http://127.0.0.1:{number}", requests_per_minute=1000,
        )  # fmt: skip
        config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield number
        finally:
            server.should_exit = True
            thread.join()
            listener.close()


def ask(
    port: int, target: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body, headers=named)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_program_follows_the_pages_to_the_end(port: int) -> None:
    target = "/api/v1/components?limit=10&sort=name"
    found: list[str] = []
    while target:
        answer, body = ask(port, target)
        assert answer.status == 200
        page = json.loads(body)
        found += [item["slug"] for item in page["items"]]
        target = (page["next"] or "").removeprefix(f"http://127.0.0.1:{port}")
    assert len(set(found)) == len(found) == COUNT


def test_a_program_goes_from_a_number_to_the_rows_and_to_the_proof(port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    matrix = json.loads(ask(port, "/api/v1/matrix?from=EE&to=CA")[1])
    (cell,) = matrix["cells"]
    target, found = cell["reuse_url"].removeprefix(base) + "&limit=11", []
    while target:
        page = json.loads(ask(port, target)[1])
        found += page["items"]
        target = (page["next"] or "").removeprefix(base)
    assert len(found) == cell["edges"] == page["by_tag"]["measured"]
    evidence = json.loads(ask(port, found[0]["api_url"].removeprefix(base))[1])
    answer, proof = ask(port, evidence["proof_url"].removeprefix(base))
    assert json.loads(proof) == evidence["proof"]
    again, body = ask(
        port, evidence["proof_url"].removeprefix(base), if_none_match=answer.headers["ETag"]
    )
    assert (again.status, body) == (304, b"")


def test_reuse_arrives_whole_as_a_file(port: int) -> None:
    for suffix, lines in (("csv", sum(COUNTED.values()) + 1), ("ndjson", sum(COUNTED.values()))):
        answer, body = ask(port, f"/api/v1/reuse.{suffix}")
        assert (answer.status, len(body.splitlines())) == (200, lines)


def test_hashes_and_objections_are_sent_as_json_alone(port: int) -> None:
    asked = json.dumps({"blobs": [BLOB]}).encode()
    answer, body = ask(port, "/api/v1/lookup", "POST", asked, content_type="application/json")
    assert (answer.status, json.loads(body)["known"]) == (200, 1)
    refused, _ = ask(port, "/api/v1/lookup", "POST", asked, content_type="text/plain")
    assert (refused.status, refused.headers["Content-Type"]) == (415, "application/problem+json")
    sent = {"evidence": FIRST, "category": "other", "reason": "This is our own code."}
    text, target = json.dumps(sent).encode(), "/api/v1/disputes"
    taken, body = ask(port, target, "POST", text, content_type="application/json")
    assert (taken.status, json.loads(body)["state"]) == (201, "open")
    large, _ = ask(port, target, "POST", b" " * 2_000_000, content_type="application/json")
    assert large.status == 413


def test_files_of_this_machine_are_found_by_their_hashes(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "mine.py").write_text(CONTENT)
    (project / "new.py").write_text("print('nobody has this')")
    line = CommandLine(tmp_path / "home", monkeypatch, capsys)
    found = line.json("whereis", str(project), "--server", f"http://127.0.0.1:{port}")
    (hit,) = found["hits"]
    assert (hit["slug"], hit["country"], hit["found"]) == ("part-05", "CA", 1)
    assert hit["samples"] == [["mine.py", "src/forms.py"]]
    assert (found["distinct"], found["known"]) == (2, 1)
    assert "part-05" in line("lookup", BLOB, "--server", f"http://127.0.0.1:{port}")


def test_a_program_asks_again_with_the_tag_and_gets_nothing_new(port: int) -> None:
    first, _ = ask(port, "/api/v1/components.csv")
    tag = first.headers["ETag"]
    again, body = ask(port, "/api/v1/components.csv", if_none_match=tag)
    assert (again.status, body) == (304, b"")


def test_head_has_no_body(port: int) -> None:
    for target in ("/api/v1/components", "/api/v1/components.ndjson"):
        answer, body = ask(port, target, method="HEAD")
        assert (answer.status, body) == (200, b"")
        assert answer.headers["ETag"] == ask(port, target)[0].headers["ETag"]


def test_a_file_arrives_whole_and_packed_too(port: int) -> None:
    plain, body = ask(port, "/api/v1/components.csv")
    packed, shorter = ask(port, "/api/v1/components.csv", accept_encoding="gzip")
    assert body.count(b"\r\n") == COUNT + 1
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept" in [part.strip() for part in packed.headers["Vary"].split(",")]
    assert len(shorter) < len(body)
    assert plain.headers["API-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/v1/components?contry=x", 400),
        ("/api/v1/components?q=%00", 400),
        ("/api/v1/components/%00", 404),
        ("/api/v1/components/%ED%A0%80", 404),
        ("/api/v1/reuse?from=UK", 400),
        ("/api/v1/lookup?blob=1", 400),
        ("/api/v1/evidence/ev_nothing", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_errors_are_problem_details(port: int, target: str, status: int) -> None:
    answer, body = ask(port, target)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["status"] == status


def test_a_forwarded_address_of_a_stranger_buys_no_new_allowance(port: int) -> None:
    first, _ = ask(port, "/api/v1/countries", x_forwarded_for="192.0.2.1")
    second, _ = ask(port, "/api/v1/countries.csv", x_forwarded_for="192.0.2.2")
    third, _ = ask(port, "/api/v1/countries", x_forwarded_for="192.0.2.3")
    assert second.status == 404
    before, after = (int(x.headers["RateLimit-Remaining"]) for x in (first, third))
    assert after <= before
