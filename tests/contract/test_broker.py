"""Do both brokers keep the same promises? One suite, embedded and Kafka."""

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.broker import Broker, Reader, Record, Written
from service.broker.embedded import EmbeddedBroker
from service.broker.kafka import KafkaBroker
from service.errors import Misconfigured, Outage
from service.settings import KafkaSettings
from service.streams import RAW
from tests.services.kafka import KafkaServer

STREAM = RAW.name


def pairs(*values: str, key: str = "") -> list[tuple[str, bytes]]:
    return [(key or value, value.encode()) for value in values]


async def collect(reader: Reader, n: int, within: float = 90) -> list[Record]:
    """Read until `n` records came; fails with what came after `within` seconds."""
    records: list[Record] = []
    deadline = time.monotonic() + within
    while len(records) < n:
        assert time.monotonic() < deadline, f"only {len(records)} of {n} records in {within} s"
        records += await reader.read(most=n, within=1)
    return records


def values(records: Sequence[Record]) -> list[str]:
    return [record.value.decode() for record in records]


async def test_gives_what_was_appended_with_key_and_time(broker: Broker) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    await broker.append(STREAM, [("address", b"text")])
    async with broker.reader(STREAM, "g") as reader:
        (record,) = await collect(reader, 1)
    assert (record.stream, record.key, record.value) == (STREAM, "address", b"text")
    assert before <= record.appended_at <= datetime.now(UTC) + timedelta(seconds=5)
    assert record.position == f"{STREAM}/{record.partition}/{record.offset}"


async def test_gives_the_headers_of_a_record_and_none_where_it_has_none(broker: Broker) -> None:
    told = {"traceparent": "00-1f-2e-01", "x-request-id": "прыклад"}
    await broker.append(STREAM, [Written("a", b"with", told), ("a", b"without"), Written("a", b"with none")])
    async with broker.reader(STREAM, "g") as reader:
        records = await collect(reader, 3)
    assert [dict(each.headers) for each in records] == [told, {}, {}]


async def test_keeps_the_order_within_a_key(broker: Broker) -> None:
    keys = "abcdefg"
    await broker.append(STREAM, [(keys[n % 7], b"%d" % n) for n in range(200)])
    async with broker.reader(STREAM, "g") as reader:
        records = await collect(reader, 200)
    for key in keys:
        numbers = [int(each.value) for each in records if each.key == key]
        assert numbers == sorted(numbers)
    assert sorted(int(each.value) for each in records) == list(range(200))


async def test_resumes_after_the_commit(broker: Broker) -> None:
    await broker.append(STREAM, pairs("one", "two", key="same"))
    async with broker.reader(STREAM, "g") as reader:
        await reader.commit(await collect(reader, 2))
    await broker.append(STREAM, pairs("three", key="same"))
    async with broker.reader(STREAM, "g") as reader:
        assert values(await collect(reader, 1)) == ["three"]


async def test_delivers_again_what_was_not_committed_at_the_same_positions(broker: Broker) -> None:
    await broker.append(STREAM, pairs("one", "two", "three", key="same"))
    async with broker.reader(STREAM, "g") as reader:
        first = await collect(reader, 3)
        await reader.commit(first[:1])
    async with broker.reader(STREAM, "g") as reader:
        again = await collect(reader, 2)
    assert values(again) == ["two", "three"]
    assert [each.position for each in again] == [each.position for each in first[1:]]


async def test_committing_nothing_is_allowed(broker: Broker) -> None:
    await broker.append(STREAM, pairs("one"))
    async with broker.reader(STREAM, "g") as reader:
        await reader.commit([])
        assert values(await collect(reader, 1)) == ["one"]


async def test_appending_nothing_is_allowed(broker: Broker) -> None:
    await broker.append(STREAM, [])
    async with broker.reader(STREAM, "g") as reader:
        assert await reader.read(most=5, within=0.2) == []


async def test_reads_at_most_what_was_asked_for(broker: Broker) -> None:
    await broker.append(STREAM, pairs(*"abcdefghij", key="same"))
    async with broker.reader(STREAM, "g") as reader:
        assert values(await collect(reader, 3)) == ["a", "b", "c"]
        assert values(await collect(reader, 7)) == list("defghij")


async def test_a_reader_hears_of_what_is_appended_while_it_waits(broker: Broker) -> None:
    async with broker.reader(STREAM, "g") as reader:
        waiting = asyncio.create_task(collect(reader, 1))
        await broker.append(STREAM, pairs("late"))
        assert values(await waiting) == ["late"]


async def test_groups_do_not_disturb_each_other(broker: Broker) -> None:
    await broker.append(STREAM, pairs("one"))
    for group in ("first", "second"):
        async with broker.reader(STREAM, group) as reader:
            records = await collect(reader, 1)
            await reader.commit(records)
            assert values(records) == ["one"]


async def test_streams_are_apart(broker: Broker) -> None:
    await broker.append("articles.identified", pairs("elsewhere"))
    await broker.append(STREAM, pairs("here"))
    async with broker.reader(STREAM, "g") as reader:
        assert values(await collect(reader, 1)) == ["here"]


async def test_lag_counts_what_is_not_committed(broker: Broker) -> None:
    assert (await broker.lag(STREAM, "g")).records == 0
    await broker.append(STREAM, pairs("a", "b", "c", key="same"))
    assert (await broker.lag(STREAM, "g")).records == 3
    async with broker.reader(STREAM, "g") as reader:
        await reader.commit((await collect(reader, 3))[:2])
    assert (await broker.lag(STREAM, "g")).records == 1


async def test_preparing_twice_changes_nothing(broker: Broker) -> None:
    await broker.append(STREAM, pairs("kept"))
    await broker.prepare([RAW])
    async with broker.reader(STREAM, "g") as reader:
        assert values(await collect(reader, 1)) == ["kept"]


async def test_carries_text_of_any_script_and_a_large_message(broker: Broker) -> None:
    large = "Мінск " * 150_000
    await broker.append(STREAM, [("https://прыклад.test/артыкул", large.encode())])
    async with broker.reader(STREAM, "g") as reader:
        (record,) = await collect(reader, 1)
    assert record.key == "https://прыклад.test/артыкул"
    assert record.value.decode() == large


async def test_a_second_reader_in_a_group_is_refused_by_the_embedded_broker(embedded_broker: Broker) -> None:
    async with embedded_broker.reader(STREAM, "g"):
        with pytest.raises(Misconfigured, match="one reader a group"):
            async with embedded_broker.reader(STREAM, "g"):
                pytest.fail("two readers in one group")
        async with embedded_broker.reader(STREAM, "another"):
            pass
    async with embedded_broker.reader(STREAM, "g"):
        pass  # free again


@pytest.mark.kafka
@pytest.mark.slow
async def test_two_readers_of_a_group_share_the_stream_on_kafka(kafka_broker: Broker) -> None:
    await kafka_broker.append(STREAM, [(f"key {n}", b"%d" % n) for n in range(300)])
    seen: list[tuple[int, int]] = []

    async def share(number: int) -> None:
        async with kafka_broker.reader(STREAM, "g") as reader:
            while len({value for _, value in seen}) < 300:
                records = await reader.read(most=10, within=0.5)
                async with reader.held():
                    seen.extend((number, int(each.value)) for each in records)
                await reader.commit(records)

    async with asyncio.timeout(120):
        await asyncio.gather(share(1), share(2))
    assert sorted({value for _, value in seen}) == list(range(300))


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_batch_held_longer_than_the_poll_limit_keeps_its_place(kafka_server: KafkaServer) -> None:
    settings = KafkaSettings(prefix=f"h{uuid.uuid4().hex[:6]}.", partitions=2, poll_limit_seconds=3, session_seconds=6)
    async with KafkaBroker.open(kafka_server.address, settings) as broker:
        await broker.prepare([RAW])
        await broker.append(STREAM, pairs(*"abcdef", key="same"))
        async with broker.reader(STREAM, "g") as reader:
            records = await collect(reader, 2)
            async with reader.held():
                await asyncio.sleep(9)  # the time itself is what is tested: three times the limit
            await reader.commit(records)
            assert values(await collect(reader, 4)) == list("cdef")
        assert (await broker.lag(STREAM, "g")).records == 4


@pytest.mark.kafka
@pytest.mark.slow
async def test_survives_a_killed_and_restarted_kafka() -> None:
    if why := KafkaServer.why_not():
        from tests.services import need

        need(why)
    server = await asyncio.to_thread(KafkaServer.start)
    try:
        async with KafkaBroker.open(server.address, KafkaSettings(partitions=2)) as broker:
            await broker.prepare([RAW])
            await broker.append(STREAM, pairs("before", key="same"))
            async with broker.reader(STREAM, "g") as reader:
                await reader.commit(await collect(reader, 1))
                await asyncio.to_thread(server.kill9)
                await asyncio.to_thread(server.restart)
                await until_appended(broker, pairs("after", key="same"))
                assert set(values(await collect(reader, 1, within=180))) == {"after"}
    finally:
        await asyncio.to_thread(server.stop)


async def until_appended(broker: Broker, items: list[tuple[str, bytes]]) -> None:
    async with asyncio.timeout(240):
        while True:
            try:
                return await broker.append(STREAM, items)
            except Outage:
                continue


async def test_an_absent_kafka_is_an_outage_that_says_so() -> None:
    with pytest.raises(Outage, match="Kafka does not answer"):
        async with KafkaBroker.open("127.0.0.1:1", KafkaSettings()):
            pytest.fail("opened a broker that is not there")


async def test_the_embedded_broker_keeps_its_records_over_a_restart(tmp_path: Path) -> None:
    async with EmbeddedBroker.open(tmp_path / "log.db") as broker:
        await broker.append(STREAM, pairs("kept"))
    async with EmbeddedBroker.open(tmp_path / "log.db") as broker, broker.reader(STREAM, "g") as reader:
        assert values(await collect(reader, 1)) == ["kept"]


async def test_an_embedded_file_from_before_records_had_headers_is_read_and_takes_them(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.db") as older:
        older.execute(
            "create table records (stream text not null, offset integer not null, key text not null, "
            "value blob not null, appended_at real not null, primary key (stream, offset)) without rowid"
        )
        older.execute("create table ends (stream text primary key, next_offset integer not null) without rowid")
        older.execute("insert into records values (?, 0, 'k', ?, 0)", (STREAM, b"older"))
        older.execute("insert into ends values (?, 1)", (STREAM,))
    older.close()
    for number in range(2):
        async with EmbeddedBroker.open(tmp_path / "log.db") as broker, broker.reader(STREAM, "g") as reader:
            await broker.append(STREAM, [Written("k", b"%d" % number, {"traceparent": "t"})])
            records = await collect(reader, 2 + number)
    assert values(records) == ["older", "0", "1"]
    assert [dict(each.headers) for each in records] == [{}, {"traceparent": "t"}, {"traceparent": "t"}]


async def test_the_embedded_broker_hears_of_another_process(tmp_path: Path) -> None:
    async with (
        EmbeddedBroker.open(tmp_path / "log.db") as ours,
        EmbeddedBroker.open(tmp_path / "log.db") as theirs,
        ours.reader(STREAM, "g") as reader,
    ):
        await theirs.append(STREAM, pairs("from outside"))
        await ours.append(STREAM, pairs("from inside"))
        assert values(await collect(reader, 2)) == ["from outside", "from inside"]


async def test_pruning_spares_what_a_group_has_not_passed_and_never_reuses_a_position(tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(days=10)
    async with EmbeddedBroker.open(tmp_path / "log.db") as broker:
        await broker.append(STREAM, pairs("a", "b"))
        async with broker.reader(STREAM, "g") as reader:
            first, second = await collect(reader, 2)
            await reader.commit([first])
            assert await broker.prune(timedelta(days=7), later) == 1
            await reader.commit([second])
            assert await broker.prune(timedelta(days=7), later) == 1
            await broker.append(STREAM, pairs("c"))
            (record,) = await collect(reader, 1)
    assert (record.offset, record.value) == (2, b"c")
