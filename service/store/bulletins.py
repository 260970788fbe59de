"""Bulletins: what is published for feed readers, and under which addresses, of which only a hash is kept.

Where a hub is to be told, the address is kept too, sealed by the caller.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Index, String, Table, Text, delete, select, text, update

from service.model import Bulletin
from service.store.as_json import AsJson
from service.store.table import Time, insert, metadata

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("topic_id", String, nullable=False),
    Column("stories", AsJson(dict[str, str]), nullable=False),
    Column("hash", String, nullable=False),  # of what its address is made of
    Column("sealed", Text, nullable=False, server_default=text("''")),  # the same, for hubs
    Column("told", String, nullable=False, server_default=text("''")),
    Column("created_at", Time, nullable=False),
    Index(None, "hash", unique=True),
    Index(None, "account_id", "id"),
)

OWN = tuple(bulletins.c[name] for name in ("id", "account_id", "name", "topic_id", "stories", "created_at", "told"))


class Bulletins:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, bulletin: Bulletin, sealed: str = "") -> None:
        """`sealed` is its token, such that the caller alone can read it."""
        row = {column.name: getattr(bulletin, column.name) for column in OWN}
        row |= {"hash": _hash(bulletin.token), "sealed": sealed}
        self._connection.execute(insert(self._connection, bulletins).values(**row))

    def get(self, bulletin_id: str, account_id: str) -> Bulletin | None:
        mine = (bulletins.c.id == bulletin_id) & (bulletins.c.account_id == account_id)
        row = self._connection.execute(select(*OWN).where(mine)).first()
        return _bulletin(row) if row else None

    def find(self, token: str) -> Bulletin | None:
        """The one with this very token."""
        row = self._connection.execute(select(*OWN).where(bulletins.c.hash == _hash(token))).first()
        return _bulletin(row, token) if row else None

    def list(self, account_id: str, after_id: str = "", most: int = 100) -> Sequence[Bulletin]:
        """By id, beginning after `after_id`."""
        mine = (bulletins.c.account_id == account_id) & (bulletins.c.id > after_id)
        query = select(*OWN).where(mine).order_by(bulletins.c.id).limit(most)
        return [_bulletin(row) for row in self._connection.execute(query)]

    def rename(self, bulletin_id: str, token: str, sealed: str = "") -> None:
        """From now on it is found under this token, and under no other."""
        new = update(bulletins).where(bulletins.c.id == bulletin_id).values(hash=_hash(token), sealed=sealed)
        self._connection.execute(new)

    def remove(self, bulletin_id: str, account_id: str) -> bool:
        """False if there is none."""
        mine = (bulletins.c.id == bulletin_id) & (bulletins.c.account_id == account_id)
        return self._connection.execute(delete(bulletins).where(mine)).rowcount > 0

    def for_hubs(self, after_id: str = "", most: int = 100) -> Sequence[tuple[Bulletin, str]]:
        """Those whose tokens are kept, of all accounts, each with its sealed token."""
        these = (bulletins.c.sealed != "") & (bulletins.c.id > after_id)
        query = select(*OWN, bulletins.c.sealed).where(these).order_by(bulletins.c.id).limit(most)
        return [(_bulletin(row), row.sealed) for row in self._connection.execute(query)]

    def tell(self, bulletin: Bulletin, told: str) -> bool:
        """Note what the hub is told of. False if somebody else has noted something meanwhile."""
        same = (bulletins.c.id == bulletin.id) & (bulletins.c.told == bulletin.told)
        return self._connection.execute(update(bulletins).where(same).values(told=told)).rowcount > 0


def _bulletin(row: Any, token: str = "") -> Bulletin:
    return Bulletin(**{column.name: getattr(row, column.name) for column in OWN}, token=token)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
