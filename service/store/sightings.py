"""Which texts were seen at which addresses, which record brought them, and what is needed to find copies."""

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, String, Table

from service.store.table import Time, metadata

sightings = Table(
    "sightings",
    metadata,
    Column("url", String, primary_key=True),
    Column("text_hash", String, primary_key=True),
    Column("article_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("original_id", String, nullable=False),
    Column("position", String, nullable=False),
    Column("seen_at", Time, nullable=False),
    Index(None, "article_id"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("original_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("shingles", LargeBinary, nullable=False),
    Column("seen_at", Time, nullable=False),
    Index(None, "seen_at"),
)

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("seen_at", Time, nullable=False),
    Index(None, "seen_at"),
)


class Sightings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
