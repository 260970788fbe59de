"""Whose a notice is, and by which topic it comes; what is told to feed readers.

In goes the schema of 0024; out comes one in which events can be asked for by topic and account.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

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
