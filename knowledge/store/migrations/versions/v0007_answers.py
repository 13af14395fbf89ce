"""The message that answered a question, so that a thumb finds it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # without the copy that a batch makes: the log is the longest table
    op.add_column("question", sa.Column("answer_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("question", "answer_id")
