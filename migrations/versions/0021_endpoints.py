"""How each endpoint wants to be sent to, what signs for it, and in which order subscriptions were told.

In goes the schema of 0020; out come endpoints with keys, pace and order of their own, deliveries that know their place
among all notices and within their subscription, attempts that know their endpoint, and recoveries.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
EMPTY, ZERO, ONE = sa.text("''"), sa.text("0"), sa.text("1")


def upgrade() -> None:
    _endpoints()
    _deliveries()
    _attempts()
    _recoveries()
    op.add_column("subscriptions", sa.Column("head", sa.BigInteger, nullable=False, server_default=ZERO))


def _endpoints() -> None:
    for column in (
        sa.Column("signature", sa.String, nullable=False, server_default=sa.text("'v1'")),
        sa.Column("signing_key", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("public_key", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("former", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("schedule", sa.Text, nullable=False, server_default=EMPTY),
        sa.Column("max_per_second", sa.Float),
        sa.Column("max_in_flight", sa.Integer),
        sa.Column("ordering", sa.String, nullable=False, server_default=sa.text("'any'")),
        sa.Column("batch_size", sa.Integer, nullable=False, server_default=ONE),
        sa.Column("openings", sa.Integer, nullable=False, server_default=ZERO),
        sa.Column("open_until", TIME),
        sa.Column("next_start_at", TIME),
    ):
        op.add_column("endpoints", column)


def _deliveries() -> None:
    for column in (
        sa.Column("seq", sa.BigInteger, nullable=False, server_default=ZERO),
        sa.Column("subscription_id", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("batch_id", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("tried_before", sa.Integer, nullable=False, server_default=ZERO),
    ):
        op.add_column("deliveries", column)
    op.execute("""
        update deliveries set seq = coalesce((select seq from notices where notices.id = deliveries.notice_id), 0)
    """)
    op.create_index("ix_deliveries_endpoint_id_state_seq", "deliveries", ["endpoint_id", "state", "seq"])
    op.create_index("ix_deliveries_subscription_id_sequence", "deliveries", ["subscription_id", "sequence"])
    op.create_index("ix_deliveries_claimed_until", "deliveries", ["claimed_until"])


def _attempts() -> None:
    for column in (
        sa.Column("endpoint_id", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("error_class", sa.String, nullable=False, server_default=EMPTY),
        sa.Column("next_attempt_at", TIME),
    ):
        op.add_column("attempts", column)
    op.execute("""
        update attempts set endpoint_id =
        coalesce((select endpoint_id from deliveries where deliveries.id = attempts.delivery_id), '')
    """)
    op.create_index("ix_attempts_endpoint_id_at", "attempts", ["endpoint_id", "at"])


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "account_id", "endpoint_id", "only", "state")),
        *(sa.Column(name, TIME, nullable=False) for name in ("since", "until", "created_at")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("first_seq", "seq", "last_seq")),
        sa.Column("looked_at", sa.Integer, nullable=False),
        sa.Column("recovered", sa.Integer, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_recoveries"),
    )
    op.create_index("ix_recoveries_state", "recoveries", ["state"])
    op.create_index("ix_recoveries_endpoint_id_id", "recoveries", ["endpoint_id", "id"])
