"""Promises; messages that wait for their second half; what people thought of an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bot", "chat", "subject"),
    )
    op.create_index("ix_promise_state_expires_at", "promise", ["state", "expires_at"])
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("held", sa.Text(), nullable=True))
    op.create_index(
        "ix_conversation_held",
        "conversation",
        ["chat"],
        sqlite_where=sa.text("held IS NOT NULL"),
        postgresql_where=sa.text("held IS NOT NULL"),
    )
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("message_id", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("rating", sa.Integer(), nullable=True))
        table.add_column(sa.Column("complaint", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("question") as table:
        table.drop_column("complaint")
        table.drop_column("rating")
        table.drop_column("message_id")
    op.drop_index("ix_conversation_held", "conversation")
    with op.batch_alter_table("conversation") as table:
        table.drop_column("held")
    op.drop_table("promise")
