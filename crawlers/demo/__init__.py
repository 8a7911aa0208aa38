"""The demo: stories of reuse between governments, built as git repositories on the spot.

The contents are invented and small; what is re-enacted is how code travels: adapted with thanks
and forgotten, forked, governed together, copied without history, used as a package, vendored.
The pipeline crawls them like any other repository, and everything of them is marked as demo.
"""

from crawlers.demo.body import add_demo_body
from crawlers.demo.build import build_demo
from crawlers.demo.rows import add_demo, remove_demo

__all__ = ["add_demo", "add_demo_body", "build_demo", "remove_demo"]
