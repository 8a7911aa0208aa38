"""What pages may show a little late: values kept for some seconds, per process."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """Keeps a value for some seconds; safe to share between threads, bounded by its keys' number.

    Only for what is the same for every visitor. Empty values are not kept.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, seconds: float, make: Callable[[], T]) -> T:
        """Return the value kept under a key, or make it; two threads may make it at once."""
        now = self._clock()
        kept = self._kept.get(key)
        if kept is not None and now < kept[0]:
            return cast("T", kept[1])
        value = make()
        with self._lock:
            if value:
                self._kept[key] = (now + seconds, value)
            else:
                self._kept.pop(key, None)
        return value
