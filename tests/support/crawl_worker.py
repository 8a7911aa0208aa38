"""A crawling worker in a process of its own, to be killed while it crawls: the real registry."""

import multiprocessing
import os
import signal
import threading
from datetime import timedelta
from multiprocessing.process import BaseProcess

from sqlalchemy import update
from sqlmodel import col

from registry import faults, logs
from registry.cli.build import Registry
from registry.cli.crawling import handlers
from registry.db.session import Database
from registry.db.tables import Job, JobState
from registry.settings import Settings
from tests.support.registries import read_in_process

# Processes are forked from one that has imported all this and has no threads: they start quickly.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "crawlers.discovery", "crawlers.gitfetch"])


def start_crawler(
    settings: Settings, *, crash_at: str = "", in_process: bool = False
) -> BaseProcess:
    """Start a worker that crawls what is queued and ends when nothing is left to do."""
    process = _CONTEXT.Process(target=_crawl, args=(settings, crash_at, in_process))
    process.start()
    return process


def kill(process: BaseProcess) -> bool:
    """Kill a worker as the kernel would; tell whether it was still alive."""
    was_alive = process.is_alive()
    if was_alive and process.pid:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    return was_alive


def let_leases_end(database: Database) -> None:
    """Do as if the minute were over for which a dead worker holds its jobs."""
    running = update(Job).where(col(Job.state) == JobState.RUNNING)
    with database.write() as session:
        session.execute(running.values(lease_until=col(Job.created_at) - timedelta(hours=1)))


def _crawl(settings: Settings, crash_at: str, in_process: bool) -> None:
    logs.configure(settings.log)
    faults.arm(crash_at)
    if in_process:
        read_in_process()
    registry = Registry(settings)
    registry.queue.work(
        handlers(registry),
        concurrency=settings.crawl.workers,
        stop=threading.Event(),
        until_idle=True,
    )
    registry.close()
