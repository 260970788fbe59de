"""What the store promises of backfills and of lists of feeds, on both databases."""

from dataclasses import replace
from datetime import timedelta

from service.model import Backfill, Feed, FeedList, PageRules, gap_backfill
from service.store import Store, Transaction
from tests.builders import NOW

SITEMAP = "https://harbour-gazette.test/sitemap.xml"


def a_backfill(number: int = 1) -> Backfill:
    url = f"https://harbour-gazette.test/sitemap{number}.xml"
    return Backfill(id=f"b{number}", url=url, kind="archive", created_at=NOW, next_at=NOW)


def a_feed(name: str) -> Feed:
    return Feed(id=f"feed_{name}", url=f"https://{name}.test/feed.xml", created_at=NOW, next_poll_at=NOW)


async def test_a_backfill_is_added_once_and_begins_with_its_address(store: Store) -> None:
    assert await store.write(lambda tx: tx.backfills.add(a_backfill()))
    assert not await store.write(lambda tx: tx.backfills.add(replace(a_backfill(), url="https://other.test/")))
    document = await store.read(lambda tx: tx.backfills.next_document("b1"))
    assert document is not None
    assert (document.url, document.done, document.state) == (a_backfill().url, 0, "waiting")
    assert await store.read(lambda tx: tx.backfills.get("b1")) == a_backfill()
    assert await store.read(lambda tx: tx.backfills.get("b2")) is None


async def test_a_hole_has_one_backfill_however_often_it_is_reported(store: Store) -> None:
    feed = a_feed("harbour-gazette")
    first = gap_backfill(feed, NOW - timedelta(hours=3), NOW)
    assert await store.write(lambda tx: tx.backfills.add(first))
    assert not await store.write(lambda tx: tx.backfills.add(gap_backfill(feed, None, NOW)))
    assert gap_backfill(feed, None, NOW + timedelta(hours=1)).id != first.id
    assert await store.read(lambda tx: tx.backfills.next_document(first.id)) is None, "where to look is found out later"


async def test_documents_are_read_in_the_order_found_the_children_of_one_before_its_siblings(store: Store) -> None:
    def walk(tx: Transaction) -> list[str]:
        tx.backfills.add(a_backfill())
        read = []
        while document := tx.backfills.next_document("b1"):
            read.append(document.url)
            tx.backfills.record_document("b1", replace(document, state="done"))
            if document.url.endswith("sitemap1.xml"):
                assert tx.backfills.enlist("b1", ["https://a.test/1", "https://a.test/2", "https://a.test/1"]) == 2
            if document.url.endswith("/1"):
                assert tx.backfills.enlist("b1", ["https://a.test/1a", a_backfill().url]) == 1
        return read

    read = await store.write(walk)
    assert read == [a_backfill().url, "https://a.test/1", "https://a.test/1a", "https://a.test/2"]
    assert await store.read(lambda tx: tx.backfills.documents("b1")) == {"done": 4}


async def test_a_claimed_backfill_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    await store.write(lambda tx: tx.backfills.add(a_backfill()))
    assert await store.write(lambda tx: tx.backfills.claim(NOW - timedelta(seconds=1), 60)) is None
    assert await store.write(lambda tx: tx.backfills.claim(NOW, 60)) == a_backfill()
    assert await store.write(lambda tx: tx.backfills.claim(NOW + timedelta(seconds=59), 60)) is None
    assert await store.write(lambda tx: tx.backfills.claim(NOW + timedelta(seconds=60), 60)) == a_backfill()
    later = NOW + timedelta(seconds=90)
    await store.write(lambda tx: tx.backfills.record(replace(a_backfill(), next_at=later, entries=5), free=True))
    assert await store.write(lambda tx: tx.backfills.claim(NOW + timedelta(seconds=61), 60)) is None
    found = await store.write(lambda tx: tx.backfills.claim(later, 60))
    assert found is not None
    assert found.entries == 5


async def test_a_stopped_backfill_stays_stopped_until_it_is_resumed(store: Store) -> None:
    await store.write(lambda tx: tx.backfills.add(a_backfill()))
    assert await store.write(lambda tx: tx.backfills.stop("b1", NOW))
    assert not await store.write(lambda tx: tx.backfills.stop("b1", NOW))
    assert not await store.write(lambda tx: tx.backfills.record(replace(a_backfill(), state="running")))
    assert await store.write(lambda tx: tx.backfills.claim(NOW, 60)) is None
    assert await store.write(lambda tx: tx.backfills.resume("b1", NOW))
    assert not await store.write(lambda tx: tx.backfills.resume("b1", NOW))
    assert await store.write(lambda tx: tx.backfills.claim(NOW, 60)) is not None


async def test_backfills_are_listed_newest_first_and_old_ones_forgotten(store: Store) -> None:
    for number in range(3):
        made = replace(a_backfill(number), created_at=NOW + timedelta(minutes=number))
        await store.write(lambda tx, made=made: tx.backfills.add(made))
    listed = await store.read(lambda tx: tx.backfills.list(most=2))
    assert [each.id for each in listed] == ["b2", "b1"]
    assert listed[-1].created_at
    place = (listed[-1].created_at, listed[-1].id)
    assert [each.id for each in await store.read(lambda tx: tx.backfills.list(place))] == ["b0"]
    await store.write(lambda tx: tx.backfills.stop("b1", NOW))
    assert await store.write(lambda tx: tx.backfills.prune(NOW + timedelta(days=1))) == 1
    assert [each.id for each in await store.read(lambda tx: tx.backfills.list())] == ["b2", "b0"]


async def test_a_feed_keeps_its_rules_and_labels(store: Store) -> None:
    rules = PageRules(entry="article.teaser", link="h2 a", date="time")
    feed = replace(a_feed("town"), kind="page", rules=rules, labels=("Europe", "Küste"), sitemap=SITEMAP)
    kept = await store.write(lambda tx: tx.feeds.add(feed))
    assert (kept.kind, kept.rules, kept.labels, kept.sitemap) == ("page", rules, ("Europe", "Küste"), SITEMAP)


LIST = FeedList(id="list_1", url="https://reader.test/feeds.opml", created_at=NOW, next_sync_at=NOW)
OTHER = FeedList(id="list_2", url="https://reader.test/more.opml", created_at=NOW, next_sync_at=NOW)


async def test_a_list_brings_feeds_and_switches_off_only_those_it_brought(store: Store) -> None:
    own, one, two = a_feed("own"), a_feed("one"), a_feed("two")

    def scene(tx: Transaction) -> None:
        tx.feeds.add(own)
        tx.lists.add(LIST)
        assert tx.lists.sync(LIST, [own, one, two]).added == (one.url, two.url)
        assert tx.lists.sync(LIST, [own, one, two]) == tx.lists.sync(LIST, [two, own, one])
        changed = tx.lists.sync(LIST, [two])
        assert (changed.added, changed.switched_off) == ((), (one.url,)), "its owner's own feed is left alone"
        assert tx.feeds.get(own.id).enabled
        assert not tx.feeds.get(one.id).enabled
        assert "names it no more" in tx.feeds.get(one.id).error
        assert tx.lists.off(LIST.id) == 1
        assert tx.lists.sync(LIST, [one, two]).switched_on == (one.url,)
        assert tx.feeds.get(one.id).enabled
        assert tx.lists.off(LIST.id) == 0

    await store.write(scene)


async def test_a_feed_its_owner_switched_off_is_not_switched_on_by_a_list(store: Store) -> None:
    def scene(tx: Transaction) -> None:
        tx.lists.add(LIST)
        tx.lists.sync(LIST, [a_feed("one")])
        tx.feeds.update(replace(tx.feeds.get("feed_one"), enabled=False))
        assert tx.lists.sync(LIST, [a_feed("two")]).switched_off == ()
        assert tx.lists.sync(LIST, [a_feed("one"), a_feed("two")]).switched_on == ()
        assert not tx.feeds.get("feed_one").enabled

    await store.write(scene)


async def test_a_feed_that_another_list_names_stays_on(store: Store) -> None:
    def scene(tx: Transaction) -> None:
        for each in (LIST, OTHER):
            tx.lists.add(each)
            tx.lists.sync(each, [a_feed("one"), a_feed("two")])
        tx.lists.sync(LIST, [a_feed("two")])
        assert tx.feeds.get("feed_one").enabled
        tx.lists.sync(OTHER, [a_feed("two")])
        assert not tx.feeds.get("feed_one").enabled, "now nobody names it"

    await store.write(scene)


async def test_lists_are_claimed_when_due_and_removed_without_their_feeds(store: Store) -> None:
    await store.write(lambda tx: tx.lists.add(LIST))
    assert await store.write(lambda tx: tx.lists.claim_due(NOW - timedelta(seconds=1), 5, 60)) == []
    assert await store.write(lambda tx: tx.lists.claim_due(NOW, 5, 60)) == [LIST]
    assert await store.write(lambda tx: tx.lists.claim_due(NOW, 5, 60)) == []
    later = replace(LIST, next_sync_at=NOW + timedelta(hours=1), named=1)
    await store.write(lambda tx: tx.lists.record(later))
    await store.write(lambda tx: tx.lists.sync(LIST, [a_feed("one")]))
    assert await store.read(lambda tx: tx.lists.get(LIST.id)) == later
    assert await store.write(lambda tx: tx.lists.remove(LIST.id))
    assert not await store.write(lambda tx: tx.lists.remove(LIST.id))
    assert (await store.read(lambda tx: tx.feeds.get("feed_one"))).enabled
