"""`registry up`, `registry serve` and `registry work`: the long-running processes."""

import gc
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import click
import msgspec

from registry.accounts.audit_log import write_checkpoint
from registry.accounts.idempotency import prune_requests
from registry.adoption.action_service import due_looks
from registry.adoption.actions import forget_old
from registry.adoption.demand.service import forget_old_searches
from registry.adoption.drift.jobs import due_drifts
from registry.adoption.follows.digests import write_due_digests
from registry.adoption.follows.mailing import mails_due, prune_mails
from registry.adoption.follows.searches import is_any_followed, look_job
from registry.adoption.needs.writing import forget_expired_drafts
from registry.cli.build import Registry, read_settings
from registry.cli.demo import DEMO_PATTERN, demo_folder
from registry.cli.output import talk
from registry.cli.working import stopped_by_signals
from registry.db.changes import number_changes
from registry.errors import Conflict, Unavailable
from registry.governance.measures.counting import due_counts
from registry.governance.measures.storing import due_measures
from registry.governance.record.voting import settle_due
from registry.jobs.indexing import index_job
from registry.jobs.schedule import every
from registry.keeping.owners import end_unowned
from registry.logs import get_logger
from registry.publishing.drafts import forget_expired
from registry.publishing.ownership_service import due_checks
from registry.search.indexing import is_waiting, needs_rebuild, rebuild
from registry.settings import Settings
from registry.webhooks.deliver import jobs_due as deliveries_due
from registry.webhooks.deliver import prune_deliveries
from registry.webhooks.hooks import prune_received

_log = get_logger(__name__)
SCHEDULE_SECONDS = 60
DEMO_SECONDS = 40.0
PRUNE_SECONDS = 24 * 3600.0
CHECKPOINT_SECONDS = 3600.0
DRIFT_SECONDS = 3600.0
LOOK_SECONDS = 3600.0
KEPT_DONE = timedelta(days=7)


def _with_port(settings: Settings, port: int | None) -> Settings:
    if port is None:
        return settings
    web = msgspec.structs.replace(settings.web, port=port)
    return msgspec.structs.replace(settings, web=web)


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one."
)
@click.option("--no-starter", is_flag=True, help="Do not crawl the list of real repositories.")
@click.option("--no-demo", is_flag=True, help="Do not build the demo.")
def up(port: int | None, no_starter: bool, no_demo: bool) -> None:
    """Start everything in one process: catalogue, demo, and crawling in the background.

    The catalogue is offered at once, with a demo that is crawled by the same pipeline as the
    rest; then the starter list of real repositories is crawled.
    """
    registry = Registry(_with_port(read_settings(), port))
    listener = _listen(registry.settings)
    if not no_demo:
        _queue_demo(registry)
    stop = threading.Event()
    with _worker(registry, stop, starter=not no_starter):
        if not no_demo:
            _wait_for_demo(registry)
        _serve(registry, listener)
    registry.close()


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one."
)
def serve(port: int | None) -> None:
    """Serve the pages and the API; crawling is done by `registry work` elsewhere."""
    registry = Registry(_with_port(read_settings(), port))
    _serve(registry, _listen(registry.settings))
    registry.close()


@click.command()
def work() -> None:
    """Crawl and index what is due, until it is stopped."""
    registry = Registry(read_settings())
    stop = threading.Event()
    message = "Finishing the current repository. To go on: registry work"
    with stopped_by_signals(stop, message):
        _work(registry, stop, starter=False)
    registry.close()


def _listen(settings: Settings) -> socket.socket:
    """Bind before the slow work, so that a port in use is said at once."""
    host, port = settings.web.host, settings.web.port
    try:
        listener = socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise Conflict(
            f"cannot listen on {host}:{port} ({error.strerror}): take another with --port"
        ) from error
    # asyncio sets it only on sockets whose protocol number is given; without it, answers wait for
    # the client's delayed acknowledgement, 40 ms each. Accepted connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _queue_demo(registry: Registry) -> None:
    """Build the demo's repositories and put their crawl before everything else."""
    from crawlers.adding import jobs_due
    from crawlers.demo import add_demo, build_demo
    from registry.cli.crawling import demo_body_job

    build_demo(demo_folder(registry.settings.home))
    with registry.database.write() as session:
        ids = add_demo(session, registry.clock())
        session.flush()
        jobs = jobs_due(session, registry.settings.crawl, registry.clock(), source_ids=ids)
        first = [msgspec.structs.replace(job, priority=100) for job in jobs]
        registry.queue.enqueue(session, [*first, demo_body_job()])


def _wait_for_demo(registry: Registry) -> None:
    """Wait until the demo can be shown, but never long: the rest of it appears by itself."""
    talk.print("Crawling the demo …")
    end = time.monotonic() + DEMO_SECONDS
    while time.monotonic() < end and not _demo_is_there(registry):
        time.sleep(0.2)


def _demo_is_there(registry: Registry) -> bool:
    totals = registry.catalogue.totals()
    if totals.components > totals.demo_components:
        return True  # other things are crawled by now, so the demo was
    jobs = registry.queue.counts()
    is_open = any(
        jobs.get(task, {}).get(state, 0)
        for task in ("crawl.repository", "search.index")
        for state in ("waiting", "running")
    )
    return totals.demo_components > 0 and not is_open


@contextmanager
def _worker(registry: Registry, stop: threading.Event, *, starter: bool) -> Iterator[None]:
    thread = threading.Thread(
        target=_work, args=(registry, stop), kwargs={"starter": starter}, name="worker"
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        talk.print("Finishing the current repository …")
        thread.join()


def _work(registry: Registry, stop: threading.Event, *, starter: bool) -> None:
    from registry.cli.crawling import handlers

    if needs_rebuild(registry.database, registry.index):
        talk.print("Building the search index …")
        rebuild(registry.database, registry.index)
    scheduler = threading.Thread(
        target=_schedule,
        args=(registry, stop),
        kwargs={"starter": starter},
        name="scheduler",
        daemon=True,
    )
    scheduler.start()
    registry.queue.work(
        handlers(registry),
        concurrency=registry.settings.crawl.workers,
        stop=stop,
        until_idle=False,
    )
    scheduler.join()


def _schedule(registry: Registry, stop: threading.Event, *, starter: bool) -> None:
    """Put what is due into the queue, once a minute; the starter list once there is a network."""
    said = False
    while not stop.is_set():
        try:
            if starter:
                starter = not _add_starter(registry, say=not said)
                said = True
            _queue_due(registry)
        except Unavailable as error:  # a database that is busy or down for a while
            _log.warning("schedule_failed", error=str(error))
        stop.wait(SCHEDULE_SECONDS)


def _queue_due(registry: Registry) -> None:
    from crawlers.adding import jobs_due
    from crawlers.advisories import refresh_job
    from crawlers.given_up import note_given_up

    note_given_up(registry.database, registry.queue, registry.clock)
    if registry.settings.has_mail:
        number_changes(registry.database, registry.clock())
    with registry.database.write() as session:
        jobs = jobs_due(session, registry.settings.crawl, registry.clock())
        registry.queue.enqueue(session, [*jobs, *due_checks(session, registry.clock)])
        registry.queue.enqueue(session, end_unowned(session, registry.clock()))
        is_time_to_prune = every(session, "jobs.prune", PRUNE_SECONDS, registry.clock())
        if every(session, "audit.checkpoint", CHECKPOINT_SECONDS, registry.clock()):
            write_checkpoint(session, registry.signer, registry.clock())
        if is_time_to_prune:
            prune_deliveries(session, registry.clock())
            prune_received(session, registry.clock())
            prune_mails(session, registry.clock())
            prune_requests(session, registry.clock())
            forget_expired(session, registry.clock())
            forget_old(session, registry.clock())
            forget_expired_drafts(session, registry.clock())
            forget_old_searches(session, registry.clock())
        settle_due(session, registry.clock())
        registry.queue.enqueue(session, [index_job()] if is_waiting(session) else [])
        registry.queue.enqueue(session, deliveries_due(session, registry.clock()))
        if every(session, "follow.look", LOOK_SECONDS, registry.clock()):
            registry.queue.enqueue(session, [look_job()] if is_any_followed(session) else [])
        if registry.settings.has_mail:
            write_due_digests(session, registry.clock())
            registry.queue.enqueue(session, mails_due(session, registry.clock()))
        if every(session, "drift.due", DRIFT_SECONDS, registry.clock()):
            now = registry.clock()
            jobs = [*due_counts(session), *due_measures(session, now), *due_drifts(session)]
            registry.queue.enqueue(session, jobs)
        advisories = registry.settings.advisories
        hours = advisories.interval_hours * 3600.0
        if advisories.osv_url and every(session, "advisory.refresh", hours, registry.clock()):
            registry.queue.enqueue(session, [refresh_job()])
        registry.queue.enqueue(session, due_looks(session, registry.clock()))
        registry.queue.enqueue(session, registry.bulk.due_job(session))
    if is_time_to_prune:
        registry.queue.prune(KEPT_DONE)


def _add_starter(registry: Registry, *, say: bool) -> bool:
    """Add the list of real repositories where they can be reached; tell whether they can."""
    from crawlers.starter import add_starter, is_online

    has_mirror = set(registry.settings.crawl.mirrors) - {DEMO_PATTERN}
    if not has_mirror and not is_online(registry.egress):
        if say:
            talk.print("No network: the demo stays; real repositories follow when there is one.")
        return False
    with registry.database.write() as session:
        count = add_starter(session, registry.clock())
    talk.print(f"Crawling {count} real repositories in the background: see /crawls")
    return True


def _serve(registry: Registry, listener: socket.socket) -> None:
    import uvicorn

    from registry.cli.web import build_app

    host, port = listener.getsockname()[:2]
    app = build_app(registry, f"http://{host}:{port}")
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=20, timeout_keep_alive=15, h11_max_incomplete_event_size=65536,
        forwarded_allow_ips=list(registry.settings.web.trusted_proxies) or "127.0.0.1",
        proxy_headers=bool(registry.settings.web.trusted_proxies),
    )  # fmt: skip
    talk.print(f"The catalogue is at http://{host}:{port}")
    # The half a million objects made until here stay: looking through them for garbage again and
    # again would stop every answer for some 300 ms.
    gc.freeze()
    with _ended_by_sigterm():
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the server and no more, so that a worker beside it ends its job too.

    The server answers what it was asked, and then raises the signal again: here it is heard.
    """

    def heard(_number: int, _frame: FrameType | None) -> None:
        talk.print("Stopped.")

    before = signal.signal(signal.SIGTERM, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
