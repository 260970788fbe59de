"""python -m tests.benchmarks.feeds: how many feeds one poller refreshes in a second, and what that costs.

--feeds N         how many feeds of twenty entries (default: 1000, then 10000)
--concurrency N   feeds polled at once (default 50)
--json FILE       where the figures go, besides the screen

All feeds are due together and refreshed four times, with SQLite and the embedded broker:

first     every feed answers 200 and all is new
told      who can answers 304
checked   nobody is believed yet: the documents are asked for in full
steady    three of eight 304, three 200 with what is known, two 200 with two new entries of twenty
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from sqlalchemy import update

import migrations
from consumers.poll.adding import new_feed
from consumers.poll.poller import Poll
from service import telemetry
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.egress import Egress
from service.settings import EgressSettings, LogSettings, PollSettings
from service.store import Store, Transaction
from service.store.feeds import feeds
from service.streams import STREAMS
from tests.benchmarks.feedserver import Served, feed_server

ROUNDS = ("first", "told", "checked", "steady")


@dataclass(frozen=True)
class Figures:
    """Of one round. CPU is this process's, in all its threads: neither the feed server's nor the kernel's for it."""

    round: str
    feeds: int
    seconds: float
    feeds_a_second: float
    cpu_seconds: float
    cpu_milliseconds_a_feed: float
    feeds_a_cpu_second: float
    peak_mebibytes: float
    answers: dict[int, int]


async def local(_: str) -> Sequence[str]:
    return ("127.0.0.1",)


async def measure(count: int, concurrency: int, folder: Path, server: Served) -> list[Figures]:
    url = f"sqlite:///{folder}/store.db"
    migrations.upgrade(url)
    store = Store(url)
    added = [new_feed(server.url(feed), now()) for feed in range(count)]
    await store.write(lambda tx: tx.feeds.add_missing(added))
    settings = PollSettings(host_gap_seconds=0, per_host=1000, concurrency=concurrency, idle_seconds=0.05)
    egress_settings = EgressSettings(allow_loopback=True, allow_ports=(server.port,), connections=2 * concurrency)
    found = []
    async with EmbeddedBroker.open(folder / "log.db") as broker, Egress.open(egress_settings, local) as egress:
        await broker.prepare(STREAMS)
        for name in ROUNDS:
            await store.write(make_due)
            poller = Poll(store, broker, egress, settings, now)
            found.append(await refreshed(name, count, poller, store, server))
            server.turn()
    store.close()
    return found


async def refreshed(name: str, count: int, poller: Poll, store: Store, server: Served) -> Figures:
    before, began, cpu, told = server.answered(), time.perf_counter(), time.process_time(), asyncio.Event()
    running = asyncio.create_task(poller.run(told))
    while (await store.read(lambda tx: tx.feeds.counts(now())))["due"]:
        await asyncio.sleep(0.1)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    told.set()
    await running
    counts = await store.read(lambda tx: tx.feeds.counts(now()))
    if set(counts) - {"ok", "not_modified", "disabled", "due"}:
        raise RuntimeError(f"not every feed could be refreshed: {counts}")
    answers = {status: n - before[status] for status, n in server.answered().items()}
    return Figures(
        round=name,
        feeds=count,
        seconds=round(seconds, 2),
        feeds_a_second=round(count / seconds, 1),
        cpu_seconds=round(spent, 2),
        cpu_milliseconds_a_feed=round(spent * 1000 / count, 3),
        feeds_a_cpu_second=round(count / spent, 1),
        peak_mebibytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        answers=answers,
    )


def make_due(tx: Transaction) -> None:
    tx.connection.execute(update(feeds).values(next_poll_at=now()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    telemetry.configure(LogSettings(level="error"))
    found = one(given.feeds, given.concurrency) if given.feeds else both(given.concurrency)
    text = json.dumps(found, indent=1)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")


def one(count: int, concurrency: int) -> list[object]:
    with TemporaryDirectory(prefix="courant-feeds-") as folder, feed_server(hosts=max(1, count // 10)) as server:
        return [asdict(each) for each in uvloop.run(measure(count, concurrency, Path(folder), server))]


def both(concurrency: int) -> list[object]:
    """Each in a process of its own, so that each has a peak of memory of its own."""
    found: list[object] = []
    for count in (1000, 10_000):
        command = [sys.executable, "-m", "tests.benchmarks.feeds", "--feeds", str(count)]
        ran = subprocess.run([*command, "--concurrency", str(concurrency)], check=True, stdout=subprocess.PIPE)
        found += json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
