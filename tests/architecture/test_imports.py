"""The layers hold, and the check that says so can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_contract_is_kept() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


FORBIDDEN = {
    "registry/domain/bad.py": ("import subprocess\n", "The domain does no input or output"),
    "registry/catalogue/bad.py": ("import crawlers.adding\n", "Layers"),
    "crawlers/forges/bad.py": ("import httpcore2\n", "Only the egress opens connections"),
    "registry/jobs/bad.py": ("import litestar\n", "Only adapters touch their engines"),
    "web/mcp/bad.py": ("import web.pages.view\n", "API, pages and agents do not import each other"),
    "web/api/bad.py": ("import mcp\n", "The SDK for agents is optional"),
}


def test_each_forbidden_import_breaks_its_contract(tmp_path: Path) -> None:
    for package in ("registry", "crawlers", "web"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc", "dist")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place, (text, _) in FORBIDDEN.items():
        (tmp_path / place).write_text(f'"""Forbidden."""\n\n{text}')
    done = _lint(tmp_path)
    assert done.returncode != 0
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    for _, contract in FORBIDDEN.values():
        assert any(contract in line for line in broken), (contract, done.stdout)


CLIENTS = ("socket", "urllib.request", "http.client", "httpx", "httpx2", "httpcore2", "requests")


@pytest.mark.parametrize("name", CLIENTS)
def test_only_the_egress_and_its_proxy_can_open_connections(name: str) -> None:
    allowed = {
        "crawlers/egress", "crawlers/sandbox/launch.py",  # the way to the outside, and to the proxy
        "registry/jobs/embedded.py", "registry/cli/commands/serve.py",  # a host name, a listener
    }  # fmt: skip
    users = [
        str(path.relative_to(ROOT))
        for package in ("registry", "crawlers", "web")
        for path in (ROOT / package).rglob("*.py")
        if any(
            line.startswith((f"import {name}", f"from {name} import"))
            for line in map(str.strip, path.read_text(encoding="utf-8").splitlines())
        )
    ]
    assert [user for user in users if not user.startswith(tuple(allowed))] == []
