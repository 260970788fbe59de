"""Callbacks of hubs are found by a hash of their token; the token itself is kept to be sealed.

Sealing it needs the sealing keys: who delivers does it as it starts (`consumers/deliver/reseal.py`).
"""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("hub_subscriptions", sa.Column("token_hash", sa.String, nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    rows = connection.execute(sa.text("select id, token from hub_subscriptions")).all()
    hashes = [{"this": row.id, "hash": sha256(row.token.encode()).hexdigest()} for row in rows]
    if hashes:
        connection.execute(sa.text("update hub_subscriptions set token_hash = :hash where id = :this"), hashes)
    op.create_index("ix_hub_subscriptions_token_hash", "hub_subscriptions", ["token_hash"], unique=True)
