"""The broker on Kafka: a stream is a topic, a group is a consumer group."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, TopicAlreadyExistsError

from service.broker import MOST_BYTES, Items, Lag, Record, Stream, Written
from service.errors import Outage
from service.model import Stretch
from service.settings import KafkaSettings

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0  # most batches are done by then: leave what was prefetched alone


class KafkaBroker:
    """Use `open`. Appends are idempotent, compressed and acknowledged by all replicas."""

    def __init__(self, producer: AIOKafkaProducer, servers: str, settings: KafkaSettings) -> None:
        self._producer, self._servers, self._settings = producer, servers, settings

    @classmethod
    @asynccontextmanager
    async def open(cls, servers: str, settings: KafkaSettings) -> AsyncIterator["KafkaBroker"]:
        """`servers` is host:port,host:port. Raises `Outage` if none of them answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=servers,
            acks="all",
            enable_idempotence=settings.idempotent,
            compression_type="zstd",  # aiokafka's lz4 and gzip are ten times slower
            linger_ms=5,
            max_batch_size=256 * 1024,
            max_request_size=MOST_BYTES + 4096,
        )
        try:
            with _outages():
                await producer.start()
            yield cls(producer, servers, settings)
        finally:
            await producer.stop()

    def _topic(self, stream: str) -> str:
        return self._settings.prefix + stream

    async def append(self, stream: str, items: Items) -> None:
        with _outages():
            await asyncio.gather(*[await self._send(self._topic(stream), Written(*item)) for item in items])

    async def _send(self, topic: str, written: Written) -> asyncio.Future[Any]:
        headers = [(name, text.encode()) for name, text in written.headers.items()]
        return await self._producer.send(topic, written.value, key=written.key.encode(), headers=headers)  # type: ignore[no-any-return]  # aiokafka tells no types

    @asynccontextmanager
    async def reader(self, stream: str, group: str) -> AsyncIterator["KafkaReader"]:
        settings = self._settings
        consumer = AIOKafkaConsumer(
            self._topic(stream),
            bootstrap_servers=self._servers,
            group_id=settings.prefix + group,
            group_instance_id=f"{settings.instance}-{group}" if settings.instance else None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_interval_ms=int(settings.poll_limit_seconds * 1000),
            session_timeout_ms=int(settings.session_seconds * 1000),
            heartbeat_interval_ms=int(settings.session_seconds * 1000 / 5),
        )
        try:
            with _outages():
                await consumer.start()
            yield KafkaReader(consumer, stream, min(BEAT_SECONDS, settings.poll_limit_seconds / 3))
        finally:
            await consumer.stop()

    async def lag(self, stream: str, group: str) -> Lag:
        with _outages():
            async with self._admin() as admin:
                committed = await admin.list_consumer_group_offsets(self._settings.prefix + group)
            return await self._behind(self._topic(stream), committed)

    async def _behind(self, topic: str, committed: dict[TopicPartition, Any]) -> Lag:
        probe = AIOKafkaConsumer(bootstrap_servers=self._servers)
        await probe.start()
        try:
            partitions = [TopicPartition(topic, n) for n in await self._producer.partitions_for(topic)]
            firsts = await probe.beginning_offsets(partitions)
            ends = await probe.end_offsets(partitions)
        finally:
            await probe.stop()
        places = {each: committed[each].offset if each in committed else firsts[each] for each in partitions}
        return Lag(
            sum(max(0, ends[each] - max(firsts[each], places[each])) for each in partitions),
            {each.partition: Stretch(places[each], ends[each]) for each in partitions if ends[each]},
        )

    async def prepare(self, streams: Sequence[Stream[Any]]) -> None:
        with _outages():
            async with self._admin() as admin:
                there = set(await admin.list_topics())
                missing = [self._shape(each) for each in streams if self._topic(each.name) not in there]
                if missing:
                    await _create(admin, missing)

    def _shape(self, stream: Stream[Any]) -> NewTopic:
        settings = self._settings
        return NewTopic(
            self._topic(stream.name),
            num_partitions=1 if stream.serial else settings.partitions,
            replication_factor=settings.replication,
            topic_configs={
                "retention.ms": str(int(settings.retention_days * 86_400_000)),
                "max.message.bytes": str(MOST_BYTES + 4096),
            },
        )

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()


class KafkaReader:
    """One member of a group. `beat` is the time in seconds after which a held batch polls on, paused."""

    def __init__(self, consumer: AIOKafkaConsumer, stream: str, beat: float) -> None:
        self._consumer, self._stream, self._seconds = consumer, stream, beat
        self._early: list[Record] = []

    async def read(self, most: int, within: float) -> list[Record]:
        early, self._early = self._early, []
        return early or await self._poll(most, within)

    async def _poll(self, most: int | None, within: float) -> list[Record]:
        with _outages():
            batches = await self._consumer.getmany(timeout_ms=int(within * 1000), max_records=most)
        return [self._record(each) for batch in batches.values() for each in batch]

    def _record(self, each: Any) -> Record:
        at = datetime.fromtimestamp(each.timestamp / 1000, UTC)
        headers = {name: (text or b"").decode("utf-8", "replace") for name, text in each.headers}
        return Record(self._stream, each.partition, each.offset, (each.key or b"").decode(), each.value, at, headers)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Kafka expels a member that stops polling (aiokafka#848), so poll on, with everything paused."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            self._consumer.resume(*self._consumer.paused())

    async def _beat(self) -> None:
        await asyncio.sleep(self._seconds)
        while True:
            self._consumer.pause(*self._consumer.assignment())
            self._early += await self._poll(None, within=self._seconds / 2)  # one assigned just now is not paused

    async def commit(self, records: Sequence[Record]) -> None:
        ours = self._consumer.assignment()
        ends: dict[TopicPartition, int] = {}
        topic = next(iter(self._consumer.subscription()))
        for record in records:
            where = TopicPartition(topic, record.partition)
            if where in ours:
                ends[where] = max(ends.get(where, 0), record.offset + 1)
        if not ends:
            return
        try:
            with _outages():
                await self._consumer.commit(ends)
        except (CommitFailedError, IllegalStateError):
            logger.info("%s moved to another member, which will read these records again", self._stream)


async def _create(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> None:
    answer = await admin.create_topics(topics)
    for name, code, *message in answer.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise Outage(f"Kafka did not create {name}: {message[0] if message else code}")


@contextmanager
def _outages() -> Any:
    """Kafka's troubles are outages to us, but for those that say another member has our place."""
    try:
        yield
    except (CommitFailedError, IllegalStateError):
        raise
    except (KafkaError, OSError) as error:
        raise Outage(f"Kafka does not answer: {type(error).__name__}: {error}") from error
