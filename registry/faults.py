"""Named crash points, so that tests can kill a process at the worst moments.

Nothing happens unless the composition root armed a point (`REGISTRY_CRASH_AT`).
"""

import os
import signal

_armed = ""


def arm(point: str) -> None:
    """Make the process die as by kill -9 when it next reaches this point; empty disarms."""
    global _armed  # noqa: PLW0603 - one switch of the whole process, set once at its start
    _armed = point


def crash_point(point: str) -> None:
    """Die here when this point is armed."""
    if point == _armed:
        os.kill(os.getpid(), signal.SIGKILL)
