"""The tables of stories, and of what lists of stories are filtered by."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    func,
    text,
)

from service.store.table import Time, metadata, valued

_LASTING = "tstzrange(least(first_at, last_at), last_at, '(]')"
"""From when to when, as PostgreSQL's index has it. Never the wrong way round, which it would refuse."""

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
    Index("ix_stories_lasting", text(_LASTING), postgresql_using="gist").ddl_if(dialect="postgresql"),
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


def across(
    dialect: str, first: datetime | ColumnElement[datetime], last: datetime | ColumnElement[datetime]
) -> ColumnElement[bool]:
    """What holds for stories that began before `first` and lasted until `last`, or longer."""
    if dialect == "sqlite":
        return and_(stories.c.first_at < first, stories.c.last_at >= last)
    lasting = func.tstzrange(func.least(stories.c.first_at, stories.c.last_at), stories.c.last_at, text("'(]'"))
    return lasting.op("@>")(func.tstzrange(valued(first, Time()), valued(last, Time()), text("'[]'")))
