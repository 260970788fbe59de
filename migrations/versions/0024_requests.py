"""Requests that are to have their effect once, with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "requests",
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "fingerprint", "claim")),
        *(sa.Column(name, TIME, nullable=False) for name in ("claimed_until", "created_at")),
        sa.Column("answer", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_created_at", "requests", ["created_at"])
