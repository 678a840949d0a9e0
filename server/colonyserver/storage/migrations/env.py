"""Run by alembic: applies revisions over the connection that `upgrade` handed in."""

from alembic import context

from colonyserver.storage import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Server.metadata,
    # SQLite can change schemas inside a transaction; alembic does not expect it to.
    transactional_ddl=True,
)
context.run_migrations()
