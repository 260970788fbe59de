"""What people decide of stories is kept by article, and asked by story."""

from datetime import timedelta

import pytest

from service.errors import Invalid
from service.store import Store, Transaction
from service.store.decisions import Decision, Rulings
from tests.builders import NOW, a_raw_article, a_stored_article, an_article, an_enriched_article


def filed(tx: Transaction, *story_ids: str) -> None:
    """Article `a0` is in the first story, `a1` in the second, and so on; an article in "" is not linked."""
    for place, story_id in enumerate(story_ids):
        enriched = an_enriched_article(
            article=an_article(article_id=f"a{place}", raw=a_raw_article(url=f"https://a.test/{place}"))
        )
        tx.articles.file([a_stored_article(enriched=enriched, strand_id=f"sd_{place}", seq=place + 1)])
        tx.stories.put({f"sd_{place}": story_id} if story_id else {})


async def test_the_opposite_takes_the_place_of_a_decision(store: Store) -> None:
    def decide(tx: Transaction) -> list[bool]:
        first, again = Decision("apart", "b", NOW, "a"), Decision("apart", "a", NOW + timedelta(1), "b")
        return [tx.decisions.add(each) for each in (first, again, Decision("together", "a", NOW, "b"))]

    assert await store.write(decide) == [True, False, True]
    assert await store.read(lambda tx: tx.decisions.all()) == [Decision("together", "a", NOW, "b")]
    assert await store.write(lambda tx: tx.decisions.remove("together", "b", "a"))
    assert not await store.write(lambda tx: tx.decisions.remove("together", "b", "a"))


async def test_rulings_are_of_the_stories_that_articles_are_in_now(store: Store) -> None:
    def decide(tx: Transaction) -> Rulings:
        filed(tx, "st_a", "st_b", "st_c", "")
        for each in (
            Decision("apart", "a0", NOW, "a1"),
            Decision("together", "a1", NOW, "a2"),
            Decision("apart", "a2", NOW, "a3"),
            Decision("pinned", "a2", NOW),
            Decision("pinned", "a3", NOW),
        ):
            tx.decisions.add(each)
        return tx.decisions.rulings()

    rulings = await store.write(decide)
    assert rulings.pinned == {"st_c"}
    assert rulings.apart == {"st_a": {"st_b"}, "st_b": {"st_a"}}
    assert rulings.together == {"st_b": {"st_c"}, "st_c": {"st_b"}}
    assert rulings.must_join("st_b") == frozenset()
    await store.write(lambda tx: tx.stories.put({"sd_1": "st_a"}))
    moved = await store.read(lambda tx: tx.decisions.rulings())
    assert (moved.apart, set(moved.together)) == ({}, {"st_a", "st_c"})


async def test_articles_of_a_story_that_people_decided_of_stay_in_their_strands(store: Store) -> None:
    def decide(tx: Transaction) -> dict[str, str]:
        filed(tx, "st_a", "st_a", "st_b", "st_c", "")
        tx.decisions.add(Decision("together", "a1", NOW, "a3"))
        tx.decisions.add(Decision("pinned", "a4", NOW))
        return tx.decisions.pinned(["a0", "a1", "a2", "a3", "a4", "unknown"])

    assert await store.write(decide) == {"a0": "sd_0", "a1": "sd_1", "a3": "sd_3"}
    await store.write(lambda tx: tx.decisions.remove("together", "a1", "a3"))
    assert await store.read(lambda tx: tx.decisions.pinned(["a0", "a3"])) == {}


@pytest.mark.parametrize(
    "wrong", [Decision("apart", "a", NOW), Decision("pinned", "a", NOW, "b"), Decision("together", "a", NOW, "a")]
)
async def test_a_decision_says_of_what(store: Store, wrong: Decision) -> None:
    with pytest.raises(Invalid):
        await store.write(lambda tx: tx.decisions.add(wrong))
