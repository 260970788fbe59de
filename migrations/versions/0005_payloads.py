"""The bytes that articles were read from, by their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payloads",
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_payloads"),
    )
    op.create_index("ix_payloads_at", "payloads", ["at"])
    op.create_table(
        "payload_origins",
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("feed_id", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("hash", "feed_id", name="pk_payload_origins"),
    )
    op.create_index("ix_payload_origins_at", "payload_origins", ["at"])
    op.create_index("ix_payload_origins_feed_id_at", "payload_origins", ["feed_id", "at"])
