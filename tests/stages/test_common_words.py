"""How common words are, from filed articles to keywords: counted by upkeep, used from the next day on."""

from datetime import timedelta

from consumers.upkeep import Upkeep
from service.broker import Broker
from service.settings import Settings
from service.store import Store
from tests.builders import NOW, a_raw_article, a_stored_article, an_article, an_enriched_article
from tests.stages.test_enrich import enrich_with, enriched

TEXT = "The minister praised the icebreaker. The minister left."


async def _file(store: Store, count: int) -> None:
    made = [
        a_stored_article(
            enriched=an_enriched_article(
                article=an_article(article_id=f"a{n}", raw=a_raw_article(url=f"https://anchor.test/{n}")),
                text="The minister spoke again.",
                language="en",
            ),
            seq=n + 1,
        )
        for n in range(count)
    ]
    await store.write(lambda tx: tx.articles.file(made))


async def test_words_of_the_stream_weigh_from_the_next_day_on(store: Store, embedded_broker: Broker) -> None:
    await _file(store, 250)
    upkeep = Upkeep(store, embedded_broker, Settings(), lambda: NOW)
    await upkeep.count_words()
    await upkeep.count_words()  # the second time nothing is due
    today = an_article(raw=a_raw_article(content=TEXT, title="", language="en", seen_at=NOW))
    later = an_article(raw=a_raw_article(content=TEXT, title="", language="en", seen_at=NOW + timedelta(days=1)))
    async with enrich_with(store, fetch_pages=False) as enrich:
        before, after = await enriched(enrich, today, later)
    assert (before.keywords[0], after.keywords[0]) == ("minister", "icebreaker")


async def test_a_record_that_comes_again_has_the_same_keywords(store: Store, embedded_broker: Broker) -> None:
    article = an_article(raw=a_raw_article(content=TEXT, title="", language="en", seen_at=NOW))
    async with enrich_with(store, fetch_pages=False) as enrich:
        first = await enriched(enrich, article)
    await _file(store, 250)
    await Upkeep(store, embedded_broker, Settings(), lambda: NOW).count_words()
    async with enrich_with(store, fetch_pages=False) as enrich:
        assert await enriched(enrich, article) == first
