"""Strands, stories and the merges between them."""

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, String, Table, Text

from service.store.table import Time, metadata

strands = Table(
    "strands",
    metadata,
    Column("id", String, primary_key=True),
    Column("language", String, nullable=False),
    Column("story_id", String, nullable=False),  # "" until linked
    Column("opened_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Index(None, "story_id"),
    Index(None, "last_at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("successor_id", String, nullable=False),  # "" while it stands
    Index(None, "last_at", "id"),
    Index(None, "articles", "id"),
    Index(None, "successor_id"),
)

story_languages = Table(
    "story_languages",
    metadata,
    Column("language", String, primary_key=True),
    Column("story_id", String, primary_key=True),
    Index(None, "story_id"),
)

story_countries = Table(
    "story_countries",
    metadata,
    Column("country", String, primary_key=True),
    Column("story_id", String, primary_key=True),
    Column("articles", Integer, nullable=False),
    Index(None, "story_id"),
)

story_sources = Table(
    "story_sources",
    metadata,
    Column("source", String, primary_key=True),
    Column("story_id", String, primary_key=True),
    Index(None, "story_id"),
)

linkings = Table(
    "linkings",  # what link decided about each filed revision, to say it again
    metadata,
    Column("article_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("strand_id", String, nullable=False),
    Column("story_id", String, nullable=False),
    Column("change", String, nullable=False),
    Column("merged", LargeBinary, nullable=False),  # msgspec JSON list of story ids
    Column("position", String, nullable=False),
)


class Stories:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
