"""The limits of every kind of child, in one table."""

from typing import Final, Literal

from msgspec import Struct

_KIB: Final = 1024
_MIB: Final = 1024**2
_GIB: Final = 1024**3

Kind = Literal["fetch", "read", "parse", "render"]


class Limits(Struct, frozen=True):
    """What one child may use; sizes in bytes, times in seconds.

    `processes` counts at level `strict` only: elsewhere the kernel would count the processes
    that the same user already runs.
    """

    address_space: int
    cpu_seconds: int
    file_bytes: int
    processes: int
    wall_seconds: float
    stdin_bytes: int
    stdout_bytes: int
    stderr_bytes: int = 16 * _KIB


KINDS: Final[dict[Kind, Limits]] = {
    "fetch": Limits(_GIB, 300, 2 * _GIB, 64, 600, 64 * _MIB, 64 * _MIB),
    "read": Limits(_GIB, 300, 0, 64, 600, 64 * _MIB, 512 * _MIB),
    "parse": Limits(512 * _MIB, 3, 0, 64, 5, 8 * _MIB, 16 * _MIB),
    "render": Limits(512 * _MIB, 2, 0, 64, 3, 256 * _KIB, _MIB),
}
