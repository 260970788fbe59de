"""Deliveries: the table. One row for each notice that is owed to an endpoint, whatever became of it."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, text

from service.model import MAIN, Delivery
from service.store.table import Time, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),  # the webhook-id
    Column("notice_id", String, nullable=False),
    Column("kind", String, nullable=False),  # the notice's
    Column("endpoint_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Time),
    Column("claimed_until", Time),
    Column("created_at", Time, nullable=False),
    Column("done_at", Time),
    Column("account_id", String, nullable=False, server_default=MAIN),  # its endpoint's
    Column("seq", BigInteger, nullable=False, server_default=text("0")),  # the notice's
    Column("subscription_id", String, nullable=False, server_default=text("''")),
    Column("sequence", BigInteger),  # within its subscription
    Column("tried_before", Integer, nullable=False, server_default=text("0")),  # attempts before it was sent again
    Column("batch_id", String, nullable=False, server_default=text("''")),  # the webhook-id of what it was sent with
    UniqueConstraint("notice_id", "endpoint_id"),
    Index(None, "endpoint_id", "state", "seq"),
    Index(None, "subscription_id", "sequence"),
    Index(None, "claimed_until"),
    Index(None, "endpoint_id", "state", "next_attempt_at"),
    Index(None, "endpoint_id", "created_at", "id"),
    Index(None, "state", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "account_id", "created_at", "id"),
)

DELIVERY = tuple(deliveries.c[name] for name in Delivery.__dataclass_fields__)
