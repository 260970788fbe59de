"""API keys; of each only a mark is kept, made of its text with the installation's ring.

Where an account is asked for, another account's keys are as if they were not there; None is for all accounts.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Column, Connection, Index, String, Table, Text, select, text, update

from service.api_keys import id_of, well_formed
from service.errors import Conflict, NotFound
from service.model import MAIN, OPERATOR, ApiKey
from service.sealing import UNSEALED, Ring
from service.store.accounts import accounts
from service.store.table import Time, Words, insert, metadata, owned

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time),
    Column("revoked_at", Time),
    Column("account_id", String, nullable=False, server_default=MAIN),
    Column("scopes", Words, nullable=False, server_default=OPERATOR),
    Column("expires_at", Time),
    Column("successor_id", String, nullable=False, server_default=text("''")),
    Index(None, "account_id", "created_at", "id"),
)

COLUMNS = tuple(api_keys.c[name] for name in ApiKey.__dataclass_fields__)


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey, text: str, ring: Ring = UNSEALED) -> None:
        """Keep the key, and a mark of its text."""
        row = {name: getattr(key, name) for name in ApiKey.__dataclass_fields__}
        self._connection.execute(insert(self._connection, api_keys).values(**row, hash=ring.mark(text)))

    def find(self, text: str, ring: Ring = UNSEALED) -> ApiKey | None:
        """The key with this very text, if it is known, not revoked, and its account is open; perhaps expired."""
        if not well_formed(text):
            return None
        query = select(api_keys.c.hash, accounts.c.closed_at, *COLUMNS).where(api_keys.c.id == id_of(text))
        row = self._connection.execute(query.outerjoin(accounts, accounts.c.id == api_keys.c.account_id)).first()
        if row is None or not ring.is_marked(text, row.hash) or row.closed_at:
            return None
        key = ApiKey(*row[2:])
        return None if key.revoked_at else key

    def get(self, key_id: str, account: str | None) -> ApiKey | None:
        this = owned(api_keys, account) & (api_keys.c.id == key_id)
        row = self._connection.execute(select(*COLUMNS).where(this)).first()
        return ApiKey(*row) if row else None

    def list(self, account: str | None, after: tuple[datetime, str] | None = None, most: int = 10_000) -> list[ApiKey]:
        """Keys of an account, of all accounts for None; revoked ones too, in the order they were made."""
        query = select(*COLUMNS).where(owned(api_keys, account))
        if after:
            at, id = after
            later = (api_keys.c.created_at == at) & (api_keys.c.id > id) | (api_keys.c.created_at > at)
            query = query.where(later)
        rows = self._connection.execute(query.order_by(api_keys.c.created_at, api_keys.c.id).limit(most))
        return [ApiKey(*row) for row in rows]

    def touch(self, key_id: str, now: datetime) -> None:
        """Remember that the key was used."""
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))

    def revoke(self, key_id: str, account: str | None, now: datetime) -> bool:
        """Refuse the key from now on. False if there is no such key, or it was revoked before."""
        alive = owned(api_keys, account) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        return self._connection.execute(update(api_keys).where(alive).values(revoked_at=now)).rowcount > 0

    def follow(self, key: ApiKey, successor: ApiKey, until: datetime) -> ApiKey:
        """Let another key follow this one, which opens until then and no longer. The successor is to be added.

        Raises `NotFound` if it opens nothing any more, `Conflict` if another follows already."""
        standing = (api_keys.c.id == key.id) & api_keys.c.revoked_at.is_(None) & (api_keys.c.successor_id == "")
        ends = min(until, key.expires_at or until)
        changed = update(api_keys).where(standing).values(successor_id=successor.id, expires_at=ends)
        if self._connection.execute(changed).rowcount:
            return replace(key, successor_id=successor.id, expires_at=ends)
        known = self.get(key.id, key.account_id)
        if known is None or known.revoked_at:
            raise NotFound(f"there is no key {key.id} that could be followed")
        raise Conflict(f"key {known.successor_id} follows it already")
