"""Accounts: whose topics, endpoints, subscriptions, alerts, deliveries and keys are.

In goes the schema of 0022; out comes one in which all that is there belongs to the account `main`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
OWNED = ("api_keys", "topics", "endpoints", "subscriptions", "alerts", "deliveries")
IN_TIME = ("api_keys", "alerts", "deliveries")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("limits", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    for table in OWNED:
        op.add_column(table, sa.Column("account_id", sa.String, nullable=False, server_default="main"))
        order = ["created_at", "id"] if table in IN_TIME else ["id"]
        op.create_index("_".join(["ix", table, "account_id", *order]), table, ["account_id", *order])
    with op.batch_alter_table("topics") as topics:
        topics.drop_constraint("uq_topics_name", type_="unique")
        topics.create_unique_constraint("uq_topics_account_id_name", ["account_id", "name"])
    op.add_column("api_keys", sa.Column("scopes", sa.Text, nullable=False, server_default="operator"))
    op.add_column("api_keys", sa.Column("expires_at", TIME))
    op.add_column("api_keys", sa.Column("successor_id", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "quota_windows",
        *(sa.Column(name, sa.String, nullable=False) for name in ("policy", "subject")),
        sa.Column("begins_at", TIME, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("policy", "subject", "begins_at", name="pk_quota_windows"),
    )
    _audit()
    op.execute("update api_keys set revoked_at = created_at where revoked_at is null")  # their hashes have no pepper


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("at", TIME, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("account_id", "key_id", "method", "route")),
        sa.Column("resource", sa.Text, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("result", "request_id")),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_account_id_at_id", "audit", ["account_id", "at", "id"])
    op.create_index("ix_audit_at", "audit", ["at"])
