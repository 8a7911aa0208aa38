"""A real browser over a real server, for tests of the pages.

The browser is the one that `REGISTRY_CHROMIUM` names, else one on this machine, else the one that
`python -m tests.support.browser` fetched with npm. Tests skip without any, and fail instead where
`REGISTRY_REQUIRE` holds the word `browser`.
"""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

PACKAGE = Path(__file__).with_name("chromium")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PACKAGE = 'import c from "@sparticuz/chromium"; process.stdout.write(await c.executablePath())'
# The loopback alone: a page that asks for anything else fails to get it.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
START_SECONDS = 20


def find_browser() -> str | None:
    """Return the path of a browser, or `None`."""
    if named := os.environ.get("REGISTRY_CHROMIUM"):
        return named
    installed = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    return installed or _from_package()


def _from_package() -> str | None:
    node = shutil.which("node")
    if node is None or not (PACKAGE / "node_modules").is_dir():
        return None
    done = subprocess.run(
        [node, "--input-type=module", "-e", ASK_PACKAGE],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip() or None


def missing(why: str) -> None:
    """Skip the test, or fail it where a browser is required."""
    if "browser" in os.environ.get("REGISTRY_REQUIRE", "").split(","):
        pytest.fail(f"a browser is required: {why}")
    pytest.skip(why)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser, or skip saying how to get one."""
    path = find_browser()
    if path is None:
        missing("no Chromium found: install one, or run `python -m tests.support.browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an application on a port of the loopback, else a free one, and yield its address."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="error", lifespan="on", access_log=False)
    server = uvicorn.Server(config)
    started = threading.Event()
    original = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await original(sockets=sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        assert started.wait(START_SECONDS), "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()


def install() -> int:
    """Fetch a browser with npm if this machine has none; return the exit status."""
    if find_browser():
        return 0
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm is missing, so no browser can be fetched\n")
        return 1
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run(command, cwd=PACKAGE, timeout=600).returncode


if __name__ == "__main__":
    sys.exit(install())
