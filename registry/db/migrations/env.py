"""How alembic runs the migrations: on the connection that the caller gives, in one transaction."""

from alembic import context

import registry.db.tables  # noqa: F401 - registers every table
from registry.db.base import Model
from registry.db.migrate import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=True,
    include_name=is_ours,
    transaction_per_migration=False,
)
if connection.dialect.name == "postgresql":
    # One migration at a time, and never a long wait for a lock in production.
    connection.exec_driver_sql("SET lock_timeout = '4s'")
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('registry.migrations'))")
with context.begin_transaction():
    context.run_migrations()
