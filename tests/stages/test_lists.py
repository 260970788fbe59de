"""Lists of feeds kept in sync: a real server, a real store."""

from dataclasses import replace

import pytest

from consumers.poll.lists import Lists
from consumers.poll.polite import Polite
from service.egress import Egress
from service.model import Feed, FeedList
from service.store import Store
from tests.clock import SetClock
from tests.servers import FeedServer

DAY = 86_400.0


def opml(*names: str, title: str = "Coast") -> str:
    rows = "".join(f'<outline text="{name}" xmlUrl="https://{name}.test/feed.xml"/>' for name in names)
    return f'<opml><head><title>{title}</title></head><body><outline text="Europe">{rows}</outline></body></opml>'


class World:
    def __init__(self, store: Store, egress: Egress, clock: SetClock) -> None:
        self.store, self.clock = store, clock
        self.lists = Lists(store, Polite(store, egress, clock, 0), clock)

    async def add(self, url: str) -> None:
        now = self.clock()
        made = FeedList(id="list_1", url=url, created_at=now, next_sync_at=now)
        await self.store.write(lambda tx: tx.lists.add(made))

    async def look(self, after: float = DAY) -> FeedList:
        self.clock.advance(after)
        await self.lists.once()
        return await self.store.read(lambda tx: tx.lists.get("list_1"))

    async def feeds(self) -> dict[str, Feed]:
        """By their titles."""
        return {feed.title: feed for feed in await self.store.read(lambda tx: tx.feeds.list("", 100))}

    async def on(self) -> list[str]:
        return sorted(title for title, feed in (await self.feeds()).items() if feed.enabled)


@pytest.fixture
def world(store: Store, egress: Egress, clock: SetClock) -> World:
    return World(store, egress, clock)


async def test_the_feeds_follow_the_list(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feeds.opml", opml("a", "b")))
    kept = await world.look()
    assert (kept.title, kept.named, kept.added, kept.switched_off, kept.error) == ("Coast", 2, 2, 0, "")
    assert (await world.feeds())["a"].labels == ("Europe",)
    server.publish("/feeds.opml", opml("b", "c"))
    kept = await world.look()
    assert (kept.named, kept.added, kept.switched_off) == (2, 3, 1)
    assert await world.on() == ["b", "c"]
    assert "Coast names it no more" in (await world.feeds())["a"].error
    server.publish("/feeds.opml", opml("a", "b", "c"))
    assert (await world.look()).switched_off == 0
    assert await world.on() == ["a", "b", "c"]


async def test_a_list_that_has_not_changed_is_asked_for_conditionally(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feeds.opml", opml("a"), etag='"1"'))
    await world.look()
    kept = await world.look()
    assert server.requests[-1].headers["if-none-match"] == '"1"'
    assert (kept.named, kept.last_sync_at) == (1, world.clock())


@pytest.mark.parametrize("body", [opml(), "<html>maintenance</html>", "", '<!DOCTYPE a [<!ENTITY b "c">]><opml/>'])
async def test_a_list_that_cannot_be_read_switches_nothing_off(world: World, server: FeedServer, body: str) -> None:
    await world.add(server.publish("/feeds.opml", opml("a", "b")))
    await world.look()
    server.publish("/feeds.opml", body)
    kept = await world.look()
    assert kept.error
    assert kept.failures == 1
    assert await world.on() == ["a", "b"]
    server.publish("/feeds.opml", opml("a", "b"))
    assert (await world.look()).error == ""


async def test_a_list_out_of_reach_is_tried_ever_less_often(world: World, server: FeedServer) -> None:
    await world.add(server.fail("/feeds.opml", 404))
    pauses = []
    for _ in range(3):
        kept = await world.look()
        assert kept.next_sync_at
        pauses.append((kept.next_sync_at - world.clock()).total_seconds())
    assert pauses == [3600, 7200, 14400]
    assert "404" in kept.error


async def test_a_list_is_looked_at_in_its_own_time(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feeds.opml", opml("a")))
    await world.look()
    await world.look(after=60)
    assert server.asked("/feeds.opml") == 1
    off = replace(await world.look(after=DAY), enabled=False)
    await world.store.write(lambda tx: tx.lists.update(off))
    await world.look()
    assert server.asked("/feeds.opml") == 2
