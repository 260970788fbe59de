"""Notices: everything that is told to endpoints, and to whom it is owed.

In go notices, told in the transaction that made them true; out come those that are new, each with its
deliveries, and lists, the newest first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    delete,
    exists,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
)

from service.cursors import CursorExpired, make_cursor
from service.model import Interest, Notice, Portion
from service.store.deliveries import deliveries
from service.store.endpoints import Endpoints
from service.store.owing import owe
from service.store.table import Time, insert, metadata, parts
from service.text.fitting import fitted

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", Time, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # JSON, as it will be sent
    Column("seq", BigInteger, nullable=False),
    Column("account_id", String, nullable=False, server_default=text("''")),
    Column("topic_id", String, nullable=False, server_default=text("''")),
    Column("trace", String, nullable=False, server_default=text("''")),
    Index(None, "seq", unique=True),
    Index(None, "topic_id", "seq"),
    Index(None, "at", "id"),
    Index(None, "kind", "at", "id"),
    Index(None, "subject", "at", "id"),
)

NOTICE = tuple(notices.c[name] for name in Notice.__dataclass_fields__)
MOST_BYTES = 20_000
"""Of a payload, as Standard Webhooks advises; longer ones are cut, and say so."""

Before = tuple[datetime, str] | None
"""The time and id of the last one seen."""


class Notices:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, told: Sequence[Notice], now: datetime) -> Sequence[Notice]:
        """Keep those whose id is new, each with a delivery, due `now`, to every endpoint that asks for its kind.

        Gives those that are new; repeating it changes nothing. Call it last in a transaction: those who tell
        something new wait for each other from here until they commit.
        """
        if new := keep(self._connection, told):
            asking = Endpoints(self._connection).asking()
            owe(self._connection, new, {notice.id: asking.get(notice.kind, ()) for notice in new}, now)
        return new

    def tell_to(self, told: Sequence[Notice], endpoint_ids: Mapping[str, Sequence[str]], now: datetime) -> set[str]:
        """The same, with a delivery to the endpoints given for each notice's id; gives the ids of those that are
        new."""
        new = keep(self._connection, told)
        owe(self._connection, new, endpoint_ids, now)
        return {notice.id for notice in new}

    def of(self, notice_ids: Iterable[str]) -> Sequence[Notice]:
        """These notices, in the order in which they became known; those that are not there are missing."""
        found: list[Notice] = []
        for some in parts(notice_ids):
            rows = self._connection.execute(select(*NOTICE).where(notices.c.id.in_(some)))
            found += map(read_notice, rows)
        return sorted(found, key=lambda notice: notice.seq)

    def get(self, notice_id: str, account: str | None) -> Notice | None:
        this = shown_to(account) & (notices.c.id == notice_id)
        row = self._connection.execute(select(*NOTICE).where(this)).first()
        return read_notice(row) if row else None

    def list(
        self,
        account: str | None,
        kinds: Iterable[str] | None = None,
        subject: str | None = None,
        before: Before = None,
        most: int = 50,
    ) -> Sequence[Notice]:
        """The newest first, beginning after `before`."""
        query = select(*NOTICE).where(shown_to(account))
        query = query.order_by(notices.c.at.desc(), notices.c.id.desc()).limit(most)
        if kinds is not None:
            query = query.where(notices.c.kind.in_(list(kinds)))
        if subject is not None:
            query = query.where(notices.c.subject == subject)
        if before:
            at, id = before
            query = query.where(tuple_(notices.c.at, notices.c.id) < tuple_(literal(at, Time), literal(id)))
        return [read_notice(row) for row in self._connection.execute(query)]

    def after(self, seq: int, interest: Interest, most: int = 100) -> Portion:
        """Those of an interest after `seq`, in the order in which they became known; none comes later between them.

        Raises `CursorExpired` if some that came after it are kept no more, or if it was never given.
        """
        head, kept_after = self.head(), self.kept_after()
        if not kept_after <= seq <= head:
            raise CursorExpired(make_cursor(kept_after))
        query = select(*NOTICE).where(notices.c.seq > seq, notices.c.seq <= head, *_of(interest))
        rows = self._connection.execute(query.order_by(notices.c.seq).limit(most)).all()
        found = [read_notice(row) for row in rows]
        if len(found) == most:
            return Portion(found, seq, found[-1].seq, found[-1].seq == head)
        return Portion(found, seq, head, True)

    def head(self) -> int:
        """The `seq` of the newest; 0 if there is none."""
        return self._connection.execute(select(func.max(notices.c.seq))).scalar() or 0

    def kept_after(self) -> int:
        """Those after this `seq` are all kept."""
        oldest = self._connection.execute(select(func.min(notices.c.seq))).scalar()
        return (oldest or 1) - 1

    def prune(self, before: datetime, most: int = 1000) -> int:
        """Forget the first `most` of those older than `before`; gives how many were forgotten.

        In order and never beyond one that stays: one that is younger, or has a delivery. The newest always stays,
        for the next is numbered by it.
        """
        first = select(notices.c.seq, notices.c.at, notices.c.id).order_by(notices.c.seq).limit(most).subquery()
        staying = exists().where(deliveries.c.notice_id == first.c.id)
        stays = self._connection.scalar(select(func.min(first.c.seq)).where((first.c.at >= before) | staying))
        last = self._connection.scalar(select(func.max(first.c.seq)))
        until = min(stays or (last or 0) + 1, self.head())
        return self._connection.execute(delete(notices).where(notices.c.seq < until)).rowcount

    def since(self, seq: int, most: int = 100) -> Sequence[Notice]:
        """Those after `seq`, in the order in which they became known; none comes later between them."""
        query = select(*NOTICE).where(notices.c.seq > seq).order_by(notices.c.seq).limit(most)
        return [read_notice(row) for row in self._connection.execute(query)]


def shown_to(account: str | None) -> ColumnElement[bool]:
    """Which notices an account may see: its own, and what concerns everybody; all of them for None."""
    return true() if account is None else notices.c.account_id.in_(("", account))


def keep(connection: Connection, told: Sequence[Notice]) -> list[Notice]:
    """Keep the notices that are not there yet, in order; gives them with their `seq`, in the order given."""
    unknown = _unknown(connection, told)
    if not unknown:
        return []
    _queue_up(connection)
    new = _unknown(connection, unknown)  # somebody may have told the same while we waited
    if not new:
        return []
    last = connection.execute(select(func.max(notices.c.seq))).scalar() or 0
    kept = [
        replace(notice, payload=fitted(notice.payload, MOST_BYTES), seq=last + number)
        for number, notice in enumerate(new, 1)
    ]
    connection.execute(insert(connection, notices), [_row(notice) for notice in kept])
    return kept


def _of(interest: Interest) -> Iterator[ColumnElement[bool]]:
    """The same as `Interest.covers`, for the database."""
    yield shown_to(interest.account_id)
    if interest.kinds is not None:
        yield notices.c.kind.in_(sorted(interest.kinds))
    if interest.topic_id is not None:
        yield notices.c.topic_id == interest.topic_id


def _unknown(connection: Connection, told: Sequence[Notice]) -> list[Notice]:
    """Those whose id is not kept, each once."""
    by_id = {notice.id: notice for notice in reversed(told)}
    query = select(notices.c.id)
    known = {id for some in parts(by_id) for id in connection.scalars(query.where(notices.c.id.in_(some)))}
    return [by_id[id] for id in dict.fromkeys(notice.id for notice in told) if id not in known]


def _queue_up(connection: Connection) -> None:
    """One after another, until we commit, so that `seq` grows in the order in which readers see it.

    SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(hashtext('notices'))"))


def _row(notice: Notice) -> dict[str, Any]:
    fields = {name: getattr(notice, name) for name in Notice.__dataclass_fields__}
    return fields | {"payload": msgspec.json.encode(notice.payload)}


def read_notice(row: Sequence[Any]) -> Notice:
    notice = Notice(*row)
    return replace(notice, payload=msgspec.json.decode(row[4]))
