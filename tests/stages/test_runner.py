"""The runner: what happens to a batch when handlers, brokers and databases misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import pytest

from consumers.runner import Outcome, Received, Runner, Stage, TooManyDead
from service.broker import Broker, Lag, Reader, Stream
from service.errors import Outage, Rejected
from service.messages import Article, RawArticle
from service.model import Balance
from service.reconciliation import reconcile
from service.settings import WorkSettings
from service.store import Store
from service.streams import IDENTIFIED, RAW
from tests.builders import a_raw_article, an_article

SETTINGS = WorkSettings(
    batch=8, idle_seconds=0.05, retry_seconds=(0.01, 0.01), outage_seconds=0.01, most_dead_in_a_row=5
)


def raw(number: int) -> RawArticle:
    return a_raw_article(url=f"https://anchor.test/{number}")


async def fill(broker: Broker, count: int) -> None:
    await broker.append(RAW.name, [RAW.encode(raw(number)) for number in range(count)])


class Handler:
    """Handles a batch as told for each URL's number, and remembers every batch it was given."""

    def __init__(self, faults: dict[int, Callable[[], Exception | None]] | None = None) -> None:
        self.faults = faults or {}
        self.batches: list[list[int]] = []

    async def __call__(self, batch: Sequence[Received[RawArticle]]) -> list[Outcome[Article]]:
        numbers = [int(each.message.url.rpartition("/")[2]) for each in batch]
        self.batches.append(numbers)
        for number in numbers:
            if number in self.faults and (fault := self.faults[number]()):
                raise fault
        return [Outcome("new", (an_article(raw=each.message),)) for each in batch]


async def run(broker: Broker, store: Store, handler: Handler, settings: WorkSettings = SETTINGS) -> Runner:
    """Until everything on the stream is committed."""
    runner = Runner(Stage("test", RAW, IDENTIFIED, handler), broker, store, settings, asyncio.Event())
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(30):
        while not running.done() and (await broker.lag(RAW.name, "test")).records:
            await asyncio.sleep(0.01)
    runner.until.set()
    await running
    return runner


async def passed_on(broker: Broker) -> list[Article]:
    async with broker.reader(IDENTIFIED.name, "look") as reader:
        return [IDENTIFIED.decode(each) for each in await reader.read(most=1000, within=0)]


async def numbers(broker: Broker) -> list[int]:
    return [int(each.raw.url.rpartition("/")[2]) for each in await passed_on(broker)]


async def test_passes_on_in_order_and_stamps_the_journey(embedded_broker: Broker, sqlite_store: Store) -> None:
    await fill(embedded_broker, 20)
    await run(embedded_broker, sqlite_store, Handler())
    assert await numbers(embedded_broker) == list(range(20))
    assert {(hop.stage, hop.outcome) for each in await passed_on(embedded_broker) for hop in each.hops} == {
        ("test", "new")
    }


async def test_the_lane_is_passed_on(embedded_broker: Broker, sqlite_store: Store) -> None:
    await embedded_broker.append(RAW.name, [RAW.encode(a_raw_article(url="https://anchor.test/0", lane="backfill"))])
    await run(embedded_broker, sqlite_store, Handler())
    assert [each.lane for each in await passed_on(embedded_broker)] == ["backfill"]


async def test_a_bad_record_is_found_by_halving_and_set_aside_alone(
    embedded_broker: Broker, sqlite_store: Store
) -> None:
    await fill(embedded_broker, 16)
    handler = Handler({11: lambda: Rejected("no such language")})
    await run(embedded_broker, sqlite_store, handler)
    assert await numbers(embedded_broker) == [n for n in range(16) if n != 11]
    (letter,) = await sqlite_store.read(lambda tx: tx.dead_letters.list())
    assert (letter.stage, letter.position, letter.error) == (
        "test",
        "articles.raw/0/11",
        "Rejected: no such language",
    )
    assert letter.value == RAW.encode(raw(11))[1]
    assert handler.batches[1:] == [
        [*range(8, 16)],
        [8, 9, 10, 11],
        [8, 9],
        [10, 11],
        [10],
        [11],
        [12, 13, 14, 15],
    ]


async def test_what_fails_is_tried_again_before_it_is_set_aside(embedded_broker: Broker, sqlite_store: Store) -> None:
    left = [ValueError("odd")] * 3
    await fill(embedded_broker, 3)
    handler = Handler({1: lambda: left.pop() if left else None})
    await run(embedded_broker, sqlite_store, handler)
    assert await numbers(embedded_broker) == [0, 1, 2]
    assert await sqlite_store.read(lambda tx: tx.dead_letters.count()) == 0


async def test_what_fails_for_good_is_tried_as_often_as_the_settings_say(
    embedded_broker: Broker, sqlite_store: Store
) -> None:
    await fill(embedded_broker, 1)
    handler = Handler({0: lambda: ValueError("always")})
    await run(embedded_broker, sqlite_store, handler)
    assert handler.batches == [[0]] * (1 + len(SETTINGS.retry_seconds))
    assert await sqlite_store.read(lambda tx: tx.dead_letters.count()) == 1


async def test_an_outage_waits_in_place_and_blames_no_record(embedded_broker: Broker, sqlite_store: Store) -> None:
    left = [Outage("the database rests")] * 7
    await fill(embedded_broker, 4)
    handler = Handler({2: lambda: left.pop() if left else None})
    await run(embedded_broker, sqlite_store, handler)
    assert handler.batches == [[0, 1, 2, 3]] * 8
    assert await numbers(embedded_broker) == [0, 1, 2, 3]


async def test_bytes_that_are_no_message_are_set_aside_and_the_rest_goes_on(
    embedded_broker: Broker, sqlite_store: Store
) -> None:
    bad = [("k", b"\xff\x00"), ("k", b"[]"), ("k", b'{"url": 5}')]
    for number, pair in enumerate(bad):
        await embedded_broker.append(RAW.name, [pair, RAW.encode(raw(number))])
    await run(embedded_broker, sqlite_store, Handler())
    assert await numbers(embedded_broker) == [0, 1, 2]
    letters = await sqlite_store.read(lambda tx: tx.dead_letters.list())
    assert sorted(letter.value for letter in letters) == sorted(value for _, value in bad)


async def test_a_message_too_large_for_the_stream_is_set_aside(embedded_broker: Broker, sqlite_store: Store) -> None:
    async def swell(batch: Sequence[Received[RawArticle]]) -> list[Outcome[Article]]:
        return [Outcome("new", (an_article(raw=a_raw_article(content="x" * 5_000_000)),)) for _ in batch]

    await fill(embedded_broker, 1)
    await run(embedded_broker, sqlite_store, swell)  # type: ignore[arg-type]
    (letter,) = await sqlite_store.read(lambda tx: tx.dead_letters.list())
    assert "articles.identified takes" in letter.error


async def test_too_many_dead_letters_in_a_row_stop_the_stage(embedded_broker: Broker, sqlite_store: Store) -> None:
    await fill(embedded_broker, 9)
    handler = Handler({n: lambda: Rejected("bad day") for n in range(9)})
    with pytest.raises(TooManyDead, match="5 dead letters in a row"):
        await run(embedded_broker, sqlite_store, handler)


async def test_good_records_between_bad_ones_keep_the_stage_going(embedded_broker: Broker, sqlite_store: Store) -> None:
    await fill(embedded_broker, 24)
    handler = Handler({n: lambda: Rejected("bad") for n in range(0, 24, 2)})
    await run(embedded_broker, sqlite_store, handler)
    assert await numbers(embedded_broker) == list(range(1, 24, 2))


async def test_a_dead_letter_is_kept_once_however_often_it_dies(embedded_broker: Broker, sqlite_store: Store) -> None:
    await fill(embedded_broker, 1)
    for _ in range(2):
        handler = Handler({0: lambda: Rejected("bad")})
        runner = Runner(
            Stage("test", RAW, IDENTIFIED, handler),
            Forgetful(embedded_broker),
            sqlite_store,
            SETTINGS,
            asyncio.Event(),
        )
        running = asyncio.create_task(runner.run())
        async with asyncio.timeout(60):
            while not handler.batches or not await sqlite_store.read(lambda tx: tx.dead_letters.count()):
                await asyncio.sleep(0.01)
        runner.until.set()
        await running
    assert await sqlite_store.read(lambda tx: tx.dead_letters.count()) == 1


async def test_told_to_stop_during_an_outage_it_stops_and_commits_nothing(
    embedded_broker: Broker, sqlite_store: Store
) -> None:
    await fill(embedded_broker, 2)
    handler = Handler({0: lambda: Outage("for ever")})
    slow = SETTINGS.model_copy(update={"outage_seconds": 60})
    runner = Runner(Stage("test", RAW, IDENTIFIED, handler), embedded_broker, sqlite_store, slow, asyncio.Event())
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        while not handler.batches:
            await asyncio.sleep(0.01)
        runner.until.set()
        await running
    assert (await embedded_broker.lag(RAW.name, "test")).records == 2


class Forgetful:
    """A broker whose commits come to nothing, as when a process dies just before."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def append(self, stream: str, items: Iterable[tuple[str, bytes]]) -> None:
        await self._broker.append(stream, items)

    async def lag(self, stream: str, group: str) -> Lag:
        return await self._broker.lag(stream, group)

    async def prepare(self, streams: Sequence[Stream[RawArticle]]) -> None:
        await self._broker.prepare(streams)

    @asynccontextmanager
    async def reader(self, stream: str, group: str) -> AsyncIterator[Reader]:
        async with self._broker.reader(stream, group) as reader:
            yield _NoCommit(reader)


class _NoCommit:
    def __init__(self, reader: Reader) -> None:
        self.read, self.held = reader.read, reader.held

    async def commit(self, records: object) -> None:
        pass


async def test_every_record_has_one_outcome_whatever_became_of_it(embedded_broker: Broker, sqlite_store: Store) -> None:
    await fill(embedded_broker, 10)
    await embedded_broker.append(RAW.name, [("", b"not a message")])
    left = [ValueError("odd")]
    handler = Handler({2: lambda: Rejected("never"), 7: lambda: left.pop() if left else None})
    await run(embedded_broker, sqlite_store, handler)
    await fill(embedded_broker, 3)
    (found,) = await reconcile(sqlite_store, embedded_broker, {"test": RAW.name})
    assert found == Balance("test", RAW.name, 14, {"new": 9, "dead": 2}, in_flight=3, unaccounted=0)


async def test_a_stage_prepares_before_its_first_batch_and_waits_out_an_outage(
    embedded_broker: Broker, sqlite_store: Store
) -> None:
    handler, asked = Handler(), list[bool]()
    await fill(embedded_broker, 3)

    async def prepare() -> None:
        asked.append(runner.prepared or bool(handler.batches))
        if len(asked) == 1:
            raise Outage("the database is away")

    stage = Stage("test", RAW, IDENTIFIED, handler, prepare=prepare)
    runner = Runner(stage, embedded_broker, sqlite_store, SETTINGS, asyncio.Event())
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(30):
        while (await embedded_broker.lag(RAW.name, "test")).records:
            await asyncio.sleep(0.01)
    runner.until.set()
    await running
    assert (asked, runner.prepared, handler.batches) == ([False, False], True, [[0, 1, 2]])
