"""API keys; only a hash of each is kept.

A key reads `crnt_<id>_<secret>_<check>`: 8, 43 and 6 characters of 0-9A-Za-z. The secret holds 256 bits, so
a plain SHA-256 of it tells nothing; the check is the CRC-32 of what stands before it, so that neither a
mistyped key nor a scanner for leaked ones needs the database.
"""

import hmac
import re
import secrets
import string
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from zlib import crc32

from sqlalchemy import Column, Connection, Index, String, Table, Text, select, update

from service.model import MAIN, OPERATOR, ApiKey
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
    Index(None, "account_id", "created_at", "id"),
)

PATTERN = r"crnt_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}"
"""What a key looks like, for secret scanners."""

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
COLUMNS = tuple(api_keys.c[name] for name in ApiKey.__dataclass_fields__)


def new_key(
    name: str, now: datetime, account_id: str = MAIN, scopes: Sequence[str] = (OPERATOR,)
) -> tuple[ApiKey, str]:
    """A key, and its text, which is shown once and never again. Unless told less, it may do everything."""
    key_id = random_text(8)
    start = f"crnt_{key_id}_{random_text(43)}"
    return ApiKey(key_id, name, now, account_id=account_id, scopes=tuple(scopes)), f"{start}_{check(start)}"


def well_formed(text: str) -> bool:
    """Could this be a key? Asks no database."""
    start, _, last = text.rpartition("_")
    return bool(re.fullmatch(PATTERN, text)) and last == check(start)


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey, text: str) -> None:
        """Keep the key, and the hash of its text."""
        row = {name: getattr(key, name) for name in ApiKey.__dataclass_fields__}
        self._connection.execute(insert(self._connection, api_keys).values(**row, hash=_hash(text)))

    def find(self, text: str) -> ApiKey | None:
        """The key with this very text, if it is known and not revoked."""
        if not well_formed(text):
            return None
        query = select(api_keys.c.hash, *COLUMNS).where(api_keys.c.id == text.split("_")[1])
        row = self._connection.execute(query).first()
        if row is None or not hmac.compare_digest(row.hash, _hash(text)):
            return None
        key = ApiKey(*row[1:])
        return None if key.revoked_at else key

    def list(self, account: str | None) -> Sequence[ApiKey]:
        """All keys of an account, of all accounts for None; revoked ones too, in the order they were made."""
        query = select(*COLUMNS).where(owned(api_keys, account)).order_by(api_keys.c.created_at, api_keys.c.id)
        return [ApiKey(*row) for row in self._connection.execute(query)]

    def touch(self, key_id: str, now: datetime) -> None:
        """Remember that the key was used."""
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))

    def revoke(self, key_id: str, account: str | None, now: datetime) -> bool:
        """Refuse the key from now on. False if there is no such key, or it was revoked before."""
        alive = owned(api_keys, account) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        return self._connection.execute(update(api_keys).where(alive).values(revoked_at=now)).rowcount > 0


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess: six bits each, nearly."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def check(start: str) -> str:
    """CRC-32 in six characters."""
    rest, digits = crc32(start.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
