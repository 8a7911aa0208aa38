"""Fetching the archive of a package with the registry's own client, which runs nothing of it.

`npm pack` takes the published tarball and ignores scripts; `pip download` takes wheels alone,
since for a source archive pip would run its build. Both follow the operator's configuration, so
that an internal registry works. This is a command of operators and maintainers: a crawl never
comes here.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from crawlers.background.listing import Listed
from crawlers.sandbox.child import shown_text
from registry.errors import CrawlFailure, Unavailable

_SECONDS: Final = 180
MAX_ARCHIVE: Final = 128 * 1024**2


def download(package: Listed, folder: Path) -> Path:
    """Fetch the archive of a package into an empty folder and return it.

    Raises `CrawlFailure` when the registry does not give it, `Unavailable` without its client.
    """
    argv = _npm(package, folder) if package.ecosystem == "npm" else _pip(package, folder)
    if shutil.which(argv[0]) is None:
        raise Unavailable(f"{argv[0]} is not installed: it fetches packages of {package.ecosystem}")
    try:
        done = subprocess.run(
            argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CrawlFailure("timeout", f"more than {_SECONDS} seconds") from error
    found = sorted(path for path in folder.iterdir() if path.suffix in {".tgz", ".whl"})
    if done.returncode != 0 or len(found) != 1:
        raise CrawlFailure("unavailable", _complaint(shown_text(done.stderr)))
    if found[0].stat().st_size > MAX_ARCHIVE:
        raise CrawlFailure("too_large", f"{found[0].stat().st_size} bytes of archive")
    return found[0]


def _npm(package: Listed, folder: Path) -> list[str]:
    return [
        "npm", "pack", "--ignore-scripts", "--loglevel=error", f"--pack-destination={folder}",
        "--", f"{package.name}@{package.version}",
    ]  # fmt: skip


def _pip(package: Listed, folder: Path) -> list[str]:
    program = [sys.executable, "-m", "pip"] if find_spec("pip") else ["pip"]
    return [
        *program, "download", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
        "--quiet", "--no-input", f"--dest={folder}", "--", f"{package.name}=={package.version}",
    ]  # fmt: skip


def _complaint(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    errors = [line for line in lines if "error" in line.lower() and "error code" not in line]
    return next(iter(errors or lines), "the client gave no archive")[:200]
