"""API keys; only a hash of each is kept."""

from sqlalchemy import Column, Connection, String, Table, Text

from service.store.table import Time, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
    Column("revoked_at", Time),
)


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
