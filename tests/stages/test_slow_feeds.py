"""Servers that never answer or drip, and documents that are large, many of them at once: nobody else waits for
them, and memory stays bounded."""

import asyncio
import time
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import func, select, update

from consumers.poll.poller import Poll
from service.broker import Broker
from service.clock import now
from service.egress import Egress
from service.settings import EgressSettings, PollSettings
from service.store import Store, Transaction
from service.store.feeds import feeds
from tests.benchmarks.feedserver import feed_server
from tests.builders import a_feed
from tests.servers import listening
from tests.stages.polling import rss, running, until

MIB = 2**20
EGRESS = EgressSettings(allow_loopback=True)
PATIENT = EGRESS.model_copy(update={"connect_seconds": 60, "pace_seconds": 60})
POLL = PollSettings(host_gap_seconds=0, per_host=1000, idle_seconds=0.05)
MANNERS = ("silent", "head", "body")


class Slow:
    """A server that says nothing, or a little of a head or of a body now and then, as the path wants it."""

    def __init__(self) -> None:
        self.open, self.most_open, self.asked = 0, 0, Counter[str]()
        self._let_go = asyncio.Event()

    def hold(self) -> None:
        self._let_go.clear()

    def let_go(self) -> None:
        """Hang up on all who wait, and on all who come, until told to hold again."""
        self._let_go.set()

    @classmethod
    @asynccontextmanager
    async def serving(cls) -> AsyncIterator[tuple["Slow", int]]:
        slow = cls()
        async with listening(slow._serve) as port:
            yield slow, port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked[head.split()[1]] += 1
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            doing = (self._drip(head.split()[1].split("/")[1], writer), reader.read(), self._let_go.wait())
            tasks = [asyncio.ensure_future(each) for each in doing]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # until one of the sides gives up
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.open -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _drip(self, manner: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"" if manner == "silent" else b"HTTP/1.1 200 OK\r\n")
        writer.write(b"Content-Length: 1000000\r\n\r\n<rss><channel><!--" if manner == "body" else b"")
        while True:
            await asyncio.sleep(3)
            writer.write({"silent": b"", "head": b"X-Drop: 1\r\n", "body": b"x" * 5_000}[manner])


async def local(_: str) -> Sequence[str]:
    return ("127.0.0.1",)


def poller(store: Store, broker: Broker, egress: Egress, **given: int) -> Poll:
    return Poll(store, broker, egress, POLL.model_copy(update=given), now)


async def add(store: Store, urls: Sequence[str], polled: bool) -> list[str]:
    at = now()
    added = [a_feed(url=url, next_poll_at=at, last_poll_at=at if polled else None) for url in urls]
    await store.write(lambda tx: tx.feeds.add_missing(added))
    return [feed.id for feed in added]


def make_due(tx: Transaction, ids: Sequence[str]) -> None:
    at = now()
    tx.connection.execute(update(feeds).where(feeds.c.id.in_(ids)).values(next_poll_at=at))


async def seconds_to_refresh(store: Store, ids: Sequence[str]) -> float:
    """All of these, from when they are due until they have been recorded."""
    began = time.perf_counter()
    await store.write(lambda tx: make_due(tx, ids))
    await none_due(store, ids)
    return time.perf_counter() - began


async def none_due(store: Store, ids: Sequence[str]) -> None:
    async with asyncio.timeout(60):
        while await store.read(lambda tx: due(tx, ids)):
            await asyncio.sleep(0.02)


def due(tx: Transaction, ids: Sequence[str]) -> int:
    query = select(func.count()).where(feeds.c.id.in_(ids), feeds.c.next_poll_at <= now())
    return tx.connection.execute(query).scalar_one()


async def test_feeds_that_promise_little_do_not_stand_before_the_others(
    sqlite_store: Store, embedded_broker: Broker
) -> None:
    async with Slow.serving() as (slow, port), Egress.open(PATIENT) as egress:
        with feed_server() as server:
            await add(sqlite_store, [f"http://127.0.0.1:{port}/silent/{n}" for n in range(200)], polled=False)
            fine = await add(sqlite_store, [server.local_url(n) for n in range(40)], polled=True)
            async with running(poller(sqlite_store, embedded_broker, egress, concurrency=8)):
                await none_due(sqlite_store, fine)
                assert slow.asked.total() == slow.open == 4
                slow.let_go()


@pytest.mark.slow
@pytest.mark.alone
async def test_two_hundred_slow_feeds_cost_the_others_no_time(sqlite_store: Store, embedded_broker: Broker) -> None:
    """Alone and beside them in turn, so that what else the machine does befalls both. Slow feeds that took the
    places of the others would hold them up for a minute; no noise is as loud as that."""
    alone, beside = list[float](), list[float]()
    async with Slow.serving() as (slow, port), Egress.open(PATIENT, local) as egress:
        with feed_server() as server:
            fine = await add(sqlite_store, [server.local_url(n) for n in range(200)], polled=True)
            async with running(poller(sqlite_store, embedded_broker, egress, concurrency=100)):
                await seconds_to_refresh(sqlite_store, fine)
                for turn in range(5):
                    alone.append(await seconds_to_refresh(sqlite_store, fine))
                    slow.hold()
                    urls = [f"http://127.0.0.1:{port}/{MANNERS[n % 3]}/{turn}/{n}" for n in range(200)]
                    delaying = await add(sqlite_store, urls, polled=False)
                    await until(lambda: slow.open == 50)
                    beside.append(await seconds_to_refresh(sqlite_store, fine))
                    asked = [path for path in slow.asked if f"/{turn}/" in path]
                    assert len(asked) < 200, "they held what they can get all the time"
                    slow.let_go()
                    await none_due(sqlite_store, delaying)
    assert slow.most_open == 50
    print(f"alone {sorted(alone)}, beside {sorted(beside)}, ratio {min(beside) / min(alone):.3f}")
    assert min(beside) <= 1.5 * min(alone)


# --- memory ---


@contextmanager
def large_documents(body: bytes) -> Iterator[int]:
    """A server in threads that sends this, and makes no copies of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody wants to know."""

    class Server(ThreadingHTTPServer):
        daemon_threads, request_queue_size = True, 200

    with Server(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@pytest.mark.slow
async def test_many_large_documents_at_once_take_no_more_memory_than_a_few(
    sqlite_store: Store, embedded_broker: Broker
) -> None:
    body = rss("one").replace("</channel>", f"<!--{'x' * (5 * MIB - 1000)}--></channel>").encode()
    with large_documents(body) as port:
        async with Egress.open(EGRESS) as egress:
            ids = await add(sqlite_store, [f"http://127.0.0.1:{port}/{n}" for n in range(60)], polled=True)
            poll = poller(sqlite_store, embedded_broker, egress, large=3)
            tracemalloc.start()
            try:
                assert await poll.once() == 60
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    counts = await sqlite_store.read(lambda tx: Counter(tx.feeds.get(each).error for each in ids))
    print(f"peak {peak / MIB:.0f} MiB")
    assert counts == {"": 60}
    copies = 4  # of the one document that is being handed to the process that reads it
    assert peak < (3 + copies) * len(body) + 60 * MIB
