"""Paging while rows come and go: what was there at the beginning, and stays, is shown once and only once."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete

from service.store import Store, Transaction
from service.store.article_rows import articles
from service.store.browse import Filter, place_of_article
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW

COUNT = 300


def _file(tx: Transaction, names: list[str], rng: random.Random) -> None:
    """At times of which many are alike: then the id decides."""
    told = [
        an_article_to_file(f"https://a.com/{name}", published_at=NOW - timedelta(minutes=rng.randrange(40)))
        for name in names
    ]
    file_story(tx, "st_1", told)


@pytest.mark.parametrize("seed", range(3))
async def test_rows_that_stay_are_shown_once_however_many_come_and_go(sqlite_store: Store, seed: int) -> None:
    rng = random.Random(seed)
    await sqlite_store.write(_file, [f"old-{n}" for n in range(COUNT)], rng)
    here = {each.id for each in await sqlite_store.read(lambda tx: tx.browse.articles(Filter(), most=COUNT))}
    doomed = set(rng.sample(sorted(here), COUNT // 3))
    waiting, shown, place, storm = sorted(doomed), list[str](), None, 0
    while True:
        most = rng.randrange(1, 20)
        page = await sqlite_store.read(lambda tx, place=place, most=most: tx.browse.articles(Filter(), place, most))
        shown += [each.id for each in page]
        if len(page) < most:
            break
        place = place_of_article(page[-1])
        gone, waiting = waiting[:5], waiting[5:]
        await sqlite_store.write(
            lambda tx, gone=gone: tx.connection.execute(delete(articles).where(articles.c.id.in_(gone)))
        )
        if storm < 20:
            await sqlite_store.write(_file, [f"new-{storm}-{n}" for n in range(5)], rng)
        storm += 1
    assert len(shown) == len(set(shown)), "nothing is shown twice"
    assert here - doomed <= set(shown), "nothing is missed"


async def test_a_far_page_asks_for_no_more_rows_than_the_first(sqlite_store: Store) -> None:
    """By the steps of SQLite's machine, which no other program on the machine disturbs."""
    rng = random.Random(1)
    await sqlite_store.write(_file, [f"n-{n}" for n in range(COUNT)], rng)
    whole = await sqlite_store.read(lambda tx: tx.browse.articles(Filter(), most=COUNT))

    def steps(tx: Transaction, place: object) -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        driver = tx.connection.connection.dbapi_connection
        assert driver is not None
        driver.set_progress_handler(count, 1)
        tx.browse.articles(Filter(), place, 20)
        driver.set_progress_handler(None, 1)
        return counted

    first = await sqlite_store.read(steps, None)
    far = await sqlite_store.read(steps, place_of_article(whole[-21]))
    assert far <= 1.5 * first
