"""Subscriptions at hubs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
TEXTS = ("id", "feed_id", "token", "secret", "state", "mode")
LONG_TEXTS = ("hub", "topic", "error")
TIMES = ("due_at", "lease_until", "pushed_at", "missed_at")


def upgrade() -> None:
    op.create_table(
        "hub_subscriptions",
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.Text, nullable=False) for name in LONG_TEXTS),
        *(sa.Column(name, TIME) for name in TIMES),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hub_subscriptions"),
        sa.UniqueConstraint("token", name="uq_hub_subscriptions_token"),
    )
    for name in ("feed_id", "due_at"):
        op.create_index(f"ix_hub_subscriptions_{name}", "hub_subscriptions", [name])
