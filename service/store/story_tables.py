"""The tables of stories, and of what lists of stories are filtered by."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from service.store.table import Time, metadata

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
    Column("independent", Integer, nullable=False, server_default=text("0")),  # voices behind it; see service.story
    Column("controlled", Integer, nullable=False, server_default=text("0")),  # those that a government steers
    Column("citing", Integer, nullable=False, server_default=text("0")),  # articles that only pass on another's report
    Column("earliest_id", String, nullable=False, server_default=text("''")),  # the article that had it first
    Column("changed_seq", BigInteger, nullable=False, server_default=text("0")),  # in which order, among all
    Index(None, "changed_seq"),
    Index(None, "last_at", "id"),
    Index(None, "articles", "id"),
    Index(None, "independent", "id"),
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
