"""The schema of the first release.

In goes an empty database, out comes one with every table. Never changed once released: what the store needs
later comes with the next revision.
"""

from functools import partial
from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

TIME = DateTime(timezone=True).with_variant(Integer(), "sqlite")


def upgrade() -> None:
    schema.create_all(op.get_bind(), checkfirst=False)


def _columns(kind: Any, *names: str, nullable: bool = False, **more: Any) -> list[Column[Any]]:
    return [Column(name, kind, nullable=nullable, **more) for name in names]


strings = partial(_columns, String)
texts = partial(_columns, Text)
integers = partial(_columns, Integer)
longs = partial(_columns, BigInteger)
floats = partial(_columns, Float)
flags = partial(_columns, Boolean)
blobs = partial(_columns, LargeBinary)
times = partial(_columns, TIME)

schema = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Table(
    "alerts",
    schema,
    *strings("id", primary_key=True),
    *strings("topic_id", "story_id", "article_id"),
    *blobs("payload"),
    *times("created_at"),
    UniqueConstraint("topic_id", "story_id"),
    Index(None, "created_at", "id"),
    Index(None, "story_id"),
    Index(None, "topic_id", "created_at", "id"),
)

Table(
    "deliveries",
    schema,
    *strings("id", primary_key=True),
    *strings("alert_id", "endpoint_id", "state"),
    *integers("attempts"),
    *times("created_at"),
    *times("next_attempt_at", "claimed_until", "done_at", nullable=True),
    UniqueConstraint("alert_id", "endpoint_id"),
    Index(None, "created_at", "id"),
    Index(None, "endpoint_id", "created_at", "id"),
    Index(None, "endpoint_id", "state", "next_attempt_at"),
    Index(None, "state", "created_at", "id"),
)

Table(
    "attempts",
    schema,
    *strings("delivery_id", primary_key=True),
    *integers("number", primary_key=True),
    *strings("outcome"),
    *texts("error", "response"),
    *integers("milliseconds"),
    *integers("status", nullable=True),
    *times("at"),
)

Table(
    "articles",
    schema,
    *strings("id", primary_key=True),
    *strings("source", "language", "kind", "original_id", "strand_id"),
    *texts("title", "summary"),
    *texts("url", unique=True),
    *integers("revision"),
    *times("seen_at", "at"),
    *times("published_at", nullable=True),
    Index(None, "at", "id"),
    Index(None, "original_id"),
    Index(None, "source", "at"),
    Index(None, "strand_id"),
)

Table(
    "revisions",
    schema,
    *strings("article_id", primary_key=True),
    *integers("revision", primary_key=True),
    *strings("language", "strand_id", "change", "position"),
    *longs("seq"),
    *blobs("enriched"),
    *times("at", "filed_at"),
    Index(None, "language", "at"),
    Index(None, "language", "seq", unique=True),
)

Table(
    "article_countries",
    schema,
    *strings("country", "article_id", primary_key=True),
    Index(None, "article_id"),
)

Table(
    "strands",
    schema,
    *strings("id", primary_key=True),
    *strings("language", "story_id"),
    *times("opened_at", "last_at"),
    Index(None, "last_at"),
    Index(None, "story_id"),
)

Table(
    "stories",
    schema,
    *strings("id", primary_key=True),
    *strings("successor_id"),
    *texts("title"),
    *integers("articles", "copies", "sources"),
    *times("first_at", "last_at"),
    Index(None, "articles", "id"),
    Index(None, "last_at", "id"),
    Index(None, "successor_id"),
)

Table(
    "story_languages",
    schema,
    *strings("language", "story_id", primary_key=True),
    Index(None, "story_id"),
)

Table(
    "story_countries",
    schema,
    *strings("country", "story_id", primary_key=True),
    *integers("articles"),
    Index(None, "story_id"),
)

Table(
    "story_sources",
    schema,
    *strings("source", "story_id", primary_key=True),
    Index(None, "story_id"),
)

Table(
    "linkings",
    schema,
    *strings("article_id", primary_key=True),
    *integers("revision", primary_key=True),
    *strings("strand_id", "story_id", "change", "position"),
    *longs("seq", unique=True),
    *blobs("merged"),
    *times("at"),
    Index(None, "strand_id"),
    Index(None, "at"),
)

Table(
    "dead_letters",
    schema,
    *strings("id", primary_key=True),
    *strings("stage", "stream", "position"),
    *texts("key", "error"),
    *blobs("value"),
    *times("at"),
    *times("retried_at", nullable=True),
    UniqueConstraint("stage", "position"),
    Index(None, "at"),
)

Table(
    "feeds",
    schema,
    *strings("id", primary_key=True),
    *strings("source", "language", "status", "body_hash"),
    *texts("title", "error", "etag", "last_modified", "seen", "moved_to"),
    *texts("url", unique=True),
    *integers("failures", "moved_times"),
    *floats("interval"),
    *flags("enabled"),
    *times("created_at"),
    *times("failing_since", "last_poll_at", "next_poll_at", "claimed_until", nullable=True),
    Index(None, "enabled", "next_poll_at"),
)

Table(
    "polls",
    schema,
    *strings("feed_id", primary_key=True),
    *times("at", primary_key=True),
    *strings("outcome"),
    *texts("error"),
    *integers("entries", "fresh", "milliseconds"),
    *integers("status", nullable=True),
    Index(None, "at"),
)

Table(
    "api_keys",
    schema,
    *strings("id", primary_key=True),
    *strings("hash"),
    *texts("name"),
    *times("created_at"),
    *times("last_used_at", "revoked_at", nullable=True),
)

Table(
    "sightings",
    schema,
    *strings("url", "text_hash", primary_key=True),
    *strings("article_id", "kind", "original_id", "position"),
    *integers("revision"),
    *times("seen_at"),
    Index(None, "article_id"),
)

Table(
    "fingerprints",
    schema,
    *strings("article_id", primary_key=True),
    *strings("original_id", "source"),
    *blobs("shingles"),
    *times("seen_at"),
    Index(None, "seen_at"),
)

Table(
    "bands",
    schema,
    *longs("band", primary_key=True),
    *strings("article_id", primary_key=True),
    *times("seen_at"),
    Index(None, "seen_at"),
)

Table(
    "topics",
    schema,
    *strings("id", primary_key=True),
    *texts("query"),
    *texts("name", unique=True),
    *integers("version"),
    *longs("seq"),
    *flags("enabled", "deleted"),
    *times("created_at"),
    Index(None, "seq"),
)

Table(
    "endpoints",
    schema,
    *strings("id", primary_key=True),
    *texts("url", "secret", "disabled_why"),
    *integers("failures"),
    *flags("enabled"),
    *times("created_at"),
    *times("failing_since", nullable=True),
)

Table(
    "subscriptions",
    schema,
    *strings("id", primary_key=True),
    *strings("topic_id", "endpoint_id"),
    *times("created_at"),
    UniqueConstraint("topic_id", "endpoint_id"),
    Index(None, "endpoint_id"),
)
