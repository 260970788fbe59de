"""What the store promises of sources, on every database; and that no article is looked at for it."""

from datetime import timedelta

from sqlalchemy import text

from service.sources import Source
from service.store import Store
from service.store.sources import _heard_query, _walk
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW, a_feed


async def file(store: Store, *told: tuple[str, float]) -> None:
    """An article for each source named, published so many days ago."""
    articles = [
        an_article_to_file(f"https://a.test/{source}/{n}", source=source, published_at=NOW - timedelta(days=days))
        for n, (source, days) in enumerate(told)
    ]
    await store.write(file_story, "st_ferry", articles)


def named(*domains: str) -> Source:
    return Source(domains[0], domains=domains)


async def test_whoever_there_are_articles_or_feeds_of_was_heard_of(store: Store) -> None:
    assert await store.read(lambda tx: tx.sources.names()) == set()
    await file(store, *[(f"outlet-{n % 40}.test", n) for n in range(120)])
    feeds = [a_feed(url=f"https://f.test/{n}", source=f"feed-{n % 3}.test") for n in range(6)]
    await store.write(lambda tx: tx.feeds.add_missing([*feeds, a_feed(source="")]))
    expected = {f"outlet-{n}.test" for n in range(40)} | {f"feed-{n}.test" for n in range(3)}
    assert await store.read(lambda tx: tx.sources.names()) == expected


async def test_articles_of_a_day_and_a_week_are_counted_under_all_domains(store: Store) -> None:
    await file(store, ("a.test", 0.5), ("a.test", 2), ("a.test", 6.9), ("a.test", 7.1), ("b.test", 0.2), ("b.test", 8))
    await store.write(lambda tx: tx.feeds.add(a_feed(source="b.test")))
    sources = [named("c.test"), named("a.test", "b.test"), named("b.test")]
    nobody, both, second = await store.read(lambda tx: tx.sources.views(sources, NOW))
    assert (nobody.day, nobody.week, nobody.feeds, nobody.last_at, nobody.is_heard_of) == (0, 0, 0, None, False)
    assert (both.day, both.week, both.feeds) == (2, 4, 1)
    assert both.last_at == second.last_at == NOW - timedelta(days=0.2)
    assert (second.day, second.week) == (1, 1)


async def test_hundreds_of_sources_are_asked_for_at_once(store: Store) -> None:
    await file(store, ("outlet-7.test", 1), ("outlet-1100.test", 1))
    many = [named(f"outlet-{n}.test") for n in range(1200)]
    views = await store.read(lambda tx: tx.sources.views(many, NOW))
    assert [view.source.domain for view in views if view.week] == ["outlet-7.test", "outlet-1100.test"]
    assert await store.read(lambda tx: tx.sources.views([], NOW)) == []


async def test_feeds_of_a_source_are_given_under_all_domains(store: Store) -> None:
    feeds = [
        a_feed(url=f"https://f.test/{n}", source=source) for n, source in enumerate(("a.test", "b.test", "c.test"))
    ]
    await store.write(lambda tx: tx.feeds.add_missing(feeds))
    found = await store.read(lambda tx: tx.sources.feeds(named("a.test", "b.test"), 10))
    assert {feed.source for feed in found} == {"a.test", "b.test"}
    assert len(await store.read(lambda tx: tx.sources.feeds(named("a.test", "b.test"), 1))) == 1


def test_no_article_is_looked_at(sqlite_store: Store) -> None:
    """SQLite says so itself; PostgreSQL chooses by size, and takes the same index once there are many."""
    engine = sqlite_store.engine
    for query in (_walk(), _heard_query(["a.test", "b.test"], NOW)):
        written = query.compile(engine, compile_kwargs={"literal_binds": True})
        with engine.begin() as connection:
            plan = [row.detail for row in connection.execute(text(f"explain query plan {written}"))]
        of_articles = [step for step in plan if "articles" in step]
        assert of_articles
        assert all("COVERING INDEX ix_articles_source_at" in step for step in of_articles), plan
        assert all(step.startswith("SEARCH") for step in of_articles), plan
