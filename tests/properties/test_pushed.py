"""Whenever the stage that receives dies, no entry of a pushed document is lost, and a poll adds none."""

import asyncio
import random
from pathlib import Path

import pytest

from consumers.pipeline import entrance
from consumers.poll.patient import Reader
from consumers.runner import Runner
from service.broker import Broker
from service.broker.embedded import EmbeddedBroker
from service.messages import PushedDocument
from service.settings import PollSettings, WorkSettings
from service.store import Store
from service.streams import PUSHED, RAW
from tests.builders import NOW, a_feed
from tests.properties.crashing import CrashingBroker, is_crash

DOCUMENTS, ENTRIES = 8, 4
WORK = WorkSettings(batch=3, idle_seconds=0.01, retry_seconds=(), outage_seconds=0.01)


def title(document: int, entry: int) -> str:
    return f"news-{document}-{entry}"


def a_document(number: int) -> PushedDocument:
    titles = (title(number, entry) for entry in range(ENTRIES))
    entries = "".join(f"<item><title>{each}</title><link>https://gazette.test/{each}</link></item>" for each in titles)
    body = f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode()
    return PushedDocument(feed_id=a_feed().id, body=body, content_type="application/rss+xml", url=a_feed().url, at=NOW)


async def live_until_done(store: Store, broker: Broker, reader: Reader, rng: random.Random) -> int:
    """Gives how often it died."""
    for life in range(200):
        dying, until = CrashingBroker(broker, 0.3 if life < 100 else 0, rng), asyncio.Event()

        async def watch(done: asyncio.Event = until) -> None:
            while (await broker.lag(PUSHED.name, "receive")).records:
                await asyncio.sleep(0.002)
            done.set()

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(
                    Runner(entrance(store, reader, PollSettings(), lambda: NOW), dying, store, WORK, until).run()
                )
                group.create_task(watch())
            return life
        except BaseException as error:
            if not is_crash(error):
                raise
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("seed", range(5))
async def test_no_entry_of_a_pushed_document_is_lost_in_a_crash(sqlite_store: Store, tmp_path: Path, seed: int) -> None:
    await sqlite_store.write(lambda tx: tx.feeds.add_missing([a_feed()]))
    async with EmbeddedBroker.open(tmp_path / "log.db") as broker, Reader() as reader:
        await broker.append(PUSHED.name, [PUSHED.encode(a_document(n)) for n in range(DOCUMENTS)])
        deaths = await live_until_done(sqlite_store, broker, reader, random.Random(seed))
        async with broker.reader(RAW.name, "tests") as records:
            told = [RAW.decode(each).title for each in await records.read(10_000, 0)]
    assert set(told) == {title(n, entry) for n in range(DOCUMENTS) for entry in range(ENTRIES)}
    assert deaths > 0
    feed = await sqlite_store.read(lambda tx: tx.feeds.get(a_feed().id))
    assert len(feed.seen) == DOCUMENTS * ENTRIES
