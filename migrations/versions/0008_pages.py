"""What robots.txt of each origin came to, and how well the pages of each source are read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "robots",
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("failing_since", TIME),
        sa.PrimaryKeyConstraint("origin", name="pk_robots"),
    )
    op.create_index("ix_robots_until", "robots", ["until"])
    op.create_table(
        "page_counts",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("period", TIME, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", "period", "measure", name="pk_page_counts"),
    )
    op.create_index("ix_page_counts_period", "page_counts", ["period"])
    op.create_table(
        "extractions",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        *(sa.Column(name, TIME, nullable=False) for name in ("since", "at")),
        sa.PrimaryKeyConstraint("source", name="pk_extractions"),
    )
    op.create_index("ix_extractions_status_source", "extractions", ["status", "source"])
