"""What stands of the decisions of people is kept by article, and asked by story."""

from datetime import timedelta

import pytest

from service.errors import Invalid
from service.store import Store, Transaction
from service.store.memberships import Membership
from service.store.ties import Rulings, Tie
from tests.builders import NOW, a_raw_article, a_stored_article, an_article, an_enriched_article


def filed(tx: Transaction, *story_ids: str) -> None:
    """Article `a0` is in the first story, `a1` in the second, and so on; an article in "" is not linked."""
    for place, story_id in enumerate(story_ids):
        enriched = an_enriched_article(
            article=an_article(article_id=f"a{place}", raw=a_raw_article(url=f"https://a.test/{place}"))
        )
        tx.articles.file([a_stored_article(enriched=enriched, strand_id=f"sd_{place}", seq=place + 1)])
        if story_id:
            tx.stories.put({f"sd_{place}": story_id})
            tx.memberships.enter([Membership(f"a{place}", f"sd_{place}", place, 0, NOW)], NOW)


async def test_the_opposite_takes_the_place_of_a_tie(store: Store) -> None:
    def tie(tx: Transaction) -> list[bool]:
        first, again = Tie("apart", "b", NOW, "a"), Tie("apart", "a", NOW + timedelta(1), "b")
        return [tx.ties.add(each) for each in (first, again, Tie("together", "a", NOW, "b"))]

    assert await store.write(tie) == [True, False, True]
    assert await store.read(lambda tx: tx.ties.all()) == [Tie("together", "a", NOW, "b")]
    assert await store.write(lambda tx: tx.ties.remove("together", "b", "a"))
    assert not await store.write(lambda tx: tx.ties.remove("together", "b", "a"))


async def test_rulings_are_of_the_stories_that_articles_are_in_now(store: Store) -> None:
    def tie(tx: Transaction) -> Rulings:
        filed(tx, "st_a", "st_b", "st_c", "")
        for each in (
            Tie("apart", "a0", NOW, "a1"),
            Tie("together", "a1", NOW, "a2"),
            Tie("apart", "a2", NOW, "a3"),
            Tie("pinned", "a2", NOW),
            Tie("pinned", "a3", NOW),
        ):
            tx.ties.add(each)
        return tx.ties.rulings()

    rulings = await store.write(tie)
    assert rulings.pinned == {"st_c"}
    assert rulings.apart == {"st_a": {"st_b"}, "st_b": {"st_a"}}
    assert rulings.together == {"st_b": {"st_c"}, "st_c": {"st_b"}}
    assert rulings.must_join("st_b") == frozenset()
    await store.write(lambda tx: tx.stories.put({"sd_1": "st_a"}))
    moved = await store.read(lambda tx: tx.ties.rulings())
    assert (moved.apart, set(moved.together)) == ({}, {"st_a", "st_c"})


async def test_articles_of_a_story_that_people_decided_of_stay_in_their_strands(store: Store) -> None:
    def tie(tx: Transaction) -> dict[str, str]:
        filed(tx, "st_a", "st_a", "st_b", "st_c", "")
        tx.ties.add(Tie("together", "a1", NOW, "a3"))
        tx.ties.add(Tie("pinned", "a4", NOW))
        return tx.decisions.pinned(["a0", "a1", "a2", "a3", "a4", "unknown"])

    assert await store.write(tie) == {"a0": "sd_0", "a1": "sd_1", "a3": "sd_3"}
    await store.write(lambda tx: tx.ties.remove("together", "a1", "a3"))
    assert await store.read(lambda tx: tx.decisions.pinned(["a0", "a3"])) == {}


@pytest.mark.parametrize(
    "wrong", [Tie("apart", "a", NOW), Tie("pinned", "a", NOW, "b"), Tie("together", "a", NOW, "a")]
)
async def test_a_tie_says_of_what(store: Store, wrong: Tie) -> None:
    with pytest.raises(Invalid):
        await store.write(lambda tx: tx.ties.add(wrong))
