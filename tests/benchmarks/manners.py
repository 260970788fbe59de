"""python -m tests.benchmarks.manners: very many feeds in mixed rhythms; is any host pressed, and what does it cost?

--feeds N       how many feeds (default 10000), on a third as many hosts: most have one, a few have hundreds
--seconds N     how long it is watched (default 120)
--json FILE     where the figures go, besides the screen

One poller, SQLite and the embedded broker, the usual manners (five seconds between two starts at a host, two at
once), intervals of twenty seconds to two minutes. The server is a process of its own and notes every start.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop

import migrations
from consumers.poll.adding import spread
from consumers.poll.poller import Poll
from service import telemetry
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.egress import Egress
from service.model import Feed
from service.settings import EgressSettings, LogSettings, PollSettings
from service.store import Store
from service.streams import STREAMS
from tests.builders import a_feed
from tests.watchful import Watchful

MANNERS = PollSettings(first_seconds=30, least_seconds=20, most_seconds=120, concurrency=200)


async def local(_: str) -> Sequence[str]:
    return ("127.0.0.1",)


def host_of(feed: int, hosts: int) -> str:
    """Half of the feeds are spread evenly; of the other half, each host has half as many as the one before."""
    if feed % 2:
        return f"host-{feed % hosts}.test"
    return f"{'slow' if feed % 10 == 0 else 'large'}-{((feed & -feed).bit_length() - 1) * 20 + feed % 20}.test"


def feeds(count: int, port: int, within: float) -> list[Feed]:
    at = now()
    every = [
        a_feed(url=f"http://{host_of(n, count // 3)}:{port}/{n}", interval=20.0 + n % 100, next_poll_at=at)
        for n in range(1, count + 1)
    ]
    return spread(every, at, within)


async def measure(count: int, seconds: float, port: int, folder: Path) -> dict[str, Any]:
    url = f"sqlite:///{folder}/store.db"
    migrations.upgrade(url)
    store = Store(url)
    given = feeds(count, port, seconds / 2)
    await store.write(lambda tx: tx.feeds.add_missing(given))
    egress_settings = EgressSettings(allow_loopback=True, allow_ports=(port,))
    cpu, told = time.process_time(), asyncio.Event()
    async with EmbeddedBroker.open(folder / "log.db") as broker, Egress.open(egress_settings, local) as egress:
        await broker.prepare(STREAMS)
        polling = asyncio.create_task(Poll(store, broker, egress, MANNERS, now).run(told))
        await asyncio.sleep(seconds)  # so long it is watched
        told.set()
        await polling
    store.close()
    return {
        "feeds": count,
        "seconds": seconds,
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mebibytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def serve() -> None:
    """Feeds at every path but `/watched`, which tells what was seen so far."""
    server = Watchful()
    answer = server.answer

    async def told(host: str, path: str, writer: asyncio.StreamWriter) -> None:
        if path != "/watched":
            return await answer(host, path, writer)
        body = json.dumps(seen(server)).encode()
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    server.answer = told  # type: ignore[method-assign]  # one path more, for us
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, backlog=4096)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


def seen(server: Watchful) -> dict[str, Any]:
    return {
        "polls": sum(server.feeds.values()),
        "feeds_polled": len(server.feeds),
        "hosts": len(server.starts),
        "closest_starts_at_a_host_seconds": round(server.closest(), 3),
        "most_at_once_at_a_host": server.most,
        "most_polls_in_a_second": server.most_in_a_second(),
        "most_first_polls_in_a_second": server.most_first_in_a_second(),
    }


@contextmanager
def watchful_server() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.manners", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return uvloop.run(serve())
    telemetry.configure(LogSettings(level="error"))
    with TemporaryDirectory(prefix="courant-manners-") as folder, watchful_server() as port:
        found = uvloop.run(measure(given.feeds, given.seconds, port, Path(folder)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/watched", timeout=30) as answer:
            found |= json.loads(answer.read())
    print(json.dumps(found, indent=1))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
