"""Whose a notice is, and by which topic it comes; what is told to feed readers.

In goes the schema of 0024; out comes one in which events can be asked for by topic and account.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    for name in ("account_id", "topic_id"):
        op.add_column("notices", sa.Column(name, sa.String, nullable=False, server_default=EMPTY))
    op.execute("""
        update notices
        set account_id = 'main', topic_id = (select topic_id from alerts where alerts.id = notices.id)
        where exists (select 1 from alerts where alerts.id = notices.id)
    """)
    op.create_index("ix_notices_topic_id_seq", "notices", ["topic_id", "seq"])
    _bulletins()


def _bulletins() -> None:
    op.create_table(
        "bulletins",
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "account_id")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topic_id", sa.String, nullable=False),
        sa.Column("stories", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("told", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulletins"),
    )
    op.create_index("ix_bulletins_hash", "bulletins", ["hash"], unique=True)
    op.create_index("ix_bulletins_account_id_id", "bulletins", ["account_id", "id"])
