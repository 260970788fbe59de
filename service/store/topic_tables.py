"""The tables of topics, endpoints, and the subscriptions that join them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from service.store.table import Time, Words, metadata

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),  # kept, so that matchers hear of it
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("created_at", Time, nullable=False),
    Index(None, "seq"),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("notices", Words, nullable=False),
    Column("disabled_why", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("topic_id", "endpoint_id"),
    Index(None, "endpoint_id"),
)
