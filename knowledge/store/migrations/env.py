"""Alembic's entry: runs migrations on the connection that ``migrate`` opened."""

from alembic import context
from sqlmodel import SQLModel

from knowledge.store import promise_tables, review_tables, tables  # noqa: F401 - all tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
