"""Groups of like questions, decisions, people with rights, and who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNGROUPED = sa.text(
    "group_id IS NULL AND decision_id IS NULL AND (outcome = 'unknown' OR doubt IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "attempt",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=48), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("because_of", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_because_of"), ["because_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_group_id"), ["group_id"], unique=False)

    op.create_table(
        "group_term",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("term", "group_id"),
    )
    with op.batch_alter_table("group_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_term_group_id"), ["group_id"], unique=False)

    op.create_table(
        "group_wording",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("group_wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_wording_group_id"), ["group_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("right", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "question_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("languages", sa.String(length=40), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("nearest", sa.Text(), nullable=False),
        sa.Column("reasons", sa.String(length=160), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("wordings", sa.Integer(), nullable=False),
        sa.Column("harm", sa.Float(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("held_by", sa.BigInteger(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("question_group", schema=None) as batch_op:
        batch_op.create_index("ix_question_group_state_rank", ["state", "rank"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "web_session",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_web_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_web_session_person"), ["person"], unique=False)

    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision_id", sa.BigInteger(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_question_group_id"))
        batch_op.create_index(
            "ix_question_decision",
            ["decision_id"],
            sqlite_where=sa.text("decision_id IS NOT NULL"),
            postgresql_where=sa.text("decision_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_question_group_asker",
            ["group_id", "asker"],
            sqlite_where=sa.text("group_id IS NOT NULL"),
            postgresql_where=sa.text("group_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_question_asked_at"))
        batch_op.create_index(
            "ix_question_figures", ["asked_at", "topic", "outcome", "doubt"], unique=False
        )
        batch_op.create_index(
            "ix_question_ungrouped",
            ["group_id", "id"],
            unique=False,
            sqlite_where=UNGROUPED,
            postgresql_where=UNGROUPED,
        )
    carry_over_settled()
    with op.batch_alter_table("question", schema=None) as batch_op:
        for name in ("settled", "settled_by", "settled_at"):
            batch_op.drop_column(name)


def carry_over_settled() -> None:
    """Let one decision cover what was settled before there were groups."""
    settled = sa.text("SELECT count(*) FROM question WHERE settled IS NOT NULL")
    connection = op.get_bind()
    if not connection.execute(settled).scalar():
        return
    connection.execute(
        sa.text(
            "INSERT INTO decision (group_id, kind, by, door, at, reason, detail) "
            "VALUES (0, 'not_reusable', 0, 'command', CURRENT_TIMESTAMP, "
            "'settled before questions were grouped', '{}')"
        )
    )
    connection.execute(
        sa.text(
            "UPDATE question SET decision_id = (SELECT max(id) FROM decision) "
            "WHERE settled IS NOT NULL"
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("settled_by", sa.BigInteger(), nullable=True))
        batch_op.drop_index(
            "ix_question_ungrouped", sqlite_where=UNGROUPED, postgresql_where=UNGROUPED
        )
        batch_op.drop_index("ix_question_group_asker")
        batch_op.drop_index("ix_question_figures")
        batch_op.create_index(batch_op.f("ix_question_asked_at"), ["asked_at"], unique=False)
        batch_op.drop_index("ix_question_decision")
        batch_op.create_index(batch_op.f("ix_question_group_id"), ["group_id"], unique=False)
        batch_op.drop_column("decision_id")

    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person"))
        batch_op.drop_index(batch_op.f("ix_web_session_expires_at"))

    op.drop_table("web_session")
    op.drop_table("sign_in_link")
    with op.batch_alter_table("question_group", schema=None) as batch_op:
        batch_op.drop_index("ix_question_group_state_rank")

    op.drop_table("question_group")
    op.drop_table("person")
    with op.batch_alter_table("group_wording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_wording_group_id"))

    op.drop_table("group_wording")
    with op.batch_alter_table("group_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_term_group_id"))

    op.drop_table("group_term")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_group_id"))
        batch_op.drop_index(batch_op.f("ix_decision_because_of"))
        batch_op.drop_index(batch_op.f("ix_decision_at"))

    op.drop_table("decision")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index(batch_op.f("ix_audit_action"))

    op.drop_table("audit")
    op.drop_table("attempt")
    op.drop_table("api_token")
