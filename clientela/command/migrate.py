"""`clientela migrate`: bring the database up to this version of the product."""

import sys

import typer
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from clientela.kernel.postgres import ClusterError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

OLDEST_VERSION = 15
# Any number will do, if nothing else in the database uses it: «clientela» in hexadecimal digits of its first letters.
MIGRATION_LOCK = 0x0C11E97E1A


@app.command()
def migrate() -> None:
    """Bring the database up to this version. Does nothing when it is."""
    applied = bring_up_to_date()
    typer.echo(f"{applied} migrations applied." if applied else "The database is up to date.")


def bring_up_to_date() -> int:
    """Apply what is missing and return how many migrations that was. Safe when several machines start at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone() or (0,)
        if major < OLDEST_VERSION:
            raise ClusterError(f"DATABASE_URL names a PostgreSQL {major}; Clientela needs {OLDEST_VERSION} or newer.")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            # Looked at only now: another machine may have applied them while we waited for the lock.
            missing = missing_migrations()
            if missing:
                sys.stderr.write(f"Preparing the database: {len(missing)} steps.\n")
                call_command("migrate", interactive=False, verbosity=0)
            return len(missing)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def missing_migrations() -> list[Migration]:
    """What this version needs and the database does not have yet; all of it where there is no table at all."""
    executor = MigrationExecutor(connection)
    return [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
