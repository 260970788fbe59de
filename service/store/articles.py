"""Articles and their revisions, as filed in strands."""

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, String, Table, Text

from service.store.table import Time, metadata

articles = Table(
    "articles",  # one row an article: its latest revision, for lists
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("kind", String, nullable=False),  # new or copy
    Column("original_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("published_at", Time),
    Column("seen_at", Time, nullable=False),
    Column("at", Time, nullable=False),  # published, or seen if it does not say
    Index(None, "strand_id"),
    Index(None, "original_id"),
    Index(None, "at", "id"),
    Index(None, "source", "at"),
)

revisions = Table(
    "revisions",  # one row a text
    metadata,
    Column("article_id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("language", String, nullable=False),
    Column("seq", BigInteger, nullable=False),  # filing order within the language
    Column("at", Time, nullable=False),
    Column("strand_id", String, nullable=False),
    Column("change", String, nullable=False),  # the word with which it was filed, to say it again
    Column("position", String, nullable=False),  # of the record that decided
    Column("enriched", LargeBinary, nullable=False),  # the EnrichedArticle as it came, msgspec JSON
    Column("filed_at", Time, nullable=False),
    Index("ix_revisions_language_seq", "language", "seq", unique=True),
    Index(None, "language", "at"),
)

article_countries = Table(
    "article_countries",
    metadata,
    Column("country", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Index(None, "article_id"),
)


class Articles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
