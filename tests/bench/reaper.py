"""Runs commands and writes what they and all their descendants used, as JSON, to a file.

    python reaper.py RESULT AT_ONCE < commands.json

Sandboxed grandchildren outlive the process that started them by a moment, and their processor time
would be lost with them: on Linux they become ours (prctl(2), PR_SET_CHILD_SUBREAPER) and are
reaped here. Elsewhere the figure is that of the ordinary children. Standard library only.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


def main(result: str, at_once: int) -> None:
    """Run the commands of standard input, `at_once` side by side; times in seconds.

    `wall` goes from the first start to the last end, `cpu` is user and system time together.
    """
    commands = json.load(sys.stdin)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        codes = list(pool.map(_code_of, commands))
    wall = time.perf_counter() - begin
    _reap_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"codes": codes, "wall": wall, "cpu": used.ru_utime + used.ru_stime}
    Path(result).write_text(json.dumps(figures), encoding="utf-8")


def _code_of(command: list[str]) -> int:
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


def _reap_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
