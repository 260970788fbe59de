"""On whose word a story stands: how many voices are independent, which article had it first.

In goes the schema of 0015; out come stories that have these counts, articles that say how exactly their time is
known, and citations that say whether all of the article comes from there. What was filed before is counted when its
story next grows, and its citations count as partial.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for name in ("independent", "controlled", "citing"):
        op.add_column("stories", sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("stories", sa.Column("earliest_id", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_stories_independent_id", "stories", ["independent", "id"])
    op.add_column("articles", sa.Column("published_precision", sa.String, nullable=False, server_default=sa.text("''")))
    op.drop_index("ix_articles_strand_id", "articles")
    op.create_index("ix_articles_strand_id_at_id", "articles", ["strand_id", "at", "id"])
    op.add_column("citations", sa.Column("whole", sa.Boolean, nullable=False, server_default=sa.false()))
