"""Payloads: the bytes of documents as fetched, each kept once however often and wherever it is met.

`payloads` holds the bytes by their hash, compressed; `payload_origins` says for which feed they were fetched, and
from which address and under which Content-Type the last time.
"""

from collections.abc import Sequence
from datetime import datetime

import cramjam
from sqlalchemy import Column, Connection, Index, LargeBinary, String, Table, Text, delete, select, update

from service.model import Payload
from service.store.table import Time, insert, metadata

LEVEL = 3
"""Of zstd: a feed shrinks to a fifth at some 200 MB/s; higher levels gain little and hold up the writer."""

payloads = Table(
    "payloads",
    metadata,
    Column("hash", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Time, nullable=False),
    Index(None, "at"),
)

payload_origins = Table(
    "payload_origins",
    metadata,
    Column("hash", String, primary_key=True),
    Column("feed_id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("at", Time, nullable=False),
    Index(None, "at"),
    Index(None, "feed_id", "at"),
)


class Payloads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, documents: Sequence[Payload]) -> None:
        """Keep all of these."""
        for each in documents:
            self.keep(each.hash, each.body, each.content_type, each.url, each.at, each.feed_id)

    def keep(self, hash_hex: str, body: bytes, content_type: str, url: str, at: datetime, feed_id: str = "") -> None:
        """Keep a document under the SHA-256 of its bytes. Again, it is kept on from `at`."""
        seen = update(payloads).where(payloads.c.hash == hash_hex).values(at=at)
        if not self._connection.execute(seen).rowcount:
            row = {"hash": hash_hex, "body": bytes(cramjam.zstd.compress(body, level=LEVEL)), "at": at}
            self._connection.execute(insert(self._connection, payloads).values(row).on_conflict_do_nothing())
        origin = {"hash": hash_hex, "url": url, "feed_id": feed_id, "content_type": content_type, "at": at}
        adding = insert(self._connection, payload_origins).values(origin)
        again = {name: origin[name] for name in ("url", "content_type", "at")}
        self._connection.execute(adding.on_conflict_do_update(index_elements=["hash", "feed_id"], set_=again))

    def get(self, hash_hex: str, feed_id: str | None = None) -> Payload | None:
        """A document, as it was last met (of this feed); None if it is not, or no longer, kept."""
        query = (
            select(payloads.c.body, payload_origins)
            .join_from(payloads, payload_origins, payloads.c.hash == payload_origins.c.hash)
            .where(payloads.c.hash == hash_hex)
            .order_by(payload_origins.c.at.desc(), payload_origins.c.feed_id)
            .limit(1)
        )
        if feed_id is not None:
            query = query.where(payload_origins.c.feed_id == feed_id)
        row = self._connection.execute(query).mappings().first()
        return Payload(**dict(row) | {"body": bytes(cramjam.zstd.decompress(row["body"]))}) if row else None

    def of_feed(self, feed_id: str) -> Sequence[str]:
        """The hashes of what was read for a feed, the oldest first."""
        origins = payload_origins.c
        query = select(origins.hash).where(origins.feed_id == feed_id).order_by(origins.at, origins.hash)
        return self._connection.execute(query).scalars().all()

    def prune(self, before: datetime, most: int = 200) -> int:
        """Forget at most so many documents last met before this; gives how many, 0 if there is none."""
        self._connection.execute(delete(payload_origins).where(payload_origins.c.at < before))
        old = select(payloads.c.hash).where(payloads.c.at < before).limit(most)
        return self._connection.execute(delete(payloads).where(payloads.c.hash.in_(old))).rowcount
