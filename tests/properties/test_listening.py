"""Whoever listens, and comes again with its last id whenever it is cut off, hears everything once and in order."""

import asyncio
import os
import random
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.api import Context, create_app, serve
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.cursors import make_cursor, read_cursor
from service.model import Notice
from service.settings import ApiSettings, Settings
from service.store import Store
from tests.builders import NOW
from tests.clock import SetClock

EVENTS = {"look_seconds": 0.01, "heartbeat_seconds": 0.02, "retry_seconds": 0.01, "buffer": 40}


@dataclass
class Client:
    """Listens by the rules, and writes down every id as soon as the whole of its notice is there."""

    key: str
    heard: list[int] = field(default_factory=list)
    last_id: str = make_cursor(0)
    connections: int = 0

    async def listen(self, port: int) -> None:
        """Until it is cut off, in whatever way."""
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            self.connections += 1
            try:
                headers = f"Authorization: Bearer {self.key}\r\nLast-Event-ID: {self.last_id}\r\n"
                writer.write(f"GET /v1/stream HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode())
                await reader.readuntil(b"\r\n\r\n")
                await self._collect(reader)
            finally:
                writer.transport.abort()

    async def _collect(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            rest += (await reader.readexactly(size + 2))[:-2]
            *frames, rest = rest.split(b"\n\n")
            for frame in frames:
                self._frame(frame.split(b"\n"))

    def _frame(self, lines: list[bytes]) -> None:
        told = dict(line.split(b": ", 1) for line in lines if b": " in line)
        if b"id" in told:
            self.last_id = told[b"id"].decode()
            if b"event" not in told:
                self.heard.append(read_cursor(self.last_id))


async def tell(store: Store, number: int, pause: float, rng: random.Random) -> None:
    """So many notices, a few at a time."""
    told = 0
    while told < number:
        some = [
            Notice(f"nt_{n}", "feed.gap", "f", NOW, {"text": "x" * 800}) for n in range(told, told + rng.randint(1, 9))
        ]
        await store.write(lambda tx, some=some: tx.notices.tell(some, NOW))
        told += len(some)
        await asyncio.sleep(pause * rng.random())


async def a_key(store: Store) -> str:
    made, text = new_key("tests", NOW)
    await store.write(lambda tx: tx.keys.add(made, text))
    return text


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


async def test_cut_off_by_either_side_it_hears_everything_once(store: Store, embedded_broker: EmbeddedBroker) -> None:
    """Servers stop politely or are torn down; the client breaks off at any byte. Port and store stay."""
    rng, port = random.Random(7), free_port()
    client = Client(await a_key(store))
    settings = Settings(events=EVENTS, quotas={"requests": 10**9, "account_requests": 10**9})
    telling = asyncio.create_task(tell(store, 1500, 0.02, rng))
    async with asyncio.timeout(120):
        while not telling.done() or len(client.heard) < await store.read(lambda tx: tx.notices.head()):
            context = Context(settings, store, embedded_broker, SetClock())
            serving = asyncio.create_task(serve(create_app(context), ApiSettings(port=port), context.until))
            listening = asyncio.create_task(often(client, port, rng))
            await asyncio.sleep(0.3 * rng.random())
            if rng.random() < 0.5:
                context.until.set()
                await serving
            await asyncio.sleep(0.05 * rng.random())
            for task in (listening, serving):
                task.cancel()
            await asyncio.gather(listening, serving, return_exceptions=True)
    head = await store.read(lambda tx: tx.notices.head())
    assert client.heard == list(range(1, head + 1))
    assert client.connections > 20


async def often(client: Client, port: int, rng: random.Random) -> None:
    """Listens for a moment, again and again."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.15 * rng.random()):
                await client.listen(port)
        await asyncio.sleep(0.002)


SERVER = """
import asyncio, sys
from service.api import Context, create_app, serve
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.settings import ApiSettings, Settings
from service.store import Store
store = Store(sys.argv[1])
context = Context(Settings(events={'look_seconds': 0.01}), store, EmbeddedBroker(sys.argv[2]), now)
asyncio.run(serve(create_app(context), ApiSettings(port=int(sys.argv[3])), context.until))
"""


@pytest.mark.slow
async def test_a_process_killed_again_and_again_costs_nothing(store: Store, tmp_path: Path) -> None:
    rng, port = random.Random(11), free_port()
    client = Client(await a_key(store))
    telling = asyncio.create_task(tell(store, 1500, 0.05, rng))
    async with asyncio.timeout(300):
        for _ in range(5):
            await killed(store, tmp_path, port, client, 2 * rng.random())
        while not telling.done() or len(client.heard) < await store.read(lambda tx: tx.notices.head()):
            await killed(store, tmp_path, port, client, 5)
    head = await store.read(lambda tx: tx.notices.head())
    assert client.heard == list(range(1, head + 1))
    assert client.connections >= 5


async def killed(store: Store, folder: Path, port: int, client: Client, seconds: float) -> None:
    """A server that lives for so long from its first answer on, and the client that listens to it."""
    arguments = [str(store.engine.url), str(folder / "broker.db"), str(port)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, *arguments, env=environment)
    try:
        before = client.connections
        listening = asyncio.create_task(client.listen(port))
        while client.connections == before:
            if listening.done():
                listening = asyncio.create_task(client.listen(port))
            await asyncio.sleep(0.02)
        await asyncio.sleep(seconds)
    finally:
        server.kill()
        await server.wait()
    await listening


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
