"""Runs a stage: read, handle, append, commit - in that order, so that nothing is lost.

Records go to the handler in batches, in order. When a batch fails it is halved until the bad record stands
alone; that one is tried again a few times and then set aside as a dead letter. An `Outage` is nobody's
fault: the batch waits in place.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from service import telemetry
from service.broker import NO_HEADERS, Broker, Headers, Reader, Record, Stream, Written
from service.clock import Clock, now
from service.errors import Collision, CourantError, Outage, Rejected
from service.messages import Hop, Message
from service.model import DeadLetter
from service.settings import WorkSettings
from service.store import Store
from service.store.tallies import Ended

logger = structlog.get_logger(__name__)

COLLISION_SECONDS = 0.05

In = TypeVar("In", bound=Message)
Out = TypeVar("Out", bound=Message)


@dataclass(frozen=True, slots=True)
class Received(Generic[In]):
    """A message, and the position that names its record for ever."""

    message: In
    position: str
    headers: Headers = field(default_factory=lambda: NO_HEADERS)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Out]):
    """What became of one record, in one word, and what to pass on."""

    label: str
    messages: tuple[Out, ...] = ()


Handler = Callable[[Sequence[Received[In]]], Awaitable[list[Outcome[Out]]]]
"""A batch in, one outcome for each record out, in the same order."""


@dataclass(frozen=True)
class Stage(Generic[In, Out]):
    """One step of the pipeline: what it reads, what it writes, and what it does."""

    name: str
    reads: Stream[In]
    writes: Stream[Out] | None
    handle: Handler[In, Out]
    most: int = 0
    """Records in a batch at most, where they may be large; 0 for as many as the settings say."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """What has to be done before the first batch, and may take seconds; until then the process is not ready."""


class TooManyDead(CourantError):
    """So many dead letters in a row that it must be us: the stage stops."""


class _Stopped(Exception):
    """Asked to stop while waiting: what is in hand will be read again."""


@dataclass
class Runner:
    """Runs one stage until it is told to stop."""

    stage: Stage[Any, Any]
    broker: Broker
    store: Store
    settings: WorkSettings
    until: asyncio.Event
    clock: Clock = now
    dead_in_a_row: int = field(default=0, init=False)
    prepared: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Returns when `until` is set; raises `TooManyDead`."""
        with suppress(_Stopped):
            if self.stage.prepare:
                await self._patiently(self.stage.prepare)
            self.prepared = True
            while not self.until.is_set():
                try:
                    async with self.broker.reader(self.stage.reads.name, self.stage.name) as reader:
                        await self._read_on(reader)
                except Outage as outage:
                    await self._wait(outage)

    async def _read_on(self, reader: Reader) -> None:
        most = self.stage.most or self.settings.batch
        while not self.until.is_set():
            records = await reader.read(most, self.settings.idle_seconds)
            if records:
                async with reader.held():
                    await self._handle(reader, records)

    async def _handle(self, reader: Reader, records: list[Record]) -> None:
        with telemetry.BATCH.labels(self.stage.name).time():
            outcomes = await self._decoded(records)
            await self._append([pair for outcome in outcomes for pair in outcome.encoded])
            await self._count(records, outcomes)
            await self._patiently(lambda: reader.commit(records))
        self._tell(records, [outcome.label for outcome in outcomes])

    async def _decoded(self, records: list[Record]) -> list["_Done"]:
        """Set aside what cannot be read, handle the rest, keep the order."""
        good: list[tuple[Record, Received[Any]]] = []
        done: dict[str, _Done] = {}
        for record in records:
            try:
                good.append((record, Received(self.stage.reads.decode(record), record.position, record.headers)))
            except Rejected as error:
                done[record.position] = await self._bury(record, error)
        for (record, _), outcome in zip(good, await self._halving(good), strict=True):
            done[record.position] = outcome
        return [done[record.position] for record in records]

    async def _halving(self, batch: list[tuple[Record, Received[Any]]]) -> list["_Done"]:
        if not batch:
            return []
        try:
            return await self._together(batch)
        except Exception as error:  # noqa: BLE001  whatever a handler raises is judged here, nowhere else
            if len(batch) == 1:
                return [await self._alone(*batch[0], error)]
            logger.warning("batch failed, halving", stage=self.stage.name, records=len(batch), error=repr(error))
        middle = len(batch) // 2
        return await self._halving(batch[:middle]) + await self._halving(batch[middle:])

    async def _together(self, batch: list[tuple[Record, Received[Any]]]) -> list["_Done"]:
        received = [each for _, each in batch]
        outcomes: list[Outcome[Any]] = await self._patiently(lambda: self.stage.handle(received))
        return [self._encode(each, outcome) for each, outcome in zip(received, outcomes, strict=True)]

    async def _alone(self, record: Record, received: Received[Any], error: Exception) -> "_Done":
        for pause in self.settings.retry_seconds:
            if isinstance(error, Rejected):
                break
            await self._sleep(pause)
            try:
                return (await self._together([(record, received)]))[0]
            except Exception as again:  # noqa: BLE001  as above
                error = again
        return await self._bury(record, error)

    def _encode(self, received: Received[Any], outcome: Outcome[Any]) -> "_Done":
        """Stamp the journey on what is passed on; the record's headers go with it."""
        if not self.stage.writes or not outcome.messages:
            return _Done(outcome.label)
        came = received.message
        hops = (*came.hops, Hop(stage=self.stage.name, at=self.clock(), outcome=outcome.label))
        stamped = [msgspec.structs.replace(each, hops=hops, lane=came.lane) for each in outcome.messages]
        return _Done(outcome.label, tuple(self.stage.writes.encode(each, received.headers) for each in stamped))

    async def _bury(self, record: Record, error: Exception) -> "_Done":
        logger.error("dead letter", stage=self.stage.name, position=record.position, error=repr(error))
        letter = _dead_letter(self.stage.name, record, error, self.clock)
        await self._patiently(lambda: self.store.write(lambda tx: tx.dead_letters.add([letter])))
        return _Done("dead")

    async def _append(self, pairs: list[Written]) -> None:
        stream = self.stage.writes
        if stream and pairs:
            await self._patiently(lambda: self.broker.append(stream.name, pairs))

    async def _count(self, records: list[Record], outcomes: list["_Done"]) -> None:
        """Before the place moves: what was left behind without an outcome would be missing for ever."""
        ended = [
            Ended(record.partition, record.offset, outcome.label)
            for record, outcome in zip(records, outcomes, strict=True)
        ]
        name, stream = self.stage.name, self.stage.reads.name
        await self._patiently(lambda: self.store.write(lambda tx: tx.tallies.count(name, stream, ended, self.clock())))

    async def _patiently(self, act: Callable[[], Awaitable[Any]]) -> Any:
        while True:
            try:
                return await act()
            except Outage as outage:
                await self._wait(outage)

    async def _wait(self, outage: Outage) -> None:
        logger.warning("waiting", stage=self.stage.name, error=str(outage))
        await self._sleep(COLLISION_SECONDS if isinstance(outage, Collision) else self.settings.outage_seconds)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.until.wait(), seconds)
            raise _Stopped

    def _tell(self, records: list[Record], labels: list[str]) -> None:
        name = self.stage.name
        telemetry.count_all(name, labels)
        telemetry.AGE.labels(name).set((self.clock() - records[0].appended_at).total_seconds())
        logger.info("handled", stage=name, records=len(records), **Counter(labels))
        for label in labels:
            self.dead_in_a_row = self.dead_in_a_row + 1 if label == "dead" else 0
            if self.dead_in_a_row >= self.settings.most_dead_in_a_row:
                raise TooManyDead(f"{name} stops: {self.dead_in_a_row} dead letters in a row")


@dataclass(frozen=True, slots=True)
class _Done:
    """A record's outcome, and what to append for it."""

    label: str
    encoded: tuple[Written, ...] = ()


def _dead_letter(stage: str, record: Record, error: Exception, clock: Clock) -> DeadLetter:
    return DeadLetter(
        id="dl_" + sha256(f"{stage} {record.position}".encode()).hexdigest()[:20],
        stage=stage,
        stream=record.stream,
        position=record.position,
        key=record.key,
        value=record.value,
        error=f"{type(error).__name__}: {error}"[:2000],
        at=clock(),
    )
