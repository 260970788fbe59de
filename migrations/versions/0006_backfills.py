"""Archives to be read in, lists of feeds kept in sync, and pages read by rules."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _feeds()
    _backfills()
    _lists()


def _feeds() -> None:
    op.add_column("feeds", sa.Column("kind", sa.String, nullable=False, server_default="feed"))
    op.add_column("feeds", sa.Column("rules", sa.Text))
    op.add_column("feeds", sa.Column("labels", sa.Text, nullable=False, server_default="[]"))
    op.add_column("feeds", sa.Column("sitemap", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("feeds", sa.Column("archive", sa.Text, nullable=False, server_default=sa.text("''")))


def _backfills() -> None:
    op.create_table(
        "backfills",
        sa.Column("id", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("url", "error")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "feed_id", "source", "language", "state")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("failures", "documents", "entries", "appended")),
        sa.Column("created_at", TIME, nullable=False),
        *(sa.Column(name, TIME) for name in ("since", "until", "finished_at", "next_at", "claimed_until")),
        sa.PrimaryKeyConstraint("id", name="pk_backfills"),
    )
    op.create_index("ix_backfills_state_next_at", "backfills", ["state", "next_at"])
    op.create_index("ix_backfills_created_at_id", "backfills", ["created_at", "id"])
    op.create_table(
        "backfill_documents",
        sa.Column("backfill_id", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("number", "done")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("url", "error")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("state", "body_hash")),
        sa.PrimaryKeyConstraint("backfill_id", "id", name="pk_backfill_documents"),
    )
    columns = ["backfill_id", "state", "number"]
    op.create_index("ix_backfill_documents_backfill_id_state_number", "backfill_documents", columns)


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "error", "etag", "last_modified")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("failures", "named", "added", "switched_off")),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("interval", sa.Float, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *(sa.Column(name, TIME) for name in ("last_sync_at", "next_sync_at", "claimed_until")),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint("url", name="uq_lists_url"),
    )
    op.create_table(
        "list_feeds",
        sa.Column("list_id", sa.String, nullable=False),
        sa.Column("feed_id", sa.String, nullable=False),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("named", "brought", "switched_off")),
        sa.PrimaryKeyConstraint("list_id", "feed_id", name="pk_list_feeds"),
    )
    op.create_index("ix_list_feeds_feed_id", "list_feeds", ["feed_id"])
