"""At every start: bring the database to what this version's models describe."""

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
    """Run what has not been run, in one transaction; the revision that the database has now.

    UsageError where a newer deepgrade has written it.
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
    """What the models say and the database does not have, and the other way round."""
    with store.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata))
