"""The servers that other tests stand on: do they serve, die and come back as those tests assume?"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from sqlalchemy import func, select

from service.store import Store, Transaction, metadata
from tests.services import need
from tests.services.faultproxy import FaultProxy
from tests.services.kafka import PROBE, KafkaServer
from tests.services.postgres import PostgresServer


@pytest.mark.postgres
def test_databases_do_not_see_each_other(postgres_server: PostgresServer) -> None:
    one, other = postgres_server.database(), postgres_server.database()
    with psycopg.connect(one) as connection:
        connection.execute("create table marks (mark int)")
    with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select * from marks")


@pytest.mark.postgres
def test_postgres_killed_comes_back_with_its_rows(postgres_server: PostgresServer) -> None:
    url = postgres_server.database()
    with psycopg.connect(url) as connection:
        connection.execute("create table marks as select 7 as mark")
    postgres_server.kill9()
    with pytest.raises(psycopg.OperationalError), psycopg.connect(url, connect_timeout=10):
        pass
    postgres_server.restart()
    with psycopg.connect(url) as connection:
        assert connection.execute("select mark from marks").fetchall() == [(7,)]


@pytest.mark.kafka
async def test_kafka_killed_comes_back_with_its_records(kafka_server: KafkaServer) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka_server.address) as producer:
        sent = await producer.send_and_wait(PROBE, b"kept")
    await asyncio.to_thread(kafka_server.kill9)
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection(*kafka_server.address.split(":"))
    await asyncio.to_thread(kafka_server.restart)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka_server.address)
    async with consumer, asyncio.timeout(60):
        partition = TopicPartition(PROBE, 0)
        consumer.assign([partition])
        consumer.seek(partition, sent.offset)
        assert (await consumer.getone()).value == b"kept"


async def test_every_store_has_its_tables_and_no_rows(store: Store) -> None:
    def rows(tx: Transaction) -> dict[str, int]:
        tables = metadata.sorted_tables
        return {t.name: tx.connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}

    counts = await store.read(rows)
    assert "articles" in counts
    assert set(counts.values()) == {0}


def test_a_missing_server_skips_at_home_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Kafka"):
        need("no Kafka")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Kafka"):
        need("no Kafka")


@contextlib.asynccontextmanager
async def echo_behind_proxy() -> AsyncIterator[FaultProxy]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, FaultProxy.to(*server.sockets[0].getsockname()) as proxy:
        yield proxy


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, within: float = 60) -> bytes:
    writer.write(b"hello\n")
    return await asyncio.wait_for(reader.readline(), within)


async def test_proxy_passes_delays_and_cuts() -> None:
    async with echo_behind_proxy() as proxy:
        reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
        assert await said(reader, writer) == b"hello\n"
        proxy.delay = 0.1
        before = time.monotonic()
        assert await said(reader, writer) == b"hello\n"
        assert time.monotonic() - before >= 0.2
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            await said(reader, writer)


async def test_proxy_swallows_while_black_hole_and_refuses_when_told() -> None:
    async with echo_behind_proxy() as proxy:
        reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
        proxy.black_hole()
        with pytest.raises(TimeoutError):
            await said(reader, writer, within=0.2)
        proxy.black_hole(on=False)
        assert await asyncio.wait_for(reader.readline(), 60) == b"hello\n"
        proxy.refuses = True
        late_reader, late_writer = await asyncio.open_connection(proxy.host, proxy.port)
        with pytest.raises(ConnectionResetError):
            await said(late_reader, late_writer)
