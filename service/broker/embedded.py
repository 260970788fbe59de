"""A durable broker in one SQLite file, for a laptop and for tests: Kafka's promises, and no better ones.

What it cannot do it refuses aloud: a second reader in a group.
"""

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from service.broker import NO_HEADERS, Headers, Items, Lag, Record, Stream, Written
from service.errors import Misconfigured, Outage
from service.model import Stretch

T = TypeVar("T")

SCHEMA = """
create table if not exists records (
    stream text not null, offset integer not null, key text not null, value blob not null,
    appended_at real not null, headers text not null default '', primary key (stream, offset)) without rowid;
create table if not exists ends (stream text primary key, next_offset integer not null) without rowid;
create table if not exists places (
    stream text not null, "group" text not null, next_offset integer not null,
    primary key (stream, "group")) without rowid;
"""


class EmbeddedBroker:
    """Use `open`. One thread owns the file's connection; the file may be appended to by other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, "broker")
        self._appended = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator["EmbeddedBroker"]:
        broker = cls(path)
        await broker.call(broker._connect)
        try:
            yield broker
        finally:
            await broker.call(broker._db.close)
            broker._thread.shutdown()

    def _connect(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        for pragma in ("journal_mode=wal", "synchronous=full", "wal_autocheckpoint=4000"):
            self._db.execute(f"pragma {pragma}")
        self._db.executescript(SCHEMA)
        self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        """A file from before records had headers gets room for them; what is in it has none."""
        with self._transaction():  # another process may be about to do the same
            if "headers" not in {row[1] for row in self._db.execute("pragma table_info(records)")}:
                self._db.execute("alter table records add column headers text not null default ''")

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """Run on the thread that owns the connection, to its end: cancelling the caller does not tear it."""
        try:
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, function, *args))
        except sqlite3.OperationalError as error:
            raise Outage(f"the embedded broker's file does not answer: {error}") from error

    async def append(self, stream: str, items: Items) -> None:
        rows = [Written(*item) for item in items]
        if rows:
            await self.call(self._append, stream, rows)
            async with self._appended:
                self._appended.notify_all()

    def _append(self, stream: str, rows: list[Written]) -> None:
        now = datetime.now(UTC).timestamp()
        with self._transaction():
            found = self._db.execute("select next_offset from ends where stream = ?", (stream,)).fetchone()
            first = found[0] if found else 0
            self._db.executemany(
                "insert into records (stream, offset, key, value, appended_at, headers) values (?, ?, ?, ?, ?, ?)",
                [(stream, at, row.key, row.value, now, _kept(row.headers)) for at, row in enumerate(rows, first)],
            )
            self._db.execute("insert or replace into ends values (?, ?)", (stream, first + len(rows)))

    @contextmanager
    def _transaction(self) -> Any:
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            self._db.execute("rollback")
            raise

    @asynccontextmanager
    async def reader(self, stream: str, group: str) -> AsyncIterator["EmbeddedReader"]:
        with self._alone(stream, group):
            yield EmbeddedReader(self, stream, group, await self.call(self._place, stream, group))

    @contextmanager
    def _alone(self, stream: str, group: str) -> Any:
        """A lock that the system takes back when its holder dies."""
        lock = self._path.with_name(f"{self._path.name}.{stream}.{group}.lock")
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Misconfigured(
                    f"{group} reads {stream} already; the embedded broker has one reader a group, Kafka many"
                ) from None
            yield

    def _place(self, stream: str, group: str) -> int:
        query = 'select next_offset from places where stream = ? and "group" = ?'
        found = self._db.execute(query, (stream, group)).fetchone()
        return int(found[0]) if found else 0

    async def lag(self, stream: str, group: str) -> Lag:
        return await self.call(self._lag, stream, group)

    def _lag(self, stream: str, group: str) -> Lag:
        found = self._db.execute("select next_offset from ends where stream = ?", (stream,)).fetchone()
        if not found:
            return Lag(0)
        stretch = Stretch(self._place(stream, group), int(found[0]))
        return Lag(stretch.end - stretch.place, {0: stretch})

    async def prepare(self, streams: Sequence[Stream[Any]]) -> None:
        """A stream is there as soon as something is appended to it."""

    async def prune(self, keep: timedelta, now: datetime) -> int:
        """Delete records older than `keep` that every group has passed. Gives how many."""
        return await self.call(self._prune, (now - keep).timestamp())

    def _prune(self, before: float) -> int:
        with self._transaction():
            gone = self._db.execute(
                "delete from records where appended_at < ? and offset < "
                "(select min(next_offset) from places where places.stream = records.stream)",
                (before,),
            )
            return gone.rowcount


class EmbeddedReader:
    """The one reader of a group."""

    def __init__(self, broker: EmbeddedBroker, stream: str, group: str, next_offset: int) -> None:
        self._broker, self._stream, self._group, self._next = broker, stream, group, next_offset

    async def read(self, most: int, within: float) -> list[Record]:
        records = await self._broker.call(self._fetch, most)
        if not records and within > 0:
            await self._appended_or(within)
            records = await self._broker.call(self._fetch, most)
        if records:
            self._next = records[-1].offset + 1
        return records

    def _fetch(self, most: int) -> list[Record]:
        rows = self._broker._db.execute(
            "select offset, key, value, appended_at, headers from records where stream = ? and offset >= ? "
            "order by offset limit ?",
            (self._stream, self._next, most),
        )
        return [
            Record(self._stream, 0, offset, key, value, datetime.fromtimestamp(at, UTC), _headers(kept))
            for offset, key, value, at, kept in rows
        ]

    async def _appended_or(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._broker._appended:
                await self._broker._appended.wait()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        yield  # the lock is ours as long as we live: nobody can take our place

    async def commit(self, records: Sequence[Record]) -> None:
        if records:
            place = max(record.offset for record in records) + 1
            await self._broker.call(self._commit, place)

    def _commit(self, place: int) -> None:
        self._broker._db.execute("insert or replace into places values (?, ?, ?)", (self._stream, self._group, place))


def _kept(headers: Headers) -> str:
    return msgspec.json.encode(dict(headers)).decode() if headers else ""


def _headers(kept: str) -> Headers:
    return msgspec.json.decode(kept, type=dict[str, str]) if kept else NO_HEADERS
