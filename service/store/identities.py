"""By what an article is known again: addresses and ids besides its first address, and what is compared.

A row once written names the same article for ever: a record that comes again finds what it found before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Column, Connection, Index, String, Table, Text, delete, select

from service.model import Alias, Lead
from service.store.table import Time, insert, metadata, parts
from service.urls import article_id

aliases = Table(
    "aliases",  # addresses besides an article's first one
    metadata,
    Column("id", String, primary_key=True),  # the id that an article of this address would have had
    Column("article_id", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("seen_at", Time, nullable=False),
    Index(None, "article_id"),
)

identities = Table(
    "identities",  # ids that sources gave their entries
    metadata,
    Column("id", String, primary_key=True),  # a hash of both
    Column("source", String, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("article_id", String, nullable=False),
)

leads = Table(
    "leads",  # the beginning of each article's latest text
    metadata,
    Column("article_id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("feed_id", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published_at", Time),
    Column("seen_at", Time, nullable=False),
    Index(None, "published_at"),
    Index(None, "seen_at"),
)

Identity = tuple[str, str]
"""A source, and the id it gave one of its entries."""


def _id_of(identity: Identity) -> str:
    return sha256("\n".join(identity).encode()).hexdigest()[:20]


class Identities:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def behind(self, own_ids: Iterable[str]) -> dict[str, str]:
        """Of ids that follow from addresses: the article's, where the address is an alias."""
        query = select(aliases.c.id, aliases.c.article_id)
        found: dict[str, str] = {}
        for part in parts(own_ids):
            found |= {row.id: row.article_id for row in self._connection.execute(query.where(aliases.c.id.in_(part)))}
        return found

    def known(self, wanted: Iterable[Identity]) -> dict[Identity, str]:
        """The articles of these ids."""
        ids = {_id_of(each): each for each in wanted}
        query = select(identities.c.id, identities.c.article_id)
        found: dict[Identity, str] = {}
        for part in parts(ids):
            for row in self._connection.execute(query.where(identities.c.id.in_(part))):
                found[ids[row.id]] = row.article_id
        return found

    def leads(self, article_ids: Iterable[str]) -> list[Lead]:
        """What is kept of these articles; of older ones nothing is."""
        query = select(leads)
        return [
            Lead(**row._mapping)
            for part in parts(article_ids)
            for row in self._connection.execute(query.where(leads.c.article_id.in_(part)))
        ]

    def published(self, at: Iterable[datetime]) -> list[Lead]:
        """Articles that were published at one of these very moments, by anybody."""
        query = select(leads)
        return [
            Lead(**row._mapping)
            for part in parts(at)
            for row in self._connection.execute(query.where(leads.c.published_at.in_(part)))
        ]

    def add_aliases(self, rows: Sequence[Alias]) -> None:
        """An address that is an alias already stays what it is."""
        if rows:
            values = [
                {"id": article_id(each.url), "article_id": each.article_id, "url": each.url, "seen_at": each.seen_at}
                for each in rows
            ]
            self._connection.execute(insert(self._connection, aliases).on_conflict_do_nothing(), values)

    def add(self, known: dict[Identity, str]) -> None:
        """An id that names an article already stays what it is."""
        if known:
            values = [
                {"id": _id_of(each), "source": each[0], "external_id": each[1], "article_id": article}
                for each, article in known.items()
            ]
            self._connection.execute(insert(self._connection, identities).on_conflict_do_nothing(), values)

    def put_leads(self, rows: Sequence[Lead]) -> None:
        """The latest text counts."""
        if rows:
            put = insert(self._connection, leads)
            newer = {column.name: put.excluded[column.name] for column in leads.c if column.name != "article_id"}
            put = put.on_conflict_do_update(index_elements=["article_id"], set_=newer)
            latest = {row.article_id: {column.name: getattr(row, column.name) for column in leads.c} for row in rows}
            self._connection.execute(put, [latest[each] for each in sorted(latest)])

    def prune(self, before: datetime) -> int:
        """Forget leads (never addresses and ids) older than this. Gives how many."""
        return self._connection.execute(delete(leads).where(leads.c.seen_at < before)).rowcount
