"""A real provider of OpenID Connect, as a process of its own, for a browser to sign in with."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.browser import free_port

SUBJECT = "4711"
CLAIMS = '{"sub": "4711", "preferred_username": "ada", "name": "Ada L."}'
START_SECONDS = 20.0


@contextmanager
def oidc_server() -> Iterator[str]:
    """Start the provider, which knows one person, and yield its issuer."""
    port = free_port()
    # Warnings of what it is made of are not ours.
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "--user-claims", CLAIMS], stdout=quiet, stderr=quiet)
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait(f"{issuer}/.well-known/openid-configuration", process)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urlopen(url, timeout=1).close()
        except URLError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider did not start")
