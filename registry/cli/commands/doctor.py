"""`registry doctor` and `registry config`: what is wrong here, and what is set."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from registry.cli.build import Registry, read_settings
from registry.cli.endings import EXPECTED, what_is_wrong
from registry.cli.keys import AUTHORS, instance_key, secret_from_file
from registry.cli.output import format_option, show_rows, talk
from registry.cli.storage import open_database
from registry.db import migrate
from registry.search.indexing import check as check_index
from registry.settings import describe

LOW_DISK = 0.10
SILENCE = timedelta(minutes=10)


class Check(Struct, frozen=True):
    """One thing that was looked at: ok, warning or failed, and what to do about it."""

    name: str
    state: str
    finding: str
    next_step: str = ""


@click.command()
@format_option
def doctor(style: str) -> None:
    """Look at the parts of this registry; exit 1 when something is broken."""
    registry = Registry(read_settings())
    checks = [found for look in LOOKS for found in _guarded(look, registry)]
    show_rows(checks, ("name", "state", "finding", "next_step"), style)
    if any(check.state == "failed" for check in checks):
        raise click.exceptions.Exit(1)
    warned = sum(check.state == "warning" for check in checks)
    talk.print(f"Nothing is broken; warnings: {warned}." if warned else "Nothing is broken.")


def _guarded(look: Callable[[Registry], Iterator[Check]], registry: Registry) -> list[Check]:
    name = look.__name__.removeprefix("_look_at_").replace("_", " ")
    try:
        return list(look(registry))
    except EXPECTED as error:
        return [Check(name, "failed", what_is_wrong(error), _remedy(error))]


def _remedy(error: BaseException) -> str:
    if isinstance(error, OSError):
        return "set REGISTRY_HOME to a folder that you may write"
    if isinstance(error, DBAPIError):
        return "restore a copy: docs/operations.md"
    return ""


def _look_at_database(registry: Registry) -> Iterator[Check]:
    database = open_database(registry.settings)
    pending = migrate.state(database).pending
    where = database.url.render_as_string(hide_password=True)
    if pending:
        yield Check("database", "failed", f"{len(pending)} migrations pending at {where}",
                    "registry db upgrade")  # fmt: skip
    else:
        yield Check("database", "ok", where)


def _look_at_disk(registry: Registry) -> Iterator[Check]:
    home = registry.settings.home
    home.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(home)
    free = usage.free / usage.total
    finding = f"{usage.free / 1e9:.1f} GB free ({free:.0%}) at {home}"
    low = free < LOW_DISK
    yield Check("disk", "warning" if low else "ok", finding, "free some space" if low else "")


def _look_at_git(_registry: Registry) -> Iterator[Check]:
    program = shutil.which("git")
    if program is None:
        yield Check("git", "failed", "git is not installed", "install git 2.39 or later")
        return
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield Check("git", "ok", version)


def _look_at_sandbox(registry: Registry) -> Iterator[Check]:
    from crawlers.sandbox import level

    found = level(registry.settings.crawl)
    strict = found == "strict"
    yield Check(
        "sandbox", "ok" if strict else "warning", f"level {found}",
        "" if strict else "install bubblewrap for the strict level",
    )  # fmt: skip


def _look_at_search_index(registry: Registry) -> Iterator[Check]:
    parity = check_index(registry.database, registry.index)
    wrong = parity.missing_count + parity.stale_count + parity.extra_count
    yield Check(
        "search index", "warning" if wrong else "ok",
        f"{registry.settings.search.engine}, {wrong} differences to the database",
        "registry search-index rebuild" if wrong else "",
    )  # fmt: skip


def _look_at_queue(registry: Registry) -> Iterator[Check]:
    dead = registry.queue.dead(1000)
    seen = registry.queue.worker_seen_at()
    last = seen.isoformat(timespec="seconds") if seen else "never"
    waiting = sum(states.get("waiting", 0) for states in registry.queue.counts().values())
    finding = f"{len(dead)} jobs given up, {waiting} wait; worker last seen {last}"
    silent = waiting > 0 and (seen is None or registry.clock() - seen > SILENCE)
    following = "registry work" if silent else "registry crawl retry" if dead else ""
    yield Check("queue", "warning" if silent or dead else "ok", finding, following)


def _look_at_keys(registry: Registry) -> Iterator[Check]:
    instance_key(registry.settings.home, AUTHORS)
    yield Check("keys", "ok", "the key of author hashes is readable by its user alone")
    for host, path in registry.settings.forge.token_files.items():
        secret_from_file(path, f"token for {host}")
        yield Check("token", "ok", f"{host} from {path}")


def _look_at_mail(registry: Registry) -> Iterator[Check]:
    from crawlers.smtp import SmtpPost
    from registry.adoption.follows.mailing import MailFailure

    settings = registry.settings
    mail, base_url = settings.mail, settings.web.base_url
    if not mail.host:
        yield Check(
            "mail", "ok", "not set up: no mail is sent, people follow by feeds and webhooks"
        )
        return
    missing = [name for name, value in (("mail.sender", mail.sender), ("web.base_url", base_url))
               if not value]  # fmt: skip
    if missing:
        yield Check("mail", "failed", f"{' and '.join(missing)} not set: no mail is sent",
                    f"set {' and '.join(missing)}")  # fmt: skip
        return
    password = (
        secret_from_file(mail.password_file, "password of the mail server") if mail.user else ""
    )
    place = f"{mail.host}:{mail.port}"
    try:
        agreed = SmtpPost(mail, base_url, lambda: password).check()
    except MailFailure as error:
        yield Check("mail", "failed", f"{place}: {error}", "look at the settings below mail.")
    else:
        yield Check("mail", "ok", f"{place}: {agreed} ({mail.sender})")


def _look_at_assets(_registry: Registry) -> Iterator[Check]:
    import web

    built = (Path(web.__file__).parent / "static" / "dist" / "manifest.json").is_file()
    yield Check(
        "assets", "ok" if built else "warning", "built" if built else "pages have a plain look",
        "" if built else "make assets",
    )  # fmt: skip


LOOKS = (
    _look_at_database, _look_at_disk, _look_at_git, _look_at_sandbox, _look_at_search_index,
    _look_at_queue, _look_at_keys, _look_at_mail, _look_at_assets,
)  # fmt: skip


@click.command()
@format_option
def config(style: str) -> None:
    """Print the settings that are in force, with secrets masked."""
    settings = read_settings()
    rows = [
        {"setting": name, "value": value, "meaning": meaning}
        for name, value, meaning in describe(settings)
    ]
    show_rows(rows, ("setting", "value", "meaning"), style)
    if not os.environ.get("REGISTRY_HOME"):
        talk.print("REGISTRY_HOME is not set: the default folder is used.")
