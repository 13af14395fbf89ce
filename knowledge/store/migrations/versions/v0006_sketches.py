"""Groups are found in memory: wordings keep whole sketches, and are numbered as they come."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("group_term")
    with op.batch_alter_table("group_wording") as table:
        table.alter_column("terms", new_column_name="sketch", existing_type=sa.Text())
        table.add_column(sa.Column("number", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_group_wording_number", "group_wording", ["number"])
    op.execute("""UPDATE group_wording SET sketch = '{"terms": ' || sketch || '}'""")


def downgrade() -> None:
    op.drop_index("ix_group_wording_number", "group_wording")
    op.execute("DELETE FROM group_wording")
    op.execute("DELETE FROM secret WHERE name = 'wordings'")
    op.execute("UPDATE question_group SET wordings = 0")
    with op.batch_alter_table("group_wording") as table:
        table.drop_column("number")
        table.alter_column("sketch", new_column_name="terms", existing_type=sa.Text())
    op.create_table(
        "group_term",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("term", "group_id"),
    )
    op.create_index("ix_group_term_group_id", "group_term", ["group_id"])
