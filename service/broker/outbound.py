"""Kafkas of others: in goes a record; out comes nothing, or `Outage`.

A connection to each server is kept for a while after it was needed last.
"""

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from service.errors import Outage

IDLE_SECONDS = 60.0


class Outbound:
    """For one event loop."""

    def __init__(self) -> None:
        self._open: dict[str, AIOKafkaProducer] = {}
        self._opening = asyncio.Lock()
        self._closing: dict[str, asyncio.TimerHandle] = {}
        self._last: set[asyncio.Task[None]] = set()

    async def send(self, server: str, topic: str, key: bytes, value: bytes, headers: dict[str, str]) -> None:
        """Returns when all replicas have it. Raises `Outage`."""
        told = [(name, text.encode()) for name, text in headers.items()]
        try:
            producer = await self._producer(server)
            await producer.send_and_wait(topic, value, key=key, headers=told)
        except (KafkaError, OSError) as error:
            raise Outage(f"{server} does not take the record: {type(error).__name__}") from error

    async def close(self) -> None:
        for server in list(self._open):
            await self._close(server)

    async def _producer(self, server: str) -> AIOKafkaProducer:
        async with self._opening:
            if server not in self._open:
                producer = AIOKafkaProducer(bootstrap_servers=server, acks="all", request_timeout_ms=10_000)
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._open[server] = producer
        if timer := self._closing.pop(server, None):
            timer.cancel()
        self._closing[server] = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close_soon, server)
        return self._open[server]

    def _close_soon(self, server: str) -> None:
        task = asyncio.create_task(self._close(server))
        self._last.add(task)
        task.add_done_callback(self._last.discard)

    async def _close(self, server: str) -> None:
        if timer := self._closing.pop(server, None):
            timer.cancel()
        if producer := self._open.pop(server, None):
            with suppress(KafkaError, OSError):
                await producer.stop()
