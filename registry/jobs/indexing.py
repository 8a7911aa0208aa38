"""The job that brings changed components to the search index, for those who change them."""

from typing import Final

from registry.jobs.port import NewJob

INDEX: Final = "search.index"


def index_job() -> NewJob:
    """Return the job that drains the outbox of the index; one that waits does for all."""
    return NewJob(task=INDEX, key="outbox", lane="search-index", priority=10)
