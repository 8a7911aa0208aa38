"""A worker in a process of its own, to be killed while it works.

Each job writes one row into `effect`, in the transaction that completes it, and the table has no
unique rule: an effect that is applied twice shows as two rows.
"""

import multiprocessing
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from sqlalchemy import text

from registry import faults
from registry.db.session import Database
from registry.jobs.port import RunningJob
from tests.support.job_queues import QueueHarness, open_queue

LEASE_SECONDS = 0.5

# Processes are forked from one that has imported all this and has no threads: they start quickly.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


def start_worker(harness: QueueHarness, *, crash_at: str = "") -> tuple[BaseProcess, Connection]:
    """Start a worker on the harness's database; its pipe gets one message per finished effect."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    url = harness.database.url.render_as_string(hide_password=False)
    process = _CONTEXT.Process(target=_work, args=(harness.adapter, url, crash_at, sender))
    process.start()
    sender.close()
    return process, receiver


def _work(adapter: str, url: str, crash_at: str, sender: Connection) -> None:
    faults.arm(crash_at)
    database = Database(url, pool_size=4)
    queue = open_queue(adapter, database, lease_seconds=LEASE_SECONDS)
    one_at_a_time = threading.Lock()

    def handle(running: RunningJob) -> None:
        with database.write() as session:
            statement = text("INSERT INTO effect (job_key) VALUES (:key)")
            session.execute(statement, {"key": running.key})
            time.sleep(0.001)  # widens the moment between the effect and its commit
            running.complete(session)
        with one_at_a_time:
            sender.send(running.key)

    queue.work({"test.run": handle}, concurrency=2, stop=threading.Event(), until_idle=True)
    database.close()
