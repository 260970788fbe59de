"""What the store keeps for the API, and for the stages that hear of it."""

import asyncio
import threading

from service.api_keys import new_key, well_formed
from service.store import Store, Transaction
from service.store.browse import Filter
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW, a_dead_letter, a_subscription, a_topic, an_endpoint, minutes


async def test_changes_to_topics_come_one_after_another(store: Store) -> None:
    added, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> int:
        seq = tx.topics.add(a_topic(name="slow")).seq
        added.set()
        assert go_on.wait(60)
        return seq

    first = asyncio.create_task(store.write(slow))
    assert await asyncio.to_thread(added.wait, 60)
    second = asyncio.create_task(store.write(lambda tx: tx.topics.add(a_topic(name="quick")).seq))
    await asyncio.wait([second], timeout=0.3)
    assert not second.done(), "a later change must not be seen before an earlier one"
    assert await store.read(lambda tx: tx.topics.changed_since(0)) == []
    go_on.set()
    assert (await first, await second) == (1, 2)
    assert [each.name for each in await store.read(lambda tx: tx.topics.changed_since(0))] == ["slow", "quick"]
    assert [each.name for each in await store.read(lambda tx: tx.topics.changed_since(1))] == ["quick"]


async def test_a_record_is_set_aside_once_by_each_stage(store: Store) -> None:
    first = a_dead_letter(error="the first time")
    again = a_dead_letter(id="another-id", error="the second time")
    elsewhere = a_dead_letter(stage="enrich")
    for letters in ([first], [again, elsewhere], []):
        await store.write(lambda tx, letters=letters: tx.dead_letters.add(letters))
    kept = await store.read(lambda tx: tx.dead_letters.list())
    assert {(each.id, each.stage, each.error) for each in kept} == {
        (first.id, "dedupe", "the first time"),
        (elsewhere.id, "enrich", elsewhere.error),
    }
    assert await store.write(lambda tx: tx.dead_letters.mark_retried(first.id, NOW))
    assert await store.read(lambda tx: tx.dead_letters.count()) == 1


async def test_a_dead_letter_keeps_its_bytes_whatever_they_are(store: Store) -> None:
    letter = a_dead_letter(value=bytes(range(256)), key="a\0b", error="it said \0")
    await store.write(lambda tx: tx.dead_letters.add([letter]))
    kept = await store.read(lambda tx: tx.dead_letters.get(letter.id))
    assert kept is not None
    assert kept.value == letter.value
    assert (kept.key, kept.error) == ("a\ufffdb", "it said \ufffd")


async def test_subscribers_are_given_in_batches(store: Store) -> None:
    def fill(tx: Transaction) -> None:
        for n in range(2):
            tx.endpoints.add(an_endpoint(id=f"ep-{n}", enabled=n == 0))
        for n in range(600):
            tx.topics.add(a_topic(id=f"t-{n:03}", name=f"Topic {n}"))
            tx.subscriptions.add(a_subscription(topic_id=f"t-{n:03}", endpoint_id=f"ep-{n % 2}"))

    await store.write(fill)
    told = await store.read(lambda tx: tx.subscriptions.of_topics([f"t-{n:03}" for n in range(700)]))
    endpoints = {topic_id: [each.endpoint_id for each in some] for topic_id, some in told.items()}
    assert endpoints == {f"t-{n:03}": [f"ep-{n % 2}"] for n in range(600)}


async def test_keys_are_listed_without_their_secrets(store: Store) -> None:
    made = [new_key(name, minutes(n)) for n, name in enumerate(("first", "second"))]
    for key, text in made:
        await store.write(lambda tx, key=key, text=text: tx.keys.add(key, text))
    assert await store.read(lambda tx: tx.keys.list(None)) == [key for key, _ in made]
    assert await store.read(lambda tx: tx.keys.find(made[0][1])) == made[0][0]
    assert await store.write(lambda tx: tx.keys.revoke(made[0][0].id, None, NOW))
    assert not await store.write(lambda tx: tx.keys.revoke(made[0][0].id, None, NOW))
    assert await store.read(lambda tx: tx.keys.find(made[0][1])) is None


def test_a_key_carries_256_bits_and_its_own_check() -> None:
    texts = [new_key("a", NOW)[1] for _ in range(50)]
    assert len({text.split("_")[3] for text in texts}) == 50
    assert all(map(well_formed, texts))
    assert 62**43 > 2**256
    for bent in (texts[0][:-1], texts[0] + "0", texts[0].upper(), texts[0] + "\n", "crnt___", "é" * 65, ""):
        assert not well_formed(bent)


async def test_of_many_ids_those_that_are_there_are_shown_in_their_order(store: Store) -> None:
    articles = [an_article_to_file(f"https://a.com/{n}", published_at=minutes(-n)) for n in range(60)]
    await store.write(file_story, "st_1", articles)
    whole = await store.read(lambda tx: tx.browse.articles(Filter(), most=100))
    asked = [f"none-{n}" for n in range(1200)] + [each.id for each in reversed(whole)] + ["it's", '"', "{}"]
    assert await store.read(lambda tx: tx.browse.articles_of(asked)) == whole[::-1]
    assert await store.read(lambda tx: tx.browse.articles_of([])) == []
    (story,) = await store.read(lambda tx: tx.browse.stories_of(["st_2", "st_1"]))
    assert (story.id, story.articles) == ("st_1", 60)
