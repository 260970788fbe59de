"""An outlet goes by one name, whichever way in its articles take. The table is the shipped one."""

import asyncio
import json
from pathlib import Path

import pytest

from consumers.poll.backfill import Backfiller
from consumers.poll.backfill_file import read_file
from consumers.poll.patient import Reader
from consumers.poll.polite import Polite
from consumers.poll.poller import Known, Poll
from consumers.poll.reading_in import ReadingIn
from consumers.poll.receive import Receive
from consumers.poll.replay import replay
from consumers.runner import Received
from service.broker import Broker
from service.egress import Egress
from service.messages import PushedDocument
from service.model import Backfill
from service.settings import BackfillSettings
from service.sources import load
from service.store import Store
from tests.builders import a_feed
from tests.clock import SetClock
from tests.servers import FeedServer
from tests.stages.polling import SETTINGS, World
from tests.stages.test_identity import Desk, told
from tests.stages.test_routes import rss

SOURCES = load()


@pytest.fixture
def world(sqlite_store: Store, embedded_broker: Broker, egress: Egress, clock: SetClock) -> World:
    return World(sqlite_store, embedded_broker, egress, clock)


async def sources(world: World) -> list[str]:
    return sorted(raw.source for raw in await world.articles())


async def test_by_polling_and_by_reading_again(world: World, server: FeedServer) -> None:
    named = ("tass.com", "tass.ru", "Harbour Gazette", "harbour-gazette.test", "")
    feeds = [
        a_feed(url=server.publish(f"/{n}.xml", rss(n, site="tass.com")), source=source, next_poll_at=world.clock())
        for n, source in enumerate(named)
    ]
    await world.store.write(lambda tx: tx.feeds.add_missing(feeds))
    await Poll(world.store, world.broker, world.egress, SETTINGS, world.clock, Known(sources=SOURCES)).once()
    assert await sources(world) == ["Harbour Gazette", "harbour-gazette.test", "tass.ru", "tass.ru", "tass.ru"]
    await replay(world.store, world.broker, feeds[0], sources=SOURCES)
    assert (await world.articles())[-1].source == "tass.ru"


async def test_by_a_hub(world: World) -> None:
    feed = a_feed(source="tass.com")
    await world.store.write(lambda tx: tx.feeds.add(feed))
    pushed = PushedDocument(
        feed_id=feed.id, body=rss(1).encode(), content_type="application/xml", url=feed.url, at=world.clock()
    )
    async with Reader() as reader:
        receive = Receive(world.store, reader, world.clock, sources=SOURCES)
        (outcome,) = await receive([Received(pushed, "feeds.pushed/0/1")])
    assert [raw.source for raw in outcome.messages] == ["tass.ru"]


async def test_by_a_backfill(world: World, server: FeedServer) -> None:
    now, url = world.clock(), server.publish("/archive.xml", rss(1, 0, site="tass.com"))
    made = Backfill(id="b1", url=url, kind="archive", created_at=now, next_at=now)
    await world.store.write(lambda tx: tx.backfills.add(made))
    polite = Polite(world.store, world.egress, world.clock, 0)
    assert await Backfiller(world.store, world.broker, polite, BackfillSettings(), world.clock, {}, SOURCES).once()
    assert await sources(world) == ["tass.ru", "tass.ru"]


async def test_by_a_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    given = [
        {"url": "https://tass.com/1"},
        {"url": "https://a.test/1", "source": "tass.com"},
        {"url": "https://a.test/2"},
    ]
    file.write_text("\n".join(json.dumps(each | {"title": "Ferries sail"}) for each in given))
    made = Backfill(id="f1", url=str(file), kind="file", created_at=world.clock(), next_at=world.clock())
    await world.store.write(lambda tx: tx.backfills.add(made))
    async with Reader() as reader:
        polite = Polite(world.store, world.egress, world.clock, 0)
        parts = (world.store, world.broker, polite, reader, BackfillSettings(), world.clock, {}, asyncio.Event())
        _, faults = await read_file(ReadingIn(*parts, SOURCES), made, file)
    assert (faults, await sources(world)) == ([], ["a.test", "tass.ru", "tass.ru"])


async def test_an_article_is_known_again_under_another_domain_of_its_source(store: Store) -> None:
    pair = [
        told("ferries", "id-1", hours, url=f"https://{domain}/world/1", source=SOURCES.known_as(domain))
        for hours, domain in enumerate(("tass.com", "tass.ru"))
    ]
    outcomes = await Desk(store).tell(*pair)
    assert [each.label for each in outcomes] == ["new", "repeat"]
