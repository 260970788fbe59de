"""In which order stories changed; those that are there, by their newest article."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("stories", sa.Column("changed_seq", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    op.execute("""
        update stories set changed_seq = numbered.seq
        from (select id, row_number() over (order by last_at, id) as seq from stories) as numbered
        where stories.id = numbered.id
    """)
    op.create_index("ix_stories_changed_seq", "stories", ["changed_seq"])
