"""Records set aside with their error."""

from sqlalchemy import Column, Connection, Index, LargeBinary, String, Table, Text, UniqueConstraint

from service.store.table import Time, metadata

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", String, primary_key=True),
    Column("stage", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("position", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Time, nullable=False),
    Column("retried_at", Time),
    UniqueConstraint("stage", "position"),
    Index(None, "at"),
)


class DeadLetters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
