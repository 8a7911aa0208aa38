"""The only way to touch foreign bytes: a limited child process, in a namespace where one works.

`run` starts one child of a kind in the table `KINDS` and returns its output or raises a typed
`CrawlFailure`. At level `strict` the child runs under bubblewrap: no network, a read-only view of
the programs and of what it is given, its own processes. At level `limits` it has the process
limits, the clean environment and the wall clock, but sees the file system of its user.
"""

from crawlers.sandbox.child import Result, run
from crawlers.sandbox.kinds import KINDS, Kind, Limits
from crawlers.sandbox.levels import Level, level

__all__ = ["KINDS", "Kind", "Level", "Limits", "Result", "level", "run"]
