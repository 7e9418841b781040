"""Migrates the database to this version's models at every start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from graders.messages.errors import UsageError
from graders.server.store.engine import Store
from graders.server.store.models import Table

__all__ = ["differences", "migrate", "revision"]

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(store: Store) -> str:
    """Run pending migrations in one transaction; returns the database's revision.

    UsageError if a newer deepgrade has written the database.
    """
    scripts = ScriptDirectory(str(SCRIPTS))
    with store.writing() as connection:

        def steps(current: Any, _: MigrationContext) -> Any:
            return scripts._upgrade_revs("head", current)  # as Alembic documents it for programs

        context = MigrationContext.configure(connection, opts={"fn": steps})
        found = context.get_current_revision()
        if found is not None and found not in {one.revision for one in scripts.walk_revisions()}:
            raise UsageError("server.newer", name=store.name, revision=found)
        with Operations.context(context):
            context.run_migrations()
        return context.get_current_revision() or ""


def revision(store: Store) -> str:
    """The database's revision, "" before the first migration."""
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def differences(store: Store) -> list[Any]:
    """Differences between the models and the database, in either direction."""
    with store.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata))
