"""What was last told of a story, and an index by which a change in it is found; which trace a notice goes back to.

In goes the schema of 0027; out come portraits, empty: they are told anew when first asked for. Notices that were told
before go back to none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("story_id", sa.String, nullable=False),
        sa.Column("stamp", sa.String, nullable=False),
        sa.Column("told", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("story_id", name="pk_portraits"),
    )
    op.add_column("notices", sa.Column("trace", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_articles_strand_id_changed_seq", "articles", ["strand_id", "changed_seq"])
