"""Moves between strands, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.errors import Conflict
from service.model import Move, StoredArticle
from service.store import Store
from tests.builders import NOW, a_raw_article, a_stored_article, an_article, an_enriched_article


def filed(number: int, strand_id: str) -> StoredArticle:
    raw = a_raw_article(url=f"https://outlet.test/{number}", published_at=NOW - timedelta(hours=number), seen_at=NOW)
    enriched = an_enriched_article(article=an_article(article_id=f"a{number}", raw=raw))
    return a_stored_article(enriched=enriched, strand_id=strand_id, seq=number)


def a_move(article: StoredArticle, strand_id: str, told_with: int = 4) -> Move:
    return Move("en", article.article_id, article.revision, article.strand_id, strand_id, NOW, told_with)


ARTICLES = [filed(1, "sd_1"), filed(2, "sd_1"), filed(3, "sd_3")]


@pytest.fixture
async def stored(store: Store) -> Store:
    await store.write(lambda tx: tx.articles.file(ARTICLES))
    return store


async def test_a_move_changes_the_strand_of_the_article_and_is_told_with_another(stored: Store) -> None:
    first, second = await stored.write(
        lambda tx: tx.moves.record([a_move(ARTICLES[1], "sd_new", 4), a_move(ARTICLES[2], "sd_1", 7)])
    )
    assert (first.seq, second.seq) == (1, 2)
    current = await stored.read(lambda tx: tx.articles.current(each.article_id for each in ARTICLES))
    assert [current[each.article_id] for each in ARTICLES] == [("sd_1", 0), ("sd_new", 0), ("sd_1", 0)]
    assert await stored.read(lambda tx: tx.moves.told_with("en", range(9))) == {4: [first], 7: [second]}
    assert await stored.read(lambda tx: tx.moves.told_with("de", range(9))) == {}
    assert await stored.read(lambda tx: tx.moves.since("en", 1, NOW)) == [second]
    assert await stored.read(lambda tx: tx.moves.since("en", 0, NOW + timedelta(1))) == []
    assert await stored.read(lambda tx: tx.moves.of(ARTICLES[1].article_id)) == [first]


async def test_a_strand_that_a_move_opens_has_the_times_of_its_articles(stored: Store) -> None:
    await stored.write(lambda tx: tx.moves.record([a_move(each, "sd_new") for each in ARTICLES[1:]]))
    opened = (await stored.read(lambda tx: tx.stories.strands(["sd_new"])))["sd_new"]
    assert (opened.language, opened.story_id) == ("en", "")
    assert (opened.opened_at, opened.last_at) == (ARTICLES[2].at, ARTICLES[1].at)


async def test_an_article_that_is_no_longer_there_is_not_moved_nor_is_any_other(stored: Store) -> None:
    await stored.write(lambda tx: tx.moves.record([a_move(ARTICLES[1], "sd_3")]))
    late = [a_move(ARTICLES[0], "sd_3"), a_move(ARTICLES[1], "sd_new")]
    with pytest.raises(Conflict, match=ARTICLES[1].article_id):
        await stored.write(lambda tx: tx.moves.record(late))
    current = await stored.read(lambda tx: tx.articles.current([ARTICLES[0].article_id]))
    assert current[ARTICLES[0].article_id] == ("sd_1", 0)


async def test_numbers_go_on_across_languages(stored: Store) -> None:
    await stored.write(lambda tx: tx.moves.record([a_move(ARTICLES[1], "sd_3")]))
    (second,) = await stored.write(lambda tx: tx.moves.record([replace(a_move(ARTICLES[2], "sd_1"), language="de")]))
    assert second.seq == 2
