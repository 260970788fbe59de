"""When each host may be asked again, and how feeds are doing."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("name", sa.String, nullable=False),
        *(sa.Column(name, TIME, nullable=False) for name in ("next_start_at", "busy_until")),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_hosts"),
    )
    for name, default in (("host", "''"), ("skips", "''"), ("trust", "'unproved'")):
        op.add_column("feeds", sa.Column(name, sa.String, nullable=False, server_default=sa.text(default)))
    for name in ("asked_interval", "trouble", "per_day", "invalid_ids"):
        op.add_column("feeds", sa.Column(name, sa.Float, nullable=False, server_default=sa.text("0")))
    op.add_column("feeds", sa.Column("claims", sa.Integer, nullable=False, server_default=sa.text("0")))
    for name in ("fixed_interval", "overlap"):
        op.add_column("feeds", sa.Column(name, sa.Float))
    for name in ("held_until", "last_new_at"):
        op.add_column("feeds", sa.Column(name, TIME))
    _fill_in_hosts()
    op.create_index("ix_feeds_host_claimed_until", "feeds", ["host", "claimed_until"])


def _fill_in_hosts() -> None:
    feeds = sa.table("feeds", sa.column("id"), sa.column("url"), sa.column("host"))
    known = op.get_bind().execute(sa.select(feeds.c.id, feeds.c.url)).all()
    rows = [{"feed": row.id, "name": (urlsplit(row.url).hostname or "").lower()} for row in known]
    if rows:
        fill = sa.update(feeds).where(feeds.c.id == sa.bindparam("feed")).values(host=sa.bindparam("name"))
        op.get_bind().execute(fill, rows)
