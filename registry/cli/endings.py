"""How a command ends that cannot do what was asked: what is wrong, the next command, the exit code.

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 not found, 4 unavailable (try again), 5 a check found
a difference.
"""

import errno
from typing import Final

from sqlalchemy.exc import DBAPIError

from registry.errors import InvalidInput, NotFound, RegistryError, Unavailable

EXPECTED: Final = (RegistryError, DBAPIError, OSError)
_CODES: Final = ((NotFound, 3), (InvalidInput, 2), (Unavailable, 4), (DBAPIError, 4))
_PASSING: Final = (errno.ENOSPC, errno.EDQUOT, errno.EAGAIN)
# What is not there, and the command that lists or finds what is.
_LISTS: Final = {
    "account": "registry account list",
    "adoption": "registry adopt list",
    "affiliation": "registry affiliation list",
    "body": "registry body list",
    "call": "registry call list",
    "component": "registry search WORDS",
    "evidence": "registry reuse",
    "member": "registry body list",
    "objection": "registry dispute list",
    "organisation": "registry search WORDS",
    "ownership claim": "registry claim list",
    "reported saving": "registry saving list",
    "repository": "registry search WORDS",
    "saved report": "registry report list",
    "source": "registry source list",
    "takedown": "registry takedown list",
}


def exit_code(error: BaseException) -> int:
    """Return the code that a command ends with on this error."""
    if isinstance(error, OSError) and error.errno in _PASSING:
        return 4
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def what_is_wrong(error: BaseException) -> str:
    """Return one line for people; a failure of the disk names the file, one of SQL its cause."""
    if isinstance(error, DBAPIError):
        return f"the database does not answer: {error.orig}"
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{error.filename}: {reason}" if error.filename else reason
    return str(error)


def next_command(error: BaseException) -> str:
    """Return the command to try next; empty where the error itself names one, or none would do."""
    text = str(error)
    if "registry " in text:
        return ""
    if isinstance(error, NotFound):
        return next((to for name, to in _LISTS.items() if f"there is no {name} " in text), "")
    if isinstance(error, Unavailable | DBAPIError | OSError):
        return "registry doctor"
    return ""
