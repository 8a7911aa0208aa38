"""A server that is told to end: it ends its work, and with success."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

SERVE = (sys.executable, "-m", "registry.cli.main")
ADDRESS = "The catalogue is at "


@pytest.mark.parametrize(
    "words", [("serve",), ("up", "--no-demo", "--no-starter")], ids=["serve", "up"]
)
def test_sigterm_ends_a_server_with_success(tmp_path: Path, words: tuple[str, ...]) -> None:
    environment = {**os.environ, "REGISTRY_HOME": str(tmp_path), "REGISTRY_LOG_LEVEL": "error"}
    with subprocess.Popen(
        [*SERVE, *words, "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        line = next(x for x in server.stderr if x.startswith(ADDRESS))
        with urlopen(f"{line.removeprefix(ADDRESS).strip()}/health", timeout=20) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
        assert server.wait(timeout=30) == 0, rest
    assert rest.startswith("Stopped.\n")
    assert "Traceback" not in rest
