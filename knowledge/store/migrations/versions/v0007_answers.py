"""The message that answered a question, so that a thumb finds it; how long it took goes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # column by column, without the copy that a batch makes: the log is the longest table
    op.add_column("question", sa.Column("answer_id", sa.BigInteger(), nullable=True))
    op.drop_column("question", "latency_ms")


def downgrade() -> None:
    op.add_column(
        "question", sa.Column("latency_ms", sa.Float(), server_default="0", nullable=False)
    )
    op.drop_column("question", "answer_id")
