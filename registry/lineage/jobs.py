"""The job that measures one repository against all others, as those ask for it who change facts."""

from typing import Final

from registry.jobs.port import NewJob

UPDATE: Final = "lineage.update"
LANE: Final = "lineage"
PRIORITY: Final = -10  # crawling comes first: then each repository is measured once


def update_job(repository_id: int) -> NewJob:
    """Return the job that brings the lineage of a repository up to date."""
    return NewJob(
        task=UPDATE,
        key=str(repository_id),
        payload={"repository_id": repository_id},
        lane=LANE,
        priority=PRIORITY,
    )
