"""A broker that dies before or after any append or commit, as a process may; the rest is the real one."""

import random
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from service.broker import Broker, Lag, Reader, Record, Stream


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


class CrashingBroker:
    """`odds` is the chance of dying at each of the places where it can."""

    def __init__(self, inner: Broker, odds: float, rng: random.Random) -> None:
        self._inner, self._odds, self._rng = inner, odds, rng

    def maybe(self) -> None:
        if self._rng.random() < self._odds:
            raise Crash

    async def append(self, stream: str, items: Iterable[tuple[str, bytes]]) -> None:
        """May append all, or only the first few, or nothing before it dies."""
        rows = list(items)
        self.maybe()
        if rows and self._rng.random() < self._odds:
            await self._inner.append(stream, rows[: self._rng.randrange(len(rows))])
            raise Crash
        await self._inner.append(stream, rows)
        self.maybe()

    @asynccontextmanager
    async def reader(self, stream: str, group: str) -> AsyncIterator[Reader]:
        async with self._inner.reader(stream, group) as reader:
            yield _CrashingReader(reader, self)

    async def lag(self, stream: str, group: str) -> Lag:
        return await self._inner.lag(stream, group)

    async def prepare(self, streams: Sequence[Stream[Any]]) -> None:
        await self._inner.prepare(streams)


class _CrashingReader:
    def __init__(self, reader: Reader, broker: CrashingBroker) -> None:
        self.read, self.held = reader.read, reader.held
        self._reader, self._broker = reader, broker

    async def commit(self, records: Sequence[Record]) -> None:
        self._broker.maybe()
        await self._reader.commit(records)
        self._broker.maybe()


def is_crash(error: BaseException) -> bool:
    """Also when a group of tasks carries it."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(is_crash, error.exceptions))
    return isinstance(error, Crash)
