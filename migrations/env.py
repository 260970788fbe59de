"""Alembic's entry: runs the revisions it is asked for, in the transaction that `migrations` opened."""

from alembic import context

from service.store import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
