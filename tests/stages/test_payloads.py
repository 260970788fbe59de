"""Documents are kept as they came, and can be read again."""

import hashlib
from datetime import timedelta

from consumers.poll.replay import replay
from consumers.upkeep import Upkeep
from service.settings import Settings
from tests.servers import FeedServer
from tests.stages.polling import SETTINGS, World, rss

CONTENT = "<content:encoded><![CDATA[<p onclick=x>Ferry <b>fares</b><script>1</script></p>]]></content:encoded>"
SPACE = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
MARKED = rss("one").replace("</item>", f"{CONTENT}</item>").replace("<rss ", f"<rss {SPACE} ")


def hash_of(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


async def kept(world: World, document: str) -> bytes | None:
    payload = await world.store.read(lambda tx: tx.payloads.get(hash_of(document)))
    return payload.body if payload else None


async def test_an_article_names_the_document_it_was_read_from(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", MARKED))
    await world.poller().once()
    (raw,) = await world.articles()
    assert (raw.payload, raw.html) == (hash_of(MARKED), "<p>Ferry <b>fares</b></p>")
    payload = await world.store.read(lambda tx: tx.payloads.get(raw.payload))
    assert payload
    assert payload.body == MARKED.encode()
    assert (payload.feed_id, payload.url, payload.at) == (feed.id, feed.url, raw.seen_at)


async def test_only_what_may_be_needed_is_kept(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller().once()
    no_news = rss("one").replace("</channel>", "<!-- built later --></channel>")
    server.publish("/feed.xml", no_news)
    await world.poll_again()
    broken = "<rss><channel><item>" + "\x00"
    server.publish("/feed.xml", broken)
    await world.poll_again()
    assert [await kept(world, each) is not None for each in (rss("one"), no_news, broken)] == [True, False, True]


async def test_nothing_is_kept_where_that_is_not_wanted(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller(SETTINGS.model_copy(update={"keep_payloads": False})).once()
    assert await world.titles() == ["one"]
    assert await kept(world, rss("one")) is None


async def test_what_was_kept_can_be_read_again(world: World, server: FeedServer) -> None:
    (feed,) = await world.add(server.publish("/feed.xml", rss("two", "one")))
    await world.poller().once()
    server.publish("/feed.xml", rss("three", "two"))
    await world.poll_again()
    server.publish("/feed.xml", "no feed at all")
    await world.poll_again()
    before = await world.articles()
    told = await replay(world.store, world.broker, feed)
    assert (told.documents, told.articles, told.unreadable, told.passed_over) == (3, 4, 1, 0)
    again = (await world.articles())[len(before) :]
    assert [raw.title for raw in again] == ["one", "two", "two", "three"]
    assert {raw.lane for raw in again} == {"backfill"}
    assert [hop.outcome for raw in again for hop in raw.hops] == ["replayed"] * 4
    first = {raw.title: raw for raw in before}
    assert all((raw.url, raw.text) == (first[raw.title].url, first[raw.title].text) for raw in again)
    assert again[0].seen_at == first["one"].seen_at


async def test_upkeep_forgets_what_is_too_old(world: World, server: FeedServer) -> None:
    await world.add(server.publish("/feed.xml", rss("one")))
    await world.poller().once()
    settings = Settings(poll={"keep_payloads_days": 2})
    for days, there in ((1.9, True), (0.2, False)):
        world.clock.advance(timedelta(days=days).total_seconds())
        await Upkeep(world.store, world.broker, settings, world.clock).prune_once()
        assert (await kept(world, rss("one")) is not None) == there
