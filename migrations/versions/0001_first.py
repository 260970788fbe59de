"""The schema of the first release.

In goes an empty database, out comes one with every table. Never changed once released: what the store needs
later comes with the next revision.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    schema.create_all(op.get_bind(), checkfirst=False)


def _columns(kind: Any, *names: str, nullable: bool = False, **more: Any) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable, **more) for name in names]


def indexes(*columns: list[str], unique: bool = False) -> list[sa.Index]:
    return [sa.Index(None, *names, unique=unique) for names in columns]


strings = partial(_columns, sa.String)
texts = partial(_columns, sa.Text)
integers = partial(_columns, sa.Integer)
longs = partial(_columns, sa.BigInteger)
floats = partial(_columns, sa.Float)
flags = partial(_columns, sa.Boolean)
blobs = partial(_columns, sa.LargeBinary)
times = partial(_columns, TIME)

schema = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sa.Table(
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
    *indexes(["enabled", "next_poll_at"]),
)

sa.Table(
    "polls",
    schema,
    *strings("feed_id", primary_key=True),
    *times("at", primary_key=True),
    *strings("outcome"),
    *texts("error"),
    *integers("entries", "fresh", "milliseconds"),
    *integers("status", nullable=True),
    *indexes(["at"]),
)

sa.Table(
    "sightings",
    schema,
    *strings("url", "text_hash", primary_key=True),
    *strings("article_id", "kind", "original_id", "position"),
    *integers("revision"),
    *times("seen_at"),
    *indexes(["article_id"]),
)

sa.Table(
    "fingerprints",
    schema,
    *strings("article_id", primary_key=True),
    *strings("original_id", "source"),
    *blobs("shingles"),
    *times("seen_at"),
    *indexes(["seen_at"]),
)

sa.Table(
    "bands",
    schema,
    *longs("band", primary_key=True),
    *strings("article_id", primary_key=True),
    *times("seen_at"),
    *indexes(["seen_at"]),
)

sa.Table(
    "articles",
    schema,
    *strings("id", primary_key=True),
    *strings("source", "language", "kind", "original_id", "strand_id"),
    *texts("title", "summary"),
    *texts("url", unique=True),
    *integers("revision"),
    *times("seen_at", "at"),
    *times("published_at", nullable=True),
    *indexes(["at", "id"], ["original_id"], ["source", "at"], ["strand_id"]),
)

sa.Table(
    "revisions",
    schema,
    *strings("article_id", primary_key=True),
    *integers("revision", primary_key=True),
    *strings("language", "strand_id", "change", "position"),
    *longs("seq"),
    *blobs("enriched"),
    *times("at", "filed_at"),
    *indexes(["language", "seq"], unique=True),
    *indexes(["language", "at"]),
)

sa.Table(
    "article_countries",
    schema,
    *strings("country", "article_id", primary_key=True),
    *indexes(["article_id"]),
)

sa.Table(
    "strands",
    schema,
    *strings("id", primary_key=True),
    *strings("language", "story_id"),
    *times("opened_at", "last_at"),
    *indexes(["last_at"], ["story_id"]),
)

sa.Table(
    "linkings",
    schema,
    *strings("article_id", primary_key=True),
    *integers("revision", primary_key=True),
    *strings("strand_id", "story_id", "change", "position"),
    *longs("seq", unique=True),
    *blobs("merged"),
    *times("at"),
    *indexes(["at"], ["story_id"], ["strand_id"]),
)

sa.Table(
    "stories",
    schema,
    *strings("id", primary_key=True),
    *strings("successor_id"),
    *texts("title"),
    *integers("articles", "copies", "sources"),
    *times("first_at", "last_at"),
    *indexes(["articles", "id"], ["last_at", "id"], ["successor_id"]),
)

sa.Table(
    "story_languages",
    schema,
    *strings("language", "story_id", primary_key=True),
    *indexes(["story_id"]),
)

sa.Table(
    "story_countries",
    schema,
    *strings("country", "story_id", primary_key=True),
    *integers("articles"),
    *indexes(["story_id"]),
)

sa.Table(
    "story_sources",
    schema,
    *strings("source", "story_id", primary_key=True),
    *indexes(["story_id"]),
)

sa.Table(
    "topics",
    schema,
    *strings("id", primary_key=True),
    *texts("query"),
    *texts("name", unique=True),
    *integers("version"),
    *longs("seq"),
    *flags("enabled", "deleted"),
    *times("created_at"),
    *indexes(["seq"]),
)

sa.Table(
    "endpoints",
    schema,
    *strings("id", primary_key=True),
    *texts("url", "secret", "disabled_why"),
    *integers("failures"),
    *flags("enabled"),
    *times("created_at"),
    *times("failing_since", nullable=True),
)

sa.Table(
    "subscriptions",
    schema,
    *strings("id", primary_key=True),
    *strings("topic_id", "endpoint_id"),
    *times("created_at"),
    sa.UniqueConstraint("topic_id", "endpoint_id"),
    *indexes(["endpoint_id"]),
)

sa.Table(
    "alerts",
    schema,
    *strings("id", primary_key=True),
    *strings("topic_id", "story_id", "article_id"),
    *blobs("payload"),
    *times("created_at"),
    sa.UniqueConstraint("topic_id", "story_id"),
    *indexes(["created_at", "id"], ["story_id"], ["topic_id", "created_at", "id"]),
)

sa.Table(
    "deliveries",
    schema,
    *strings("id", primary_key=True),
    *strings("alert_id", "endpoint_id", "state"),
    *integers("attempts"),
    *times("created_at"),
    *times("next_attempt_at", "claimed_until", "done_at", nullable=True),
    sa.UniqueConstraint("alert_id", "endpoint_id"),
    *indexes(
        ["created_at", "id"],
        ["endpoint_id", "created_at", "id"],
        ["endpoint_id", "state", "next_attempt_at"],
        ["state", "created_at", "id"],
    ),
)

sa.Table(
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

sa.Table(
    "dead_letters",
    schema,
    *strings("id", primary_key=True),
    *strings("stage", "stream", "position"),
    *texts("key", "error"),
    *blobs("value"),
    *times("at"),
    *times("retried_at", nullable=True),
    sa.UniqueConstraint("stage", "position"),
    *indexes(["at"]),
)

sa.Table(
    "api_keys",
    schema,
    *strings("id", primary_key=True),
    *strings("hash"),
    *texts("name"),
    *times("created_at"),
    *times("last_used_at", "revoked_at", nullable=True),
)
