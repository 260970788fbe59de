"""Feeds, and the record of polls."""

from sqlalchemy import Boolean, Column, Connection, Float, Index, Integer, String, Table, Text

from service.store.table import Time, metadata

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body_hash", String, nullable=False),
    Column("seen", Text, nullable=False),  # fingerprints of the last document's entries, separated by spaces
    Column("interval", Float, nullable=False),
    Column("last_poll_at", Time),
    Column("next_poll_at", Time),
    Column("moved_to", Text, nullable=False),
    Column("moved_times", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("claimed_until", Time),
    Index(None, "enabled", "next_poll_at"),
)

polls = Table(
    "polls",
    metadata,
    Column("feed_id", String, primary_key=True),
    Column("at", Time, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("entries", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Index(None, "at"),
)


class Feeds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
