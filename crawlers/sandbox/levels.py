"""How a child is wrapped: the level that works on this machine, and the command line for it."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from crawlers.sandbox.kinds import Limits
from registry.errors import InvalidInput
from registry.settings import CrawlSettings

Level = Literal["strict", "limits"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_LAUNCHER: Final = Path(__file__).with_name("launch.py").resolve()
_TMP_BYTES: Final = 64 * 1024**2
_SYSTEM: Final = ("/bin", "/sbin", "/lib", "/lib64")
_SYSTEM_FILES: Final = ("/etc/ld.so.cache", "/etc/ssl", "/etc/pki", "/etc/ca-certificates")
_PROBE_SECONDS: Final = 10


def level(settings: CrawlSettings) -> Level:
    """Return the level of the sandbox that is in force.

    Raises `InvalidInput` when the operator requires `strict` and it does not work here.
    """
    if settings.sandbox == "limits":
        return "limits"
    if _bubblewrap_works():
        return "strict"
    if settings.sandbox == "strict":
        raise InvalidInput(
            "settings: crawl.sandbox is strict, but bubblewrap (bwrap) does not work here: "
            "install it and allow unprivileged user namespaces, or choose auto"
        )
    return "limits"


def command(
    argv: Sequence[str],
    limits: Limits,
    chosen: Level,
    *,
    environment: dict[str, str],
    readable: Sequence[Path],
    writable: Sequence[Path],
    socket: Path | None,
) -> list[str]:
    """Return the whole command line of a child.

    `socket` is the egress proxy's Unix socket: it is forwarded to the child's own loopback, and
    therefore needs level `strict`.
    """
    strict = chosen == "strict"
    numbers = (
        limits.address_space,
        limits.cpu_seconds,
        limits.file_bytes,
        limits.processes if strict else 0,
        0 if strict else os.getpid(),
    )
    wanted = [",".join(map(str, numbers)), str(socket) if socket else ""]
    launch = [sys.executable, "-I", "-S", str(_LAUNCHER), *wanted, *argv]
    if not strict:
        return launch
    shown = [*readable, *([socket.parent] if socket else [])]
    return [*_namespace(environment, shown, writable), "--", *launch]


def python_path() -> str:
    """Return the folder from which a child imports this project."""
    return str(_ROOT)


def _namespace(
    environment: dict[str, str], readable: Sequence[Path], writable: Sequence[Path]
) -> list[str]:
    wrap = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    wrap += ["--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    # Before the programs, since this project may itself lie below the folder that it covers.
    wrap += ["--size", str(_TMP_BYTES), "--tmpfs", "/tmp"]  # noqa: S108 - inside
    wrap += [*_programs(), "--chdir", "/tmp"]  # noqa: S108 - inside
    for path in readable:
        wrap += ["--ro-bind", str(path), str(path)]
    for path in writable:
        wrap += ["--bind", str(path), str(path)]
    for name, value in environment.items():
        wrap += ["--setenv", name, value]
    return wrap


@functools.cache
def _programs() -> tuple[str, ...]:
    """Bind the system's programs, Python with its packages, and this project: read-only."""
    binds = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            binds += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            binds += ["--ro-bind", name, name]
    for name in _SYSTEM_FILES:
        binds += ["--ro-bind-try", name, name]
    for path in _python_paths():
        if not path.is_relative_to("/usr"):
            binds += ["--ro-bind-try", str(path), str(path)]
    return tuple(binds)


def _python_paths() -> list[Path]:
    prefixes = [Path(sys.base_prefix), Path(sys.base_prefix).resolve(), Path(sys.prefix)]
    # A virtual environment reaches its interpreter over symbolic links that lie anywhere.
    hop = Path(sys.executable)
    while hop.is_symlink():
        hop = Path(os.path.normpath(hop.parent / hop.readlink()))
        if not any(hop.is_relative_to(prefix) for prefix in prefixes):
            prefixes.append(hop)
    packages = [_ROOT / "crawlers", _ROOT / "registry"]
    return list(dict.fromkeys([*prefixes, *packages]))


@functools.cache
def _bubblewrap_works() -> bool:
    if shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin") is None:
        return False
    probe = [*_namespace({}, (), ()), "--", sys.executable, "-I", "-S", "-c", "pass"]
    try:
        done = subprocess.run(probe, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
