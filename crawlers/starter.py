"""The starter list: real public repositories with which a new registry begins.

`starter.csv` is a list in the registry's own form (url, country, region, level, organisation); an
operator adds to it, or leaves it out, with `registry source`.
"""

from datetime import datetime
from importlib.resources import files
from typing import Final

from sqlmodel import Session

from crawlers.adding import add_list
from crawlers.egress import Egress
from crawlers.sources.entries import SourceList
from crawlers.sources.read import read_list
from registry.errors import CrawlFailure

FILE: Final = "starter.csv"
_ASKED: Final = "https://github.com/"
_SECONDS: Final = 5.0
_BYTES: Final = 64 * 1024


def starter_list() -> SourceList:
    """Return the entries of the list that the package brings."""
    return read_list(files("crawlers").joinpath(FILE).read_bytes(), FILE)


def add_starter(session: Session, now: datetime) -> int:
    """Add the sources of the list where they are missing; return how many the list has."""
    found = starter_list()
    add_list(session, found, now)
    return len(found.entries)


def is_online(egress: Egress) -> bool:
    """Tell whether the host of the list answers, by one request of a few seconds and no body."""
    try:
        egress.request("HEAD", _ASKED, max_bytes=_BYTES, total_seconds=_SECONDS)
    except CrawlFailure:
        return False
    return True
