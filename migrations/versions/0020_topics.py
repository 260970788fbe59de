"""Versions of topics with their examples, muting, what a query costs, how it was understood; what files manage."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    with op.batch_alter_table("topics") as topics:
        topics.add_column(sa.Column("muted_since", TIME))
        topics.add_column(sa.Column("muted_until", TIME))
        topics.add_column(sa.Column("cost_class", sa.String, nullable=False, server_default=EMPTY))
        topics.add_column(sa.Column("matches_per_day", sa.Float))
        topics.add_column(sa.Column("tree", sa.LargeBinary))
        topics.add_column(sa.Column("read_as", sa.String, nullable=False, server_default=EMPTY))
    _versions()
    _backtests()
    _managed()


def _versions() -> None:
    """What topics there are begin with the version that is live."""
    op.create_table(
        "topic_versions",
        sa.Column("topic_id", sa.String, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("query", "examples")),
        sa.Column("read_as", sa.String, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "version", name="pk_topic_versions"),
    )
    op.execute("""
        insert into topic_versions (topic_id, version, query, examples, read_as, made_at, made_by, why)
        select id, version, query, '[]', '', created_at, '', '' from topics
    """)


def _backtests() -> None:
    op.create_table(
        "backtests",
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "account_id", "topic_id", "state")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("query", "error")),
        *(sa.Column(name, TIME, nullable=False) for name in ("since", "until", "created_at")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("done", "total")),
        sa.Column("backfill", sa.Boolean, nullable=False),
        sa.Column("report", sa.LargeBinary),
        *(sa.Column(name, TIME) for name in ("finished_at", "claimed_until")),
        sa.PrimaryKeyConstraint("id", name="pk_backtests"),
    )
    op.create_index("ix_backtests_state_created_at", "backtests", ["state", "created_at"])


def _managed() -> None:
    op.create_table(
        "managed",
        *(sa.Column(name, sa.String, nullable=False) for name in ("account_id", "kind", "name", "id", "owner")),
        sa.Column("applied", sa.Text, nullable=False),
        sa.Column("applied_at", TIME, nullable=False),
        sa.Column("marked_at", TIME),
        sa.PrimaryKeyConstraint("account_id", "kind", "name", name="pk_managed"),
    )
    op.create_index("ix_managed_owner", "managed", ["owner"])
