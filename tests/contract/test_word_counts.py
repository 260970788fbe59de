"""How common words are, by day, on both databases: made before the day begins, never changed."""

from datetime import UTC, datetime, timedelta

from service.store import Store
from service.text.commonness import Commonness
from tests.builders import a_stored_article

DAY = datetime(2026, 3, 15, tzinfo=UTC)
SOME, MORE = Commonness(300, {"ferri": 12.5}), Commonness(400, {"ferri": 20, "мост": 3})


async def test_what_holds_is_the_newest_that_is_not_of_a_later_day(store: Store) -> None:
    await store.write(lambda tx: tx.word_counts.put("en", DAY, SOME))
    await store.write(lambda tx: tx.word_counts.put("en", DAY + timedelta(days=1), MORE))
    await store.write(lambda tx: tx.word_counts.put("ru", DAY - timedelta(days=3), MORE))
    assert await store.read(lambda tx: tx.word_counts.on(DAY)) == {"en": SOME, "ru": MORE}
    assert await store.read(lambda tx: tx.word_counts.on(DAY - timedelta(days=1))) == {"ru": MORE}


async def test_whoever_is_second_changes_nothing(store: Store) -> None:
    await store.write(lambda tx: tx.word_counts.put("en", DAY, SOME))
    await store.write(lambda tx: tx.word_counts.put("en", DAY, MORE))
    assert await store.read(lambda tx: tx.word_counts.on(DAY)) == {"en": SOME}


async def test_old_counts_go(store: Store) -> None:
    await store.write(lambda tx: tx.word_counts.put("en", DAY, SOME))
    await store.write(lambda tx: tx.word_counts.put("en", DAY + timedelta(days=9), MORE))
    assert await store.read(lambda tx: tx.word_counts.on(DAY + timedelta(days=8))) == {}


async def test_languages_with_articles_are_due_once_a_day(store: Store) -> None:
    await store.write(lambda tx: tx.articles.file([a_stored_article()]))
    language = "en"
    assert await store.read(lambda tx: tx.word_counts.due(DAY)) == [language]
    await store.write(lambda tx: tx.word_counts.put(language, DAY, SOME))
    assert await store.read(lambda tx: tx.word_counts.due(DAY)) == []
    assert await store.read(lambda tx: tx.word_counts.due(DAY + timedelta(days=1))) == [language]
