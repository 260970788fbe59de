"""Alerts, the deliveries they owe, and every attempt."""

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from service.store.table import Time, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("article_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # JSON, as it will be sent
    UniqueConstraint("topic_id", "story_id"),
    Index(None, "story_id"),
    Index(None, "created_at", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),  # the webhook-id
    Column("alert_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Time),
    Column("claimed_until", Time),
    Column("created_at", Time, nullable=False),
    Column("done_at", Time),
    UniqueConstraint("alert_id", "endpoint_id"),
    Index(None, "state", "next_attempt_at"),
    Index(None, "endpoint_id", "state"),
    Index(None, "created_at", "id"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("response", Text, nullable=False),
)


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
